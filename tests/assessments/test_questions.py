"""The bank: every kind keeps its words, its tags and its drafts, and freezes into an item."""

import pytest

from assessments.items import item_from_json
from assessments.kinds import KINDS
from assessments.models import Question
from tests import make

pytestmark = pytest.mark.django_db


def test_every_kind_freezes_and_comes_back_from_the_database_the_same():
    make.one_of_each_kind()
    items = [question.freeze() for question in Question.objects.all()]
    assert {item.kind for item in items} == set(KINDS)
    assert [item_from_json(item.to_json()) for item in items] == items


def test_a_draft_keeps_competencies_and_tags_apart_from_what_is_published():
    question = make.single_choice()
    question.competencies.add(make.competency("LI1"))
    question.tags.add("listening")
    draft = question.save_revision()
    assert list(Question.objects.get(pk=question.pk).tags.names()) == []
    draft.publish()
    published = Question.objects.get(pk=question.pk)
    assert list(published.tags.names()) == ["listening"]
    assert [competency.code for competency in published.competencies.all()] == ["LI1"]
