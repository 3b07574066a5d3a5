"""Hours over a cap, the same course twice, and which of two entries does not count."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from certificates.renewal.checklist import Asks, Entry, EntryKind, Facts, State, outlook
from certificates.renewal.rules import Category, Rule

ISSUED, LAST = date(2026, 11, 23), date(2028, 11, 23)
FACTS = Facts(ISSUED, LAST)
CAPPED = Rule(minutes=1200, categories=(Category("online", "Online", least=120, most=480),))


def hours(number, category="", state=State.ACCEPTED, programme="", **fields):
    fields = {"done_on": date(2027, 3, 1), **fields}
    name = programme or f"{number}{category}{fields['done_on']}"
    return Entry(
        EntryKind.HOURS,
        state=state,
        minutes=int(number * 60),
        category=category,
        programme=name,
        **fields,
    )


def figures(rule, entries, facts=FACTS):
    """Hours that count, that wait and that are missing, for each line."""
    return [
        (item.counted / 60, item.waiting / 60, item.missing / 60)
        for item in outlook(rule, facts, entries, on=LAST).items
    ]


class TestACap:
    @pytest.mark.parametrize(("online", "counted"), [(7.75, 7.75), (8, 8), (8.25, 8), (200, 8)])
    def test_what_is_over_it_counts_for_nothing(self, online, counted):
        assert figures(CAPPED, [hours(online, "online")])[0] == (counted, 0, 20 - counted)

    def test_it_holds_for_several_entries_together(self):
        entries = [hours(5, "online", programme=name) for name in ("a", "b", "c")]
        assert figures(CAPPED, entries) == [(8, 0, 12), (8, 0, 0)]

    def test_what_waits_is_not_promised_more_than_is_left_under_it(self):
        entries = [hours(6, "online"), hours(6, "online", State.WAITING, "other")]
        assert figures(CAPPED, entries)[0] == (6, 2, 12)

    def test_hours_of_a_kind_that_a_newer_rule_no_longer_names_are_of_any_kind(self):
        assert figures(CAPPED, [hours(12, "telephone")]) == [(12, 0, 8), (0, 0, 2)]

    def test_a_cap_of_none_lets_nothing_of_it_count(self):
        rule = Rule(minutes=60, categories=(Category("own", "Own reading", most=0),))
        assert figures(rule, [hours(9, "own")]) == [(0, 0, 1)]


class TestTheSameTwice:
    RULE = Rule(minutes=600)

    def test_the_later_one_is_marked_when_both_wait(self):
        twice = [hours(5, state=State.WAITING, programme="ward") for _ in range(2)]
        assert outlook(self.RULE, FACTS, twice, on=LAST).repeated == {1}

    def test_it_is_the_one_that_waits_that_is_marked_and_not_the_one_that_counts(self):
        twice = [hours(9, state=State.WAITING, programme="ward"), hours(5, programme="ward")]
        seen = outlook(self.RULE, FACTS, twice, on=LAST)
        assert seen.repeated == {0}
        assert seen.items[0].counted == 300

    def test_where_what_is_entered_counts_at_once_it_is_the_later_one(self):
        rule = replace(self.RULE, audit_percent=0)
        twice = [hours(9, state=State.WAITING, programme="ward"), hours(5, programme="ward")]
        seen = outlook(rule, FACTS, twice, on=LAST)
        assert seen.repeated == {1}
        assert seen.items[0].counted == 540

    def test_three_times_leaves_one(self):
        thrice = [hours(5, programme="ward") for _ in range(3)]
        seen = outlook(self.RULE, FACTS, thrice, on=LAST)
        assert seen.repeated == {1, 2}
        assert seen.items[0].counted == 300

    def test_a_supervisors_word_is_no_repeat(self):
        words = [Entry(EntryKind.WORD, date(2027, 3, 1)) for _ in range(2)]
        assert not outlook(self.RULE, FACTS, words, on=LAST).repeated

    def test_under_another_kind_it_is_still_the_same(self):
        rule = Rule(minutes=600, categories=(Category("ethics", "Ethics", least=60),))
        twice = [hours(5, programme="ward"), hours(5, "ethics", programme="ward")]
        assert figures(rule, twice) == [(5, 0, 5), (0, 0, 1)]


class TestWhenItWasDone:
    @pytest.mark.parametrize(
        ("done_on", "hours_that_count"),
        [(ISSUED - timedelta(days=1), 0), (ISSUED, 5), (date(2028, 2, 29), 5), (LAST, 5)],
    )
    def test_the_day_of_issue_counts_and_so_does_a_leap_day(self, done_on, hours_that_count):
        [line] = figures(Rule(minutes=600), [hours(5, done_on=done_on)])
        assert line[0] == hours_that_count

    def test_in_grace_hours_may_still_be_made_up(self):
        rule = Rule(minutes=600, grace_days=30)
        late = LAST + timedelta(days=10)
        assert outlook(rule, FACTS, [hours(10, done_on=late)], on=late).may_be_renewed
        early = outlook(rule, FACTS, [hours(10, done_on=late)], on=late - timedelta(days=1))
        assert not early.may_be_renewed


def test_one_without_a_file_in_a_sample_is_brought_by_half():
    rule = Rule(minutes=600, audit_percent=100)
    entries = [
        hours(5, has_file=True),
        hours(5, programme="bare"),
        hours(1, state=State.ASKED_BACK),
    ]
    seen = outlook(rule, replace(FACTS, is_sampled=True), entries, on=LAST)
    [files] = [item for item in seen.items if item.asks == Asks.FILES]
    assert (files.needed, files.counted, files.missing) == (2, 1, 1)
    assert not seen.may_be_renewed
