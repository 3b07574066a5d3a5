"""Reading, in the staff pages, what somebody may not change: a question, a conversation."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.functional import cached_property
from wagtail.admin.ui.tables import BulkActionsCheckboxColumn, Column
from wagtail.snippets.views import snippets

READING = "reading"
"""The attribute of a request that shows something to read, with the `Reading` of it."""


@dataclass(frozen=True)
class Way:
    """One of the ways in which something can be shown."""

    name: str
    url: str
    is_shown: bool


@dataclass(frozen=True)
class Reading:
    """What stands above something that is read: from which list it is, and how else it is shown."""

    list_name: str
    list_url: str
    ways: list[Way]


class ReadView(snippets.InspectView):
    """Shows one thing as its preview does, to whoever may view it. Nothing is saved.

    A list of the staff pages leads here where its reader may not change what is in it.
    """

    list_name: Any = ""
    list_url_name = ""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        ways = list(self.ways())
        reading = Reading(str(self.list_name), reverse(self.list_url_name), ways)
        attributes = {READING: reading, **self.attributes_of_preview()}
        response: HttpResponse = self.object.make_preview_request(request, self.mode, attributes)
        return response

    @cached_property
    def mode(self) -> str:
        """In which way it is shown: the one that the address names, or the first."""
        modes = [mode for mode, _name in self.object.preview_modes]
        wish: str = self.request.GET.get("mode", "")
        return wish if wish in modes else modes[0]

    def ways(self) -> Iterator[Way]:
        for mode, name in self.object.preview_modes:
            yield Way(str(name), "?" + urlencode({"mode": mode}), mode == self.mode)

    def attributes_of_preview(self) -> dict[str, Any]:
        """What else the preview reads from its request."""
        return {}


class ReadersListMixin:
    """A list in which a row offers no more than its reader may do."""

    @cached_property
    def columns(self) -> list[Column]:
        columns: list[Column] = super().columns  # type: ignore[misc]  # of the list it is mixed into
        if self.user_has_permission("delete"):  # type: ignore[attr-defined]  # the same
            return columns
        # Deleting is all that a list of snippets offers for several rows at once.
        return [each for each in columns if not isinstance(each, BulkActionsCheckboxColumn)]
