"""Completing whoever has nothing left: after a declaration at once, and in every sweep."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

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
    is not recorded as complete. One query."""
    latest = CourseEdition.objects.filter(course_key=OuterRef(OuterRef("course_key")))
    required_steps = EditionStep.objects.filter(
        edition=Subquery(latest.order_by("-number").values("pk")[:1]), required=True
    )
    settling = Completion.objects.filter(
        Q(page_key=OuterRef("key")) | Q(page_key=OuterRef("module_key")),
        enrolment=OuterRef(OuterRef("pk")),
    )
    complete = Completion.objects.filter(enrolment=OuterRef("pk"), page_key=OuterRef("course_key"))
    places: QuerySet[Enrolment] = Enrolment.objects.current().filter(
        ~Exists(complete),
        Exists(required_steps),
        ~Exists(required_steps.filter(~Exists(settling))),
        withdrawn_at=None,
    )
    return places
