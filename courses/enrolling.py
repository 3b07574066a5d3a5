"""Verbs: taking a place on a course, leaving it, and finishing lessons."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import transaction

from courses.exceptions import (
    CourseNotComplete,
    CourseNotOpen,
    EnrolmentClosed,
    EnrolmentEnded,
    LessonLocked,
)
from courses.models import Completion, CoursePage, Enrolment, LessonPage, Opening
from courses.outlines import progress_of
from courses.progress import Progress
from courses.signals import enrolment_retaken, evidence_landed
from people.models import User, lock_learner


def enrol(learner: User, course: CoursePage, *, at: datetime) -> Enrolment:
    """Give a learner a place on a course, or give it back to one who withdrew.

    Enrolling twice is one place. Nothing that was done before is lost.
    Raises CourseNotOpen when the course is not published, and EnrolmentEnded when the time
    for which the place was given is over.
    """
    if not course.live:
        raise CourseNotOpen(course)
    with transaction.atomic():
        lock_learner(learner.pk)
        enrolment, created = Enrolment.objects.current().get_or_create(
            learner=learner,
            course_key=course.translation_key,
            defaults={"course": course, "enrolled_at": at},
        )
        if not created:
            if enrolment.has_ended(at):
                raise EnrolmentEnded(enrolment)
            Enrolment.objects.filter(pk=enrolment.pk).exclude(withdrawn_at=None).update(
                withdrawn_at=None
            )
            enrolment.withdrawn_at = None
        record_progress(enrolment, at=at)
    return enrolment


def take_again(enrolment: Enrolment, *, at: datetime) -> Enrolment:
    """Begin a course once more, from its beginning. The run before it stays as it was.

    Of two presses at once the second gets the run that the first began. Raises
    CourseNotOpen when the course is not published, EnrolmentEnded when the time for which the
    place was given is over, and CourseNotComplete while there is something left to do.
    """
    course = enrolment.course
    if not course.live:
        raise CourseNotOpen(course)
    if enrolment.has_ended(at):
        raise EnrolmentEnded(enrolment)
    with transaction.atomic():
        lock_learner(enrolment.learner_id)
        if not progress_of(enrolment).is_complete:
            raise CourseNotComplete(course)
        if not Enrolment.objects.current().filter(pk=enrolment.pk).update(retaken_at=at):
            return Enrolment.objects.current().get(
                learner=enrolment.learner_id, course_key=enrolment.course_key
            )
        run = Enrolment.objects.create(
            learner=enrolment.learner,
            course=course,
            course_key=enrolment.course_key,
            run=enrolment.run + 1,
            enrolled_at=at,
            ends_at=enrolment.ends_at,
        )
        enrolment_retaken.send(Enrolment, enrolment=enrolment, at=at)
        record_progress(run, at=at)
    return run


def withdraw(enrolment: Enrolment, *, at: datetime) -> None:
    """Leave a course. Everything done is kept for the day the learner comes back.

    An earlier run is a record already and stays as it is.
    """
    Enrolment.objects.current().filter(pk=enrolment.pk, withdrawn_at=None).update(withdrawn_at=at)


def complete_lesson(enrolment: Enrolment, lesson: LessonPage, *, at: datetime) -> None:
    """Record that the learner finished a lesson, once, and whatever that completes.

    Raises EnrolmentClosed when they may no longer read on, and LessonLocked, with what is
    missing, when the lesson has not opened for them.
    """
    with transaction.atomic():
        lock_learner(enrolment.learner_id)
        enrolment.refresh_from_db(fields=["withdrawn_at", "retaken_at", "ends_at"])
        if not enrolment.is_open(at):
            raise EnrolmentClosed(enrolment)
        progress = progress_of(enrolment)
        state = progress.state_of(lesson.translation_key)
        if state == "locked":
            raise LessonLocked(lesson, progress.missing_for(lesson.translation_key))
        record_progress(enrolment, progress, done=[(lesson.translation_key, lesson.pk)], at=at)


def record_progress(
    enrolment: Enrolment,
    progress: Progress | None = None,
    *,
    done: Iterable[tuple[UUID, int]] = (),
    at: datetime,
) -> None:
    """Record that steps were done, and what that completes and opens, and tell who listens.

    `done` holds the key and the page id of each step. What is recorded already stays as it is.
    Call it inside the transaction of the evidence, after `lock_learner`; `progress` is what was
    read since then.
    """
    progress = progress or progress_of(enrolment)
    complete = [(key, page_id) for key, page_id in done if not progress.is_done(key)]
    progress = progress.after([key for key, _page_id in complete], at)
    complete += progress.newly_complete()
    if complete:
        Completion.objects.bulk_create(
            [
                Completion(
                    enrolment=enrolment,
                    page_id=page_id,
                    page_key=key,
                    edition_id=progress.outline.edition_id,
                    completed_at=at,
                )
                for key, page_id in complete
            ],
            ignore_conflicts=True,
        )
        progress = progress.after([key for key, _page_id in complete], at)
    opened = progress.newly_open()
    if opened:
        Opening.objects.bulk_create(
            [Opening(enrolment=enrolment, page_key=key, opened_at=at) for key in opened],
            ignore_conflicts=True,
        )
    evidence_landed.send(Enrolment, learner=enrolment.learner, at=at)
