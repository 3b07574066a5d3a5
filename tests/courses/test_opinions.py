"""Was this clear? It is counted for the authors, once for each reader, and nobody's name is kept."""

from __future__ import annotations

import re
from uuid import uuid4

import pytest
from django.template.loader import render_to_string
from django.urls import reverse

from courses.models import PartOpinion, Reflection
from courses.opinions import FEWEST, MOST_REMEMBERED, count_opinion, figures_of, remember_said
from tests import make
from tests.courses.reading import signed_in, text_of

pytestmark = pytest.mark.django_db
SAY = "courses:say_clear"


@pytest.fixture
def lesson(lesson_in_parts):
    return lesson_in_parts


@pytest.fixture
def learner(reader_of_parts):
    return reader_of_parts


def say(browser, lesson, answer, part=0, **fields):
    key = lesson.parts[part].key
    return browser.post(reverse(SAY), {"lesson": lesson.pk, "clear": f"{answer}:{key}", **fields})


def counts(lesson, part=0):
    row = PartOpinion.objects.get(
        lesson_key=lesson.translation_key, part_key=lesson.parts[part].key
    )
    return (row.clear_count, row.unclear_count)


def test_each_answer_is_counted_for_its_part_alone(lesson, learner):
    browser = signed_in(learner)
    assert say(browser, lesson, "yes").status_code == 302
    say(browser, lesson, "no", part=1)
    assert counts(lesson) == (1, 0)
    assert counts(lesson, part=1) == (0, 1)


def test_a_reader_is_counted_once_and_not_asked_again(lesson, learner):
    browser = signed_in(learner)
    url = f"{lesson.get_url()}?part=1"
    assert "Was this part clear?" in text_of(browser.get(url))
    say(browser, lesson, "yes")
    say(browser, lesson, "no")
    assert counts(lesson) == (1, 0)
    assert "Was this part clear?" not in text_of(browser.get(url))
    assert "Was this part clear?" in text_of(browser.get(f"{lesson.get_url()}?part=2"))


def test_nothing_says_whose_answer_it_was(lesson, learner):
    browser = signed_in(learner)
    say(browser, lesson, "no")
    assert {field.name for field in PartOpinion._meta.get_fields()} == {
        "id",
        "lesson_key",
        "part_key",
        "language",
        "clear_count",
        "unclear_count",
    }
    assert "no" not in browser.session["said_clear"]


def test_the_whole_lesson_on_one_page_asks_of_no_part(lesson, learner):
    page = text_of(signed_in(learner).get(f"{lesson.get_url()}?part=all"))
    assert "Was this part clear?" not in page


def test_what_was_typed_on_the_page_is_kept_first(lesson, learner):
    block = next(block for block in lesson.body if block.block_type == "reflection")
    say(
        signed_in(learner),
        lesson,
        "yes",
        **{f"text-{block.id}": "On the bus.", f"number-{block.id}": 0},
    )
    assert Reflection.objects.get(learner=learner).text == "On the bus."


@pytest.mark.parametrize("answer", ["maybe", "", "yes:"])
def test_what_is_no_answer_is_not_there(lesson, learner, answer):
    assert say(signed_in(learner), lesson, answer).status_code == 404
    assert not PartOpinion.objects.exists()


def test_a_part_of_another_lesson_and_a_strangers_lesson_are_not_there(lesson, learner):
    fields = {"lesson": lesson.pk, "clear": f"yes:{uuid4()}"}
    assert signed_in(learner).post(reverse(SAY), fields).status_code == 404
    assert say(signed_in(make.user()), lesson, "yes").status_code == 404
    assert signed_in(learner).get(reverse(SAY)).status_code == 405


def test_authors_see_no_figure_about_a_few(lesson):
    key = lesson.parts[0].key
    for _number in range(FEWEST - 1):
        count_opinion(lesson, key, is_clear=True)
    count_opinion(lesson, key, is_clear=False)
    figures = figures_of(lesson)
    assert [(each.clear_count, each.unclear_count) for each in figures] == [(None, None)] * 2
    count_opinion(lesson, key, is_clear=True)
    first, second = figures_of(lesson)
    assert (first.heading, first.clear_count, first.unclear_count) == (
        "Getting ready",
        FEWEST,
        None,
    )
    assert second.clear_count is None


def test_the_panel_says_each_part_by_its_name(lesson):
    for _number in range(FEWEST):
        count_opinion(lesson, lesson.parts[1].key, is_clear=True)
    count_opinion(lesson, lesson.parts[1].key, is_clear=False)
    page = render_to_string(
        "courses/admin/_was_it_clear.html", {"figures": figures_of(lesson), "fewest": FEWEST}
    )
    assert "Getting ready" in page
    assert f"Shown from {FEWEST} answers on" in page
    assert re.search(rf"<td>{FEWEST}</td>\s*<td>&lt; {FEWEST}</td>", page)


def test_a_session_remembers_only_so_many(rf):
    request = rf.get("/")
    request.session = {}
    for _number in range(MOST_REMEMBERED + 5):
        remember_said(request, uuid4())
    assert len(request.session["said_clear"]) == MOST_REMEMBERED
