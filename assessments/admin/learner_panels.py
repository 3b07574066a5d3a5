"""What assessment adds to the learners: their tries in the list, and panels on a person's page."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Count, DateTimeField, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.ui.components import Component

from assessments.access import may_give_exceptions, may_see_attempts
from assessments.admin.attempts import outcome_of
from assessments.admin.exceptions import given_exceptions
from assessments.models import Attempt, EnrolmentException, Quiz, QuizException
from assessments.waiting import asking_for_a_talk
from courses.learners import LearnerColumn
from courses.models import Enrolment
from courses.outlines import outlines_by_id
from courses.progress import Outline
from people.http import SignedInRequest
from people.models import User


def last_seen() -> Subquery:
    """When a learner last saved an answer, or began a try, for a query of `Enrolment`."""
    tries = Attempt.objects.filter(enrolment=OuterRef("pk"))
    seen = tries.annotate(seen=Coalesce("saved_at", "started_at")).order_by("-seen")
    return Subquery(seen.values("seen")[:1], output_field=DateTimeField())


def count_tries(enrolment_ids: Collection[UUID]) -> Mapping[UUID, int]:
    """How many tries there were on each place, all quizzes together. One query."""
    tries = Attempt.objects.counted().filter(enrolment__in=enrolment_ids)
    return dict(tries.order_by().values_list("enrolment").annotate(Count("pk")))


TRIES = LearnerColumn("tries", gettext_lazy("Tries"), count_tries)


@dataclass(frozen=True)
class TryLine:
    """A try in a word, with how many red lines of it are open, and whether a talk was asked for."""

    attempt: Attempt
    outcome: str
    open_red_lines: int
    asks_for_talk: bool


@dataclass(frozen=True)
class QuizLine:
    """A quiz as one learner stands to it.

    `may_be_eased` is whether it is on the course and limits something, so that an exception to it
    says something.
    """

    quiz_id: int
    title: str
    tries: list[TryLine]
    may_be_eased: bool = False

    @property
    def outcome(self) -> str:
        """The best that came of it; nothing before a try was handed in."""
        latest: list[Any] = [line.attempt for line in self.tries]
        if any(attempt.latest_passed for attempt in latest):
            return _("Passed")
        if any(line.open_red_lines for line in self.tries):
            return _("Nearly there")
        return _("Not passed") if any(a.latest_passed is False for a in latest) else ""


@dataclass(frozen=True)
class PlaceTries:
    """The quizzes of one place with their tries, and how its end was moved."""

    enrolment: Enrolment
    course: str
    quizzes: list[QuizLine]
    moves: list[EnrolmentException]


def tries_on(places: list[Enrolment]) -> list[PlaceTries]:
    """The tries on each of some places, by quiz in the order of the course. Five queries."""
    attempts: Any = Attempt.objects.counted().filter(enrolment__in=places)
    lines: dict[UUID, dict[int, list[TryLine]]] = defaultdict(lambda: defaultdict(list))
    asking = set(asking_for_a_talk(attempts).values_list("pk", flat=True))
    for attempt in attempts.with_latest_result().order_by("number"):
        nearly = attempt.latest_reached and not attempt.latest_passed
        line = TryLine(
            attempt,
            outcome_of(attempt),
            open_red_lines=attempt.latest_missed if nearly else 0,
            asks_for_talk=attempt.pk in asking,
        )
        lines[attempt.enrolment_id][attempt.quiz_id].append(line)
    moves: dict[UUID, list[EnrolmentException]] = defaultdict(list)
    for move in EnrolmentException.objects.filter(enrolment__in=places).select_related("actor"):
        moves[move.enrolment_id].append(move)
    outlines = outlines_by_id(place.course_id for place in places)
    ids = {pk for outline in outlines.values() for pk in quizzes_of(outline)}
    quizzes = Quiz.objects.in_bulk(ids.union(*lines.values()))
    return [
        PlaceTries(
            place,
            outlines[place.course_id].title,
            quiz_lines(outlines[place.course_id], lines[place.pk], quizzes),
            moves[place.pk],
        )
        for place in places
    ]


def quizzes_of(outline: Outline) -> dict[int, str]:
    """The title of each quiz on a course, by the quiz, in its order."""
    return {
        step.subject_id: step.title
        for step in outline.steps
        if step.kind.name == "quiz" and step.subject_id is not None
    }


def quiz_lines(
    outline: Outline, tries: Mapping[int, list[TryLine]], quizzes: Mapping[int, Quiz]
) -> list[QuizLine]:
    """The quizzes of a course in its order, and then those that were taken down since."""
    on_course = quizzes_of(outline)
    return [
        *(
            QuizLine(pk, title, tries.get(pk, []), may_be_eased=quizzes[pk].limits_something)
            for pk, title in on_course.items()
        ),
        *(
            QuizLine(pk, str(quizzes[pk]), rows)
            for pk, rows in tries.items()
            if pk not in on_course
        ),
    ]


class TriesPanel(Component):
    """Each quiz of each place: every try, its result, and what must be right that is open."""

    template_name = "assessments/admin/tries_panel.html"

    def __init__(self, user: User, places: list[Enrolment]) -> None:
        self.user = user
        self.places = places

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        return {
            "places": tries_on(self.places),
            "may_give_exceptions": may_give_exceptions(self.user),
        }


class ExceptionsPanel(Component):
    """What this person was given beyond the rules, and why."""

    template_name = "assessments/admin/exceptions_panel.html"

    def __init__(self, places: list[Enrolment]) -> None:
        self.places = places

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        rows = QuizException.objects.filter(enrolment__in=self.places)
        rows = rows.select_related("quiz", "actor", "enrolment__learner")
        return {"exceptions": given_exceptions(list(rows))}


def learner_panels(
    request: SignedInRequest, person: User, places: list[Enrolment]
) -> list[Component]:
    """The tries and the exceptions, for those who read tries."""
    if not may_see_attempts(request.user):
        return []
    return [TriesPanel(request.user, places), ExceptionsPanel(places)]
