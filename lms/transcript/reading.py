"""Reads the transcript of a learner: what they earned, passed and reached, and on which days.

It tells passes and never tries, days and never scores, and no word that anybody wrote. See
docs/decisions/0165.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import get_language

from assessments.models import Quiz, Result
from certificates.covered import CoveredGroup, group_covered
from certificates.dates import in_words
from certificates.hours import Hours
from certificates.models import Credential
from certificates.standing import Standing, standing_of
from certificates.studied import studied_on
from courses.models import Enrolment
from courses.outlines import enrolments_and_progress
from courses.progress import Outline, Progress
from courses.records import learner_records
from lms.earning import held_by
from people.models import User
from practice.in_language import names_in
from practice.models import ReachedEnding


@dataclass(frozen=True)
class Dated:
    """Something and the day on which it was done, in words; the language that its title is in."""

    title: str
    day: str
    language: str = ""


@dataclass(frozen=True)
class EarnedLine:
    """A certificate as a transcript lists it."""

    number: str
    award: str
    language: str
    standing: str
    issued_on: str
    expires_on: str


@dataclass(frozen=True)
class CourseLines:
    """What somebody did on one course."""

    title: str
    language: str
    enrolled_on: str
    completed_on: str = ""
    modules: list[Dated] = field(default_factory=list)
    passed: list[Dated] = field(default_factory=list)
    reached: list[Dated] = field(default_factory=list)
    hours: Hours | None = None
    assessed: list[CoveredGroup] = field(default_factory=list)

    def __bool__(self) -> bool:
        """Whether there is anything to tell."""
        return any((self.completed_on, self.modules, self.passed, self.reached, self.hours))


@dataclass(frozen=True)
class Transcript:
    """All of it, for one learner and one day."""

    name: str
    made_on: str
    certificates: list[EarnedLine]
    courses: list[CourseLines]

    def __bool__(self) -> bool:
        return bool(self.certificates or self.courses)


def read_transcript(learner: User, edition: int, *, at: datetime) -> Transcript:
    """The transcript of a learner, in the language that is active."""
    places = enrolments_and_progress(learner_records(learner.pk), edition)
    lines = [
        _course_lines(learner, place, progress, edition) for place, progress in reversed(places)
    ]
    return Transcript(
        name=learner.full_name,
        made_on=_day(at),
        certificates=earned_lines(held_by(learner), at=at),
        courses=[course for course in lines if course],
    )


def earned_lines(held: Iterable[Credential], *, at: datetime) -> list[EarnedLine]:
    """Every certificate with its standing today, oldest first: one that counts no more is told,
    too. The name printed on it is not, which may be a former one."""
    return [
        EarnedLine(
            number=credential.number,
            award=credential.award_name,
            language=credential.language,
            standing=str(standing.label),
            issued_on=in_words(credential.issued_on),
            expires_on=in_words(credential.expires_on) if credential.expires_on else "",
        )
        for credential in sorted(held, key=lambda each: each.issued_at)
        if (standing := standing_of(credential, at=at)) != Standing.WITHDRAWN
    ]


def _course_lines(learner: User, place: Enrolment, progress: Progress, edition: int) -> CourseLines:
    outline, completed = progress.counted, progress.completed
    studied = studied_on(place.course, learner, language=get_language() or "")
    hours = Hours(studied.time.minutes, studied.time) if studied.time else Hours(0)
    covered = group_covered(studied.competencies)
    return CourseLines(
        title=outline.title,
        language=outline.language,
        enrolled_on=_day(place.enrolled_at),
        completed_on=_day(completed.get(outline.key)),
        modules=[
            Dated(module.title, _day(completed[module.key]), module.language)
            for module in outline.modules
            if module.key in completed
        ],
        passed=passed_lines(outline, passed_on(learner, outline.key)),
        reached=reached_lines(learner, outline.key, edition),
        hours=hours or None,
        assessed=[group for group in covered if group.assessed],
    )


def passed_on(learner: User, course_key: UUID) -> dict[int, datetime]:
    """When each quiz of a course was first passed, by its id, in the order of passing. A pass that
    was corrected away is none. One query."""
    later = Result.objects.filter(attempt=OuterRef("attempt"), number__gt=OuterRef("number"))
    results = Result.objects.filter(
        ~Exists(later),
        passed=True,
        attempt__enrolment__learner=learner,
        attempt__enrolment__course_key=course_key,
    )
    first: dict[int, datetime] = {}
    for quiz, at in results.order_by("marked_at").values_list("attempt__quiz", "marked_at"):
        first.setdefault(quiz, at)
    return first


def passed_lines(outline: Outline, passed: Mapping[int, datetime]) -> list[Dated]:
    """Passes in the order of the course; then those of quizzes that stand there no more."""
    lines, told = [], set()
    for step in outline.steps:
        subjects = {step.subject_id, *step.subject_ids} if step.kind.name == "quiz" else set()
        moments = [at for quiz, at in passed.items() if quiz in subjects]
        told |= subjects
        if moments:
            lines.append(Dated(step.title, _day(min(moments)), step.language))
    titles = dict(Quiz.objects.filter(pk__in=passed.keys() - told).values_list("pk", "title"))
    return lines + [Dated(titles[quiz], _day(at)) for quiz, at in passed.items() if quiz in titles]


def reached_lines(learner: User, course_key: UUID, edition: int) -> list[Dated]:
    """The conversations of a course that were reached, each once, with the first day. It is told
    that, and not how. Two queries at most."""
    rows = ReachedEnding.objects.filter(
        enrolment__learner=learner, enrolment__course_key=course_key
    ).order_by("reached_at", "pk")
    names = names_in(get_language() or "", edition)
    first: dict[int, Dated] = {}
    for pk, title, at in rows.values_list("conversation", "conversation__title", "reached_at"):
        own = names.get(pk)
        first.setdefault(pk, Dated(own.title if own else title, _day(at)))
    return list(first.values())


def _day(at: datetime | None) -> str:
    """The day of a moment where the reader is; nothing for none."""
    return in_words(timezone.localdate(at)) if at else ""
