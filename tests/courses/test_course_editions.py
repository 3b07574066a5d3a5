"""Live is not the same as existing: a course is what it was declared to be."""

from __future__ import annotations

import pytest
from django.urls import reverse

from certificates.models import Credential
from certificates.studied import studied_for
from courses.catching_up import owed_completions
from courses.declaring import affected_by, declare_edition, propose
from courses.enrolling import complete_lesson, enrol, take_again
from courses.exceptions import (
    CourseChangedMeanwhile,
    DeclaredInAnotherLanguage,
    EditionUnchanged,
    LessonLocked,
    NothingToDeclare,
    StepIsAway,
    StepsAreDown,
)
from courses.models import Completion, CourseEdition, CoursePage, LessonPage, ModulePage
from courses.outlines import outline_of, progress_of
from lms.sweeping import sweep
from tests import make
from tests.courses.reading import signed_in, text_of
from tests.make import DAY, HOUR, NOON

pytestmark = pytest.mark.django_db


@pytest.fixture
def course():
    """Two modules of two lessons, declared as they are."""
    return make.full_course(modules=2, lessons=2, quizzes=False, title="Listening")


@pytest.fixture
def lessons(course):
    return list(LessonPage.objects.descendant_of(course).order_by("path"))


@pytest.fixture
def award(course):
    return make.award(course=course, hours_course=course)


def finish(place, *lessons, at=NOON):
    for lesson in lessons:
        complete_lesson(place, lesson, at=at)


def is_recorded(place):
    return Completion.objects.filter(enrolment=place, page_key=place.course_key).exists()


def page_of(page):
    return type(page).objects.get(pk=page.pk)


# What is published decides nothing ----------------------------------------------------------


def test_modules_that_are_down_complete_nobody(course, lessons, award):
    """Everything but the first lesson is taken down for editing while somebody finishes it."""
    place = make.enrolment(course=course)
    for page in lessons[1:]:
        page.unpublish()
    course.get_children().last().specific.unpublish()
    finish(place, lessons[0])
    progress = progress_of(place)
    assert not progress.is_complete
    assert not is_recorded(place)
    assert not Credential.objects.exists()
    assert (progress.percent, [step.key for step in progress.left]) == (
        25,
        [lesson.translation_key for lesson in lessons[1:]],
    )


def test_whoever_finished_what_is_down_loses_nothing(course, lessons, award):
    place = make.enrolment(course=course)
    finish(place, *lessons[:3])
    for lesson in lessons[:3]:
        page_of(lesson).unpublish()
    assert progress_of(place).done_count == 3
    finish(place, lessons[3])
    assert is_recorded(place)
    assert Credential.objects.count() == 1


def test_whoever_has_a_step_open_when_it_goes_down_finishes_it_all_the_same(course, lessons):
    place = make.enrolment(course=course)
    browser = signed_in(place.learner)
    page_of(lessons[0]).unpublish()
    browser.post(reverse("courses:complete_lesson"), {"lesson": lessons[0].pk})
    assert progress_of(place).is_done(lessons[0].translation_key)


def test_a_page_that_was_added_is_not_asked_for_before_it_is_declared(course, lessons, award):
    place = make.enrolment(course=course)
    added = make.lesson(lessons[0].get_parent().specific, "Added")
    with pytest.raises(LessonLocked):
        complete_lesson(place, added, at=NOON)
    finish(place, *lessons)
    assert is_recorded(place)
    page = text_of(signed_in(make.enrolment(course=course).learner).get(added.url))
    assert "This is not part of your course" in page
    assert "Be there first" not in page


@pytest.mark.parametrize("field", ["minutes", "required"])
def test_an_edit_of_what_a_step_asks_waits_for_the_next_edition(course, lessons, field):
    before = outline_of(course).steps
    lesson = page_of(lessons[0])
    lesson.required = False
    lesson.body = [("prose", f"<p>{'word ' * 4000}</p>")]
    lesson.full_clean()
    lesson.save_revision().publish()
    assert [getattr(step, field) for step in outline_of(course).steps] == [
        getattr(step, field) for step in before
    ]
    make.edition(course)
    assert getattr(outline_of(course).steps[0], field) != getattr(before[0], field)


def test_the_order_of_a_course_is_the_declared_one(course, lessons):
    place = make.enrolment(course=course)
    course = page_of(course)
    course.order = CoursePage.Order.FREE
    course.save_revision().publish()
    assert progress_of(place).state_of(lessons[2].translation_key) == "locked"
    make.edition(course)
    assert progress_of(place).state_of(lessons[2].translation_key) == "open"


def test_a_step_that_moved_stands_where_it_was_declared(course, lessons):
    first, second = ModulePage.objects.child_of(course).order_by("path")
    page_of(lessons[0]).move(second, pos="last-child")
    outline = outline_of(course)
    assert outline.module_of(lessons[0].translation_key).key == first.translation_key
    assert outline.steps[0].url == page_of(lessons[0]).url
    assert not outline.steps[0].is_away


def test_a_step_that_left_the_course_or_was_deleted_is_away(course, lessons):
    elsewhere = make.module(make.course())
    page_of(lessons[0]).move(elsewhere, pos="last-child")
    page_of(lessons[1]).delete()
    outline = outline_of(course)
    assert [step.is_away for step in outline.steps] == [True, True, False, False]
    assert [step.title for step in outline.steps[:2]] == [lessons[0].title, lessons[1].title]


def test_what_is_down_is_said_and_passed_over(course, lessons):
    place = make.enrolment(course=course)
    page_of(lessons[0]).unpublish()
    progress = progress_of(place)
    assert progress.next_step.key == lessons[1].translation_key
    assert progress.outline.around(lessons[1].translation_key)[0] is None
    browser = signed_in(place.learner)
    for url in (course.url, lessons[0].get_parent().url, "/learn/"):
        page = text_of(browser.get(url))
        assert "eing worked on" in page, url
        assert f'href="{lessons[0].url}"' not in page, url


def test_nobody_is_sent_to_what_is_down(course, lessons):
    place = make.enrolment(course=course)
    for lesson in lessons[:2]:
        page_of(lesson).unpublish()
    assert progress_of(place).next_step is None
    page = text_of(signed_in(place.learner).get(lessons[2].url))
    assert "It is being worked on at the moment" in page


def test_a_quiz_that_was_exchanged_is_away_until_it_is_declared():
    course = make.course()
    quiz_page = make.quiz_page(make.module(course), make.quiz([make.true_false()]))
    place = make.enrolment(course=course)
    quiz_page.quiz = make.quiz([make.true_false()])
    quiz_page.save_revision().publish()
    with pytest.raises(StepIsAway):
        make.attempt(place, page_of(quiz_page))
    page = text_of(signed_in(place.learner).get(quiz_page.url))
    assert "is being worked on. Nothing you did is lost" in page
    make.edition(course)
    assert make.attempt(place, page_of(quiz_page)).quiz == quiz_page.quiz


def test_a_course_that_nobody_declared_is_read_and_never_completed():
    course = make.course()
    lesson = make.lesson(make.module(course))
    place = enrol(make.user(), course, at=NOON)
    finish(place, lesson)
    progress = progress_of(place)
    assert (progress.is_complete, progress.percent) == (False, 99)
    assert "not laid down yet" in text_of(signed_in(place.learner).get(course.url))
    make.edition(course)
    assert is_recorded(place)


# Declaring ----------------------------------------------------------------------------------


def test_an_edition_says_all_that_the_course_is(lessons, course):
    lessons[0].competencies.add(make.competency("LI1"))
    lessons[0].save()
    edition = make.edition(course, reason="Now with a competency")
    assert (edition.number, edition.course, edition.in_order) == (2, course, True)
    assert edition.competencies == [{"code": "LI1", "name": "Be present", "group": ""}]
    assert [step.key for step in edition.steps.all()] == [each.translation_key for each in lessons]
    assert {(step.kind, step.parts, step.exercises) for step in edition.steps.all()} == {
        ("lesson", 1, 0)
    }
    assert len({step.module_key for step in edition.steps.all()}) == 2


def test_nothing_is_declared_where_nothing_is_otherwise_or_nothing_must_be_done(course):
    with pytest.raises(EditionUnchanged):
        declare_edition(course, by=None, at=NOON)
    empty = make.course()
    make.lesson(make.module(empty), required=False)
    with pytest.raises(NothingToDeclare):
        declare_edition(empty, by=None, at=NOON)
    assert CourseEdition.objects.count() == 1


def test_a_title_alone_is_no_other_edition(course, lessons):
    lesson = page_of(lessons[0])
    lesson.title = "Called otherwise"
    lesson.save_revision().publish()
    assert not propose(course).differs
    assert outline_of(course).steps[0].title == "Called otherwise"


def test_a_step_that_is_down_is_named_and_never_dropped_in_silence(course, lessons):
    page_of(lessons[1]).unpublish()
    with pytest.raises(StepsAreDown) as refusal:
        declare_edition(course, by=None, at=NOON)
    assert f"“{lessons[1].title}”" in str(refusal.value)
    out = [lessons[1].translation_key]
    edition = declare_edition(course, by=None, leave_out=out, at=NOON)
    assert edition.steps.count() == 3


def test_everything_below_a_module_that_is_down_is_down(course, lessons):
    lessons[2].get_parent().specific.unpublish()
    assert [step.key for step in propose(course).down] == [
        lesson.translation_key for lesson in lessons[2:]
    ]


def test_what_was_looked_at_is_what_is_declared(course, lessons):
    make.lesson(page_of(lessons[0].get_parent().specific))
    seen = propose(course).stamp
    make.lesson(page_of(lessons[0].get_parent().specific))
    with pytest.raises(CourseChangedMeanwhile):
        declare_edition(course, by=None, stamp=seen, at=NOON)


def test_one_edition_holds_in_every_language(course, lessons):
    spanish = make.translation_of(course)
    assert outline_of(spanish).edition_id == outline_of(course).edition_id
    with pytest.raises(DeclaredInAnotherLanguage, match="Listening"):
        declare_edition(spanish, by=None, at=NOON)


def test_what_is_not_translated_is_read_in_the_language_there_is(course, lessons):
    spanish = make.translation_of(course)
    outline = outline_of(spanish)
    assert [step.url for step in outline.steps] == [lesson.url for lesson in lessons]
    assert {step.language for step in outline.steps} == {"en"}
    assert not any(step.is_away for step in outline.steps)


# Whom it touches ----------------------------------------------------------------------------


def test_whoever_completed_stays_on_the_edition_they_completed(course, lessons):
    done = make.enrolment(course=course)
    finish(done, *lessons)
    make.lesson(lessons[0].get_parent().specific, "Added")
    make.edition(course)
    progress = progress_of(done)
    assert (progress.is_complete, progress.left, progress.percent) == (True, [], 100)
    row = Completion.objects.get(enrolment=done, page_key=course.translation_key)
    assert row.edition.number == 1
    again = take_again(done, at=NOON + DAY)
    assert len(progress_of(again).left) == 5


def test_whoever_is_under_way_follows_the_newest_and_owes_nothing_twice(course, lessons):
    place = make.enrolment(course=course)
    finish(place, *lessons[:2])  # the first module is complete
    make.lesson(lessons[0].get_parent().specific, "Added to what was complete")
    added = make.lesson(lessons[2].get_parent().specific, "Added to what is ahead")
    make.edition(course)
    assert [step.key for step in progress_of(place).left] == [
        lessons[2].translation_key,
        lessons[3].translation_key,
        added.translation_key,
    ]
    finish(place, lessons[2], lessons[3], added)
    assert is_recorded(place)


def test_whoever_has_nothing_left_by_a_declaration_is_complete_at_once(course, lessons, award):
    place = make.enrolment(course=course)
    finish(place, *lessons[:3])
    page_of(lessons[3]).unpublish()
    assert not is_recorded(place)
    make.edition(course)
    assert progress_of(place).is_complete
    assert is_recorded(place)
    assert Credential.objects.get().holder == place.learner


def test_a_module_that_opened_or_was_complete_by_one_edition_stays_so(course, lessons):
    place = make.enrolment(course=course)
    finish(place, lessons[0])
    first, second = ModulePage.objects.child_of(course).order_by("path")
    page_of(lessons[1]).unpublish()
    make.edition(course)  # the first module asks for one lesson alone
    make.lesson(first, "Asked for later")
    make.edition(course)
    progress = progress_of(place)
    assert progress.module_state(first.translation_key) == "done"
    assert progress.module_state(second.translation_key) == "open"


def test_a_quiz_that_was_passed_before_it_was_asked_for_is_not_to_be_passed_again():
    course = make.course(order="free")
    module = make.module(course)
    lesson, quiz_page = make.lesson(module), make.quiz_page(module, make.quiz([make.true_false()]))
    place = make.enrolment(course=course)
    make.passed_quiz(place.learner, quiz_page.quiz)
    other = make.quiz_page(module, quiz_page.quiz, title="The same at another place")
    make.edition(course)
    assert progress_of(place).is_done(other.translation_key)
    finish(place, lesson)
    assert is_recorded(place)


def test_whoever_left_is_completed_when_they_come_back(course, lessons):
    place = make.enrolment(course=course)
    finish(place, *lessons[:3])
    place.withdrawn_at = NOON
    place.save()
    page_of(lessons[3]).unpublish()
    make.edition(course)
    assert not is_recorded(place)
    enrol(place.learner, page_of(course), at=NOON + HOUR)
    assert is_recorded(place)


def test_it_is_known_before_whom_a_declaration_touches(course, lessons):
    complete, nearly, begun, new = (make.enrolment(course=course) for _ in range(4))
    finish(complete, *lessons)
    finish(nearly, *lessons[:3])
    finish(begun, lessons[0])
    page_of(lessons[3]).unpublish()
    fewer = affected_by(propose(course))
    assert (fewer.complete, fewer.becomes_complete, fewer.owes_less, fewer.total) == (1, 1, 2, 4)
    make.lesson(lessons[0].get_parent().specific, "Added")
    more = affected_by(propose(course))
    assert (more.complete, more.becomes_complete, more.owes_more) == (1, 1, 2)
    assert CourseEdition.objects.count() == 1
    assert is_recorded(new) is False


def test_more_learners_cost_no_more_queries_to_look_at(course, lessons, django_assert_num_queries):
    make.lesson(lessons[0].get_parent().specific, "Added")
    make.enrolment(course=course)
    proposal = propose(course)
    outline_of(course)
    with django_assert_num_queries(3):
        affected_by(proposal)
    for _ in range(3):
        make.enrolment(course=course)
    outline_of(course)
    with django_assert_num_queries(3):
        assert affected_by(proposal).total == 4


# The sweep ----------------------------------------------------------------------------------


def test_the_sweep_completes_whoever_has_nothing_left(course, lessons, award):
    """As an older release left them: everything is done, and the completion was never recorded."""
    place, other = make.enrolment(course=course), make.enrolment(course=course)
    finish(place, *lessons)
    finish(other, *lessons[:3])
    Completion.objects.filter(page_key=course.translation_key).delete()
    assert list(owed_completions()) == [place]
    assert sweep(lambda: NOON, dry_run=True).to_complete == 1
    assert not is_recorded(place)
    assert sweep(lambda: NOON).completed == 1
    assert is_recorded(place)
    assert not is_recorded(other)
    assert not owed_completions().exists()


def test_the_sweep_asks_twice_however_many_there_are(course, lessons, django_assert_num_queries):
    for _ in range(3):
        finish(make.enrolment(course=course), *lessons[:2])
    with django_assert_num_queries(2):  # what comes last, and who did it
        assert list(owed_completions()) == []


def test_what_settles_a_module_settles_it_for_the_sweep_too(course, lessons):
    place = make.enrolment(course=course)
    finish(place, *lessons[:2])
    make.lesson(lessons[0].get_parent().specific, "Added to what was complete")
    make.edition(course)
    finish(place, *lessons[2:])
    Completion.objects.filter(page_key=course.translation_key).delete()
    assert list(owed_completions()) == [place]


# Hours and what a certificate says it covers ------------------------------------------------


def test_hours_are_out_of_the_declared_course_while_a_module_is_down(course, lessons, award):
    place = make.enrolment(course=course)
    whole = studied_for(award, place.learner)
    for page in course.get_children():
        page.specific.unpublish()
    assert studied_for(award, place.learner) == whole
    assert whole.time.of_parts == 4


def test_a_certificate_covers_what_the_completed_edition_taught(course, lessons, award):
    lesson = page_of(lessons[0])
    lesson.competencies.add(make.competency("LI7"))
    lesson.save()
    make.edition(course)
    place = make.enrolment(course=course)
    finish(place, *lessons)
    lesson.unpublish()
    make.edition(course)
    covered = studied_for(award, place.learner)
    assert [row["code"] for row in covered.competencies] == ["LI7"]
    assert covered.time.of_parts == 4
    newcomer = studied_for(award, make.enrolment(course=course).learner)
    assert (newcomer.competencies, newcomer.time.of_parts) == ([], 3)
