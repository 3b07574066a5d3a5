"""What Wagtail words once, when the site starts, in the language of each reader instead.

These few are read with a `gettext` that does not wait for a reader, so they stayed English.
"""

from __future__ import annotations

from typing import Any

from django.db.models import ForeignKey
from django.utils.functional import lazy
from django.utils.text import capfirst, format_lazy
from django.utils.translation import gettext_lazy
from wagtail.admin.forms.models import register_form_field_override
from wagtail.admin.viewsets.chooser import ChooserViewSet
from wagtail.admin.widgets import AdminPageChooser
from wagtail.forms import TaskStateCommentForm
from wagtail.models import AbstractPage, Page

capfirst_lazy = lazy(capfirst, str)


class PageChooser(AdminPageChooser):
    """As Wagtail's, where one kind of page may be chosen: its name waits for the reader, too."""

    choose_one_text: Any = gettext_lazy("Choose a page")

    def __init__(self, target_models: Any = None, **kwargs: Any) -> None:
        super().__init__(target_models=target_models, **kwargs)
        if len(self.target_models) == 1 and self.model is not Page:
            self.choose_one_text = format_lazy(
                "{words} ({name})",
                words=gettext_lazy("Choose a page"),
                name=capfirst_lazy(self.model._meta.verbose_name),
            )


def word_for_each_reader() -> None:
    """Before the first form and the first address of the staff pages is made."""
    ChooserViewSet.search_tab_label = gettext_lazy("Search")
    ChooserViewSet.edit_item_text = gettext_lazy("Edit")
    TaskStateCommentForm.base_fields["comment"].label = gettext_lazy("Comment")
    register_form_field_override(
        ForeignKey,
        to=AbstractPage,
        override=lambda field: {"widget": PageChooser(target_models=[field.remote_field.model])},
    )
