"""What the lists of the staff pages share that are searched by the words of an index."""

from __future__ import annotations

from typing import Any


class SearchedListMixin:
    """A list that stays a list when it is searched for signs in which there is no word.

    Wagtail then has results of no model, and fails at the name that it gives to them beside
    `object_list`. Nothing of ours reads that name.
    """

    def get_context_object_name(self, object_list: Any) -> str | None:
        return None
