"""Whom to call: the lines of the reader's country first, and the others after them.

What is the same for every reader is in `Look`. Where a reader is, is worked out for each request
from what they chose, else from the time zone of their account, else from their browser.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.http import HttpRequest

from lms.countries import NAMES, country_of_languages, country_of_zone

CHOICE_COOKIE = "help_country"
ELSEWHERE = "elsewhere"
"""What a reader chooses who is in none of the countries: no line is put first."""


@dataclass(frozen=True)
class HelpContact:
    """Whom to call, in one country."""

    country: str
    name: str
    contact: str
    href: str
    note: str
    country_codes: str = ""
    language: str = ""

    @property
    def codes(self) -> list[str]:
        return self.country_codes.split()


@dataclass(frozen=True)
class Whereabouts:
    """The country of a reader, if it is one that has help lines, and whether it is only likely."""

    country: str = ""
    is_guess: bool = False


@dataclass(frozen=True)
class Help:
    """The help lines as one reader is shown them."""

    whereabouts: Whereabouts
    near: tuple[HelpContact, ...]
    others: tuple[HelpContact, ...]


def countries_with_lines(lines: Iterable[HelpContact]) -> frozenset[str]:
    return frozenset(code for line in lines for code in line.codes)


def whereabouts_of(request: HttpRequest, lines: Iterable[HelpContact]) -> Whereabouts:
    """Where a reader chose to be, else where their account or their browser says they are.

    It is only ever a country with lines, so that what is cached by it stays small.
    """
    countries = countries_with_lines(lines)
    choice = request.COOKIES.get(CHOICE_COOKIE, "")
    if choice in {*countries, ELSEWHERE}:
        return Whereabouts("" if choice == ELSEWHERE else choice)
    if zone_country := country_of_account(request):
        return Whereabouts(zone_country if zone_country in countries else "")
    likely = country_of_languages(request.headers.get("Accept-Language", ""))
    return Whereabouts(likely if likely in countries else "", is_guess=True)


def country_of_account(request: HttpRequest) -> str:
    """The country of the time zone that someone who is signed in has chosen; or nothing."""
    return country_of_zone(request.user.time_zone) if request.user.is_authenticated else ""


def help_for(lines: Iterable[HelpContact], whereabouts: Whereabouts, language: str) -> Help:
    """Share out the lines: those near a reader and the others, each with the reader's language
    before lines for everyone, and those before lines in another language."""
    ordered = sorted(lines, key=lambda line: {language: 0, "": 1}.get(line.language, 2))
    near = [line for line in ordered if whereabouts.country in line.codes]
    return Help(whereabouts, tuple(near), tuple(line for line in ordered if line not in near))


def country_choices(lines: Iterable[HelpContact]) -> list[tuple[str, str]]:
    """Every country with lines and its name: ours, else what the editor of a line wrote."""
    written = {code: line.country for line in reversed(list(lines)) for code in line.codes}
    named = [(code, str(NAMES.get(code, written[code]))) for code in written]
    return sorted(named, key=lambda choice: choice[1])
