"""When a term ends, when it may be renewed, and that no day is lost or given away."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certificates.renewal.rules import (
    Category,
    Ends,
    LateStep,
    Phase,
    Rule,
    Term,
    UnusableRule,
    Years,
)

LAST = date(2028, 11, 23)
LADDER = Rule(
    grace_days=30,
    late=(
        LateStep(180, "a fee", keeps_dates=True),
        LateStep(700, "the examination again"),
    ),
)
"""As Wisconsin's: a month of grace, a fee for half a year, then the examination again."""

rules = st.builds(
    Rule,
    ends=st.sampled_from(Ends),
    months=st.integers(12, 60),
    fixed_month=st.integers(1, 12),
    fixed_day=st.integers(1, 28),
    years=st.sampled_from(Years),
    opens_days=st.integers(0, 200),
    grace_days=st.integers(0, 60),
    late=st.sampled_from(
        [
            (),
            (LateStep(None),),
            (LateStep(90, "a fee", keeps_dates=True), LateStep(200, "again")),
            (LateStep(120), LateStep(None)),
        ]
    ),
)
days = st.dates(date(2000, 1, 1), date(2200, 1, 1))


class TestTheLastDay:
    @pytest.mark.parametrize(
        ("rule", "start", "last"),
        [
            (Rule(months=24), date(2026, 11, 23), date(2028, 11, 23)),
            (Rule(months=12), date(2028, 2, 29), date(2029, 2, 28)),
            (Rule(ends=Ends.MONTH_END), date(2026, 11, 23), date(2028, 11, 30)),
            (Rule(ends=Ends.MONTH_END, months=3), date(2027, 11, 30), date(2028, 2, 29)),
            (
                Rule(ends=Ends.FIXED_DAY, fixed_month=9, fixed_day=1, years=Years.ODD),
                date(2026, 11, 23),
                date(2027, 9, 1),
            ),
            (
                Rule(ends=Ends.FIXED_DAY, fixed_month=9, fixed_day=1, years=Years.ODD),
                date(2027, 9, 1),
                date(2029, 9, 1),
            ),
            (
                Rule(ends=Ends.FIXED_DAY, fixed_month=6, fixed_day=30, years=Years.EVEN),
                date(2026, 6, 29),
                date(2026, 6, 30),
            ),
            (
                Rule(ends=Ends.FIXED_DAY, fixed_month=2, fixed_day=29),
                date(2027, 1, 1),
                date(2027, 2, 28),
            ),
        ],
    )
    def test_it_is_where_the_rule_puts_it(self, rule, start, last):
        assert rule.term_end(start) == last

    @given(rules, days)
    def test_it_is_never_the_day_that_it_follows_on(self, rule, start):
        assert rule.term_end(start) > start

    def test_the_end_of_the_calendar_is_the_last_of_all(self):
        assert Rule(months=600).term_end(date(9990, 1, 1)) == date.max
        fixed = Rule(ends=Ends.FIXED_DAY, years=Years.ODD)
        assert fixed.term_end(date(9999, 6, 1)) == date.max


class TestTheWindow:
    @pytest.mark.parametrize(
        ("late_by", "phase", "asks"),
        [
            (-91, Phase.EARLY, None),
            (-90, Phase.OPEN, None),
            (0, Phase.OPEN, None),
            (1, Phase.GRACE, None),
            (30, Phase.GRACE, None),
            (31, Phase.LATE, "a fee"),
            (180, Phase.LATE, "a fee"),
            (181, Phase.LATE, "the examination again"),
            (700, Phase.LATE, "the examination again"),
            (701, Phase.OVER, None),
        ],
    )
    def test_each_day_lies_on_a_step(self, late_by, phase, asks):
        on = LAST + timedelta(days=late_by)
        step = LADDER.late_step(LAST, on=on)
        assert (LADDER.phase(LAST, on=on), step and step.asks) == (phase, asks)

    @pytest.mark.parametrize(
        ("rule", "last_chance"),
        [
            (Rule(), LAST),
            (Rule(grace_days=30), LAST + timedelta(days=30)),
            (LADDER, LAST + timedelta(days=700)),
            (Rule(late=(LateStep(None),)), None),
        ],
    )
    def test_the_last_chance_is_the_end_of_the_ladder(self, rule, last_chance):
        assert rule.last_chance(LAST) == last_chance

    def test_in_time_and_in_grace_and_on_a_step_that_keeps_dates_nothing_is_lost(self):
        for late_by in (-90, 0, 30, 180):
            term = LADDER.next_term(LAST, on=LAST + timedelta(days=late_by))
            assert term == Term(date(2028, 11, 24), date(2030, 11, 23))

    def test_later_the_term_begins_on_the_day_and_the_gap_stays_to_be_seen(self):
        on = LAST + timedelta(days=181)
        assert LADDER.next_term(LAST, on=on) == Term(on, date(2031, 5, 23))

    @pytest.mark.parametrize("late_by", [-91, 701])
    def test_too_early_and_too_late_there_is_none(self, late_by):
        assert LADDER.next_term(LAST, on=LAST + timedelta(days=late_by)) is None

    @given(rules, days, st.integers(-250, 400))
    def test_there_is_a_term_on_just_the_days_that_are_in_the_window(self, rule, last, late_by):
        on = last + timedelta(days=late_by)
        chance = rule.last_chance(last)
        is_open = rule.opens_on(last) <= on and (chance is None or on <= chance)
        assert (rule.next_term(last, on=on) is not None) == is_open

    @given(rules, days, st.integers(-200, 0))
    def test_whoever_is_in_time_gets_a_whole_term_without_a_gap(self, rule, last, late_by):
        on = max(last + timedelta(days=late_by), rule.opens_on(last))
        term = rule.next_term(last, on=on)
        assert term == Term(last + timedelta(days=1), rule.term_end(last))

    def test_a_fixed_day_that_came_meanwhile_is_not_the_last_of_a_new_term(self):
        """Renewed on 3 January, with 2 January as the day on which terms end."""
        late = (LateStep(days=90, asks="a fee", keeps_dates=True),)
        rule = Rule(ends=Ends.FIXED_DAY, fixed_month=1, fixed_day=2, years=Years.EVERY, late=late)
        term = rule.next_term(date(2000, 1, 1), on=date(2000, 1, 3))
        assert term == Term(date(2000, 1, 2), date(2001, 1, 2))

    @given(rules, days, st.integers(-250, 400))
    def test_no_new_term_is_over_before_it_begins(self, rule, last, late_by):
        on = last + timedelta(days=late_by)
        if term := rule.next_term(last, on=on):
            assert term.first > last
            assert term.last >= max(term.first, on)


class TestAsData:
    @given(rules)
    def test_a_rule_comes_back_as_it_was_written(self, rule):
        assert Rule.from_json(rule.to_json()) == rule

    def test_so_do_its_hours(self):
        rule = Rule(
            minutes=2160,
            categories=(
                Category("peer", "Peer support", least=1440),
                Category("ethics", "Ethics", least=180, most=400),
            ),
            statement="code",
            needs_word=True,
            audit_percent=10,
        )
        assert Rule.from_json(rule.to_json()) == rule

    @pytest.mark.parametrize(
        "terms", [{}, {"ends": "never"}, {**Rule().to_json(), "colour": "red"}]
    )
    def test_what_is_no_rule_is_refused(self, terms):
        with pytest.raises(UnusableRule):
            Rule.from_json(terms)

    @pytest.mark.parametrize(
        "changes",
        [
            {"months": 0},
            {"months": 601},
            {"fixed_month": 13},
            {"fixed_month": 4, "fixed_day": 31},
            {"opens_days": -1},
            {"grace_days": 3651},
            {"waived_months": -1},
            {"audit_percent": 101},
            {"minutes": -1},
            {"minutes": 60, "categories": (Category("a", "A", least=61),)},
            {"minutes": 60, "categories": (Category("a", "A", least=60, most=30),)},
            {"minutes": 60, "categories": (Category("a", "A"), Category("a", "B"))},
            {"late": (LateStep(None), LateStep(30))},
            {"late": (LateStep(None, keeps_dates=True),)},
            {"late": (LateStep(60), LateStep(30))},
            {"grace_days": 30, "late": (LateStep(30),)},
            {"months": 12, "grace_days": 340},
        ],
    )
    def test_one_that_contradicts_itself_cannot_be(self, changes):
        with pytest.raises(UnusableRule):
            replace(Rule(), **changes)
