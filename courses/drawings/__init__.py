"""The drawings that come with the site: a file each, which holds its words as well. Pure.

A drawing names the kind of each of its shapes (`d-soft`, `d-line`), and the style sheet alone says
how that looks. Its `title` and `desc` are what somebody reads who cannot see it, and between them
they say all that it says. A folder named for a language holds them with words in it. docs/design-system.md shows how to add one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cache
from html import unescape
from pathlib import Path

from django.utils.translation import get_language

FOLDER = Path(__file__).parent
FIRST = "en"
"""The language of the words in the drawings that others are made from."""
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
    language: str = FIRST


@cache
def every_drawing(language: str = FIRST) -> dict[str, Drawing]:
    """All drawings by their names, in the order of their titles: in a language where they are
    drawn with words in it, else with their first words."""
    drawings = [
        drawing
        for path in FOLDER.glob("*.svg")
        for drawing in (_drawing_in(path, language) or read_drawing(path),)
    ]
    return {drawing.name: drawing for drawing in sorted(drawings, key=lambda each: each.title)}


def drawing_in(name: str, language: str) -> Drawing | None:
    """A drawing in a language where it has words in it, else with its first words; None where no
    drawing of the name comes with the site."""
    return every_drawing(language).get(name)


def _drawing_in(path: Path, language: str) -> Drawing | None:
    # What stands in an address is never part of a path: only languages that are there are read.
    folders = {each.name: each for each in FOLDER.iterdir() if each.is_dir()}
    folder = folders.get(language)
    translated = folder / path.name if folder is not None else None
    if translated is None or not translated.exists():
        return None
    return replace(read_drawing(translated), language=language)


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
    """What an author chooses from, by their titles in the author's language."""
    drawings = every_drawing(get_language() or FIRST)
    return [(name, drawing.title) for name, drawing in drawings.items()]
