"""Panels that an editor of questions may have beside its fields."""

from __future__ import annotations

from typing import Any

from django import forms
from django.forms.widgets import Script
from django.urls import reverse
from wagtail.admin.panels import Panel

from assessments.items import MOST_CHARACTERS

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
