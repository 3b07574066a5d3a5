"""What a person can earn here, and what they hold: for the course page and their own page."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.db.models import prefetch_related_objects
from django.urls import reverse

from certificates.evidence import RequirementEvidence, awards_resting_on, evidence_by_award_id
from certificates.models import Credential
from certificates.standing import Standing, standing_of
from courses.editions import cached
from courses.models import CoursePage
from people.models import User


@dataclass(frozen=True)
class RequirementLine:
    """A requirement as a line of a list: its words, where it is met, and whether it is.

    `met` is None for a visitor, of whom nothing is known.
    """

    text: str
    url: str | None
    met: bool | None
    is_signature: bool = False


@dataclass(frozen=True)
class AwardLine:
    """An award with what it takes."""

    name: str
    requirements: list[RequirementLine]

    @property
    def left(self) -> list[RequirementLine]:
        return [one for one in self.requirements if not one.met]

    @property
    def last(self) -> RequirementLine | None:
        """The one requirement that is left, where there is but one."""
        return self.left[0] if len(self.left) == 1 else None


@dataclass(frozen=True)
class CertificateLine:
    """A credential as its holder sees it in a list."""

    number: str
    award_name: str
    standing: Standing
    issued_on: object
    expires_on: object
    url: str
    pdf_url: str | None
    problem: str


@dataclass(frozen=True)
class AwardName:
    """An award that may be earned, by its primary key and its name."""

    award_id: int
    name: str


def awards_with(course: CoursePage, user: User | AnonymousUser, edition: int) -> list[AwardLine]:
    """What can be earned with a course, and how far this person is from it."""
    if isinstance(user, User):
        return awards_ahead(user, {course.pk: course.translation_key}, edition)[course.pk]
    awards = awards_resting_on(course.translation_key).prefetch_related(
        "requirements__course", "requirements__quiz", "requirements__statement"
    )
    return [
        AwardLine(
            award.name,
            [RequirementLine(str(row), None, None) for row in award.requirements.all()],
        )
        for award in awards
    ]


def awards_ahead(
    user: User, course_keys: Mapping[int, UUID], edition: int, *, but_for: Collection[int] = ()
) -> dict[int, list[AwardLine]]:
    """What a person can earn with each of some courses, by the course's page id.

    `course_keys` are the translation keys of the courses, by page id. Leaves out the awards
    whose ids are in `but_for`. Constant queries, however many there are.
    """
    awards = {
        page_id: [award for award in award_names(key, edition) if award.award_id not in but_for]
        for page_id, key in course_keys.items()
    }
    names = {award.award_id: award.name for those in awards.values() for award in those}
    evidence = evidence_by_award_id(user, names, edition) if names else {}
    lines = {pk: AwardLine(name, _lines(evidence[pk])) for pk, name in names.items()}
    return {
        page_id: [lines[award.award_id] for award in those] for page_id, those in awards.items()
    }


def award_names(course_key: UUID, edition: int) -> tuple[AwardName, ...]:
    """The awards that ask for a course, in any language; cached for the edition."""
    return cached(
        edition,
        ("award_names", course_key),
        lambda: tuple(AwardName(award.pk, award.name) for award in awards_resting_on(course_key)),
    )


def _lines(evidence: Iterable[RequirementEvidence]) -> list[RequirementLine]:
    return [
        RequirementLine(
            one.text,
            one.url,
            one.met_on is not None,
            is_signature=one.requirement.statement_id is not None,
        )
        for one in evidence
    ]


def held_by(user: User) -> list[Credential]:
    """Every credential this person holds, newest first, ready for `standing_of`.

    One query where there is none, else four.
    """
    held = list(Credential.objects.filter(holder=user))
    prefetch_related_objects(held, "issuer", "superseded_by", "events")
    return held


def certificates(held: Iterable[Credential], *, at: datetime) -> list[CertificateLine]:
    """Credentials as their holder sees them."""
    return [
        CertificateLine(
            number=one.number,
            award_name=one.award_name,
            standing=standing_of(one, at=at),
            issued_on=one.issued_on,
            expires_on=one.expires_on,
            url=reverse("certificates:verify_number", args=[one.number]),
            pdf_url=reverse("certificates:pdf", args=[one.number]) if one.pdf else None,
            problem=one.pdf_problem,
        )
        for one in held
    ]
