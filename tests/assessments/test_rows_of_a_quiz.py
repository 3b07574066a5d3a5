"""A row of a quiz asks for a number only where it draws at random."""

from __future__ import annotations

import pytest

from assessments.models import Draw
from assessments.models.quizzes import DrawForm
from tests import make

pytestmark = pytest.mark.django_db


class RowForm(DrawForm):
    class Meta:
        model = Draw
        fields = ["question", "count", "all_red_lines", "tag", "worth"]


def form_of(draw=None, **data):
    row = draw or Draw(quiz=make.quiz([]))
    bound = {"question": "", "count": "", "tag": "", "worth": "1", **data} if data else None
    return RowForm(bound, instance=row)


def shown_count(draw):
    return form_of(draw)["count"].value()


def test_a_row_with_every_red_line_shows_no_number():
    quiz = make.quiz([])
    assert shown_count(Draw(quiz=quiz, all_red_lines=True)) is None
    assert shown_count(Draw(quiz=quiz, question=make.true_false())) is None
    assert shown_count(Draw(quiz=quiz, tag="listening", count=4)) == 4


@pytest.mark.parametrize("named", [{"all_red_lines": "on"}, {"question": "one"}])
def test_it_is_saved_without_a_number(named):
    if "question" in named:
        named = {"question": str(make.true_false().pk)}
    form = form_of(**named)
    assert form.is_valid(), form.errors
    assert form.save(commit=False).count == 1


def test_a_row_at_random_needs_a_number():
    form = form_of(tag="listening")
    assert form.errors["count"] == ["Say how many to draw at random."]
    assert form_of(tag="listening", count="3").is_valid()
    assert "count" in form_of(tag="listening", count="0").errors


def test_a_row_says_what_it_takes():
    quiz = make.quiz([])
    assert str(Draw(quiz=quiz, all_red_lines=True)) == "every red line"
    assert str(Draw(quiz=quiz, tag="listening", count=4)) == "4 at random"
    assert Draw(quiz=quiz, tag="listening").draws_at_random
    assert not Draw(quiz=quiz, all_red_lines=True).draws_at_random
