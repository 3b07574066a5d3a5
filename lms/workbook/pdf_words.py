"""What can be printed of a text."""

from __future__ import annotations

from certificates.fonts import glyphs_missing

UNKNOWN = "?"


def printable(text: str) -> str:
    """The same text with a question mark for each sign that none of our faces has, such as an
    emoji: a file for archives may hold no empty box."""
    missing = set(glyphs_missing(text))
    return "".join(UNKNOWN if character in missing else character for character in text)
