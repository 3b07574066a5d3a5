"""The four shipped rules say what the public rules said when they were read."""

from datetime import date, timedelta

import pytest

from certificates.renewal.checklist import Entry, EntryKind, Facts, State, outlook
from certificates.renewal.rules import Phase, Term
from certificates.renewal.shipped import BY_NAME, SHIPPED

ISSUED = date(2026, 11, 23)


def rule(name):
    return BY_NAME[name].rule


def hours(number, category="", day=date(2027, 3, 1), programme=""):
    return Entry(
        EntryKind.HOURS,
        day,
        State.ACCEPTED,
        minutes=number * 60,
        category=category,
        programme=programme or f"{category}{number}{day}",
    )


def complete(name, entries, **facts):
    last = rule(name).term_end(ISSUED)
    facts = Facts(ISSUED, last, **facts)
    return outlook(rule(name), facts, entries, on=last).is_complete


def test_each_names_where_it_was_read():
    assert [each.name for each in SHIPPED] == ["icrc", "nebraska", "north_carolina", "california"]
    assert all(each.source and each.title for each in SHIPPED)


@pytest.mark.parametrize("name", ["icrc", "north_carolina", "california"])
def test_two_years_from_the_day_of_issue(name):
    assert rule(name).term_end(ISSUED) == date(2028, 11, 23)


def test_nebraska_ends_for_everyone_on_the_first_of_september_of_odd_years():
    for issued in (date(2025, 9, 1), ISSUED, date(2027, 8, 31)):
        assert rule("nebraska").term_end(issued) == date(2027, 9, 1)
    assert rule("nebraska").term_end(date(2027, 9, 1)) == date(2029, 9, 1)


@pytest.mark.parametrize(
    ("name", "category"),
    [("icrc", "ethics"), ("nebraska", "ethics"), ("california", "law-and-ethics")],
)
def test_twenty_hours_six_of_them_of_ethics(name, category):
    facts = {"is_first": False}
    assert complete(name, [hours(14), hours(6, category)], **facts)
    assert complete(name, [hours(20, category)], **facts), "more of it counts as well"
    assert not complete(name, [hours(15), hours(5, category)], **facts)
    assert not complete(name, [hours(13), hours(6, category)], **facts)


def test_north_carolina_asks_for_twenty_hours_of_any_kind():
    assert complete("north_carolina", [hours(20)])
    assert not complete("north_carolina", [hours(19)])


def test_nebraska_counts_the_same_programme_once_in_a_cycle():
    twice = [hours(10, programme="ward", day=date(2027, day, 1)) for day in (3, 4)]
    assert not complete("nebraska", [*twice, hours(6, "ethics")], is_first=False)
    assert complete("icrc", [*twice, hours(6, "ethics")])


def test_nebraska_waives_the_hours_of_whoever_was_certified_in_the_last_twelve_months():
    last = date(2027, 9, 1)
    for issued, waived in ((date(2026, 9, 1), True), (date(2026, 8, 31), False)):
        seen = outlook(rule("nebraska"), Facts(issued, last), [], on=last)
        assert (seen.is_waived, seen.is_complete) == (waived, waived)
    later = Facts(date(2026, 9, 1), last, is_first=False)
    assert not outlook(rule("nebraska"), later, [], on=last).is_waived


def test_nebraska_looks_at_a_sample_and_the_others_at_every_entry():
    assert rule("nebraska").audit_percent
    assert all(each.rule.audit_percent is None for each in SHIPPED if each.name != "nebraska")


def test_california_opens_ninety_days_before():
    last = rule("california").term_end(ISSUED)
    assert rule("california").opens_on(last) == last - timedelta(days=90)


def test_north_carolina_takes_thirty_days_with_a_fee_and_then_has_people_start_again():
    last = date(2028, 11, 23)
    on = last + timedelta(days=30)
    assert rule("north_carolina").phase(last, on=on) == Phase.LATE
    assert rule("north_carolina").late_step(last, on=on).asks == "a late fee"
    # The register and the paper show the same date, so the late days are nobody's to hide.
    assert rule("north_carolina").next_term(last, on=on) == Term(
        date(2028, 11, 24), date(2030, 11, 23)
    )
    assert rule("north_carolina").phase(last, on=on + timedelta(days=1)) == Phase.OVER


@pytest.mark.parametrize("name", ["icrc", "nebraska", "california"])
def test_where_the_public_rule_says_nothing_of_late_a_gap_stays_to_be_seen(name):
    last = rule(name).term_end(ISSUED)
    on = last + timedelta(days=1)
    assert rule(name).next_term(last, on=on).first == on


def test_those_that_ask_for_a_code_have_it_signed_again():
    signing = {each.name for each in SHIPPED if each.signs_statement}
    assert signing == {"icrc", "north_carolina", "california"}
