"""The rules of four further bodies can be said as data too, and come out as those bodies say."""

from datetime import date, timedelta

import pytest

from certificates.renewal.checklist import Asks, Entry, EntryKind, Facts, State, outlook
from certificates.renewal.rules import Category, LateStep, Phase, Rule

HOUR = 60
ISSUED = date(2026, 11, 23)

ILLINOIS = Rule(
    months=24,
    minutes=30 * HOUR,
    categories=(Category("ethics", "Ethics", least=6 * HOUR),),
    once_in_cycle=True,
)
PENNSYLVANIA = Rule(
    months=24,
    minutes=36 * HOUR,
    categories=(
        Category("peer", "Peer or recovery", least=24 * HOUR),
        Category("ethics", "Ethics", least=3 * HOUR),
    ),
    audit_percent=5,
)
WISCONSIN = Rule(
    months=24,
    grace_days=30,
    late=(
        LateStep(183, "a fee", keeps_dates=True),
        LateStep(730, "the examination again, in two attempts"),
    ),
)
NEW_YORK = {
    years: Rule(months=12 * years, minutes=10 * years * HOUR, once_in_cycle=True)
    for years in (1, 2, 3)
}


def hours(number, category="", programme="", state=State.ACCEPTED, day=date(2027, 5, 1)):
    return Entry(
        EntryKind.HOURS,
        day,
        state,
        minutes=int(number * HOUR),
        category=category,
        programme=programme or f"{number} {category} {day}",
    )


def at_the_end(rule, entries, **facts):
    last_day = rule.term_end(ISSUED)
    return outlook(rule, Facts(ISSUED, last_day, **facts), entries, on=last_day)


class TestNewYork:
    """One, two or three years, with ten hours for each; the same course once."""

    @pytest.mark.parametrize(
        ("years", "last_day"),
        [(1, date(2027, 11, 23)), (2, date(2028, 11, 23)), (3, date(2029, 11, 23))],
    )
    def test_the_term_and_its_hours_go_together(self, years, last_day):
        rule = NEW_YORK[years]
        assert rule.term_end(ISSUED) == last_day
        enough = [hours(10 * years)]
        assert at_the_end(rule, enough).is_complete
        assert not at_the_end(rule, [hours(10 * years - 0.25)]).is_complete

    def test_the_same_course_counts_once(self):
        same = [
            hours(10, programme="core", day=date(2027, 5, 1)),
            hours(10, programme="core", day=date(2028, 5, 1)),
        ]
        seen = at_the_end(NEW_YORK[2], same)
        assert not seen.is_complete
        assert seen.repeated == {1}


class TestIllinois:
    """Thirty hours, six of them ethics; nothing is carried over."""

    def test_both_the_whole_and_the_part_are_needed(self):
        assert at_the_end(ILLINOIS, [hours(24), hours(6, "ethics")]).is_complete
        for entries in ([hours(30)], [hours(23), hours(6, "ethics")]):
            assert not at_the_end(ILLINOIS, entries).is_complete

    def test_nothing_is_carried_over_from_before(self):
        before = hours(30, "ethics", day=ISSUED - timedelta(days=1))
        [whole, part] = at_the_end(ILLINOIS, [before]).items
        assert (whole.counted, part.counted) == (0, 0)

    def test_the_list_says_to_the_hour_what_is_missing(self):
        [whole, part] = at_the_end(ILLINOIS, [hours(10), hours(2, "ethics")]).items
        assert (whole.missing, part.missing) == (18 * HOUR, 4 * HOUR)
        assert (whole.asks, part.asks) == (Asks.HOURS, Asks.CATEGORY)


class TestPennsylvania:
    """Thirty-six hours: twenty-four of one kind, three of another, nine of any; copies when asked."""

    def test_the_nine_may_be_of_any_kind(self):
        base = [hours(24, "peer"), hours(3, "ethics")]
        for rest in (hours(9), hours(9, "peer", "more"), hours(9, "ethics", "more")):
            assert at_the_end(PENNSYLVANIA, [*base, rest]).is_complete

    def test_and_not_of_fewer_than_are_asked_for(self):
        entries = [hours(33, "peer"), hours(2, "ethics"), hours(5)]
        seen = at_the_end(PENNSYLVANIA, entries)
        assert [item.is_met for item in seen.items] == [True, True, False]

    def test_copies_are_asked_of_a_sample_alone(self):
        entries = [
            hours(24, "peer", state=State.WAITING),
            hours(3, "ethics", state=State.WAITING),
            hours(9, state=State.WAITING),
        ]
        assert at_the_end(PENNSYLVANIA, entries).is_complete
        sampled = at_the_end(PENNSYLVANIA, entries, is_sampled=True)
        assert not sampled.is_complete
        [files] = [item for item in sampled.items if item.asks == Asks.FILES]
        assert (files.needed, files.counted) == (3, 0)


class TestWisconsin:
    """A month of grace, a fee until half a year, the examination until two years, then all anew."""

    @pytest.mark.parametrize(
        ("late_by", "phase", "keeps_dates"),
        [
            (0, Phase.OPEN, True),
            (30, Phase.GRACE, True),
            (31, Phase.LATE, True),
            (183, Phase.LATE, True),
            (184, Phase.LATE, False),
            (730, Phase.LATE, False),
            (731, Phase.OVER, None),
        ],
    )
    def test_the_ladder(self, late_by, phase, keeps_dates):
        last_day = WISCONSIN.term_end(ISSUED)
        on = last_day + timedelta(days=late_by)
        term = WISCONSIN.next_term(last_day, on=on)
        assert WISCONSIN.phase(last_day, on=on) == phase
        follows_at_once = None if term is None else term.first == last_day + timedelta(days=1)
        assert follows_at_once == keeps_dates

    def test_what_each_step_takes_is_said_on_its_days(self):
        last_day = WISCONSIN.term_end(ISSUED)
        asks = [
            step.asks if step else ""
            for late_by in (10, 100, 400)
            for step in [WISCONSIN.late_step(last_day, on=last_day + timedelta(days=late_by))]
        ]
        assert asks == ["", "a fee", "the examination again, in two attempts"]
