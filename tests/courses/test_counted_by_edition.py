"""Every page counts somebody by the edition that they are on, and no two figures disagree."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from courses.enrolling import complete_lesson
from courses.learners import learner_rows, module_lines
from courses.models import Completion, LessonPage, ModulePage
from courses.outlines import progress_of
from courses.progress import ModuleOutline, Outline, Progress, StepOutline
from tests import make
from tests.make import NOON

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def without_second_factor(settings):
    settings.STAFF_NEED_SECOND_FACTOR = False


@pytest.fixture
def course():
    course = make.course("Zebra", order="free")
    for title in ("Alpha", "Beta"):
        module = make.module(course, title=title)
        make.lesson(module, title=f"{title} one")
        make.lesson(module, title=f"{title} two")
    make.edition(course)
    return course


@pytest.fixture
def place(course):
    return make.enrolment(course=course, at=timezone.now() - make.DAY)


def lessons_of(course):
    return list(LessonPage.objects.descendant_of(course).order_by("path"))


def module_of(course, title):
    return ModulePage.objects.descendant_of(course).get(title=title)


def finish(place, *lessons):
    for number, lesson in enumerate(lessons):
        complete_lesson(place, lesson, at=timezone.now() + timedelta(seconds=number))


def pages_of(place):
    browser = Client()
    browser.force_login(place.learner)
    return {
        "My learning": " ".join(browser.get("/learn/").content.decode().split()),
        "the course": " ".join(browser.get(place.course.url).content.decode().split()),
    }


def row_of(place):
    [row] = learner_rows([type(place).objects.select_related("learner").get(pk=place.pk)], NOON)
    return row


def figures(progress):
    return progress.done_count, progress.total_count, len(progress.left), progress.percent


# A module that grew after it was finished -------------------------------------------------------


def test_what_is_done_and_what_is_left_come_to_all_there_is(course, place):
    alpha = lessons_of(course)[:2]
    finish(place, *alpha)
    make.lesson(module_of(course, "Alpha"), title="Alpha three")
    make.edition(course)
    assert figures(progress_of(place)) == (3, 5, 2, 60)
    for page in pages_of(place).values():
        assert "3 of 5 done" in page
        assert "2 things are left" in page
    row = row_of(place)
    assert (row.progress.done_count, row.progress.total_count) == (3, 5)
    assert [(line.done, line.of) for line in module_lines(row.progress)] == [(3, 3), (0, 2)]


def test_the_lines_of_the_staff_come_to_the_figure_of_the_whole(course, place):
    finish(place, lessons_of(course)[0])
    progress = progress_of(place)
    lines = module_lines(progress)
    assert sum(line.done for line in lines) == progress.done_count == 1
    assert sum(line.of for line in lines) == progress.total_count == 4


# Whoever completed by an older edition ----------------------------------------------------------


@pytest.fixture
def complete(course, place):
    finish(place, *lessons_of(course))
    assert progress_of(place).is_complete
    return place


def add_a_module(course):
    make.lesson(make.module(course, title="Delta"), title="Delta one")
    make.edition(course)


def take_out(course, lesson):
    lesson.unpublish()
    make.edition(course)


def test_a_step_that_was_added_later_is_owed_by_nobody_who_completed(course, complete):
    add_a_module(course)
    assert figures(progress_of(complete)) == (4, 4, 0, 100)
    for name, page in pages_of(complete).items():
        assert "0 of 1 done" not in page, name
        assert "Nothing here has to be done" in page, name
    row = row_of(complete)
    assert (row.progress.done_count, row.progress.total_count) == (4, 4)
    assert [line.title for line in module_lines(row.progress)] == ["Alpha", "Beta"]


def test_a_step_that_was_added_later_can_be_done_all_the_same(course, complete):
    add_a_module(course)
    delta = LessonPage.objects.get(title="Delta one")
    assert progress_of(complete).state_of(delta.translation_key) == "open"
    finish(complete, delta)
    progress = progress_of(complete)
    assert figures(progress) == (4, 4, 0, 100)
    [*_modules, besides] = module_lines(progress)
    assert [title for title, _at in besides.finished] == ["Delta one"]
    assert (besides.done, besides.of) == (0, 0)


def test_a_step_that_left_the_course_stays_on_the_page_of_who_did_it(course, complete):
    gone = lessons_of(course)[0]
    take_out(course, gone)
    progress = progress_of(complete)
    assert figures(progress) == (4, 4, 0, 100)
    alpha, _beta = module_lines(row_of(complete).progress)
    assert (alpha.done, alpha.of) == (2, 2)
    assert [title for title, _at in alpha.finished] == ["Alpha one", "Alpha two"]


def test_a_step_that_left_the_course_stays_with_who_is_under_way(course, place):
    gone = lessons_of(course)[0]
    finish(place, gone)
    take_out(course, gone)
    progress = progress_of(place)
    assert figures(progress) == (0, 3, 3, 0)
    [*_modules, besides] = module_lines(progress)
    assert [title for title, _at in besides.finished] == ["Alpha one"]


def test_the_pages_of_the_staff_count_as_the_learners_own(course, complete):
    take_out(course, lessons_of(course)[0])
    add_a_module(course)
    browser = Client()
    browser.force_login(make.user(is_superuser=True))
    listed = " ".join(browser.get("/admin/learners/").content.decode().split())
    assert "4 of 4" in listed
    own = browser.get(f"/admin/learners/{complete.learner_id}/").content.decode()
    own = " ".join(own.split())
    assert "4 of 4 steps" in own
    assert "Alpha one" in own
    assert "0 of 0" not in own


def test_the_transcript_names_the_modules_that_were_completed(course, complete):
    for lesson in lessons_of(course)[:2]:
        lesson.unpublish()
    module_of(course, "Alpha").unpublish()
    make.edition(course)
    browser = Client()
    browser.force_login(complete.learner)
    text = browser.get("/learn/transcript/").content.decode()
    assert "Alpha" in text
    assert "Beta" in text


def test_a_second_run_is_counted_by_the_newest(course, complete):
    add_a_module(course)
    progress = progress_of(complete)
    assert progress.completed_by is not None
    assert progress.completed_by.edition_id != progress.outline.edition_id
    Completion.objects.filter(enrolment=complete, page_key__in=[course.translation_key]).update(
        edition=progress.outline.edition_id
    )
    assert progress_of(complete).completed_by is None


# A module that asks for nothing -----------------------------------------------------------------


def step(*, required=True):
    return StepOutline(LessonPage.kind, uuid4(), 1, "A step", "/x/", required=required)


def module(*steps):
    return ModuleOutline(uuid4(), 2, "A module", "/m/", steps=steps)


def outline(*modules, **more):
    return Outline(uuid4(), 3, "A course", "/c/", in_order=True, modules=modules, **more)


@pytest.mark.parametrize("steps", [(), (step(required=False),)])
def test_a_module_that_asks_for_nothing_is_complete_for_nobody(steps):
    first, empty, last = module(step()), module(*steps), module(step())
    course = outline(first, empty, last)
    fresh = Progress(course)
    assert fresh.module_state(empty.key) == "locked"
    begun = Progress(course, {first.steps[0].key: NOON})
    assert begun.module_state(empty.key) == "open"
    assert begun.counts_in(empty) == (0, 0)
    assert begun.module_state(last.key) == "open"
    finished = Progress(course, {one.steps[0].key: NOON for one in (first, last)})
    assert finished.is_complete
    assert finished.module_state(empty.key) == "open"
    assert empty.key not in {key for key, _page in finished.newly_complete()}


def test_a_module_that_was_complete_before_it_was_emptied_stays_so():
    first, empty = module(step()), module()
    assert Progress(outline(first, empty), {empty.key: NOON}).module_state(empty.key) == "done"


def test_whoever_completed_finds_what_was_added_open():
    first, added, last = module(step()), module(step()), module(step(), step())
    course = outline(first, added, last)
    older = replace(course, modules=(first,))
    done = {first.steps[0].key: NOON, first.key: NOON, course.key: NOON}
    progress = Progress(course, done, completed_by=older)
    assert {progress.module_state(one.key) for one in (added, last)} == {"open"}
    assert [progress.counts_in(one) for one in (added, last)] == [(0, 0), (0, 0)]
    assert figures(progress) == (1, 1, 0, 100)
    assert progress.newly_complete() == []


@pytest.mark.parametrize("name", ["My learning", "the course"])
def test_no_page_says_complete_of_what_nobody_did(name, course, place):
    module_page = make.module(course, title="Practice")
    extra = make.lesson(module_page, title="Extra")
    extra.required = False
    extra.save_revision().publish()
    make.edition(course)
    page = pages_of(place)[name]
    assert "Nothing here has to be done" in page
    assert ">Complete<" not in page.replace(" ", "")


def test_whoever_completed_is_not_told_to_wait_for_what_is_down(course, complete):
    lesson = lessons_of(course)[0]
    lesson.unpublish()
    browser = Client()
    browser.force_login(complete.learner)
    page = browser.get(lesson.url).content.decode()
    assert "Being worked on" in page
    assert "nothing else for you to do" not in page
