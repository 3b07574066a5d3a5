"""What a certificate can print of a name and of other words: answers only, and no query.

Everything that is frozen when a credential is issued was asked here first, so that none is
issued whose certificate could never be made.
"""

from __future__ import annotations

from certificates.exceptions import (
    HolderHasNoName,
    NameCannotBeSet,
    NameHasNoLetter,
    NameIsNotPrintable,
    WordsCannotBeSet,
)
from certificates.fonts import glyphs_missing, needs_glyph
from people.models import User
from people.names import clean_name


def name_problem(user: User) -> str:
    """What stands between this person's name and a certificate, in a sentence, or nothing."""
    if user.full_name.isascii() and user.full_name.replace(" ", "").isalpha():
        return ""  # Every face has these, so the page of a plain name reads no font.
    try:
        printable(user.full_name)
    except NameIsNotPrintable as problem:
        return str(problem)
    return ""


def printable(name: str) -> str:
    """A name as it will be printed.

    Raises HolderHasNoName, NameHasNoLetter, or NameCannotBeSet when it has a character that
    none of the certificate's faces can draw.
    """
    kept = with_a_letter(name)
    if missing := glyphs_missing(kept):
        raise NameCannotBeSet(kept, missing)
    return kept


def with_a_letter(name: str) -> str:
    """A name that is one, made safe to keep. Raises HolderHasNoName or NameHasNoLetter."""
    kept = clean_name(name)
    if not kept:
        raise HolderHasNoName
    if not any(character.isalpha() for character in kept):
        raise NameHasNoLetter(kept, can_be_seen=any(map(needs_glyph, kept)))
    return kept


def refuse_unprintable_words(*texts: str) -> None:
    """Raise WordsCannotBeSet for the first text with a character that no face can draw."""
    for text in texts:
        if missing := glyphs_missing(text):
            raise WordsCannotBeSet(text, missing)
