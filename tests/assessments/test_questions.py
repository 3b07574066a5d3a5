"""The bank: every kind keeps its words, its tags and its drafts, and freezes into an item."""

from decimal import Decimal
from random import Random

import pytest

from assessments.models import Question
from assessments.papers import Paper
from tests import make

pytestmark = pytest.mark.django_db


def test_every_kind_freezes_and_comes_back_from_the_database_the_same():
    make.one_of_each_kind()
    items = [one.freeze(Random(1), worth=Decimal(1)) for one in Question.objects.all()]
    paper = Paper(items=items, pass_percent=Decimal(75))
    assert {item.kind for item in items} == {
        "single_choice",
        "multiple_response",
        "true_false",
        "matching",
        "ordering",
    }
    assert Paper.from_json(paper.to_json()) == paper


def test_a_draft_keeps_competencies_and_tags_apart_from_what_is_published():
    question = make.single_choice()
    question.competencies.add(make.competency("LI1"))
    question.tags.add("listening")
    draft = question.save_revision()
    assert list(Question.objects.get(pk=question.pk).tags.names()) == []
    draft.publish()
    published = Question.objects.get(pk=question.pk)
    assert list(published.tags.names()) == ["listening"]
    assert [one.code for one in published.competencies.all()] == ["LI1"]
