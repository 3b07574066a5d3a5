"""What a short answer earns, and what its author is told."""

from decimal import Decimal
from random import Random

import pytest
from django.core.exceptions import ValidationError
from django.template.loader import render_to_string

from assessments.kinds.examples import example_of
from assessments.kinds.short_answer.item import Rule, ShortAnswerItem


def item(*rules, **comparison):
    return ShortAnswerItem(
        id="q",
        question=1,
        revision=None,
        code="S1",
        stem="<p>What next?</p>",
        rules=[
            Rule(str(place), text, Decimal(fraction), f"said {place}", source=place)
            for place, (text, fraction) in enumerate(rules)
        ],
        comparison=comparison,
    )


def kind_of_question(*rules, **fields):
    blocks = [("rule", {"text": t, "fraction": f, "feedback": ""}) for t, f in rules]
    return example_of("short_answer", code="S1", rules=blocks, **fields)


CHECKING = [("check\nask *", "1"), ("wait", "0.5"), ("*", "0")]


@pytest.mark.parametrize(
    ("text", "fraction", "rule"),
    [
        ("check", "1", 1),
        ("  CHECK \t", "1", 1),
        ("Check.", "1", 1),
        ("ask them kindly", "1", 1),
        ("ask", "0", 3),
        ("wait", "0.5", 2),
        ("wait and check", "0", 3),
        ("checking", "0", 3),
        ("x" * 500, "0", 3),
    ],
)
def test_the_first_rule_that_fits_says_what_is_earned(text, fraction, rule):
    assert item(*CHECKING).earned_fraction(text) == Decimal(fraction)
    assert item(*CHECKING).fired_rule(text).number == rule


def test_what_no_rule_takes_earns_nothing():
    assert item(("check", "1")).earned_fraction("wait") == 0
    assert item(("check", "1")).fired_rule("wait") is None
    assert item(("check", "1")).earned_fraction(None) == 0


def test_the_order_of_the_rules_decides_and_the_closeness_does_not():
    assert item(("*", "0"), ("check", "1")).earned_fraction("check") == 0


@pytest.mark.parametrize(
    ("comparison", "text", "fits"),
    [
        ({}, "CAFÉ", True),
        ({}, "cafe", False),
        ({"ignore_accents": True}, "cafe", True),
        ({"case_sensitive": True}, "CAFÉ", False),
        ({"case_sensitive": True}, "café", True),
        ({}, "café!", True),
        ({"ignore_punctuation": False}, "café!", False),
    ],
)
def test_an_author_says_how_closely_it_is_read(comparison, text, fits):
    assert item(("café", "1"), **comparison).earned_fraction(text) == int(fits)


@pytest.mark.parametrize(
    ("form", "response"),
    [
        ({"item-q": ["  check it  "]}, "check it"),
        ({"item-q": ["   "]}, None),
        ({"item-q": ["a" * 9000]}, "a" * 500),
        ({"item-q": ["first", "last"]}, "last"),
        ({"item-r": ["check"]}, None),
        ({}, None),
    ],
)
def test_a_form_gives_the_text_and_never_more_than_may_be_typed(form, response):
    assert item(*CHECKING).read(form) == response


@pytest.mark.parametrize(
    ("rules", "words"),
    [
        ([("check", "0"), ("*", "0.5")], "Let one rule earn the whole mark"),
        ([("*", "0"), ("check", "1")], "“check” is never reached: “*”"),
        ([("check", "1"), ("CHECK!", "0")], "“CHECK!” is never reached: “check”"),
        ([("a *", "1"), ("a b *", "0")], "“a b *” is never reached"),
        ([("check", "1"), ("?!", "0")], "“?!” holds nothing"),
    ],
)
def test_a_question_is_refused_whose_rules_cannot_all_be_reached(rules, words):
    with pytest.raises(ValidationError, match=words.replace("*", r"\*").replace("?", r"\?")):
        kind_of_question(*rules).validate_publishable()


@pytest.mark.parametrize(
    "rules",
    [
        CHECKING,
        [("check\nCheck!", "1")],  # alike within one rule is no matter
        [("a b", "0"), ("a *", "1")],
        [("*", "1")],
    ],
)
def test_rules_that_can_all_be_reached_are_kept(rules):
    kind_of_question(*rules).validate_publishable()


@pytest.mark.django_db
def test_nothing_of_the_rules_is_shown_while_answering():
    shown = example_of("short_answer", code="S1").freeze().deal(Random(1))
    page = render_to_string(shown.ask_template, {"item": shown, "given": None}).lower()
    for secret in ("check", "ask *", "wait", "safe", "datalist", "pattern="):
        assert secret not in page
    assert 'maxlength="500"' in page


@pytest.mark.django_db
def test_its_author_reads_which_rule_takes_a_text():
    tried = example_of("short_answer", code="S1").freeze()
    words = " ".join(
        render_to_string(tried.explain_template, {"item": tried, "given": "wait"}).split()
    )
    assert "Rule 2 takes it." in words
    assert "“wait”" in words
    assert "It earns half the mark." in words
    assert "Waiting helps. Ask as well." in words


@pytest.mark.django_db
def test_a_record_takes_what_it_accepts_and_answers_everything_else():
    question = example_of("short_answer", code="S1")
    fields = question.fields_from_record(
        {
            "accept": ["a * b", "on-call"],
            "model": "On call.",
            "feedback": {"right": "R", "wrong": "W"},
        }
    )
    frozen = type(question)(code="S2", stem="<p>?</p>", **fields).freeze()
    assert frozen.earned_fraction("On call") == 1
    assert frozen.earned_fraction("a x b") == 0
    assert [rule.feedback for rule in frozen.rules] == ["R", "W"]
