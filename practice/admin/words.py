"""Writing a conversation in another language, in the staff pages."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy
from django.views.decorators.http import require_safe
from wagtail.admin.ui.tables import BooleanColumn
from wagtail.snippets.views import snippets
from wagtail.snippets.views.snippets import SnippetViewSet

from courses.admin.deleting import CONFIRM_DELETE, DeleteSnippetView
from courses.admin.reading import ReadersListMixin
from courses.admin.work import WorkItem
from courses.models import Edition
from people.http import SignedInRequest, int_or_none
from people.models import User
from people.searched_lists import SearchedListMixin
from practice.admin.pages import with_header
from practice.admin.previews import PreviewMixin, ReadTalkView
from practice.models import Conversation, ConversationWords
from practice.word_states import WordsState, count_behind, states_of

ADD = "wagtailsnippets_practice_conversationwords:add"
EDIT = "wagtailsnippets_practice_conversationwords:edit"


class ListWordsView(ReadersListMixin, SearchedListMixin, snippets.IndexView):
    """The words of every conversation in other languages."""


class ReadWordsView(ReadTalkView):
    list_name = gettext_lazy("Conversations in other languages")
    list_url_name = "wagtailsnippets_practice_conversationwords:list"


class AddWordsView(snippets.CreateView):
    """Begins the words of a conversation in a language, which the address may name."""

    template_name = "practice/admin/words_form.html"

    def get_initial_form_instance(self) -> Any:
        chosen = int_or_none(self.request.GET.get("conversation"))
        conversation = Conversation.objects.filter(pk=chosen).first() if chosen else None
        if conversation is None:
            return super().get_initial_form_instance()
        return ConversationWords(
            conversation=conversation, language=self.request.GET.get("language", "")
        )


class EditWordsView(snippets.EditView):
    template_name = "practice/admin/words_form.html"


class PreviewNewWordsView(PreviewMixin, snippets.PreviewOnCreateView):
    pass


class PreviewWordsView(PreviewMixin, snippets.PreviewOnEditView):
    pass


class ConversationWordsViewSet(SnippetViewSet):
    """Writing, previewing and keeping the versions of words beside conversations."""

    model = ConversationWords
    icon = "globe"
    menu_name = "conversation-words"
    menu_label = gettext_lazy("Other languages")
    index_view_class = ListWordsView
    inspect_view_enabled = True
    inspect_view_class = ReadWordsView
    add_view_class = AddWordsView
    edit_view_class = EditWordsView
    preview_on_add_view_class = PreviewNewWordsView
    preview_on_edit_view_class = PreviewWordsView
    delete_view_class = DeleteSnippetView
    list_display = (
        "__str__",
        "language",
        BooleanColumn("live", label=pgettext_lazy("of words", "Published")),
        "reviewed_by",
    )
    list_filter = ("language",)
    list_per_page = 50
    copy_view_enabled = False

    def get_queryset(self, request: HttpRequest) -> Any:
        return ConversationWords.objects.select_related("conversation")

    @property
    def create_template_name(self) -> str:
        return "practice/admin/words_form.html"

    @property
    def edit_template_name(self) -> str:
        return "practice/admin/words_form.html"

    @property
    def delete_template_name(self) -> str:
        return CONFIRM_DELETE


def may_write_words(user: User) -> bool:
    """Whether this person writes conversations in other languages."""
    return bool(user.has_perm("practice.change_conversationwords"))


def address_of(state: WordsState) -> str:
    """Where the words of a state are written."""
    if state.row is not None:
        return reverse(EDIT, args=[state.row.pk])
    return f"{reverse(ADD)}?conversation={state.conversation.pk}&language={state.language}"


@require_safe
def words(request: SignedInRequest) -> HttpResponse:
    """Every conversation in every other language: what is missing, what is behind, who read it."""
    if not may_write_words(request.user):
        raise PermissionDenied
    rows = Conversation.objects.select_related("latest_revision").prefetch_related("return_items")
    states = [(state, address_of(state)) for state in states_of(rows.order_by("code"))]
    context = {"states": states}
    title = _("Conversations in other languages")
    return render(request, "practice/admin/words.html", with_header(title, context))


def words_behind(user: User) -> list[WorkItem]:
    """How many words are behind their conversations, for whoever writes them."""
    if not may_write_words(user):
        return []
    count = count_behind(Edition.current())
    text = ngettext(
        "%(count)s conversation says less in another language, or what it said before",
        "%(count)s conversations say less in another language, or what they said before",
        count,
    ) % {"count": count}
    return [WorkItem(count, text, reverse("conversations:words"))]
