"""What reads alike is one thing: a tag for the check and the draw, a choice for the author."""

from __future__ import annotations

from random import Random
from unicodedata import normalize

import pytest
from django.core.exceptions import ValidationError

from assessments.bank import Question, QuestionTag
from assessments.blueprint import Row
from assessments.kinds.matching.model import Matching, each_once
from assessments.text_rules import Comparison
from tests import make

pytestmark = pytest.mark.django_db

ALIKE = [
    "Ética",
    "ética",
    "ÉTICA",
    " Ética ",
    normalize("NFD", "Ética"),
    "Ｅ\u0301tica",
    "Éti\u200bca",
]


@pytest.mark.parametrize("typed", ALIKE)
def test_a_tag_is_the_same_for_the_filter_and_for_the_draw(typed):
    question = make.single_choice()
    question.tags.add("Ética")
    question.save()
    assert QuestionTag.objects.count() == 1
    entry = Question.objects.bank_entries()[0]
    row = Row(tag=typed, count=1)
    assert row.may_ask(entry)
    assert row.may_ask(Question.objects.get(pk=question.pk).bank_entry())
    assert question.pk in set(Question.objects.tagged(typed).values_list("pk", flat=True))


def test_another_tag_is_another():
    question = make.single_choice()
    question.tags.add("Etica")
    question.save()
    assert not Row(tag="Ética", count=1).may_ask(Question.objects.bank_entries()[0])
    assert not Question.objects.tagged("Ética").exists()


def test_choices_that_read_alike_are_offered_once():
    assert each_once(["Empathy", "empathy ", "Ｅmpathy", "Advice"]) == ["Empathy", "Advice"]


def matching(*pairs, extra=()):
    question = Matching(code="M1", stem="<p>Pair them.</p>")
    question.pairs = [("pair", {"left": a, "right": b, "feedback": ""}) for a, b in pairs]
    question.extra = [("choice", text) for text in extra]
    return question


def test_a_matching_question_offers_no_twins():
    question = matching(("She listens", "Empathy"), ("He stays", "empathy "), ("They ask", "Care"))
    item = question.freeze()
    assert [choice.text for choice in item.offered] == ["Empathy", "Care"]
    assert item.stems[0].matches == item.stems[1].matches
    dealt = item.deal(Random(1))
    assert len(dealt.offered) == 2


@pytest.mark.parametrize("extra", ["EMPATHY", "em\u00adpathy", "Ｅmpathy "])
def test_a_choice_that_matches_nothing_is_no_twin_of_one_that_does(extra):
    with pytest.raises(ValidationError):
        matching(
            ("She listens", "Empathy"), ("They ask", "Care"), extra=[extra]
        ).validate_publishable()


@pytest.mark.parametrize("typed", ["ＣＡＲＥ", "ca\u200bre", "cáre"])
def test_a_typed_answer_is_read_from_any_keyboard(typed):
    assert Comparison(ignore_accents=True).matches("care", typed)
