"""Marks the words of the glossary in a text, where they are first used. Pure: markup in and out."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

TAG = re.compile(r"(<[^>]+>)")
NAME = re.compile(r"</?\s*([a-zA-Z0-9]+)")
LEFT_ALONE = frozenset({"a", "button", "h1", "h2", "h3", "h4", "code"})
"""Where a word is not marked: it leads elsewhere already, or heads what follows."""
EXPLAINED_IN = frozenset({"b", "strong"})
"""Where a word is being introduced: the text around it says what it means."""


@dataclass(frozen=True)
class Meaning:
    """A word of the glossary as readers are shown it."""

    key: int
    word: str
    forms: tuple[str, ...]
    text: str
    reviewed_by: str = ""
    lesson_title: str = ""
    lesson_url: str = ""
    lesson_path: str = ""


class WordMarker:
    """Marks each word once in a part of a lesson, in the order in which it reads its texts.

    `mark` is what a use of a word becomes: it is given the meaning and the words as they stand.
    """

    def __init__(self, meanings: Iterable[Meaning], mark: Callable[[Meaning, str], str]) -> None:
        self.by_form = {form.lower(): each for each in meanings for form in each.forms}
        self.mark = mark
        self.used: dict[int, Meaning] = {}
        self.explained: set[int] = set()
        # The longest first, so that "peer support" is not taken for "peer".
        forms = sorted(self.by_form, key=len, reverse=True)
        either = "|".join(re.escape(form) for form in forms)
        self.pattern = re.compile(rf"(?<![\w-])({either})(?![\w-])", re.I) if forms else None

    def read(self, markup: str) -> str:
        """The markup with the first use of each word marked; never one within a tag."""
        if self.pattern is None:
            return markup
        inside: list[str] = []
        pieces = []
        for piece in TAG.split(markup):
            if piece.startswith("<"):
                _step(inside, piece)
                pieces.append(piece)
            else:
                pieces.append(self._read_text(piece, inside))
        return "".join(pieces)

    def _read_text(self, text: str, inside: list[str]) -> str:
        if LEFT_ALONE.intersection(inside) or self.pattern is None:
            return text
        is_explained = bool(EXPLAINED_IN.intersection(inside))

        def take(match: re.Match[str]) -> str:
            meaning = self.by_form[match[0].lower()]
            if is_explained:
                self.explained.add(meaning.key)
            if meaning.key in self.used or meaning.key in self.explained:
                return match[0]
            self.used[meaning.key] = meaning
            return self.mark(meaning, match[0])

        return self.pattern.sub(take, text)


def _step(inside: list[str], tag: str) -> None:
    """Note that a tag begins or ends. One that ends where none began changes nothing."""
    name = NAME.match(tag)
    if name is None or tag.endswith("/>"):
        return
    if tag.startswith("</"):
        if name[1].lower() in inside:
            inside.remove(name[1].lower())
    elif name[1].lower() not in {"br", "hr", "img", "embed"}:
        inside.append(name[1].lower())
