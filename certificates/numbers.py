"""The number of a credential: `PREFIX-XXXX-XXXX-XXXX`.

Eleven random symbols and a twelfth that checks them. The 28 symbols have no vowels, so they
spell nothing, and no 0, 1, I, L, O or U, so they are hard to misread. 28^11 is 52.9 bits:
with a million issued, one guess in 8,000,000,000 meets one. The check is ISO 7064 (MOD 29,28),
which finds every single mistyped symbol and 99.8 % of swapped neighbours, so a mistyped
number is known from an unknown one before any query.
"""

from __future__ import annotations

import re
import secrets
import unicodedata

from stdnum.iso7064 import mod_37_36

ALPHABET = "23456789BCDFGHJKMNPQRSTVWXYZ"
LENGTH = 12
_symbols = re.compile(rf"[{ALPHABET}]{{{LENGTH}}}")


class Mistyped(ValueError):
    """What was typed cannot be a number: its check symbol does not fit, or it is no number at all."""


def random_code() -> str:
    """A new code: eleven random symbols and their check symbol."""
    symbols = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH - 1))
    return symbols + mod_37_36.calc_check_digit(symbols, alphabet=ALPHABET)


def formatted(prefix: str, code: str) -> str:
    """The number as it is printed."""
    return "-".join([prefix, code[:4], code[4:8], code[8:]])


def parse_code(typed: str) -> str:
    """The code in what somebody typed, however they wrote it down. See `parse_number`."""
    return parse_number(typed)[1]


def parse_number(typed: str) -> tuple[str, str]:
    """The prefix, or nothing, and the code in what somebody typed.

    In any case and width, with or without hyphens, spaces, quotes, brackets and marks that
    cannot be seen. Raises Mistyped when it cannot be a number. Makes no query.
    """
    symbols = "".join(filter(is_readable, plain_text(typed[:200])))
    if not symbols.isascii():
        raise Mistyped(typed)
    symbols = symbols.upper()
    code, prefix = symbols[-LENGTH:], symbols[:-LENGTH]
    if not _symbols.fullmatch(code) or not re.fullmatch(r"[A-Z]{0,5}", prefix):
        raise Mistyped(typed)
    if not mod_37_36.is_valid(code, alphabet=ALPHABET):
        raise Mistyped(typed)
    return prefix, code


def plain_text(text: str) -> str:
    """The same text in plain letters: no full-width ones, and nothing that cannot be seen."""
    plain = unicodedata.normalize("NFKC", text)
    return "".join(character for character in plain if unicodedata.category(character) != "Cf")


def is_readable(character: str) -> bool:
    """Whether a character is part of a number as it is read out: a letter, a mark or a digit."""
    return unicodedata.category(character)[0] in "LMN"
