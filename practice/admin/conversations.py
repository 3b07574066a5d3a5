"""Writing conversations, and the sets of them, in the staff pages."""

from __future__ import annotations

from django.utils.translation import gettext_lazy
from wagtail.snippets.views.snippets import SnippetViewSet, SnippetViewSetGroup

from courses.admin.deleting import CONFIRM_DELETE, DeleteSnippetView
from practice.models import Conversation, ConversationSet


class ConversationViewSet(SnippetViewSet):
    """Writing, previewing and keeping the versions of conversations."""

    model = Conversation
    icon = "comment"
    menu_name = "conversations"
    delete_view_class = DeleteSnippetView
    list_display = ("code", "title", "cast", "live")
    list_per_page = 50
    ordering = "code"

    @property
    def delete_template_name(self) -> str:
        return CONFIRM_DELETE


class ConversationSetViewSet(SnippetViewSet):
    model = ConversationSet
    icon = "list-ul"
    menu_name = "conversation-sets"
    delete_view_class = DeleteSnippetView
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
    items = (ConversationViewSet, ConversationSetViewSet)
