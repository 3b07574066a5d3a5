"""The drawings that come with the site: a file each, which holds its words as well. Pure.

A drawing names the kind of each of its shapes (`d-soft`, `d-line`), and the style sheet alone says
how that looks. Its `title` and `desc` are what somebody reads who cannot see it, and between them
they say all that it says. docs/design-system.md shows how to add one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from html import unescape
from pathlib import Path

FOLDER = Path(__file__).parent
PARTS = re.compile(
    r'<svg [^>]*viewBox="(?P<view_box>[-\d. ]+)"[^>]*>\s*'
    r"<title>(?P<title>.+?)</title>\s*<desc>(?P<words>.+?)</desc>(?P<shapes>.+)</svg>",
    re.S,
)


@dataclass(frozen=True)
class Drawing:
    """A drawing: its title, its words, and the markup of its shapes, for a template to frame."""

    name: str
    title: str
    words: str
    view_box: str
    shapes: str


@cache
def every_drawing() -> dict[str, Drawing]:
    """All drawings by their names, in the order of their titles."""
    drawings = [read_drawing(path) for path in FOLDER.glob("*.svg")]
    return {drawing.name: drawing for drawing in sorted(drawings, key=lambda each: each.title)}


def read_drawing(path: Path) -> Drawing:
    """A drawing from its file.

    Raises:
        ValueError: it lacks a title or the words that say what it shows.
    """
    parts = PARTS.match(path.read_text(encoding="utf-8"))
    if parts is None:
        raise ValueError(f"{path.name} does not say what it shows.")
    title, words = (" ".join(unescape(parts[name]).split()) for name in ("title", "words"))
    # What is indented for whoever edits the file need not travel.
    shapes = "".join(line.strip() for line in parts["shapes"].splitlines())
    return Drawing(path.stem, title, words, parts["view_box"], shapes)


def choices() -> list[tuple[str, str]]:
    """What an author chooses from."""
    return [(name, drawing.title) for name, drawing in every_drawing().items()]
