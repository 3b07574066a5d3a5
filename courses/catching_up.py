"""Completing whoever has nothing left: after a declaration at once, and in every sweep."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from courses.enrolling import record_progress
from courses.models import Completion, CourseEdition, EditionStep, Enrolment
from courses.outlines import progress_of
from people.models import lock_learner


def catch_up(enrolment: Enrolment, *, done: Iterable[UUID] = (), at: datetime) -> None:
    """Record what is complete and open on a place by the edition in force, and was not recorded.

    `done` are steps of which an app says that they were done already.
    """
    with transaction.atomic():
        lock_learner(enrolment.learner_id)
        progress = progress_of(enrolment)
        steps = [step for step in map(progress.outline.step, done) if step is not None]
        record_progress(
            enrolment, progress, done=[(step.key, step.page_id) for step in steps], at=at
        )


def owed_completions() -> QuerySet[Enrolment]:
    """The places on which everything that the edition in force asks for is done, and the course
    is not recorded as complete. One query when it is read, and one before it."""
    steps = EditionStep.objects.filter(edition__in=_editions_in_force(), required=True)
    required_steps = steps.filter(edition__course_key=OuterRef("course_key"))
    settling = Completion.objects.filter(
        Q(page_key=OuterRef("key")) | Q(page_key=OuterRef("module_key")),
        enrolment=OuterRef(OuterRef("pk")),
    )
    reached = Completion.objects.filter(enrolment=OuterRef("pk"), page_key__in=_last_keys(steps))
    complete = Completion.objects.filter(enrolment=OuterRef("pk"), page_key=OuterRef("course_key"))
    places: QuerySet[Enrolment] = Enrolment.objects.current().filter(
        ~Exists(complete),
        Exists(reached),
        Exists(required_steps),
        ~Exists(required_steps.filter(~Exists(settling))),
        withdrawn_at=None,
    )
    return places


def _last_keys(steps: QuerySet[EditionStep]) -> list[UUID]:
    """The keys of the steps that come last in their course, and of the modules that they are in.

    Most learners are half-way, and lack these. Which they are is read first, so that a database
    begins with whoever completed one of them, by an index.
    """
    later = EditionStep.objects.filter(
        edition=OuterRef("edition"), required=True, place__gt=OuterRef("place")
    )
    last = steps.exclude(Exists(later)).values_list("key", "module_key")
    return sorted({key for keys in last for key in keys if key is not None})


def _editions_in_force() -> QuerySet[CourseEdition]:
    """The newest edition of each course."""
    later = CourseEdition.objects.filter(
        course_key=OuterRef("course_key"), number__gt=OuterRef("number")
    )
    return CourseEdition.objects.exclude(Exists(later))
