"""What meets the requirements of an award: each kind is asked in its own folder."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef
from django.db.models.query import QuerySet
from django.utils.functional import Promise

from certificates.models import Award, Credential, Requirement
from certificates.models.awards import WITH_AWARD, RequirementQuerySet
from certificates.requirements import BY_NAME
from certificates.requirements.base import Applicant, Evidence, Way
from courses.editions import cached
from courses.models import Edition
from courses.records import LearnerRecords
from courses.row_values import RowValues
from people.models import User

MOST_BY_ID = 500
"""Of how many people at most a query names each: of so few a database reads their own rows."""


@dataclass(frozen=True)
class RequirementEvidence:
    """A requirement in words, how far it is met, and the day it was met where the issuer is.

    `met_on` is None while it is not met, and `url` where there is nowhere to meet it.
    """

    requirement: Requirement
    text: str
    met_on: date | None
    url: str | None
    how_far: str = ""
    topic: str = ""
    ways: tuple[Way, ...] = ()

    @property
    def action(self) -> str | Promise:
        """What the button says that leads to it."""
        return BY_NAME[self.requirement.kind].action

    @property
    def is_quick(self) -> bool:
        """Whether it is met in one short visit."""
        return BY_NAME[self.requirement.kind].is_quick


def evidence_for(
    learner: User, award: Award, edition: int | None = None
) -> list[RequirementEvidence]:
    """Each requirement of an award, in its order, with what this learner has to show for it."""
    return evidence_for_awards(learner, [award], edition)[award.pk]


def evidence_for_awards(
    learner: User, awards: Iterable[Award], edition: int | None = None
) -> dict[int, list[RequirementEvidence]]:
    """The evidence for several awards, by award. Constant queries, however many there are."""
    award_ids = [award.pk for award in awards]
    number = Edition.current() if edition is None else edition
    requirements = _requirements_of(award_ids, number)
    nothing: dict[int, list[RequirementEvidence]] = {pk: [] for pk in award_ids}
    return nothing | evidence_by_award(learner, requirements, number)


def evidence_of_earned(
    learner: User, requirements: Iterable[Requirement], edition: int
) -> dict[int, list[RequirementEvidence]]:
    """The evidence for those awards of which a learner has met every requirement, by award.

    `requirements` are all that the awards ask for, as `requirements_to_earn` reads them.

    The kinds are asked in turn, and only about the awards of which nothing was missed so far:
    on most days the course is not complete, and nothing else is asked. An award that asks for
    nothing is never earned. Constant queries, however many awards there are.
    """
    requirements = list(requirements)
    applicant = Applicant(learner, edition)
    evidence: dict[int, Evidence] = {}
    missed: set[int] = set()
    for name, rows in _by_kind(requirements).items():
        rows = [row for row in rows if row.award_id not in missed]
        evidence |= BY_NAME[name].evidence(applicant, rows) if rows else {}
        missed |= {row.award_id for row in rows if evidence[row.pk].met_at is None}
    earned: dict[int, list[RequirementEvidence]] = defaultdict(list)
    for row in requirements:
        if row.award_id not in missed:
            earned[row.award_id].append(_at_issuer(row, evidence[row.pk]))
    return earned


def _requirements_of(award_ids: Iterable[int], edition: int) -> list[Requirement]:
    ids = sorted(award_ids)
    return _cached_rows(edition, ("of awards", *ids), lambda: Requirement.objects.of_awards(ids))


def requirements_to_earn(edition: int) -> list[Requirement]:
    """All that is asked for by the awards that are issued now, each with its award."""
    active = Award.objects.filter(active=True).values("pk")
    return _cached_rows(
        edition, ("of active awards",), lambda: Requirement.objects.of_awards(active)
    )


def asked_with(course_keys: Iterable[UUID], edition: int) -> list[Requirement]:
    """All that is asked for by the awards that ask for any of some courses, as
    `RequirementQuerySet.asked_with` says."""
    keys = sorted(course_keys)
    return _cached_rows(
        edition, ("asked with", *keys), lambda: Requirement.objects.asked_with(keys)
    )


def _cached_rows(
    edition: int, key: tuple[Any, ...], read: Callable[[], RequirementQuerySet]
) -> list[Requirement]:
    """Requirements with all that they name; their values are cached for the edition."""
    requirements, awards = cached(edition, ("requirements", *key), lambda: _values_of(read()))
    award_rows: dict[int, Award] = {pk: each.make_row() for pk, each in awards}
    rows: list[Requirement] = [each.make_row() for each in requirements]
    for row in rows:
        row.award = award_rows[row.award_id]
    return rows


def _values_of(
    requirements: Iterable[Requirement],
) -> tuple[tuple[RowValues, ...], tuple[tuple[int, RowValues], ...]]:
    """The values of requirements with what they name, and once each of their awards, by id."""
    rows = list(requirements)
    names = [name for name in RequirementQuerySet.read_with if name != WITH_AWARD]
    awards = {row.award_id: RowValues.of(row.award, "issuer") for row in rows}
    return tuple(RowValues.of(row, *names) for row in rows), tuple(awards.items())


def evidence_by_award(
    learner: User,
    requirements: Iterable[Requirement],
    edition: int,
    records: LearnerRecords | None = None,
) -> dict[int, list[RequirementEvidence]]:
    """What a learner has to show for some requirements, by award and in the order given.

    The requirements come with all that `RequirementQuerySet.in_order` reads. `records` is what
    the learner did on courses, where it was read already.
    """
    applicant = Applicant(learner, edition, records)
    rows = list(requirements)
    evidence = _evidence_by_requirement(applicant, rows)
    by_award: dict[int, list[RequirementEvidence]] = defaultdict(list)
    for requirement in rows:
        by_award[requirement.award_id].append(_at_issuer(requirement, evidence[requirement.pk]))
    return by_award


def _evidence_by_requirement(
    applicant: Applicant, requirements: Iterable[Requirement]
) -> dict[int, Evidence]:
    evidence: dict[int, Evidence] = {}
    for name, rows in _by_kind(requirements).items():
        evidence |= BY_NAME[name].evidence(applicant, rows)
    return evidence


def _by_kind(requirements: Iterable[Requirement]) -> dict[str, list[Requirement]]:
    by_kind: dict[str, list[Requirement]] = defaultdict(list)
    for requirement in requirements:
        by_kind[requirement.kind].append(requirement)
    return by_kind


def _at_issuer(requirement: Requirement, evidence: Evidence) -> RequirementEvidence:
    """The same evidence with its day where the issuer is."""
    issuer = requirement.award.issuer
    met_on = issuer.date_at(evidence.met_at) if evidence.met_at else None
    return RequirementEvidence(
        requirement,
        evidence.text,
        met_on,
        evidence.url,
        evidence.how_far,
        evidence.topic,
        evidence.ways,
    )


# Who met them -------------------------------------------------------------------------------


def learners_who_met(award: Award) -> QuerySet[User]:
    """Everyone who has met all the requirements of an award. One query when it is read."""
    return _learners_who_meet(Requirement.objects.of_awards([award.pk]))


def learners_owed(
    award: Award, requirements: Iterable[Requirement] | None = None
) -> QuerySet[User]:
    """Everyone who has met all the requirements of an award and was never issued it.

    Hand over `requirements` to ask for others than those stored, such as those that a
    registrar is about to save, also of an award that is not stored yet.

    What reads much of a learner is asked of nobody who lacks something else, or holds the award
    already. Nearly always that leaves nobody, and one query with no large table in it says so.
    """
    rows = list(Requirement.objects.of_awards([award.pk]) if requirements is None else requirements)
    held = Credential.objects.filter(holder=OuterRef("pk"), award_id=award.pk)
    people = User.objects.exclude(Exists(held))
    first = [row for row in rows if not BY_NAME[row.kind].reads_much]
    if not first or len(first) == len(rows):
        return _learners_who_meet(rows, people)
    # Without a limit, by which PostgreSQL would look up each holder by itself.
    ids = list(_learners_who_meet(first, people).values_list("pk", flat=True))
    if len(ids) > MOST_BY_ID:  # such as on the day of a new award: one statement for all of them
        return _learners_who_meet(rows, people)
    if not ids:
        return User.objects.none()
    rest = [row for row in rows if BY_NAME[row.kind].reads_much]
    return _learners_who_meet(rest, User.objects.filter(pk__in=ids))


def _learners_who_meet(
    requirements: Iterable[Requirement], people: QuerySet[User] | None = None
) -> QuerySet[User]:
    """Those of some people, or of all, who meet requirements. Each is asked by their own rows."""
    learners = (User.objects.all() if people is None else people).filter(is_active=True)
    conditions = [Exists(BY_NAME[row.kind].met_by(row, OuterRef("pk"))) for row in requirements]
    return learners.filter(*conditions) if conditions else learners.none()
