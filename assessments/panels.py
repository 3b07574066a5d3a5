"""Panels that an editor of questions may have beside its fields."""

from __future__ import annotations

from functools import partial
from typing import Any

from django import forms
from django.conf import settings
from django.forms.widgets import Script
from django.urls import reverse
from django.utils.translation import gettext as _
from wagtail.admin.compare import TextDiff, diff_text
from wagtail.admin.panels import Panel

from assessments.items import MOST_CHARACTERS
from assessments.wording import states_of

TRIED_FIELD = "tried"
"""The field of an editor's form that holds what to try. No model has a field of this name."""


class TryItPanel(Panel):
    """A box under the key: what an author types in it is marked by the form as it stands.

    For a kind whose item `explains`, and reads a response from one field.
    """

    class BoundPanel(Panel.BoundPanel):
        template_name = "assessments/admin/try_it.html"

        @property
        def media(self) -> forms.Media:
            script: Any = Script("js/try-it.js", type="module")
            return forms.Media(js=[script])

        def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
            viewset = type(self.instance).snippet_viewset
            return {
                **super().get_context_data(parent_context),
                "url": reverse(viewset.get_url_name("try")),
                "most_characters": MOST_CHARACTERS,
                "name": TRIED_FIELD,
            }


class WordsPanel(Panel):
    """How the question stands in its other languages, with the way to its words in each."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "assessments/admin/words_panel.html"

        def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
            question = self.instance
            return {
                **super().get_context_data(parent_context),
                "states": states_of(question) if question.pk else [],
                "question": question,
            }

        def get_comparison(self) -> list[Any]:
            """The words of each language, for whoever compares two versions."""
            languages = settings.WAGTAIL_CONTENT_LANGUAGES
            return [partial(WordsComparison, code, name) for code, name in languages]


class WordsComparison:
    """The words of a question in a language, in two of its versions."""

    is_field = True
    is_child_relation = False

    def __init__(self, language: str, name: str, before: Any, after: Any) -> None:
        self.name = name
        self.before, self.after = (_texts_in(row, language) for row in (before, after))

    def field_label(self) -> str:
        return _("In other languages: %(language)s") % {"language": self.name}

    def has_changed(self) -> bool:
        return self.before != self.after

    def htmldiff(self) -> str:
        diff: TextDiff = diff_text("\n".join(self.before), "\n".join(self.after))
        html: str = diff.to_html()
        return html


def _texts_in(question: Any, language: str) -> list[str]:
    rows = [row for row in question.other_words.all() if row.language == language]
    return [words["text"] for row in rows for words in row.content.values()]
