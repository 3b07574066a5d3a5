"""How a name is set on a certificate: its size, its lines and its direction. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from certificates.designs.base import NameSizes
from certificates.fonts import width_of

POINTS_PER_MM = 72 / 25.4


@dataclass(frozen=True)
class NameSetting:
    """How a name is typeset: its lines, their size, and which way it runs."""

    text: str
    lines: list[str]
    points: str
    direction: str
    language: str = ""
    breaks_anywhere: bool = False


def set_name(name: str, *, sizes: NameSizes, language: str) -> NameSetting:
    """As large as fits: one line, or two or three of like length, or closer still.

    `language` is that of the certificate, for characters whose shapes differ by language.
    """
    words = name.split(" ")
    choices = [(lines, size_for(lines, sizes)) for lines in map(list, balanced(words))]
    lines, size = next(
        (choice for choice in choices if choice[1] >= sizes.comfortable),
        max(choices, key=lambda choice: choice[1]),
    )
    breaks_anywhere = size < sizes.smallest_unbroken
    if breaks_anywhere:
        # One word longer than the page is wide, or a name written without spaces.
        lines, size = [name], size_broken_anywhere(name, sizes)
    return NameSetting(
        text=name,
        lines=lines,
        points=f"{int(size * 10) / 10}",
        direction=direction_of(name),
        language=language_of(name, language),
        breaks_anywhere=breaks_anywhere,
    )


def balanced(words: list[str]) -> Iterator[list[str]]:
    """The words on one line, on two and on three, the longest line as short as can be."""
    yield [" ".join(words)]
    for count in range(2, min(3, len(words)) + 1):
        yield shortest(words, count)


def shortest(words: list[str], count: int) -> list[str]:
    if count == 1:
        return [" ".join(words)]
    choices = (
        [" ".join(words[:first]), *shortest(words[first:], count - 1)]
        for first in range(1, len(words) - count + 2)
    )
    return min(choices, key=lambda lines: max(map(width_of, lines)))


def size_for(lines: list[str], sizes: NameSizes) -> float:
    widest = max(map(width_of, lines)) or 1.0
    return min(sizes.largest[len(lines)], line_points(sizes) / widest)


def size_broken_anywhere(name: str, sizes: NameSizes) -> float:
    """The size at which a text that may break at any letter takes three lines at most."""
    widest = max(map(width_of, name)) or 1.0
    return min(sizes.largest_broken, line_points(sizes) / (width_of(name) / 3 + widest))


def line_points(sizes: NameSizes) -> float:
    """How wide a line may be, in points, with a little air."""
    return sizes.width_mm * POINTS_PER_MM * 0.97


def direction_of(text: str) -> str:
    """Which way a text runs: that of its first letter that has a direction."""
    for character in text:
        kind = unicodedata.bidirectional(character)
        if kind == "L":
            return "ltr"
        if kind in {"R", "AL"}:
            return "rtl"
    return "ltr"


SCRIPT_LANGUAGES = (
    (re.compile("[\u3040-\u30ff]"), "ja"),
    (re.compile("[\u1100-\u11ff\u3130-\u318f\uac00-\ud7af]"), "ko"),
    (re.compile("[\u3100-\u312f]"), "zh-TW"),
    (re.compile("[\u3400-\u9fff\U00020000-\U000323af]"), "zh"),
)


def language_of(name: str, language: str) -> str:
    """The language whose shapes the characters of a name take, or nothing where that is plain."""
    for pattern, script_language in SCRIPT_LANGUAGES:
        if pattern.search(name):
            shares_characters = script_language == "zh" and language in {"ja", "ko", "zh-TW"}
            return language if shares_characters else script_language
    return ""
