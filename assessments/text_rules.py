"""Comparing what somebody typed with what an author wrote. Pure: values in, values out.

A pattern is matched whole. In it `*` stands for any run of characters, none included, and
`\\*` for the sign itself. There are no regular expressions: some of them take for ever, and
nobody sees that by looking at them. Nothing is compared by likeness: what an author did not
write does not fit.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Any, Self
from unicodedata import category, normalize

from assessments.items import MOST_CHARACTERS
from people.folding import ALIKE_MARKS, fold_letters, plain

ANY = "*"
ANYTHING = "\ue000"
"""Stands for what `*` took. Nobody types it, so only a `*` matches it."""


@dataclass(frozen=True)
class Comparison:
    """How closely two texts must agree. Width, Unicode form, spaces and unseen marks never matter."""

    case_sensitive: bool = False
    ignore_punctuation: bool = True
    ignore_accents: bool = False

    @classmethod
    def from_json(cls, frozen: Mapping[str, Any]) -> Self:
        """The comparison again. What a later version of the code no longer knows is left out."""
        return cls(**{each.name: frozen[each.name] for each in fields(cls) if each.name in frozen})

    def normalise(self, text: str) -> str:
        """The text as it is compared: composed, on one line, with single spaces."""
        return " ".join(self._letters(text).split())

    def _letters(self, text: str) -> str:
        """The text without what does not matter, and with its spaces as they are."""
        if self.ignore_punctuation:
            text = text.translate(ALIKE_MARKS)
        text = plain(text) if self.case_sensitive else fold_letters(text)
        if self.ignore_accents:
            text = normalize("NFD", text)
        return normalize("NFC", "".join(map(self._letter, text)))

    def _letter(self, letter: str) -> str:
        kind = category(letter)
        if letter.isspace():
            return " "
        if self.ignore_accents and kind == "Mn":
            return ""
        if self.ignore_punctuation and kind.startswith("P"):
            return "" if letter in "'’‘`´" else " "  # “it’s” is one word, “on-call” is two
        return letter

    def pieces(self, pattern: str) -> list[str]:
        """What stands between the `*` of a pattern, each as it is compared."""
        pieces = [self._letters(piece) for piece in split_pattern(pattern)]
        joined = " ".join(ANYTHING.join(pieces).split())
        return joined.split(ANYTHING)

    def matches(self, pattern: str, text: str) -> bool:
        """Whether the whole of a text fits a pattern. An empty pattern fits nothing."""
        text = self.normalise(text)
        first, *rest = self.pieces(pattern)
        if not rest:
            return bool(first) and text == first
        *middle, last = rest
        if not text.startswith(first):
            return False
        place = len(first)
        for piece in middle:  # the earliest place leaves the most room for those that follow
            start = text.find(piece, place)
            if start < 0:
                return False
            place = start + len(piece)
        return len(text) - len(last) >= place and text.endswith(last)

    def example(self, pattern: str) -> str:
        """A text that fits a pattern, as short as may be; empty where nobody could type one."""
        texts = [sample(pattern, filler) for filler in ("", "x")]
        return next((text for text in texts if text and self.matches(pattern, text)), "")

    def first_match(self, patterns: Iterable[str], text: str) -> str | None:
        """The first of some patterns that a text fits."""
        return next((pattern for pattern in patterns if self.matches(pattern, text)), None)


def split_pattern(pattern: str) -> list[str]:
    """A pattern cut at each `*` that stands for any run, with `\\*` as the sign itself."""
    pieces = [""]
    escaped = False
    for letter in pattern:
        if escaped:
            pieces[-1] += letter if letter == ANY else f"\\{letter}"
        elif letter == ANY:
            pieces.append("")
        elif letter != "\\":
            pieces[-1] += letter
        escaped = letter == "\\" and not escaped
    if escaped:
        pieces[-1] += "\\"
    return pieces


def sample(pattern: str, filler: str = "") -> str:
    """A text that fits a pattern, with `filler` for each `*`."""
    return " ".join(filler.join(split_pattern(pattern)).split())


def escape_pattern(text: str) -> str:
    """A pattern that only this very text fits."""
    return text.replace(ANY, f"\\{ANY}")


def lines_of(text: str) -> list[str]:
    """The patterns of a field that holds one on each line."""
    return [line.strip() for line in text.splitlines() if line.strip()]


def typed(value: str) -> str | None:
    """What somebody typed, without the space around it and no longer than may be; else None."""
    return value.strip()[:MOST_CHARACTERS].strip() or None
