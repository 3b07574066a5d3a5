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
from collections.abc import Iterator
from itertools import combinations, product

from stdnum.iso7064 import mod_37_36

from people.folding import ALIKE_MARKS, plain

ALPHABET = "23456789BCDFGHJKMNPQRSTVWXYZ"
LENGTH = 12
_symbols = re.compile(rf"[{ALPHABET}]{{{LENGTH}}}")


SAME_SHAPE = str.maketrans(
    "АВЕЅІЈКМНОРСТУХавеѕіјкмнорстухΑΒΕΖΗΙΚΜΝΟΡΤΥΧ",
    "ABESIJKMHOPCTYXABESIJKMHOPCTYXABEZHIKMNOPTYX",
)
"""Letters of a Cyrillic or a Greek keyboard that are drawn as ours are."""


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
    symbols = "".join(filter(is_readable, latin(typed[:200])))
    if not symbols.isascii():
        raise Mistyped(typed)
    symbols = symbols.upper()
    code, prefix = symbols[-LENGTH:], symbols[:-LENGTH]
    if not _symbols.fullmatch(code) or not re.fullmatch(r"[A-Z]{0,5}", prefix):
        raise Mistyped(typed)
    if not mod_37_36.is_valid(code, alphabet=ALPHABET):
        raise Mistyped(typed)
    return prefix, code


LOOK_ALIKE = {
    **dict(zip("5S8B2Z", "S5B8Z2", strict=True)),
    **dict.fromkeys("0O", "DQCG"),
    **dict.fromkeys("1IL", "7TJ"),
}
"""What a symbol may have been before it was misread: of those that a code has, and of those that
none has."""

LETTERS_FOR_FIGURES = str.maketrans("58201", "SBZOI")
"""A prefix has letters only, so a figure in one was a letter."""

GROUP = 4
MOST_MISREAD = 2
MOST_SUGGESTIONS = 3
MOST_FOREIGN_SIGNS = 5


def likely_numbers(typed: str) -> list[str]:
    """Numbers that may have been meant by one with a slip of symbols that look alike.

    Only those whose check symbol fits, so one slip gives the right one and seldom another.
    Makes no query: it says what could have been printed, never what was issued. Empty where
    nothing is likely, and where so much is that it would be guessing.
    """
    symbols = "".join(filter(is_readable, latin(typed[:200]))).upper()
    code, prefix = symbols[-LENGTH:], symbols[:-LENGTH].translate(LETTERS_FOR_FIGURES)
    if len(code) != LENGTH or not re.fullmatch(r"[A-Z]{0,5}", prefix):
        return []
    foreign = [place for place, symbol in enumerate(code) if symbol not in ALPHABET]
    if len(foreign) > MOST_MISREAD:
        return []
    likely = [
        formatted(prefix, each).removeprefix("-")
        for each in dict.fromkeys(_readings(code, foreign))
        if mod_37_36.is_valid(each, alphabet=ALPHABET)
    ]
    return likely if len(likely) <= MOST_SUGGESTIONS else []


def likely_within(text: str) -> list[str]:
    """As `likely_numbers`, also where what was mistyped stands in a sentence."""
    pieces = (match[0] for match in _pieces(text) if any(map(str.isdecimal, match[0])))
    numbers = dict.fromkeys(number for piece in pieces for number in likely_numbers(piece))
    return likely_numbers(text) or list(numbers)[:MOST_SUGGESTIONS]


def _readings(code: str, foreign: list[int]) -> Iterator[str]:
    """The codes that may have been misread as this one: its foreign symbols read otherwise, or
    else one symbol of a pair that looks alike."""
    places = foreign or [place for place, symbol in enumerate(code) if symbol in LOOK_ALIKE]
    if not foreign:
        yield code
    for some in [tuple(foreign)] if foreign else combinations(places, 1):
        choices = [LOOK_ALIKE.get(code[place], "") for place in some]
        for symbols in product(*choices):
            reading = list(code)
            for place, symbol in zip(some, symbols, strict=True):
                reading[place] = symbol
            yield "".join(reading)


IN_A_SENTENCE = re.compile(
    r"(?<![0-9A-Za-z])(?:[A-Za-z]{2,5}[ \-]*)?(?:[0-9A-Za-z]{4}[ \-]*){2}[0-9A-Za-z]{4}(?![0-9A-Za-z])"
)


def numbers_within(text: str) -> list[str]:
    """The numbers that stand in a longer text, such as a sentence. Makes no query."""
    found: dict[str, None] = {}
    for match in _pieces(text):
        try:
            prefix, code = parse_number(match[0])
        except Mistyped:
            continue
        if not any(number.endswith(formatted("", code)) for number in found):
            found[formatted(prefix, code).removeprefix("-")] = None
    return list(found)


def _pieces(text: str) -> Iterator[re.Match[str]]:
    """What has the shape of a number, wherever in a text it begins."""
    hyphened = latin(text.translate(ALIKE_MARKS))
    for start in re.finditer(r"(?<![0-9A-Za-z])(?=[0-9A-Za-z])", hyphened):
        match = IN_A_SENTENCE.match(hyphened, start.start())
        if match is not None:
            yield match


def latin(text: str) -> str:
    """The text in the letters of a number, where those of another alphabet look the same."""
    return plain(text).translate(SAME_SHAPE)


def foreign_signs(typed: str) -> list[str]:
    """The letters and figures that stand in no number of ours and look like none of it."""
    signs = filter(is_readable, latin(typed[:200]))
    return list(dict.fromkeys(sign for sign in signs if not sign.isascii()))[:MOST_FOREIGN_SIGNS]


def wrong_length(typed: str) -> str:
    """Whether what was typed is `short` of symbols for a number, or `long`; else nothing.

    Nothing as well where it cannot be told: the letters before the code may be any one to five,
    or left out. Makes no query.
    """
    groups = re.findall(r"[A-Z0-9]+", latin(typed[:200]).upper())
    symbols = "".join(groups)
    if not symbols or foreign_signs(typed):
        return ""
    lead = groups[0] if len(groups) > 1 else ""
    if len(lead) != GROUP:
        lead = lead.translate(LETTERS_FOR_FIGURES)
    most = len(symbols)
    if re.fullmatch(r"[A-Z]{2,5}", lead):
        least = most - len(lead)
        most = most if re.fullmatch(rf"[{ALPHABET}]{{{GROUP}}}", lead) else least
    else:
        letters = re.match(r"[A-Z]{0,5}", symbols)
        least = most - len(letters[0] if letters else "")
    if most < LENGTH:
        return "short"
    is_a_number = most <= 2 * LENGTH and any(map(str.isdecimal, symbols))
    return "long" if least > LENGTH and is_a_number else ""


def is_readable(character: str) -> bool:
    """Whether a character is part of a number as it is read out: a letter, a mark or a digit."""
    return unicodedata.category(character)[0] in "LMN"
