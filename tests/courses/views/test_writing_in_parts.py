"""What is written in a lesson in parts is kept, and counts as an exercise by its length alone."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse

from courses.models import DoneExercise, LessonPage, Reflection, StudiedPart
from tests import make
from tests.courses.reading import text_of
from tests.courses.views.parts import (
    CANARY,
    FINISH,
    LONG,
    MOVE,
    SAVE,
)

pytestmark = pytest.mark.django_db


# What is typed ------------------------------------------------------------------------------


@pytest.fixture
def box(lesson):
    return LessonPage.objects.get(pk=lesson.pk).body[7].id


@pytest.mark.parametrize("to", ["before", "after", "all"])
def test_what_is_typed_is_saved_whichever_way_one_moves(reader, lesson, box, to):
    place = reader.open(3)
    target = {"before": place.before.key, "after": place.after.key, "all": "all"}[to]
    reader.send(to=str(target), **{f"text-{box}": "A quiet train.", f"number-{box}": "0"})
    assert Reflection.objects.get().text == "A quiet train."


# The ways to other pages of the course ---------------------------------------------------


@pytest.fixture
def neighbours(lesson):
    """A lesson before and one after the lesson in parts, in its module."""
    module = lesson.get_parent().specific
    before = make.lesson(module, title="Before it")
    before.move(lesson, pos="left")
    return LessonPage.objects.get(pk=before.pk), make.lesson(module, title="After it")


def ways_on(page):
    """The buttons and links to pages of the course that stand around a lesson, by their words."""
    soup = BeautifulSoup(page.content, "html.parser")
    places = soup.select(".pager, .lesson__aside")
    ways = [way for place in places for way in place.select("a, button")]
    return [(" ".join(way.get_text(" ").split()), way) for way in ways]


@pytest.mark.parametrize("part", ["3", "4", "all"])
def test_every_way_to_another_lesson_takes_along_what_was_typed(neighbours, reader, box, part):
    """Without a script a link would leave the words behind, so none of the ways is a link."""
    before, after = neighbours
    reader.open(part)
    ways = ways_on(reader.page)
    urls = {page.url for page in (before, reader.lesson, after)}
    urls.add(reader.lesson.get_parent().url)
    assert {name for name, _way in ways} >= {"Before it", "After it"}
    led_to = set()
    for number, (_name, way) in enumerate(ways):
        assert way.name == "button"
        assert way["form"] == "lesson-form"
        assert way["formaction"] == MOVE
        words = f"Typed before way {number}."
        reader.open(part)
        reflection = Reflection.objects.first()
        fields = {
            f"text-{box}": words,
            f"number-{box}": str(reflection.number if reflection else 0),
        }
        answer = reader.send(to=way["value"], **fields)
        led_to.add(answer.headers["Location"])
        assert Reflection.objects.get().text == words
    assert led_to == urls


def test_the_last_lesson_of_all_leads_back_to_the_course_with_what_was_typed(reader, lesson, box):
    reader.open("all")
    reader.send(FINISH)
    reader.open("all")
    soup = BeautifulSoup(reader.page.content, "html.parser")
    assert soup.main.find("button", string=lambda text: text and "Back to the course" in text)
    answer = reader.send(to="after", **{f"text-{box}": "Typed at the end.", f"number-{box}": "0"})
    assert answer.headers["Location"] == lesson.get_parent().get_parent().url
    assert Reflection.objects.get().text == "Typed at the end."


def test_a_page_that_is_no_step_of_the_course_leads_to_the_course(reader, lesson):
    elsewhere = make.lesson(make.module(make.course()))
    reader.open("4")
    course = lesson.get_parent().get_parent()
    for sent in (f"page-{elsewhere.translation_key}", "page-", "page-//x.example/"):
        assert reader.send(to=sent).headers["Location"] == course.url


def test_somebody_without_a_place_is_given_links(client, lesson, neighbours):
    page = client.get(lesson.url)
    assert {way.name for _words, way in ways_on(page)} == {"a"}


def test_what_cannot_be_saved_is_put_back_into_ones_hands(reader, place, box, lesson):
    reader.open(3)
    reader.send(to="all", **{f"text-{box}": "First.", f"number-{box}": "0"})
    answer = reader.send(to="all", **{f"text-{box}": "Second.", f"number-{box}": "0"})
    assert answer.status_code == 409
    assert "Second." in text_of(answer)


def test_saving_brings_back_to_the_same_part(reader, lesson, box):
    reader.open(3)
    answer = reader.send(SAVE, block=box, **{f"text-{box}": "Quiet.", f"number-{box}": "0"})
    assert answer.headers["Location"] == f"{lesson.url}?part=3#reflection-{box}"


def test_saving_on_the_whole_page_brings_back_to_it(reader, lesson, box):
    reader.open("all")
    answer = reader.send(SAVE, block=box, **{f"text-{box}": "Quiet.", f"number-{box}": "0"})
    assert answer.headers["Location"] == f"{lesson.url}?part=all#reflection-{box}"


# Exercises ----------------------------------------------------------------------------------


def write(reader, box, text, **form):
    reader.open(3)
    return reader.send(to="all", **{f"text-{box}": text, f"number-{box}": "0", **form})


def test_an_exercise_is_done_when_fifteen_words_are_saved(reader, box):
    write(reader, box, LONG)
    done = DoneExercise.objects.get()
    assert (str(done.block_id), done.words_asked, done.way) == (box, 60, "written")


def test_fourteen_words_are_saved_and_do_no_exercise(reader, box):
    write(reader, box, " ".join(["word"] * 14))
    assert Reflection.objects.exists()
    assert not DoneExercise.objects.exists()


def test_nothing_of_what_was_written_is_in_the_record(reader, box):
    write(reader, box, CANARY)
    assert "canary" not in repr(list(DoneExercise.objects.values_list())).lower()
    assert "sister" not in repr(list(StudiedPart.objects.values_list())).lower()


def test_an_exercise_stays_done_when_its_words_are_deleted(reader, browser, box):
    write(reader, box, LONG)
    browser.post(reverse("courses:delete_reflection", args=[Reflection.objects.get().pk]))
    assert not Reflection.objects.exists()
    assert DoneExercise.objects.exists()


def test_a_learner_may_say_that_it_was_done_on_paper_or_aloud(reader, box):
    write(reader, box, "", **{f"asks-{box}": "0", f"elsewhere-{box}": "1"})
    assert DoneExercise.objects.get().way == "elsewhere"
    assert not Reflection.objects.exists()
    reader.open(3)
    text = text_of(reader.page)
    assert f'name="elsewhere-{box}" value="1"\n           checked' in text


def test_a_tick_can_be_taken_back(reader, box):
    write(reader, box, "", **{f"asks-{box}": "0", f"elsewhere-{box}": "1"})
    write(reader, box, "", **{f"asks-{box}": "1"})
    assert not DoneExercise.objects.exists()


def test_a_page_that_never_showed_the_tick_takes_none_back(reader, box):
    write(reader, box, "", **{f"asks-{box}": "0", f"elsewhere-{box}": "1"})
    write(reader, box, "", **{f"asks-{box}": "0"})
    write(reader, box, "")
    assert DoneExercise.objects.exists()


def test_what_is_written_later_is_written(reader, box):
    write(reader, box, "", **{f"asks-{box}": "0", f"elsewhere-{box}": "1"})
    write(reader, box, LONG, **{f"asks-{box}": "1", f"elsewhere-{box}": "1"})
    assert DoneExercise.objects.get().way == "written"
    write(reader, box, LONG, **{f"asks-{box}": "1"})
    assert DoneExercise.objects.get().way == "written"


def test_the_script_saves_a_box_and_its_tick(browser, lesson, box):
    form = {
        "lesson": lesson.pk,
        "block": box,
        f"text-{box}": "",
        f"number-{box}": "0",
        f"asks-{box}": "0",
        f"elsewhere-{box}": "1",
    }
    answer = browser.post(SAVE, form, headers={"Accept": "application/json"})
    assert answer.json()["state"] == "saved"
    assert DoneExercise.objects.get().way == "elsewhere"


def test_what_a_script_saves_as_one_types_counts_too(browser, lesson, box):
    form = {"lesson": lesson.pk, "block": box, f"text-{box}": LONG, f"number-{box}": "0"}
    browser.post(SAVE, form, headers={"Accept": "application/json"})
    browser.post(SAVE, form | {f"number-{box}": "1"}, headers={"Accept": "application/json"})
    assert DoneExercise.objects.get().way == "written"
