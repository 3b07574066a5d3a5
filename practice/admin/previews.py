"""What the previews of conversations, and of their words, have in common."""

from __future__ import annotations

from typing import Any

from courses.admin.reading import ReadView
from practice.previewing import TAKEN


class PreviewMixin:
    """A preview knows the replies that were chosen in it so far."""

    def get_extra_request_attrs(self) -> dict[str, Any]:
        taken = self.request.GET.get("taken", "")  # type: ignore[attr-defined]  # of the view it is mixed into
        return {**super().get_extra_request_attrs(), TAKEN: taken}  # type: ignore[misc]  # the same


class ReadTalkView(ReadView):
    """Shows a conversation, or its words in another language, to whoever may not change it."""

    def attributes_of_preview(self) -> dict[str, Any]:
        return {TAKEN: self.request.GET.get("taken", "")}
