"""Whether a certificate can print a name and other words. Makes no query.

All that is frozen when a credential is issued is checked here first, so that no credential is
issued whose certificate could never be rendered.
"""

from __future__ import annotations

from certificates.exceptions import (
    HolderHasNoName,
    NameHasNoLetter,
    NameIsNotPrintable,
    UnprintableName,
    UnprintableWords,
)
from certificates.fonts import glyphs_missing, needs_glyph
from people.models import User
from people.names import clean_name


def name_problem(user: User) -> str:
    """What stands between this person's name and a certificate, in a sentence, or nothing."""
    if user.full_name.isascii() and user.full_name.replace(" ", "").isalpha():
        return ""  # Every face has these letters, so no font file is read for a plain name.
    try:
        printable_name(user.full_name)
    except NameIsNotPrintable as problem:
        return str(problem)
    return ""


def printable_name(name: str) -> str:
    """A name as it will be printed.

    Raises HolderHasNoName, NameHasNoLetter, or UnprintableName when it has a character that
    none of the certificate's faces has.
    """
    cleaned = validated_name(name)
    if missing := glyphs_missing(cleaned):
        raise UnprintableName(cleaned, missing)
    return cleaned


def validated_name(name: str) -> str:
    """A name with at least one letter, cleaned. Raises HolderHasNoName or NameHasNoLetter."""
    cleaned = clean_name(name)
    if not cleaned:
        raise HolderHasNoName
    if not any(character.isalpha() for character in cleaned):
        raise NameHasNoLetter(cleaned, can_be_seen=any(map(needs_glyph, cleaned)))
    return cleaned


def validate_printable_words(*texts: str) -> None:
    """Raise UnprintableWords for the first text with a character that no face has."""
    for text in texts:
        if missing := glyphs_missing(text):
            raise UnprintableWords(text, missing)
