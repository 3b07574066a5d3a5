"""A rule and a checklist are said in plain sentences, in the language of whoever reads them."""

import pytest
from django.utils import translation

from certificates.renewal.checklist import Asks, Item
from certificates.renewal.rules import Category, Ends, LateStep, Rule, Years
from certificates.renewal.shipped import BY_NAME, SHIPPED
from certificates.renewal_words import (
    hours_in_words,
    item_progress,
    item_title,
    label_of,
    late_step_in_words,
    rule_in_words,
)

ETHICS = Category("ethics", "Ethics", least=360)


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.mark.parametrize(
    ("minutes", "words"),
    [
        (60, "1 hour"),
        (90, "1.5 hours"),
        (15, "0.25 hours"),
        (50, "0.83 hours"),
        (1200, "20 hours"),
        (0, "0 hours"),
    ],
)
def test_hours_are_said_as_people_say_them(minutes, words):
    assert hours_in_words(minutes) == words


def test_a_comma_stands_in_them_where_the_language_has_one():
    with translation.override("es"):
        assert hours_in_words(90) == "1,5 horas"


@pytest.mark.parametrize(
    ("rule", "sentence"),
    [
        (Rule(months=1), "It ends 1 month after the day it was issued."),
        (Rule(months=24), "It ends 24 months after the day it was issued."),
        (
            Rule(ends=Ends.MONTH_END),
            "It ends at the end of the month, 24 months after it was issued.",
        ),
        (
            Rule(ends=Ends.FIXED_DAY, fixed_month=9, years=Years.ODD),
            "It ends for everyone on 1 September of each odd year.",
        ),
        (
            Rule(ends=Ends.FIXED_DAY, fixed_month=6, fixed_day=30, years=Years.EVEN),
            "It ends for everyone on 30 June of each even year.",
        ),
        (
            Rule(ends=Ends.FIXED_DAY, fixed_month=2, fixed_day=29),
            "It ends for everyone on 29 February of each year.",
        ),
        (Rule(opens_days=1), "It can be renewed from 1 day before its last day."),
        (Rule(opens_days=60), "It can be renewed from 60 days before its last day."),
        (
            Rule(grace_days=30),
            "For 30 days after its last day it can still be renewed without a gap.",
        ),
        (Rule(), "After that it cannot be renewed: the award is earned anew."),
        (
            Rule(late=(LateStep(30, "a late fee", keeps_dates=True),)),
            "Until 30 days after its last day it can be renewed late, with a late fee; the dates "
            "go on without a gap.",
        ),
        (
            Rule(late=(LateStep(None),)),
            "Later it can be renewed at any time; it then counts from that day, and the gap stays "
            "to be seen.",
        ),
        (Rule(minutes=1200), "Each time it asks for 20 hours of continuing education."),
        (
            Rule(minutes=1200, categories=(ETHICS,)),
            "Of these at least 6 hours: Ethics.",
        ),
        (
            Rule(minutes=1200, categories=(Category("online", "Online", most=480),)),
            "No more than 8 hours count: Online.",
        ),
        (Rule(minutes=60), "The same programme counts once between two renewals."),
        (
            Rule(minutes=60, waived_months=12),
            "Whoever was first issued it within 12 months before its last day needs no hours.",
        ),
        (Rule(statement="code"), "“Code of ethics” is signed again each time."),
        (Rule(needs_word=True), "A supervisor says that the work was done."),
        (
            Rule(minutes=60, audit_percent=10),
            "Of 10 in a hundred renewals the registrar looks at every entry; otherwise what you "
            "enter counts at once.",
        ),
    ],
)
def test_each_part_of_a_rule_is_a_sentence(rule, sentence):
    assert sentence in rule_in_words(rule, statement="Code of ethics")


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        (Rule(late=(LateStep(None),)), "earned anew"),
        (Rule(minutes=60, once_in_cycle=False), "The same programme"),
        (Rule(waived_months=12), "needs no hours"),
        (Rule(audit_percent=10), "in a hundred"),
        (Rule(), "continuing education"),
        (Rule(), "supervisor"),
        (Rule(), "signed again"),
    ],
)
def test_and_what_it_does_not_ask_for_is_not_said(rule, words):
    assert words not in " ".join(rule_in_words(rule))


@pytest.mark.parametrize("shipped", SHIPPED, ids=lambda each: each.name)
def test_a_shipped_rule_is_said_in_spanish_to_the_last_word(shipped):
    in_english = rule_in_words(shipped.rule)
    with translation.override("es"):
        in_spanish = rule_in_words(shipped.rule)
    assert len(in_english) == len(in_spanish)
    assert not set(in_english) & set(in_spanish)
    assert "hours" not in " ".join(in_spanish)
    assert "Ethics" not in " ".join(in_spanish)
    assert "late fee" not in " ".join(in_spanish)


def test_a_kind_of_hours_that_staff_named_stays_as_they_wrote_it():
    with translation.override("es"):
        assert label_of(Category("grief", "Grief and loss")) == "Grief and loss"
        assert label_of(BY_NAME["california"].rule.categories[0]) == "Leyes y ética"


def test_a_step_without_a_price_names_none():
    assert ", with" not in late_step_in_words(LateStep(30))


@pytest.mark.parametrize(
    ("item", "title", "progress"),
    [
        (
            Item(Asks.HOURS, 1200, 840, 120),
            "20 hours of continuing education",
            "14 hours count, 2 hours wait to be looked at, 4 hours to go",
        ),
        (Item(Asks.HOURS, 60, 60), "1 hour of continuing education", "1 hour count"),
        (
            Item(Asks.CATEGORY, 360, 0, 360, ETHICS),
            "Of these at least 6 hours: Ethics",
            "0 hours count, 6 hours wait to be looked at",
        ),
        (Item(Asks.STATEMENT, 1, 0), "Sign “Code of ethics” again", "Still to do"),
        (Item(Asks.STATEMENT, 1, 1), "Sign “Code of ethics” again", "Done"),
        (Item(Asks.WORD, 1, 0, 1), "The word of your supervisor", "It waits to be looked at"),
        (
            Item(Asks.FILES, 3, 1),
            "A file for each entry: your renewal is one of those that are looked at",
            "1 of 3 have one",
        ),
        (
            Item(Asks.FILES, 0, 0),
            "A file for each entry: your renewal is one of those that are looked at",
            "Done",
        ),
    ],
)
def test_a_line_of_the_checklist_says_what_and_how_far(item, title, progress):
    assert item_title(item, statement="Code of ethics") == title
    assert item_progress(item) == progress
