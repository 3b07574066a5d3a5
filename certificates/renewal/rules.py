"""The rule by which an award is renewed, as data, and the days that follow from it. Pure."""

from __future__ import annotations

import calendar
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from datetime import MAXYEAR, date, timedelta
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext_noop

from certificates.dates import months_after

MOST_MONTHS = 600
MOST_DAYS = 3650
SHORTEST_MONTH = 28  # days
A_LEAP_YEAR = 2028


class UnusableRule(ValueError):
    """A rule that contradicts itself. `str()` names what is wrong, for whoever wrote its data."""


class Ends(StrEnum):
    """On which day a term ends."""

    ANNIVERSARY = "anniversary"
    MONTH_END = "month_end"
    FIXED_DAY = "fixed_day"


class Years(StrEnum):
    """In which years a fixed day ends a term."""

    EVERY = "every"
    ODD = "odd"
    EVEN = "even"


@dataclass(frozen=True)
class Category:
    """A kind of hours: how many minutes of it there must be, and how many count at most."""

    name: str
    label: str
    least: int = 0
    most: int | None = None


@dataclass(frozen=True)
class LateStep:
    """Until how many days after the last day a renewal still comes, and what it asks besides.

    None days are without an end. Where the dates are kept, the next term follows on without a
    gap; otherwise it begins on the day of the renewal.
    """

    days: int | None
    asks: str = ""
    keeps_dates: bool = False


@dataclass(frozen=True)
class Term:
    """The first and the last day of a term."""

    first: date
    last: date


class Phase(StrEnum):
    """Where a day lies, as the renewal of a credential goes."""

    EARLY = "early"
    OPEN = "open"
    GRACE = "grace"
    LATE = "late"
    OVER = "over"


@dataclass(frozen=True)
class Rule:
    """When an award ends, when it may be renewed, and what has to be done in each cycle.

    Hours are in minutes. `waived_months` waives the hours of whoever was first issued the award
    so shortly before its last day. Without `audit_percent` a registrar looks at every entry;
    with it, only at those of so many renewals in a hundred. Raises UnusableRule.
    """

    ends: Ends = Ends.ANNIVERSARY
    months: int = 24
    fixed_month: int = 1
    fixed_day: int = 1
    years: Years = Years.EVERY
    opens_days: int = 90
    grace_days: int = 0
    late: tuple[LateStep, ...] = ()
    minutes: int = 0
    categories: tuple[Category, ...] = ()
    once_in_cycle: bool = True
    waived_months: int = 0
    statement: str = ""
    needs_word: bool = False
    audit_percent: int | None = None

    def __post_init__(self) -> None:
        for problem in _problems(self):
            raise UnusableRule(problem)

    # Days ------------------------------------------------------------------------------------

    def term_end(self, start: date) -> date:
        """The last day of a term that follows on a day, which is never that day itself."""
        if self.ends == Ends.FIXED_DAY:
            return self._fixed_day_after(start)
        day = months_after(start, self.months)
        if self.ends == Ends.MONTH_END:
            return day.replace(day=calendar.monthrange(day.year, day.month)[1])
        return day

    def _fixed_day_after(self, start: date) -> date:
        for year in range(start.year, min(start.year + 4, MAXYEAR + 1)):
            month_length = calendar.monthrange(year, self.fixed_month)[1]
            day = date(year, self.fixed_month, min(self.fixed_day, month_length))
            if day > start and self._ends_in(year):
                return day
        return date.max

    def _ends_in(self, year: int) -> bool:
        return self.years == Years.EVERY or (year % 2 == 1) == (self.years == Years.ODD)

    def opens_on(self, last_day: date) -> date:
        """The first day on which a credential that ends on a day may be renewed."""
        return last_day - timedelta(days=min(self.opens_days, (last_day - date.min).days))

    def last_chance(self, last_day: date) -> date | None:
        """The last day on which it may be renewed, or None where there is no such day."""
        days = [step.days for step in self.late]
        if None in days:
            return None
        return _days_later(last_day, max([self.grace_days, *(each or 0 for each in days)]))

    def phase(self, last_day: date, *, on: date) -> Phase:
        """Where a day lies, for a credential that ends on another."""
        if on < self.opens_on(last_day):
            return Phase.EARLY
        if on <= last_day:
            return Phase.OPEN
        if (on - last_day).days <= self.grace_days:
            return Phase.GRACE
        return Phase.LATE if self.late_step(last_day, on=on) else Phase.OVER

    def late_step(self, last_day: date, *, on: date) -> LateStep | None:
        """The step of the ladder that a day lies on; None in time, in grace and after the last."""
        days = (on - last_day).days
        if days <= self.grace_days:
            return None
        return next((step for step in self.late if step.days is None or days <= step.days), None)

    def next_term(self, last_day: date, *, on: date) -> Term | None:
        """The term that a renewal on a day begins; None where there can be none on that day."""
        phase = self.phase(last_day, on=on)
        if phase in {Phase.EARLY, Phase.OVER}:
            return None
        step = self.late_step(last_day, on=on)
        if step is not None and not step.keeps_dates:
            return Term(on, self.term_end(on))
        last = self.term_end(last_day)
        while last < on:  # a fixed day may come so soon that the term would be over already
            last = self.term_end(last)
        return Term(_days_later(last_day, 1), last)

    def hours_are_waived(self, *, issued_on: date, last_day: date) -> bool:
        """Whether a first credential is so short that no hours are asked for."""
        return self.waived_months > 0 and months_after(issued_on, self.waived_months) >= last_day

    # As data ---------------------------------------------------------------------------------

    def to_json(self) -> dict[str, Any]:
        """All of it as values that JSON can hold."""
        return {**asdict(self), "ends": self.ends.value, "years": self.years.value}

    @classmethod
    def from_json(cls, terms: dict[str, Any]) -> Rule:
        """The rule that `to_json` wrote. Raises UnusableRule."""
        try:
            rule = cls(
                **{
                    **terms,
                    "ends": Ends(terms["ends"]),
                    "years": Years(terms["years"]),
                    "late": tuple(LateStep(**each) for each in terms["late"]),
                    "categories": tuple(Category(**each) for each in terms["categories"]),
                }
            )
        except (KeyError, TypeError) as problem:
            raise UnusableRule(str(problem)) from problem
        except ValueError as problem:
            raise UnusableRule(str(problem)) from problem
        return rule

    def with_statement(self, slug: str) -> Rule:
        """The same rule, with a statement that is signed again each time."""
        return replace(self, statement=slug)


def _days_later(day: date, days: int) -> date:
    return day + timedelta(days=min(days, (date.max - day).days))


def _problems(rule: Rule) -> Iterable[str]:
    yield from _problems_of_days(rule)
    yield from _problems_of_ladder(rule)
    yield from _problems_of_hours(rule)


def _problems_of_days(rule: Rule) -> Iterable[str]:
    if not 1 <= rule.months <= MOST_MONTHS:
        yield gettext_noop("A term is between 1 and 600 months.")
    if not 1 <= rule.fixed_month <= 12:
        yield gettext_noop("There is no such month.")
    elif not 1 <= rule.fixed_day <= calendar.monthrange(A_LEAP_YEAR, rule.fixed_month)[1]:
        yield gettext_noop("There is no such day.")
    if not 0 <= rule.opens_days <= MOST_DAYS or not 0 <= rule.grace_days <= MOST_DAYS:
        yield gettext_noop("A window is between 0 and 3650 days.")
    if not 0 <= rule.waived_months <= MOST_MONTHS:
        yield gettext_noop("The waiver is between 0 and 600 months.")
    if rule.audit_percent is not None and not 0 <= rule.audit_percent <= 100:
        yield gettext_noop("A sample is between 0 and 100 in a hundred.")


def _problems_of_ladder(rule: Rule) -> Iterable[str]:
    before = rule.grace_days
    for place, step in enumerate(rule.late):
        if step.days is None:
            if place != len(rule.late) - 1:
                yield gettext_noop("Only the last step is without an end.")
            if step.keeps_dates:
                yield gettext_noop("Dates are not kept without an end.")
            return
        if step.days <= before:
            yield gettext_noop("Each step ends later than the one before it.")
        before = step.days
    if _days_that_keep_dates(rule) >= shortest_term(rule):
        yield gettext_noop("Dates are kept for less long than a term is.")


def _days_that_keep_dates(rule: Rule) -> int:
    days_of_kept_dates = [step.days or 0 for step in rule.late if step.keeps_dates]
    return max([rule.grace_days, *days_of_kept_dates])


def shortest_term(rule: Rule) -> int:
    """How many days the shortest term has that follows on another."""
    if rule.ends == Ends.FIXED_DAY:
        return 365 if rule.years == Years.EVERY else 730
    return SHORTEST_MONTH * rule.months


def _problems_of_hours(rule: Rule) -> Iterable[str]:
    if rule.minutes < 0 or any(each.least < 0 for each in rule.categories):
        yield gettext_noop("Hours are not below nothing.")
    if sum(each.least for each in rule.categories) > rule.minutes:
        yield gettext_noop("The parts ask for more hours than the whole.")
    if any(each.most is not None and each.most < each.least for each in rule.categories):
        yield gettext_noop("No more of a kind may count than must be done.")
    names = [each.name for each in rule.categories]
    if len(set(names)) != len(names) or "" in names:
        yield gettext_noop("Each kind of hours has a name of its own.")
