"""Writing conversations, and the sets of them, in the staff pages."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from wagtail.admin.ui.tables import BooleanColumn
from wagtail.admin.widgets import Button
from wagtail.snippets.views import snippets
from wagtail.snippets.views.snippets import SnippetViewSet, SnippetViewSetGroup

from courses.admin.deleting import CONFIRM_DELETE, DeleteSnippetView
from courses.admin.reading import ReadersListMixin
from people.searched_lists import SearchedListMixin
from practice.admin.previews import PreviewMixin, ReadTalkView
from practice.admin.words import ConversationWordsViewSet, address_of, may_write_words
from practice.checking import problems_of_script
from practice.models import Conversation, ConversationSet
from practice.word_states import states_of


class PreviewNewConversationView(PreviewMixin, snippets.PreviewOnCreateView):
    pass


class PreviewConversationView(PreviewMixin, snippets.PreviewOnEditView):
    pass


class ConversationListView(ReadersListMixin, SearchedListMixin, snippets.IndexView):
    """Every conversation, with the way to take more in."""

    @cached_property
    def header_more_buttons(self) -> list[Button]:
        buttons: list[Button] = list(super().header_more_buttons)
        if self.request.user.has_perm("practice.add_conversation"):
            url = reverse("conversations:bring_in")
            buttons.append(
                Button(_("Take in lines of JSON"), url=url, icon_name="upload", priority=90)
            )
        if may_write_words(self.request.user):
            url = reverse("conversations:words")
            buttons.append(Button(_("Other languages"), url=url, icon_name="globe", priority=91))
        return buttons


class ReadConversationView(ReadTalkView):
    list_name = gettext_lazy("Conversations")
    list_url_name = "wagtailsnippets_practice_conversation:list"


class EditConversationView(snippets.EditView):
    """Says what stands in the way of publishing what is in the form, before it is published."""

    template_name = "practice/admin/edit_conversation.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        states = states_of([self.object]) if may_write_words(self.request.user) else []
        return {
            **context,
            "problems": problems_of_script(self.object.script),
            "states": [(state, address_of(state)) for state in states],
        }


class ConversationViewSet(SnippetViewSet):
    """Writing, previewing and keeping the versions of conversations."""

    model = Conversation
    icon = "comment"
    menu_name = "conversations"
    index_view_class = ConversationListView
    inspect_view_enabled = True
    inspect_view_class = ReadConversationView
    edit_view_class = EditConversationView
    preview_on_add_view_class = PreviewNewConversationView
    preview_on_edit_view_class = PreviewConversationView
    delete_view_class = DeleteSnippetView
    list_display = (
        "code",
        "title",
        "cast",
        BooleanColumn("live", label=pgettext_lazy("of a conversation", "Published")),
    )
    list_per_page = 50
    ordering = "code"

    @property
    def edit_template_name(self) -> str:
        return "practice/admin/edit_conversation.html"

    @property
    def delete_template_name(self) -> str:
        return CONFIRM_DELETE


class ConversationSetListView(ReadersListMixin, snippets.IndexView):
    """Every set of conversations that an award may ask for."""


class ConversationSetViewSet(SnippetViewSet):
    model = ConversationSet
    icon = "list-ul"
    menu_name = "conversation-sets"
    delete_view_class = DeleteSnippetView
    index_view_class = ConversationSetListView
    inspect_view_enabled = True
    inspect_view_fields = ["title", "conversations", "count"]
    list_display = ("title", "count")
    ordering = "title"

    @property
    def delete_template_name(self) -> str:
        return CONFIRM_DELETE


class PracticeGroup(SnippetViewSetGroup):
    """What learners rehearse, in one place of the menu."""

    menu_label = gettext_lazy("Practice")
    menu_name = "practice"
    menu_icon = "comment"
    menu_order = 162
    items = (ConversationViewSet, ConversationWordsViewSet, ConversationSetViewSet)
