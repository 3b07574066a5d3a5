"""What a person can earn here, and what they hold: for the course page and their own page."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import AnonymousUser
from django.db.models import prefetch_related_objects
from django.db.models.query import QuerySet
from django.urls import reverse

from certificates.evidence import RequirementEvidence, awards_resting_on, evidence_for_awards
from certificates.models import Award, Credential
from certificates.standing import Standing, standing_of
from courses.editions import remembered
from courses.models import CoursePage
from people.models import User
from people.prepared import prepared


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


def awards_with(course: CoursePage, user: User | AnonymousUser, edition: int) -> list[AwardLine]:
    """What can be earned with a course, and how far this person is from it."""
    if isinstance(user, User):
        return awards_ahead(user, [course], edition)[course.pk]
    return [
        AwardLine(
            award.name,
            [RequirementLine(str(one), None, None) for one in award.requirements.all()],
        )
        for award in _awards_with(course, edition)
    ]


def awards_ahead(
    user: User, courses: Iterable[CoursePage], edition: int, *, but_for: Collection[int] = ()
) -> dict[int, list[AwardLine]]:
    """What a person can earn with each of some courses, by the course's page id.

    Leaves out the awards whose ids are in `but_for`. Constant queries, however many there are.
    """
    found = {
        course.pk: [one for one in _awards_with(course, edition) if one.pk not in but_for]
        for course in courses
    }
    awards = {award.pk: award for those in found.values() for award in those}
    evidence = evidence_for_awards(user, awards.values(), edition) if awards else {}
    lines = {
        award.pk: AwardLine(award.name, _lines(evidence[award.pk])) for award in awards.values()
    }
    return {course: [lines[award.pk] for award in those] for course, those in found.items()}


def _awards_with(course: CoursePage, edition: int) -> list[Award]:
    return remembered(
        edition,
        ("awards with", course.translation_key),
        lambda: list(
            awards_resting_on(course).prefetch_related(
                "requirements__course", "requirements__quiz", "requirements__statement"
            )
        ),
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
    held = _held_by(user.pk)
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


@prepared
def _held_by(holder: int) -> QuerySet[Credential]:
    return Credential.objects.filter(holder=holder)
