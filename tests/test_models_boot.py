from decimal import Decimal
from random import Random

import pytest

from courses.models import Question
from courses.papers import Paper
from tests import make

pytestmark = pytest.mark.django_db


def test_every_kind_freezes_and_comes_back():
    course = make.full_course()
    made = make.one_of_each_kind()
    made[0].competencies.add(make.competency())
    made[0].tags.add("listening")
    made[0].save()
    assert list(Question.objects.get(pk=made[0].pk).tags.names()) == ["listening"]
    revision = made[0].save_revision()
    assert revision.as_object().options[0].value["text"] == "Reflect"
    revision.publish()
    assert {type(q).__name__ for q in Question.objects.all()} >= {"SingleChoice", "Ordering"}
    items = [q.freeze(Random(1), worth=Decimal(1)) for q in Question.objects.all()]
    paper = Paper(items=items, pass_percent=Decimal(75))
    assert Paper.from_json(paper.to_json()) == paper
    assert course.get_children().count() == 2
