"""The words of the glossary in the staff pages."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from wagtail.snippets.views import snippets
from wagtail.snippets.views.snippets import SnippetViewSet

from courses.admin.deleting import CONFIRM_DELETE, DeleteSnippetView
from courses.admin.reading import ReadersListMixin
from courses.models import GlossaryWord
from people.searched_lists import SearchedListMixin


class GlossaryWordListView(ReadersListMixin, SearchedListMixin, snippets.IndexView):
    """The words, which can be searched."""


class GlossaryWordViewSet(SnippetViewSet):
    """Writing words, their review workflow and their versions."""

    model = GlossaryWord
    icon = "openquote"
    menu_label = _("Glossary")
    menu_name = "glossary"
    menu_order = 155
    add_to_admin_menu = True
    index_view_class = GlossaryWordListView
    delete_view_class = DeleteSnippetView
    list_display = ("word", "language", "live")
    list_filter = ("language",)
    list_per_page = 100
    ordering = "word"

    @property
    def delete_template_name(self) -> str:
        return CONFIRM_DELETE
