"""What the template of each page of a course is given, by who is asking."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
import time_machine
from django.contrib.auth.models import AnonymousUser
from django.http import Http404
from django.test import RequestFactory

from courses.enrolling import complete_lesson, withdraw
from courses.models import LessonPage
from courses.outlines import progress_of
from courses.page_context import page_context, unread_lessons
from tests import make
from tests.make import DAY, HOUR, NOON

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def at_noon():
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def taught():
    """A course of two modules that open one after the other, with two lessons each."""
    course = make.course(order="in_order")
    modules = [make.module(course, title) for title in ("First", "Second")]
    lessons = [[make.lesson(module) for _ in range(2)] for module in modules]
    return SimpleNamespace(course=course, modules=modules, lessons=lessons)


def someone(reader, course):
    """A person who stands in this way to a course."""
    if reader == "visitor":
        return AnonymousUser()
    if reader == "stranger":
        return make.user()
    begun = NOON - 2 * DAY
    ends_at = {"ended": NOON, "ending": NOON + HOUR}.get(reader)
    place = make.enrolment(course=course, at=begun, **({"ends_at": ends_at} if ends_at else {}))
    if reader == "withdrawn":
        withdraw(place, at=begun)
    return place.learner


def context_of(page, user, **attributes):
    request = RequestFactory().get(page.url)
    request.user = user
    request.session = {}
    for name, value in attributes.items():
        setattr(request, name, value)
    return page_context(request, page)


WHO = [
    # may read, may take a place, is known to have had one
    ("visitor", False, True, False),
    ("stranger", False, True, False),
    ("learner", True, False, True),
    ("ending", True, False, True),
    ("withdrawn", False, True, True),
    ("ended", False, False, True),
]


@pytest.mark.parametrize(("reader", "reads", "may_enrol", "known"), WHO)
def test_a_course_shows_progress_to_those_with_an_open_place(
    taught, reader, reads, may_enrol, known
):
    context = context_of(taught.course, someone(reader, taught.course))
    assert (context["progress"] is not None) is reads
    assert context["may_enrol"] is may_enrol
    assert (context["enrolment"] is not None) is known
    assert [module.title for module in context["outline"].modules] == ["First", "Second"]


@pytest.mark.parametrize(("reader", "reads", "may_enrol", "known"), WHO)
def test_a_module_says_what_to_finish_first_to_those_with_a_place(
    taught, reader, reads, may_enrol, known
):
    context = context_of(taught.modules[1], someone(reader, taught.course))
    assert context["module"].title == "Second"
    assert context["may_enrol"] is may_enrol
    titles = [lesson.title for lesson in taught.lessons[0]]
    assert [step.title for step in context["missing"]] == (titles if reads else [])


@pytest.mark.parametrize(("reader", "reads", "may_enrol", "known"), WHO)
def test_the_text_of_a_lesson_is_for_those_with_an_open_place(
    taught, reader, reads, may_enrol, known
):
    context = context_of(taught.lessons[0][0], someone(reader, taught.course))
    assert context["state"] == ("open" if reads else "closed")
    assert (context["body"] is not None) is reads
    assert (context["progress"] is not None) is reads


def test_a_locked_lesson_has_no_text_even_for_those_with_a_place(taught):
    context = context_of(taught.lessons[1][0], someone("learner", taught.course))
    assert context["state"] == "locked"
    assert context["body"] is None
    assert len(context["missing"]) == 2


def test_a_finished_lesson_can_be_read_again(taught):
    place = make.enrolment(course=taught.course, at=NOON - DAY)
    complete_lesson(place, taught.lessons[0][0], at=NOON)
    context = context_of(taught.lessons[0][0], place.learner)
    assert context["state"] == "done"
    assert "Be there first." in context["body"]


def test_lessons_lead_on_through_the_whole_course(taught):
    learner = someone("learner", taught.course)
    every = [lesson for lessons in taught.lessons for lesson in lessons]
    for place, lesson in enumerate(every):
        context = context_of(lesson, learner)
        before = every[place - 1].title if place else None
        after = every[place + 1].title if place + 1 < len(every) else None
        assert getattr(context["previous"], "title", None) == before
        assert getattr(context["next"], "title", None) == after


@pytest.mark.parametrize("reader", ["visitor", "learner"])
def test_a_lesson_outside_any_course_is_not_found(taught, reader):
    stray = make.home().add_child(
        instance=LessonPage(title="Stray", slug="stray", body=[("prose", "<p>Alone.</p>")])
    )
    with pytest.raises(Http404):
        context_of(stray, someone(reader, taught.course))


def test_the_lessons_of_a_module_that_are_unread_are_told_before_its_quiz(taught):
    first, second = taught.lessons[0]
    quiz = make.quiz_page(taught.modules[0], make.quiz([make.true_false()]))
    place = make.enrolment(course=taught.course, at=NOON - DAY)
    key = quiz.translation_key
    assert [step.title for step in unread_lessons(progress_of(place), key)] == [
        first.title,
        second.title,
    ]
    complete_lesson(place, first, at=NOON)
    assert [step.title for step in unread_lessons(progress_of(place), key)] == [second.title]
    complete_lesson(place, second, at=NOON)
    assert unread_lessons(progress_of(place), key) == []


def test_a_final_quiz_has_no_lessons_of_its_own_module(taught):
    final = make.quiz_page(taught.course, make.quiz([make.true_false()]))
    place = make.enrolment(course=taught.course, at=NOON - DAY)
    assert unread_lessons(progress_of(place), final.translation_key) == []


# Before it is published -------------------------------------------------------------------


def test_a_lesson_is_previewed_whole_by_somebody_without_a_place(taught):
    context = context_of(taught.lessons[1][0], make.user(), is_preview=True)
    assert context["state"] == "preview"
    assert "Be there first." in context["body"]


def test_a_draft_course_is_previewed_with_what_is_published_in_it(taught):
    draft = type(taught.course).objects.get(pk=taught.course.pk)
    draft.title = "A title that nobody saved"
    context = context_of(draft, make.user(), is_preview=True)
    assert context["outline"].title == taught.course.title
    assert len(context["outline"].modules) == 2
    unsaved = type(taught.course)(title="New", slug="new")
    request = SimpleNamespace(is_preview=True)
    assert page_context(request, unsaved) == {"outline": None}


def test_a_module_is_previewed_in_its_course(taught):
    context = context_of(taught.modules[1], make.user(), is_preview=True)
    assert context["module"].title == "Second"
    assert context["outline"].title == taught.course.title


# The catalogue ----------------------------------------------------------------------------


def test_the_catalogue_lists_published_courses_with_their_size(taught):
    hidden = make.course("Not yet")
    hidden.live = False
    hidden.save()
    cards = context_of(make.catalogue(), AnonymousUser())["courses"]
    assert [card.title for card in cards] == [taught.course.title]
    outline_minutes = sum(lesson.minutes for lessons in taught.lessons for lesson in lessons)
    assert (cards[0].modules, cards[0].minutes) == (2, outline_minutes)


def test_a_page_of_another_app_is_given_nothing(taught):
    assert context_of(make.home(), AnonymousUser()) == {}
