"""Learners as those who teach them see them: who, how far, and when they were last seen.

Nothing here reads a reflection, nor what somebody wrote anywhere.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice
from typing import Any
from uuid import UUID

from django.db.models import DateTimeField, Exists, F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce, Greatest
from django.utils.functional import Promise
from wagtail import hooks

from courses.models import Completion, Enrolment, PlaceState
from courses.models.enrolments import EnrolmentQuerySet
from courses.outlines import outlines_by_id
from courses.progress import Progress
from people.spreadsheets import ROWS_AT_ONCE

LAST_SEEN_HOOK = "find_last_seen"
"""By this hook each app says when a learner was last seen in it: a function without arguments
that returns an expression for a query of `Enrolment`, which may come to nothing."""

COLUMNS_HOOK = "find_learner_columns"
"""By this hook each app adds to the list of learners: a function without arguments that returns
a list of `LearnerColumn`."""

QUIET_AFTER = timedelta(days=14)
"""After how long without a sign of them somebody may be glad of a word."""


@dataclass(frozen=True)
class LearnerColumn:
    """What another app says of each learner. `read` takes the ids of places, in one query."""

    name: str
    label: str | Promise
    read: Callable[[Collection[UUID]], Mapping[UUID, int]]


@dataclass(frozen=True)
class LearnerRow:
    """One learner's place on one course. `counts` holds what other apps say, by column."""

    enrolment: Enrolment
    course: str
    progress: Progress
    state: PlaceState
    seen_at: datetime
    counts: Mapping[str, int] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return self.enrolment.learner.full_name or self.enrolment.learner.email

    @property
    def email(self) -> str:
        return self.enrolment.learner.email


def learner_columns() -> list[LearnerColumn]:
    """What all apps add to the list, in their order."""
    return [column for find in hooks.get_hooks(COLUMNS_HOOK) for column in find()]


def with_last_seen(enrolments: QuerySet[Enrolment]) -> Any:
    """Some places, each with `seen_at`: when its learner last finished, saved or began something.

    Reading alone is not recorded, so it is no sign.
    """
    finished = Completion.objects.filter(enrolment=OuterRef("pk")).order_by("-completed_at")
    signs: list[Any] = [
        Subquery(finished.values("completed_at")[:1], output_field=DateTimeField()),
        *(find() for find in hooks.get_hooks(LAST_SEEN_HOOK)),
    ]
    return enrolments.annotate(
        # SQLite has no greatest of what holds nothing, so each counts from the enrolment on.
        seen_at=Greatest(F("enrolled_at"), *(Coalesce(sign, F("enrolled_at")) for sign in signs))
    )


def quiet(enrolments: EnrolmentQuerySet, at: datetime) -> QuerySet[Enrolment]:
    """Those who may go on and have something left, of whom nothing was seen for two weeks."""
    complete = Completion.objects.filter(enrolment=OuterRef("pk"), page_key=OuterRef("course_key"))
    unfinished = enrolments.open(at).filter(~Exists(complete))
    rows: QuerySet[Enrolment] = with_last_seen(unfinished).filter(seen_at__lt=at - QUIET_AFTER)
    return rows


def learner_rows(enrolments: Iterable[Enrolment], at: datetime) -> Iterator[LearnerRow]:
    """A row for each place, in the order given. A few queries for every five hundred.

    Their learners have to be read with them.
    """
    columns = learner_columns()
    waiting = iter(enrolments)
    while places := list(islice(waiting, ROWS_AT_ONCE)):
        yield from _rows_of(places, columns, at)


def _rows_of(
    places: Collection[Enrolment], columns: Iterable[LearnerColumn], at: datetime
) -> Iterator[LearnerRow]:
    ids = [place.pk for place in places]
    outlines = outlines_by_id(place.course_id for place in places)
    completed = _completed_on(ids)
    seen = dict(with_last_seen(Enrolment.objects.filter(pk__in=ids)).values_list("pk", "seen_at"))
    counts = {column.name: column.read(ids) for column in columns}
    for place in places:
        progress = Progress(outlines[place.course_id], completed[place.pk])
        yield LearnerRow(
            enrolment=place,
            course=progress.outline.title,
            progress=progress,
            state=place.state(completed[place.pk], at),
            seen_at=seen[place.pk],
            counts={name: by_id.get(place.pk, 0) for name, by_id in counts.items()},
        )


def _completed_on(ids: Collection[UUID]) -> Mapping[UUID, dict[UUID, datetime]]:
    """When each page was completed on each place. One query."""
    completed: dict[UUID, dict[UUID, datetime]] = defaultdict(dict)
    rows = Completion.objects.filter(enrolment__in=ids)
    for place_id, page_key, completed_at in rows.values_list(
        "enrolment_id", "page_key", "completed_at"
    ):
        completed[place_id][page_key] = completed_at
    return completed


# One person ------------------------------------------------------------------------------


@dataclass(frozen=True)
class ModuleLine:
    """A module of a course as one learner stands to it: how many steps of it they finished."""

    title: str
    done: int
    of: int
    finished: list[tuple[str, datetime]]


def module_lines(progress: Progress) -> list[ModuleLine]:
    """Each module, and what closes the course, with the steps that were finished and when."""
    outline = progress.outline
    groups = [(module.title, module.steps) for module in outline.modules]
    groups += [(step.title, (step,)) for step in outline.finals]
    return [
        ModuleLine(
            title=title,
            done=sum(progress.is_done(step.key) for step in steps if step.required),
            of=sum(step.required for step in steps),
            finished=[
                (step.title, progress.completed[step.key])
                for step in steps
                if progress.is_done(step.key)
            ],
        )
        for title, steps in groups
    ]


def rows_of_person(enrolments: QuerySet[Enrolment], at: datetime) -> list[LearnerRow]:
    """One person's places among those that may be seen, newest first, earlier runs included."""
    places = enrolments.select_related("learner").order_by("-enrolled_at")
    return list(learner_rows(places, at))
