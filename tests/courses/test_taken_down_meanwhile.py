"""A lesson that is taken down, or out of its course, while somebody has it open: their words stay."""

from __future__ import annotations

import pytest
from django.urls import reverse
from django.utils import timezone

from courses.enrolling import enrol
from courses.models import (
    Bookmark,
    Completion,
    Enrolment,
    LessonPage,
    PartNote,
    PartOpinion,
    Reflection,
    StudiedPart,
)
from tests import make
from tests.courses.test_privacy import browser_of

pytestmark = pytest.mark.django_db

BODY = [("prose", "<p>Canary words.</p>"), ("reflection", {"prompt": "What helps?"})]


@pytest.fixture
def course():
    return make.course("Listening well", order="free")


@pytest.fixture
def module(course):
    return make.module(course)


@pytest.fixture
def lesson(module):
    page = make.lesson(module, title="Canary lesson", body=BODY)
    page.save_revision().publish()
    return page


@pytest.fixture
def other(module):
    return make.lesson(module, title="Another lesson")


@pytest.fixture
def place(course, lesson, other):
    make.edition(course)
    return make.enrolment(make.user(), course, at=timezone.now() - make.DAY)


@pytest.fixture
def browser(place):
    return browser_of(place.learner)


def the_lesson(lesson, course):
    lesson.unpublish()


def its_module(lesson, course):
    lesson.get_parent().specific.unpublish()


def its_course(lesson, course):
    course.specific.unpublish()


DOWN = [the_lesson, its_module, its_course]


def fresh(lesson):
    return LessonPage.objects.get(pk=lesson.pk)


def box_of(lesson):
    return next(block for block in lesson.body if block.block_type == "reflection")


def sent(lesson, text="My own words", **more):
    part = str(lesson.parts[0].key)
    return {
        "lesson": lesson.pk,
        f"text-{box_of(lesson).id}": text,
        f"text-{part}": "My own note",
        **more,
    }


def part_of(lesson):
    return str(lesson.parts[0].key)


FORMS = [
    ("courses:go_to_part", {"to": "after"}),
    ("courses:go_to_part", {"to": part_of}),
    ("courses:go_to_part", {"to": "whole"}),
    ("courses:save_reflection", {}),
    ("courses:keep_bookmark", {"bookmark": part_of}),
    ("courses:say_clear", {"clear": lambda lesson: f"yes:{part_of(lesson)}"}),
]


@pytest.mark.parametrize("take_down", DOWN)
@pytest.mark.parametrize(("name", "more"), FORMS)
def test_every_button_keeps_the_words_and_says_what_is_the_matter(
    name, more, take_down, lesson, course, browser
):
    take_down(fresh(lesson), course)
    lesson = fresh(lesson)
    fields = {key: value(lesson) if callable(value) else value for key, value in more.items()}
    answer = browser.post(reverse(name), sent(lesson, **fields), follow=True)
    text = answer.content.decode()
    assert answer.redirect_chain == [(lesson.url, 302)]
    assert answer.status_code == 404
    assert "Being worked on" in text
    assert "“Canary lesson” is being worked on at the moment" in text
    assert "What you wrote there is kept, and only you can read it" in text
    assert "Canary words" not in text
    assert Reflection.objects.get().text == "My own words"
    assert PartNote.objects.get().text == "My own note"
    for counted in (Completion, Bookmark, PartOpinion, StudiedPart):
        assert not counted.objects.exists(), counted


@pytest.mark.parametrize("take_down", DOWN)
def test_the_script_keeps_the_words_and_is_told(take_down, lesson, course, browser):
    take_down(fresh(lesson), course)
    lesson = fresh(lesson)
    for number, text in enumerate(("First words", "More words")):
        fields = sent(lesson, text, block=box_of(lesson).id)
        fields[f"number-{box_of(lesson).id}"] = number
        answer = browser.post(
            reverse("courses:save_reflection"), fields, headers={"accept": "application/json"}
        )
        assert answer.status_code == 200
        assert answer.json()["state"] == "saved"
        assert "is being worked on at the moment" in answer.json()["message"]
        assert Reflection.objects.get().text == text


def test_of_a_lesson_that_is_there_nothing_is_said(lesson, browser):
    lesson = fresh(lesson)
    fields = sent(lesson, block=box_of(lesson).id)
    answer = browser.post(
        reverse("courses:save_reflection"), fields, headers={"accept": "application/json"}
    )
    assert answer.json().keys() == {"state", "number", "saved_at"}
    answer = browser.post(reverse("courses:go_to_part"), {**sent(lesson), "to": "after"})
    assert "being worked on" not in browser.get(answer["Location"]).content.decode()


@pytest.mark.parametrize("take_down", DOWN)
def test_a_page_that_is_left_says_nothing_of_it_on_the_next(take_down, lesson, course, browser):
    take_down(fresh(lesson), course)
    answer = browser.post(reverse("courses:go_to_part"), {"lesson": lesson.pk})
    assert answer.status_code == 204
    assert not StudiedPart.objects.exists()
    assert "Canary lesson” is being worked on" not in browser.get("/learn/").content.decode()


def test_whoever_had_it_open_may_still_finish_it(lesson, browser):
    lesson.unpublish()
    lesson = fresh(lesson)
    answer = browser.post(reverse("courses:complete_lesson"), sent(lesson))
    assert answer.status_code == 302
    assert Reflection.objects.get().text == "My own words"
    assert Completion.objects.filter(page_key=lesson.translation_key).exists()


@pytest.mark.parametrize("name", ["courses:complete_lesson", "courses:save_reflection"])
@pytest.mark.parametrize("is_live", [True, False])
def test_a_lesson_that_left_the_course_keeps_the_words(
    is_live, name, lesson, other, course, browser
):
    """An edition was declared without it, while somebody had it open."""
    fresh(lesson).unpublish()
    make.edition(course)
    lesson = fresh(lesson)
    if is_live:
        lesson.save_revision().publish()
    lesson = fresh(lesson)
    answer = browser.post(reverse(name), sent(lesson), follow=True)
    assert answer.redirect_chain == [(lesson.url if is_live else "/learn/", 302)]
    assert "What you wrote there is kept" in answer.content.decode()
    assert Reflection.objects.get().text == "My own words"
    assert not Completion.objects.exists()


@pytest.mark.parametrize("name", ["courses:complete_lesson", "courses:save_reflection"])
def test_in_a_course_that_nobody_declared_the_words_are_kept_too(name):
    course = make.course("Not laid down", order="free")
    lesson = make.lesson(make.module(course), title="Canary lesson", body=BODY)
    place = enrol(make.user(), course, at=timezone.now() - make.DAY)
    fresh(lesson).save_revision().publish()
    fresh(lesson).unpublish()
    lesson = fresh(lesson)
    answer = browser_of(place.learner).post(reverse(name), sent(lesson), follow=True)
    assert "What you wrote there is kept" in answer.content.decode()
    assert Reflection.objects.get().text == "My own words"


def test_what_is_too_long_comes_back_to_be_shortened(lesson, browser):
    lesson.unpublish()
    lesson = fresh(lesson)
    answer = browser.post(reverse("courses:save_reflection"), sent(lesson, "x" * 20_001))
    assert answer.status_code == 422
    assert "x" * 20_001 in answer.content.decode()


@pytest.mark.parametrize("name", ["courses:complete_lesson", "courses:save_reflection"])
def test_a_draft_takes_no_words(name, module, browser):
    draft = make.lesson(module, title="A secret plan", body=BODY, live=False)
    draft = fresh(draft)
    LessonPage.objects.filter(pk=draft.pk).update(first_published_at=None)
    answer = browser.post(reverse(name), sent(draft))
    assert answer.status_code == 404
    assert not Reflection.objects.exists()


@pytest.mark.parametrize("name", ["courses:complete_lesson", "courses:save_reflection"])
def test_whoever_has_left_the_course_writes_nothing(name, lesson, place, browser):
    lesson.unpublish()
    Enrolment.objects.filter(pk=place.pk).update(withdrawn_at=make.NOON)
    browser.post(reverse(name), sent(fresh(lesson)))
    assert not Reflection.objects.exists()


# Moved out of its course ------------------------------------------------------------------------


@pytest.fixture
def moved(lesson, place):
    elsewhere = make.module(make.course("Elsewhere", order="free"))
    fresh(lesson).move(elsewhere, pos="last-child")
    return fresh(lesson)


def test_a_lesson_that_was_moved_to_another_course_keeps_the_words(moved, browser):
    answer = browser.post(reverse("courses:save_reflection"), sent(moved), follow=True)
    assert answer.redirect_chain == [(moved.url, 302)]
    assert "What you wrote there is kept" in answer.content.decode()
    assert Reflection.objects.get().text == "My own words"


def test_a_lesson_that_was_moved_may_still_be_finished(moved, place, browser):
    browser.post(reverse("courses:complete_lesson"), sent(moved))
    assert Reflection.objects.get().text == "My own words"
    assert Completion.objects.get(page_key=moved.translation_key).enrolment == place


def test_a_stranger_to_both_courses_writes_nothing(moved):
    answer = browser_of(make.user()).post(reverse("courses:save_reflection"), sent(moved))
    assert answer.status_code == 404
    assert not Reflection.objects.exists()
