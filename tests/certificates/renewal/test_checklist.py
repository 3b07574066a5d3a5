"""What counts towards a renewal, what waits, and what is missing."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certificates.renewal.checklist import (
    Asks,
    Entry,
    EntryKind,
    Facts,
    State,
    counted_minutes,
    outlook,
)
from certificates.renewal.rules import Category, Phase, Rule

ISSUED, LAST = date(2026, 11, 23), date(2028, 11, 23)
FACTS = Facts(ISSUED, LAST)
PENNSYLVANIA = Rule(
    minutes=36 * 60,
    categories=(
        Category("peer", "Peer or recovery", least=24 * 60),
        Category("ethics", "Ethics", least=3 * 60),
    ),
)
"""36 hours: 24 of one kind, 3 of another, and a remainder of any kind."""


def hours(number, category="", state=State.ACCEPTED, **fields):
    fields = {"done_on": date(2027, 3, 1), "programme": f"{number}{category}", **fields}
    return Entry(EntryKind.HOURS, state=state, minutes=number * 60, category=category, **fields)


def word(state=State.ACCEPTED):
    return Entry(EntryKind.WORD, date(2027, 3, 1), state)


def lines(rule, entries, facts=FACTS, on=LAST):
    return {
        (item.category.name if item.category else item.asks.value): (
            item.counted // 60 if item.asks in {Asks.HOURS, Asks.CATEGORY} else item.counted,
            item.waiting // 60 if item.asks in {Asks.HOURS, Asks.CATEGORY} else item.waiting,
        )
        for item in outlook(rule, facts, entries, on=on).items
    }


class TestHours:
    def test_a_remainder_may_be_of_any_kind(self):
        entries = [hours(26, "peer"), hours(4, "ethics"), hours(6, "other")]
        assert outlook(PENNSYLVANIA, FACTS, entries, on=LAST).is_complete

    def test_no_more_of_a_kind_counts_than_its_most(self):
        rule = Rule(minutes=1200, categories=(Category("online", "Online", most=480),))
        assert lines(rule, [hours(12, "online"), hours(5)]) == {"hours": (13, 0)}

    def test_what_waits_to_be_looked_at_is_told_apart_from_what_counts(self):
        entries = [hours(20, "peer"), hours(4, "peer", State.WAITING), hours(3, "ethics")]
        assert lines(PENNSYLVANIA, entries) == {
            "hours": (23, 4),
            "peer": (20, 4),
            "ethics": (3, 0),
        }

    def test_what_was_asked_back_counts_for_nothing(self):
        entries = [hours(36, "peer", State.ASKED_BACK)]
        assert lines(PENNSYLVANIA, entries) == {"hours": (0, 0), "peer": (0, 0), "ethics": (0, 0)}

    @pytest.mark.parametrize(
        ("done_on", "counts"),
        [
            (ISSUED - timedelta(days=1), 0),
            (ISSUED, 5),
            (LAST, 5),
            (LAST + timedelta(days=1), 0),
        ],
    )
    def test_only_what_was_done_in_the_cycle_counts_and_nothing_of_the_future(
        self, done_on, counts
    ):
        rule = Rule(minutes=600)
        assert lines(rule, [hours(5, done_on=done_on)]) == {"hours": (counts, 0)}

    def test_a_programme_counts_once_and_the_page_can_say_which_did_not(self):
        rule = Rule(minutes=600)
        twice = [hours(5, programme="ward"), hours(5, programme="ward")]
        assert lines(rule, twice) == {"hours": (5, 0)}
        assert outlook(rule, FACTS, twice, on=LAST).repeated == {1}
        again = replace(rule, once_in_cycle=False)
        assert lines(again, twice) == {"hours": (10, 0)}
        assert outlook(again, FACTS, twice, on=LAST).repeated == frozenset()

    def test_one_that_was_asked_back_does_not_keep_the_same_from_counting(self):
        twice = [hours(5, state=State.ASKED_BACK, programme="ward"), hours(5, programme="ward")]
        assert lines(Rule(minutes=300), twice) == {"hours": (5, 0)}
        assert not outlook(Rule(minutes=300), FACTS, twice, on=LAST).repeated

    def test_a_repeat_that_waits_does_not_take_the_place_of_what_was_accepted(self):
        twice = [
            hours(9, state=State.WAITING, programme="ward"),
            hours(5, programme="ward"),
        ]
        assert lines(Rule(minutes=600), twice) == {"hours": (5, 0)}

    entries = st.lists(
        st.builds(
            Entry,
            kind=st.just(EntryKind.HOURS),
            done_on=st.dates(ISSUED, LAST),
            state=st.sampled_from(State),
            minutes=st.integers(0, 1200),
            category=st.sampled_from(["peer", "ethics", "", "unknown"]),
            programme=st.sampled_from("abcdef"),
        ),
        max_size=8,
    )

    @given(entries)
    def test_nothing_counts_more_than_it_is(self, entries):
        whole = sum(entry.minutes for entry in entries)
        item = outlook(PENNSYLVANIA, FACTS, entries, on=LAST).items[0]
        assert 0 <= item.counted <= item.counted + item.waiting <= whole

    @given(entries)
    def test_the_parts_make_up_the_whole(self, entries):
        counted = counted_minutes(PENNSYLVANIA, entries)
        assert set(counted) <= {"peer", "ethics", ""}
        assert sum(counted.values()) <= sum(entry.minutes for entry in entries)

    @given(entries)
    def test_another_programme_that_is_accepted_takes_nothing_away(self, entries):
        more = [*entries, hours(2, "peer", programme="another")]
        before = outlook(PENNSYLVANIA, FACTS, entries, on=LAST).items
        after = outlook(PENNSYLVANIA, FACTS, more, on=LAST).items
        assert all(b.counted <= a.counted for b, a in zip(before, after, strict=True))
        assert after[0].counted == before[0].counted + 120


class TestTheSample:
    RULE = Rule(minutes=300, audit_percent=10)

    def test_whoever_is_not_in_it_is_believed(self):
        seen = outlook(self.RULE, FACTS, [hours(5, state=State.WAITING)], on=LAST)
        assert seen.is_complete

    def test_nor_does_what_was_asked_back_count_for_them(self):
        seen = outlook(self.RULE, FACTS, [hours(5, state=State.ASKED_BACK)], on=LAST)
        assert not seen.is_complete

    def test_whoever_is_in_it_brings_a_file_for_each_and_waits(self):
        facts = replace(FACTS, is_sampled=True)
        bare = [hours(5, state=State.WAITING)]
        assert lines(self.RULE, bare, facts) == {"hours": (0, 5), "files": (0, 0)}
        assert not outlook(self.RULE, facts, bare, on=LAST).is_brought
        shown = [hours(5, state=State.WAITING, has_file=True)]
        seen = outlook(self.RULE, facts, shown, on=LAST)
        assert (seen.is_brought, seen.is_complete) == (True, False)
        accepted = [hours(5, has_file=True)]
        assert outlook(self.RULE, facts, accepted, on=LAST).is_complete


class TestBesides:
    def test_a_statement_is_signed_again(self):
        rule = Rule(statement="code")
        assert not outlook(rule, FACTS, [], on=LAST).is_complete
        signed = replace(FACTS, signed_on=LAST)
        assert outlook(rule, signed, [], on=LAST).is_complete

    @pytest.mark.parametrize(
        ("states", "line"),
        [
            ([], (0, 0)),
            ([State.WAITING], (0, 1)),
            ([State.ASKED_BACK], (0, 0)),
            ([State.ACCEPTED, State.WAITING], (1, 0)),
        ],
    )
    def test_a_supervisors_word_counts_when_it_is_accepted(self, states, line):
        assert lines(Rule(needs_word=True), [word(state) for state in states]) == {"word": line}


class TestWhetherItMayBeRenewed:
    @pytest.mark.parametrize(
        ("on", "entries", "phase", "may"),
        [
            (LAST - timedelta(days=91), [hours(10)], Phase.EARLY, False),
            (LAST - timedelta(days=90), [hours(10)], Phase.OPEN, True),
            (LAST - timedelta(days=90), [hours(9)], Phase.OPEN, False),
            (LAST + timedelta(days=1), [hours(10)], Phase.OVER, False),
        ],
    )
    def test_in_the_window_with_everything_done(self, on, entries, phase, may):
        seen = outlook(Rule(minutes=600), FACTS, entries, on=on)
        assert (seen.phase, seen.may_be_renewed) == (phase, may)

    def test_what_is_missing_is_said_to_the_minute(self):
        seen = outlook(Rule(minutes=600), FACTS, [hours(9)], on=LAST)
        assert [item.missing for item in seen.items] == [60]
        assert (seen.due_on, seen.opens_on) == (LAST, LAST - timedelta(days=90))
