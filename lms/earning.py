"""What a person can earn here, and what they hold: for the course page and their own page."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.db.models import prefetch_related_objects
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import get_language

from certificates.evidence import RequirementEvidence, asked_with, evidence_by_award
from certificates.expiring import closer_standing
from certificates.models import Award, Credential, Requirement
from certificates.requirements import BY_NAME
from certificates.requirements.base import Way
from courses.models import CoursePage
from courses.progress import Outline, Progress
from courses.records import LearnerRecords
from people.models import User
from people.rows import rows_where
from practice.portraits import has_portrait


@dataclass(frozen=True)
class RequirementLine:
    """A requirement as a line of a list: its words, where it is met, whether, and how far.

    `met` is None for a visitor, of whom nothing is known. `ways` are what one may choose from
    where several things can meet it, and `topic` what these are about.
    """

    text: str
    url: str | None = None
    met: bool | None = None
    how_far: str = ""
    action: str | Promise = ""
    is_quick: bool = False
    topic: str = ""
    ways: tuple[Way, ...] = ()

    @property
    def people(self) -> list[str]:
        """Those whom one may talk with, each once."""
        return list(dict.fromkeys(way.person for way in self.ways if way.person))

    @property
    def face(self) -> str:
        """Who stands for all of them: one who is drawn, where anybody is."""
        drawn = (name for name in self.people if has_portrait(name))
        return next(drawn, self.people[0] if self.people else "")


@dataclass(frozen=True)
class AwardLine:
    """An award with what it takes."""

    name: str
    requirements: list[RequirementLine]

    @property
    def plain(self) -> list[RequirementLine]:
        """The requirements that one thing meets."""
        return [line for line in self.requirements if not line.ways]

    @property
    def choices(self) -> list[RequirementLine]:
        """The requirements for which one chooses from several ways."""
        return [line for line in self.requirements if line.ways]

    def next_way(self, progress: Progress) -> Way | None:
        """The first way to what is left that is open to somebody who is so far; None if none is."""
        ways = (way for line in self.choices if not line.met for way in line.ways)
        there = {step.key for step in progress.outline.steps if step.is_there}
        return next(
            (
                way
                for way in ways
                if not way.is_done and way.key in there and progress.state_of(way.key) == "open"
            ),
            None,
        )

    def as_open_in(self, outline: Outline) -> AwardLine:
        """The award for a reader of a course, led into none of its steps that are closed to them."""
        closed = {step.url for step in outline.steps if step.is_closed and step.url}
        if not closed:
            return self
        lines = [
            replace(
                line,
                url=None if line.url in closed else line.url,
                ways=tuple(way for way in line.ways if way.url not in closed),
            )
            for line in self.requirements
        ]
        return replace(self, requirements=lines)

    @property
    def left(self) -> list[RequirementLine]:
        return [line for line in self.requirements if not line.met]

    @property
    def last(self) -> RequirementLine | None:
        """The requirement that alone is left, if there is one."""
        return self.left[0] if len(self.left) == 1 else None


@dataclass(frozen=True)
class CertificateLine:
    """A credential as its holder sees it in a list."""

    number: str
    award_name: str
    standing: str
    issued_on: date
    expires_on: date | None
    url: str
    held_url: str
    pdf_url: str | None
    problem: str
    hours: str = ""


def awards_with(course: CoursePage, user: User | AnonymousUser, edition: int) -> list[AwardLine]:
    """What can be earned with a course, and how far this person is from it."""
    if isinstance(user, User):
        return awards_ahead(user, {course.pk: course.translation_key}, edition)[course.pk]
    lines: dict[Award, list[RequirementLine]] = defaultdict(list)
    for row in Requirement.objects.asked_with([course.translation_key]):
        lines[row.award].append(RequirementLine(BY_NAME[row.kind].text(row)))
    return [AwardLine(_name_of(award), requirements) for award, requirements in lines.items()]


def _name_of(award: Award) -> str:
    """The name of an award in the reader's language. A query, for another than its own."""
    return str(award.words_for(get_language() or award.language).name)


def awards_ahead(
    user: User,
    course_keys: Mapping[int, UUID],
    edition: int,
    *,
    but_for: Collection[int] = (),
    records: LearnerRecords | None = None,
) -> dict[int, list[AwardLine]]:
    """What a person can earn with each of some courses, by the course's page id.

    `course_keys` are the translation keys of the courses, by page id. Leaves out the awards
    whose ids are in `but_for`. `records` is what they did on courses, where it was read
    already. Constant queries, however many there are.
    """
    keys = course_keys.values()
    requirements = asked_with(keys, edition) if keys else []
    rows = [row for row in requirements if row.award_id not in but_for]
    names = {pk: _name_of(award) for pk, award in {row.award_id: row.award for row in rows}.items()}
    evidence = evidence_by_award(user, rows, edition, records) if rows else {}
    lines = {pk: AwardLine(names[pk], _lines(items)) for pk, items in evidence.items()}
    return {
        page_id: [lines[pk] for pk in _awards_asking(key, rows)]
        for page_id, key in course_keys.items()
    }


def _awards_asking(key: UUID, rows: Iterable[Requirement]) -> list[int]:
    """The ids of the awards that ask for a course, in the order of their requirements."""
    return list(
        dict.fromkeys(
            row.award_id for row in rows if row.course and row.course.translation_key == key
        )
    )


def _lines(evidence: Iterable[RequirementEvidence]) -> list[RequirementLine]:
    return [
        RequirementLine(
            text=item.text,
            url=item.url,
            met=item.met_on is not None,
            how_far=item.how_far,
            action=item.action,
            is_quick=item.is_quick,
            topic=item.topic,
            ways=item.ways,
        )
        for item in evidence
    ]


def held_by(user: User) -> list[Credential]:
    """Every credential this person holds, newest first, ready for `closer_standing`.

    One query where there is none, which is most often, else three.
    """
    held = sorted(
        rows_where(Credential, holder=user.pk),
        key=lambda credential: (credential.issued_at, credential.pk),
        reverse=True,
    )
    prefetch_related_objects(held, "issuer", "events", "award__renewal_rules")
    return held


def certificates(held: Iterable[Credential], *, at: datetime) -> list[CertificateLine]:
    """Credentials as their holder sees them."""
    return [
        CertificateLine(
            number=credential.number,
            award_name=credential.award_name,
            standing=closer_standing(credential, at=at).value,
            issued_on=credential.issued_on,
            expires_on=credential.expires_on,
            url=reverse("certificates:verify_number", args=[credential.number]),
            held_url=reverse("certificates:held", args=[credential.number]),
            pdf_url=reverse("certificates:pdf", args=[credential.number])
            if credential.pdf
            else None,
            problem=credential.pdf_problem,
            hours=credential.hours.sentence if credential.hours else "",
        )
        for credential in held
    ]
