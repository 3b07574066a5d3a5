"""Leap days, the ends of months and the last day of a window: where a day is lost most easily."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certificates.renewal.checklist import Facts, outlook
from certificates.renewal.reminding import STAGES, next_reminder_on, stage_on
from certificates.renewal.rules import Ends, LateStep, Phase, Rule, Term, Years

ONE_DAY = timedelta(days=1)
LEAP_DAY = date(2028, 2, 29)
LAST = date(2028, 11, 23)
FEE = LateStep(90, "a fee", keeps_dates=True)


def terms_of(rule, start, number):
    """The last days of so many terms, each renewed in time."""
    last_days = [rule.term_end(start)]
    while len(last_days) < number:
        last_days.append(rule.next_term(last_days[-1], on=last_days[-1]).last)
    return [day.isoformat() for day in last_days]


class TestTermsOneAfterAnother:
    @pytest.mark.parametrize(
        ("rule", "start", "last_days"),
        [
            (Rule(months=12), LEAP_DAY, ["2029-02-28", "2030-02-28", "2031-02-28"]),
            (Rule(months=48), LEAP_DAY, ["2032-02-29", "2036-02-29", "2040-02-29"]),
            (Rule(months=6), date(2027, 8, 31), ["2028-02-29", "2028-08-29", "2029-02-28"]),
            (Rule(months=1), date(2027, 1, 31), ["2027-02-28", "2027-03-28", "2027-04-28"]),
            (
                Rule(ends=Ends.MONTH_END, months=1),
                date(2028, 1, 31),
                ["2028-02-29", "2028-03-31", "2028-04-30"],
            ),
            (
                Rule(ends=Ends.MONTH_END, months=12),
                LEAP_DAY,
                ["2029-02-28", "2030-02-28", "2031-02-28", "2032-02-29"],
            ),
            (
                Rule(ends=Ends.FIXED_DAY, fixed_month=2, fixed_day=29),
                date(2026, 11, 23),
                ["2027-02-28", "2028-02-29", "2029-02-28"],
            ),
            (
                Rule(ends=Ends.FIXED_DAY, fixed_month=12, fixed_day=31, years=Years.EVEN),
                date(2026, 12, 31),
                ["2028-12-31", "2030-12-31"],
            ),
            (
                Rule(ends=Ends.FIXED_DAY, fixed_month=1, fixed_day=1, years=Years.ODD),
                date(2026, 12, 31),
                ["2027-01-01", "2029-01-01"],
            ),
        ],
    )
    def test_leap_days_and_ends_of_months(self, rule, start, last_days):
        assert terms_of(rule, start, len(last_days)) == last_days

    @given(st.dates(date(2020, 1, 1), date(2100, 1, 1)), st.integers(1, 60))
    def test_the_end_of_a_month_stays_one_however_often_it_is_renewed(self, start, months):
        for day in terms_of(Rule(ends=Ends.MONTH_END, months=months), start, 3):
            assert (date.fromisoformat(day) + ONE_DAY).day == 1

    @given(st.dates(date(2020, 1, 1), date(2100, 1, 1)), st.integers(1, 12), st.integers(1, 28))
    def test_one_day_for_everyone_is_the_same_for_all(self, start, month, day):
        rule = Rule(ends=Ends.FIXED_DAY, fixed_month=month, fixed_day=day)
        last = rule.term_end(start)
        assert (last.month, last.day) == (month, day)
        assert rule.term_end(last - ONE_DAY) == last
        assert rule.term_end(last) > last


class TestTheLastDayOfEachStep:
    @pytest.mark.parametrize("grace_days", [1, 30, 60])
    def test_grace_holds_on_its_last_day_and_not_one_after(self, grace_days):
        rule = Rule(grace_days=grace_days)
        last_of_grace = LAST + timedelta(days=grace_days)
        assert rule.phase(LAST, on=last_of_grace) == Phase.GRACE
        assert rule.next_term(LAST, on=last_of_grace) == Term(LAST + ONE_DAY, date(2030, 11, 23))
        assert rule.phase(LAST, on=last_of_grace + ONE_DAY) == Phase.OVER
        assert rule.next_term(LAST, on=last_of_grace + ONE_DAY) is None

    def test_a_step_takes_over_the_day_after_grace_and_is_asked_for_by_name(self):
        rule = Rule(grace_days=30, late=(FEE,))
        for late_by, asks in [(30, None), (31, "a fee"), (90, "a fee")]:
            step = rule.late_step(LAST, on=LAST + timedelta(days=late_by))
            assert (step and step.asks) == asks
        assert rule.last_chance(LAST) == LAST + timedelta(days=90)

    def test_grace_that_ends_on_a_leap_day(self):
        rule = Rule(grace_days=30)
        last = date(2028, 1, 30)
        assert rule.last_chance(last) == LEAP_DAY
        assert rule.phase(last, on=LEAP_DAY) == Phase.GRACE
        assert rule.phase(last, on=date(2028, 3, 1)) == Phase.OVER

    def test_without_a_window_it_opens_on_the_last_day_itself(self):
        rule = Rule(opens_days=0)
        assert rule.phase(LAST, on=LAST - ONE_DAY) == Phase.EARLY
        assert rule.phase(LAST, on=LAST) == Phase.OPEN

    def test_late_without_an_end_is_late_for_ever_and_begins_on_its_day(self):
        rule = Rule(late=(LateStep(None, "all of it again"),))
        on = date(2088, 2, 29)
        assert rule.phase(LAST, on=on) == Phase.LATE
        assert rule.next_term(LAST, on=on) == Term(on, date(2090, 2, 28))


class TestTheWaiverOfHours:
    @pytest.mark.parametrize(
        ("issued_on", "is_waived"),
        [(date(2027, 11, 22), False), (date(2027, 11, 23), True), (date(2028, 11, 1), True)],
    )
    def test_it_begins_on_the_day_a_year_before(self, issued_on, is_waived):
        rule = Rule(minutes=600, waived_months=12)
        seen = outlook(rule, Facts(issued_on, LAST), [], on=LAST)
        assert (seen.is_waived, seen.is_complete) == (is_waived, is_waived)

    def test_it_is_for_a_first_credential_alone(self):
        rule = Rule(minutes=600, waived_months=12)
        seen = outlook(rule, Facts(date(2028, 6, 1), LAST, is_first=False), [], on=LAST)
        assert not seen.is_waived
        assert not seen.is_complete

    def test_what_is_asked_for_besides_hours_is_not_waived(self):
        rule = Rule(minutes=600, waived_months=12, statement="code", needs_word=True)
        seen = outlook(rule, Facts(date(2028, 6, 1), LAST), [], on=LAST)
        assert [item.asks for item in seen.items] == ["statement", "word"]
        assert not seen.is_complete


class TestReminders:
    @pytest.mark.parametrize(
        ("before", "stage"),
        [(91, None), (90, 90), (61, 90), (60, 60), (7, 7), (0, 7), (-1, None)],
    )
    def test_the_latest_that_has_come_is_due_until_the_last_day(self, before, stage):
        assert stage_on(STAGES, LAST, on=LAST - timedelta(days=before)) == stage

    @pytest.mark.parametrize(
        ("last", "reminder_on"),
        [
            (date(2028, 3, 7), date(2028, 2, 29)),
            (date(2027, 3, 7), date(2027, 2, 28)),
            (date(2028, 3, 6), date(2028, 2, 28)),
        ],
    )
    def test_a_week_is_a_week_in_a_leap_year_too(self, last, reminder_on):
        before = reminder_on - ONE_DAY
        assert next_reminder_on([7], last, after=before) == last - timedelta(days=7)

    def test_none_is_planned_for_the_day_itself_or_once_it_is_over(self):
        assert next_reminder_on([7], LAST, after=LAST - timedelta(days=7)) is None
        assert next_reminder_on([], LAST, after=date(2020, 1, 1)) is None
        assert stage_on([], LAST, on=LAST) is None
