"""The pieces that come with the site, in `content/`, and which of them this site has had."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

import yaml
from wagtail.models import Page

from lms.models import ShippedPiece
from lms.shipped.edited import put_as_edited

CONTENT = Path(__file__).parent / "content"
FOUNDATIONS = CONTENT / "foundations"


def key_of(piece: str) -> UUID:
    """The translation key of a shipped page, the same on every site."""
    return uuid5(NAMESPACE_URL, f"https://peerwork.example/shipped/{piece}")


def load(path: Path) -> Any:
    """What a data file holds."""
    return yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)


class Pieces:
    """What this site has had, and what is made now. A piece is made once and then left alone."""

    def __init__(self, at: datetime, say: Callable[[str], None]) -> None:
        self.at = at
        self.say = say
        self.made = 0
        self.had = set(ShippedPiece.objects.values_list("key", flat=True))
        self.had_before = frozenset(self.had)

    def is_new(self, piece: str) -> bool:
        """Whether to make a piece now; from then on it is had."""
        if piece in self.had:
            return False
        ShippedPiece.objects.create(key=piece)
        self.had.add(piece)
        self.made += 1
        return True

    def came_now(self, piece: str) -> bool:
        """Whether a piece was made in this run."""
        return piece in self.had and piece not in self.had_before

    def publish(self, parent: Page, page: Page) -> Any:
        """Put a page under another, published, with a first version to go back to."""
        put_as_edited(page)
        type(parent).objects.get(pk=parent.pk).add_child(instance=page)
        self.publish_first_version(page)
        return page

    def publish_first_version(self, row: Any) -> None:
        """Publish a page or a question that was just made. Its history lists this version.

        Wagtail's history offers to go back to what was logged as a change, and not to what
        was logged as a publication alone.
        """
        row.save_revision(log_action="wagtail.create").publish()


def blocks(shipped: list[dict[str, Any]]) -> list[tuple[str, Any]]:
    """A page's blocks from their short form in the data files."""
    plain = {
        "part": "heading",
        "key_point": "text",
        "content_note": "text",
        "drawing": "drawing",
    }
    return [
        (kind, {plain[kind]: value.strip()} if kind in plain else value)
        for one in shipped
        for kind, value in one.items()
    ]
