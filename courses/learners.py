"""Learners as those who teach them see them: who, how far, and when they were last seen.

Nothing here reads a reflection, nor what somebody wrote anywhere.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import DateTimeField, Exists, F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce, Greatest
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext
from wagtail import hooks

from courses.models import Completion, CoursePage, Edition, EditionStep, Enrolment, PlaceState
from courses.models.enrolments import EnrolmentQuerySet
from courses.outlines import outlines_by_id, progress_on
from courses.progress import Progress
from courses.records import records_by_enrolment
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
    edition = Edition.current()
    outlines = outlines_by_id((place.course_id for place in places), edition)
    records = records_by_enrolment(ids)
    seen = dict(with_last_seen(Enrolment.objects.filter(pk__in=ids)).values_list("pk", "seen_at"))
    counts = {column.name: column.read(ids) for column in columns}
    titles = _titles_for_reader({place.course_key for place in places})
    for place in places:
        progress = progress_on(outlines[place.course_id], records[place.pk], edition)
        yield LearnerRow(
            enrolment=place,
            course=titles.get(place.course_key, progress.outline.title),
            progress=progress,
            state=place.state(progress.completed, at),
            seen_at=seen[place.pk],
            counts={name: by_id.get(place.pk, 0) for name, by_id in counts.items()},
        )


def _titles_for_reader(course_keys: Collection[UUID]) -> dict[UUID, str]:
    """The title of each course in the reader's language, where it is published in it.

    A query, for readers of another language than the site's.
    """
    language = get_language() or ""
    if language == settings.LANGUAGE_CODE:
        return {}
    translations = CoursePage.objects.live().filter(
        translation_key__in=course_keys, locale__language_code=language
    )
    return dict(translations.values_list("translation_key", "title"))


# One person ------------------------------------------------------------------------------


@dataclass(frozen=True)
class ModuleLine:
    """A module of a course as one learner stands to it: how many steps of it they finished."""

    title: str
    done: int
    of: int
    finished: list[tuple[str, datetime]]


def module_lines(progress: Progress) -> list[ModuleLine]:
    """Each module, and what closes the course, with the steps that were finished and when.

    By the edition that this learner is counted by. What they finished besides comes last, such as
    a step that the course asks for no longer. No query, but for such a step.
    """
    counted = progress.counted
    left = {step.key for step in progress.left}
    groups = [(module.title, module.steps) for module in counted.modules]
    groups += [(step.title, (step,)) for step in counted.finals]
    lines = [
        ModuleLine(
            title=title,
            done=sum(step.required and step.key not in left for step in steps),
            of=sum(step.required for step in steps),
            finished=[
                (step.title, progress.completed[step.key])
                for step in steps
                if progress.is_done(step.key)
            ],
        )
        for title, steps in groups
    ]
    besides = _finished_besides(progress)
    return [*lines, ModuleLine(gettext("Besides"), 0, 0, besides)] if besides else lines


def _finished_besides(progress: Progress) -> list[tuple[str, datetime]]:
    """What somebody finished that is no step of the edition they are counted by."""
    counted = progress.counted
    known = {counted.key, *(module.key for module in counted.modules)}
    known |= {step.key for step in counted.steps}
    others = progress.completed.keys() - known
    if not others:
        return []
    titles = {step.key: step.title for step in progress.outline.steps}
    gone = others - titles.keys() - {module.key for module in progress.outline.modules}
    if gone:
        rows = EditionStep.objects.filter(key__in=gone).order_by("edition__number")
        titles |= dict(rows.values_list("key", "title"))
    finished = [(titles[key], progress.completed[key]) for key in others if key in titles]
    return sorted(finished, key=lambda line: line[1])


def rows_of_person(enrolments: QuerySet[Enrolment], at: datetime) -> list[LearnerRow]:
    """One person's places among those that may be seen, newest first, earlier runs included."""
    places = enrolments.select_related("learner").order_by("-enrolled_at")
    return list(learner_rows(places, at))
