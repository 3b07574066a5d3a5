"""What somebody typed into a cell of a table, as a day, as minutes or as a language. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from decimal import Decimal, InvalidOperation

from people.folding import fold_for_search, plain

MONTHS = {
    **{
        word: place
        for place, word in enumerate(
            ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"], 1
        )
    },
    **{"ene": 1, "abr": 4, "ago": 8, "set": 9, "dic": 12},
}
LANGUAGES = {
    **dict.fromkeys(("en", "english", "ingles", "eng"), "en"),
    **dict.fromkeys(("es", "spanish", "espanol", "castellano", "spa"), "es"),
}
YEAR_FIRST = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[ T]00:00(?::00)?)?")
FIGURES = re.compile(r"(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4})")
DAY_IN_WORDS = re.compile(
    r"(\d{1,2})(?:st|nd|rd|th|\.?o|\.)?[ -]+(?:de )?([a-z]{3,10})\.?,?[ -]+(?:de |del )?(\d{4})"
)
MONTH_IN_WORDS = re.compile(r"([a-z]{3,10})\.? (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})")
HOURS = re.compile(r"(\d{1,4}(?:[.,]\d{1,2})?) ?(?:h|hrs?|hours?|horas?)?")
CLOCK = re.compile(r"(\d{1,4}):(\d{2})(?::00)?")
MOST_HOURS = 2000


class UnclearDay(ValueError):
    """It may be the third of May or the fifth of March."""


def day_comes_first(texts: Iterable[str]) -> bool | None:
    """Whether the days of a column are written before the months, as one of them shows.

    None where none of them shows it, or some show one and some the other.
    """
    orders = set()
    for text in texts:
        match = FIGURES.fullmatch(plain(text).strip())
        if match and (int(match[1]) > 12) != (int(match[2]) > 12):
            orders.add(int(match[1]) > 12)
    return orders.pop() if len(orders) == 1 else None


def day_in(text: str, *, day_first: bool | None) -> date:
    """The day that a cell says. Raises UnclearDay, or ValueError for what is no day."""
    folded = fold_for_search(text)
    if match := YEAR_FIRST.fullmatch(folded):
        return date(int(match[1]), int(match[2]), int(match[3]))
    if match := FIGURES.fullmatch(folded):
        return _day_of_figures(int(match[1]), int(match[2]), int(match[3]), day_first)
    if match := DAY_IN_WORDS.fullmatch(folded):
        return date(int(match[3]), _month(match[2]), int(match[1]))
    if match := MONTH_IN_WORDS.fullmatch(folded):
        return date(int(match[3]), _month(match[1]), int(match[2]))
    raise ValueError(text)


def _day_of_figures(first: int, second: int, year: int, day_first: bool | None) -> date:
    if first > 12 or first == second:
        return date(year, second, first)
    if second > 12:
        return date(year, first, second)
    if day_first is None:
        raise UnclearDay
    return date(year, second, first) if day_first else date(year, first, second)


def _month(word: str) -> int:
    try:
        return MONTHS[word[:3]]
    except KeyError as error:
        raise ValueError(word) from error


def minutes_in(text: str) -> int:
    """The minutes that a cell says, such as 12, 12.5, 12,5 h or 12:30. Raises ValueError."""
    folded = fold_for_search(text)
    if match := CLOCK.fullmatch(folded):
        minutes = int(match[1]) * 60 + int(match[2])
    elif match := HOURS.fullmatch(folded):
        try:
            minutes = int(Decimal(match[1].replace(",", ".")) * 60)
        except InvalidOperation as error:
            raise ValueError(text) from error
    else:
        raise ValueError(text)
    if not 0 < minutes <= MOST_HOURS * 60:
        raise ValueError(text)
    return minutes


def language_in(text: str) -> str:
    """The code of a language of the site. Raises ValueError for another."""
    try:
        return LANGUAGES[fold_for_search(text)]
    except KeyError as error:
        raise ValueError(text) from error
