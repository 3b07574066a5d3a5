"""What a person can earn here, and what they hold: for the course page and their own page."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.db.models import prefetch_related_objects
from django.db.models.query import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from certificates.evidence import RequirementEvidence, awards_resting_on, evidence_for_awards
from certificates.models import Attestation, Award, Credential, Requirement, Statement
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


@dataclass(frozen=True)
class AwardLine:
    """An award with what it takes."""

    name: str
    requirements: list[RequirementLine]
    held: bool = False


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
    awards: list[Award] = remembered(
        edition,
        ("awards with", course.pk),
        lambda: list(
            awards_resting_on(course).prefetch_related(
                "requirements__course", "requirements__quiz", "requirements__statement"
            )
        ),
    )
    if not awards:
        return []
    if not user.is_authenticated:
        return [
            AwardLine(
                award.name,
                [RequirementLine(str(one), None, None) for one in award.requirements.all()],
            )
            for award in awards
        ]
    evidence = evidence_for_awards(user, awards, edition)
    return [AwardLine(award.name, lines(evidence[award.pk])) for award in awards]


def lines(evidence: Iterable[RequirementEvidence]) -> list[RequirementLine]:
    return [RequirementLine(one.text, one.url, one.met_on is not None) for one in evidence]


def statements_to_sign(user: User, courses: Iterable[UUID], edition: int) -> list[RequirementLine]:
    """Statements not signed yet, of each award that this person's courses lead to.

    Courses are named by their keys. Two queries, and none where no statement is asked for.
    """
    asked: dict[int, tuple[frozenset[UUID], list[Statement]]] = remembered(
        edition, ("statements asked for",), statements_asked_for
    )
    taken = set(courses)
    on_the_way = [award for award, (keys, _statements) in asked.items() if keys & taken]
    if not on_the_way:
        return []
    held = set(Credential.objects.held_by(user).values_list("award", flat=True))
    signed = set(
        Attestation.objects.filter(learner=user).values_list("version__statement", flat=True)
    )
    left = {
        statement.pk: statement_line(statement)
        for award in on_the_way
        if award not in held
        for statement in asked[award][1]
        if statement.pk not in signed
    }
    return list(left.values())


def statements_asked_for() -> dict[int, tuple[frozenset[UUID], list[Statement]]]:
    """For each award that asks for statements, the keys of its courses, and the statements."""
    requirements = (
        Requirement.objects.filter(award__active=True)
        .select_related("course", "statement")
        .order_by("award", "sort_order", "pk")
    )
    by_award: dict[int, list[Requirement]] = defaultdict(list)
    for one in requirements:
        by_award[one.award_id].append(one)
    return {
        award: (
            frozenset(one.course.translation_key for one in those if one.course),
            [one.statement for one in those if one.statement],
        )
        for award, those in by_award.items()
        if any(one.statement for one in those)
    }


def statement_line(statement: Statement) -> RequirementLine:
    return RequirementLine(
        _("Sign the statement “%(title)s”") % {"title": statement.title},
        reverse("certificates:sign", args=[statement.slug]),
        met=False,
    )


def certificates_of(user: User, *, at: datetime) -> list[CertificateLine]:
    """Every credential this person holds, newest first. One query where there is none, else four."""
    held = _held_by(user.pk)
    prefetch_related_objects(held, "issuer", "superseded_by", "events")
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
