"""One folding of text for the whole site: which texts are the same, whatever was typed.

Databases, browsers and systems each fold in a way of their own: SQLite knows the small letters
of English alone, a Mac sends an accent apart from its letter, a Japanese keyboard makes wide
signs, and a copied text brings marks that nobody sees. So no comparison is left to any of them:
both sides are folded here, and what is searched for in a database is stored folded beside it.
Pure: text in, text out. docs/decisions/0064-one-folding.md says which folding is for what.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from unicodedata import category, decimal, normalize

IGNORABLE = {
    chr(code)
    for first, last in (
        (0x034F, 0x034F),
        (0x115F, 0x1160),
        (0x17B4, 0x17B5),
        (0x180B, 0x180F),
        (0x2065, 0x2065),
        (0x3164, 0x3164),
        (0xFE00, 0xFE0F),
        (0xFFA0, 0xFFA0),
        (0xE0000, 0xE0FFF),
    )
    for code in range(first, last + 1)
}
"""What Unicode says is not shown (Default_Ignorable_Code_Point), beside the controls and formats."""

ACCENTS = (
    (0x0300, 0x036F),
    (0x0591, 0x05C7),
    (0x064B, 0x065F),
    (0x0670, 0x0670),
    (0x1AB0, 0x1AFF),
    (0x1DC0, 0x1DFF),
    (0x20D0, 0x20FF),
)
"""Marks upon letters that a person in a hurry leaves out: of Latin, Greek, Cyrillic, Hebrew and
Arabic. The vowels of Indian and Thai scripts are marks too, and a word is another without them."""

STROKES = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "ħ": "h", "ŧ": "t", "ı": "i", "ð": "d"}
    | {"æ": "ae", "œ": "oe", "þ": "th"}
)
"""Letters whose accent is a part of them, so that Unicode takes nothing off."""

ALIKE_MARKS = str.maketrans(
    {
        **dict.fromkeys("‐‑‒–—―−⁃﹘﹣－", "-"),
        **dict.fromkeys("’‘ʼ`´ʹ′＇", "'"),
    }
)
"""Hyphens and apostrophes that keyboards and phones put for one another."""


def is_unseen(character: str) -> bool:
    """Whether nobody sees a character: a control, a format or a filler. A space is seen."""
    if character.isspace():
        return False
    return character in IGNORABLE or category(character) in {"Cc", "Cf"}


def plain(text: str) -> str:
    """The text as it was meant: in one Unicode form (NFKC), of one width, with nothing unseen.

    Capitals, accents and spaces stay. For what must be the same to the letter: an address, a
    password, a code.
    """
    return normalize("NFKC", without(is_unseen, normalize("NFKC", text)))


def without(is_left_out: Callable[[str], bool], text: str) -> str:
    """The text without certain characters. Each is judged once, however often it stands there."""
    left_out = [ord(character) for character in set(text) if is_left_out(character)]
    return text.translate(dict.fromkeys(left_out)) if left_out else text


def fold(text: str) -> str:
    """The text for telling whether two read alike: plain, in small letters, with single spaces.

    Folding twice is folding once.
    """
    return " ".join(fold_letters(text).split())


def fold_letters(text: str) -> str:
    """As `fold`, with the spaces as they are."""
    return plain(reduce(lambda each, _: normalize("NFKC", each.casefold()), range(2), plain(text)))


def fold_for_search(text: str) -> str:
    """The text for finding it: folded, and without accents, so that “Zielinski” finds Zieliński."""
    bare = without(is_accent, normalize("NFD", fold(text)))
    return " ".join(normalize("NFC", bare.translate(STROKES)).split())


def is_accent(letter: str) -> bool:
    return any(first <= ord(letter) <= last for first, last in ACCENTS)


def plain_code(text: str) -> str:
    """A code as it was sent, from what was typed: in figures of our own, with plain hyphens."""
    hyphened = plain(text).translate(ALIKE_MARKS).replace("ー", "-")  # of a Japanese keyboard
    return "".join(map(plain_figure, hyphened))


def plain_figure(character: str) -> str:
    """A figure of any script as one of ours; everything else as it is."""
    value = decimal(character, None)
    return character if value is None else str(value)


def plain_address(text: str) -> str:
    """An email address as it is kept: plain, in small letters, without spaces around it."""
    return plain(text).strip().lower()
