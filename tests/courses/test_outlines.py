"""The outline of a course is what is published of it, in its order, with an address for each part."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.contrib.auth.models import AnonymousUser

from courses.models import CoursePage, Edition, Enrolment, LessonPage, step_types
from courses.outlines import (
    course_of,
    enrolment_and_progress,
    enrolments_and_progress,
    outline_around,
    outline_by_id,
    outline_of,
    outlines_by_id,
    progress_of,
)
from courses.records import learner_records
from tests import make
from tests.make import DAY, NOON

pytestmark = pytest.mark.django_db


@pytest.fixture
def course():
    return make.full_course(modules=2, lessons=2, title="Listening")


def titles(outline):
    return [[step.title for step in module.steps] for module in outline.modules]


# What is in it ----------------------------------------------------------------------------


def test_modules_and_steps_stand_in_the_order_of_their_pages():
    course = make.course()
    first, second = make.module(course, "One"), make.module(course, "Two")
    make.lesson(second, "C")
    make.lesson(first, "A")
    make.quiz_page(first, title="B")
    outline = outline_of(course)
    assert [module.title for module in outline.modules] == ["One", "Two"]
    assert titles(outline) == [["A", "B"], ["C"]]


def test_a_quiz_that_stands_below_the_course_itself_is_a_final(course):
    final = make.quiz_page(course, title="Final")
    make.edition(course)
    outline = outline_of(CoursePage.objects.get(pk=course.pk))
    assert [step.title for step in outline.finals] == ["Final"]
    assert outline.finals[0].subject_id == final.quiz_id
    assert outline.module_of(final.translation_key) is None


def test_what_is_not_published_is_away_and_still_asked_for(course):
    before = outline_of(course)
    lessons = LessonPage.objects.descendant_of(course).order_by("path")
    lessons.first().unpublish()
    course.get_children().last().specific.unpublish()
    outline = outline_of(course)
    assert [step.key for step in outline.steps] == [step.key for step in before.steps]
    assert [step.is_away for step in outline.steps] == [True, False, False, True, True, True]
    assert [module.is_away for module in outline.modules] == [False, True]
    assert {step.url for step in outline.steps if step.is_away} == {course.url}


def test_of_a_course_that_nobody_declared_what_is_not_published_is_not_in_it():
    course = make.course()
    first, second = make.module(course), make.module(course)
    lessons = [make.lesson(first), make.lesson(first), make.lesson(second)]
    lessons[0].unpublish()
    second.unpublish()
    outline = outline_of(course)
    assert not outline.is_declared
    assert [step.key for step in outline.steps] == [lessons[1].translation_key]


def test_a_course_without_anything_has_an_outline_all_the_same():
    outline = outline_of(make.course("Soon"))
    assert (outline.title, outline.modules, outline.finals) == ("Soon", (), ())
    assert outline.steps == ()


def test_each_part_has_the_address_that_wagtail_gives_it(course):
    outline = outline_of(course)
    assert outline.url == course.url
    pages = {page.translation_key: page for page in course.get_descendants().specific()}
    for part in (*outline.modules, *outline.steps):
        assert part.url == pages[part.key].url
        assert part.page_id == pages[part.key].pk


def test_a_step_brings_what_lists_show_of_it():
    module = make.module(make.course(order="free"))
    lesson = make.lesson(module, "Silence", required=False, code="L2", summary="Wait.")
    outline = outline_around(lesson, Edition.current())
    [step] = outline.steps
    assert (step.title, step.required) == ("Silence", False)
    assert (step.code, step.summary, step.kind) == ("L2", "Wait.", LessonPage.kind)
    assert not outline.in_order


def test_every_kind_of_step_that_an_app_brings_can_stand_on_a_course(course):
    kinds = {step.kind.name for step in outline_of(course).steps}
    assert kinds <= {page_type.kind.name for page_type in step_types()}
    assert len(kinds) == 2


# Finding it -------------------------------------------------------------------------------


def test_a_page_anywhere_on_a_course_leads_to_its_outline(course):
    edition = Edition.current()
    expected = outline_of(course, edition)
    for page in (course, *course.get_descendants().specific()):
        assert outline_around(page, edition) == expected
    for page in course.get_descendants():
        assert course_of(page).pk == course.pk


def test_a_page_in_no_course_has_none(course):
    edition = Edition.current()
    for page in (make.home(), make.catalogue()):
        assert outline_around(page, edition) is None
        with pytest.raises(CoursePage.DoesNotExist):
            course_of(page)


def test_a_course_that_there_is_not_has_none(course):
    assert outlines_by_id([]) == {}
    assert list(outlines_by_id([course.pk, 987654])) == [course.pk]
    with pytest.raises(KeyError):
        outline_by_id(987654)


def test_many_courses_are_read_together(
    course, django_assert_num_queries, django_assert_max_num_queries
):
    others = [make.full_course(modules=1, lessons=1).pk for _ in range(3)]
    edition = Edition.current()
    outlines_by_id([others[0]], edition)  # the site's own addresses are read once
    with django_assert_max_num_queries(9) as queries_of_one:
        outlines_by_id([course.pk], edition)
    later = edition + 1
    # Wagtail asks the shared cache for the address of the site once for each course.
    with django_assert_num_queries(len(queries_of_one) + len(others)):
        assert len(outlines_by_id([course.pk, *others], later)) == 4
    with django_assert_num_queries(0):
        outlines_by_id([course.pk, *others, course.pk], later)


# One person on it -------------------------------------------------------------------------


def test_a_visitor_and_a_stranger_have_no_place(course):
    outline = outline_of(course)
    assert enrolment_and_progress(AnonymousUser(), outline) == (None, None)
    assert enrolment_and_progress(make.user(), outline) == (None, None)


def test_a_place_is_read_with_how_far_its_learner_is(course, django_assert_num_queries):
    place = make.enrolment(course=course)
    outline = outline_of(course)
    with django_assert_num_queries(2):
        enrolment, progress = enrolment_and_progress(place.learner, outline)
    assert enrolment == place
    assert progress.done_count == 0
    assert progress.completed == progress_of(place).completed
    assert progress.opened == progress_of(place).opened


def test_the_run_that_goes_on_is_the_one_that_counts(course):
    place = make.enrolment(course=course)
    Enrolment.objects.filter(pk=place.pk).update(withdrawn_at=NOON)
    enrolment, _ = enrolment_and_progress(place.learner, outline_of(course))
    assert enrolment.pk == place.pk
    assert enrolment.withdrawn_at == NOON


def test_all_places_of_a_learner_stand_newest_first_at_a_constant_cost(
    course, django_assert_num_queries
):
    place = make.enrolment(course=course)
    later = make.enrolment(place.learner, make.full_course(modules=1), at=NOON + DAY)
    make.enrolment()
    edition = Edition.current()
    enrolments_and_progress(learner_records(place.learner.pk), edition)
    with django_assert_num_queries(2):
        places = enrolments_and_progress(learner_records(place.learner.pk), edition)
    assert [enrolment.pk for enrolment, _progress in places] == [later.pk, place.pk]
    assert places[1][1].outline == outline_of(course, edition)


def test_whoever_has_no_place_has_none(course):
    assert enrolments_and_progress(learner_records(make.user().pk)) == []


def test_a_step_that_was_done_stays_done_when_its_page_goes(course):
    place = make.enrolment(course=course)
    lesson = LessonPage.objects.descendant_of(course).first()
    progress = progress_of(place).after([lesson.translation_key], NOON)
    assert progress.is_done(lesson.translation_key)
    assert not progress.is_done(uuid4())
