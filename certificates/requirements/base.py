"""What every kind of requirement tells the rest of certificates."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, ClassVar, NamedTuple
from uuid import UUID

from django.db import models
from django.db.models import OuterRef, Q
from django.db.models.query import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from courses.models import Enrolment
from courses.records import LearnerRecords
from people.models import User


@dataclass(frozen=True)
class Way:
    """One of several ways to meet a requirement, such as a conversation of a set.

    `person` is whom one talks with, `aim` what one practises, and `language` that of both and
    of the title.
    """

    key: UUID
    title: str
    url: str
    person: str = ""
    aim: str = ""
    minutes: int = 0
    language: str = ""
    is_done: bool = False


@dataclass(frozen=True)
class Evidence:
    """What one learner has to show for one requirement.

    `text` is the requirement in words, `url` where it is met, `met_at` when it was met or
    None, and `how_far` how much of it is done, such as “32 of 40 steps”, or nothing. `ways` are
    what one may choose from, where several things can meet it, and `topic` what they are about.
    """

    text: str
    url: str | None = None
    met_at: datetime | None = None
    how_far: str = ""
    topic: str = ""
    ways: tuple[Way, ...] = ()


class Place(NamedTuple):
    """A place of a learner, and a page that was completed on it; no page where none was."""

    enrolment_id: UUID
    course_key: UUID
    course_id: int
    page_key: UUID | None = None
    at: datetime | None = None


def _places_in(records: LearnerRecords) -> Iterator[Place]:
    for row in records.enrolments:
        place = Place(row.pk, row.course_key, row.course_id)
        yield place
        for key, at in records.by_enrolment[row.pk].completed.items():
            yield place._replace(page_key=key, at=at)


@dataclass(frozen=True)
class Applicant:
    """The learner whose evidence is read, with what several kinds ask about them, read once."""

    learner: User
    edition: int

    known_records: LearnerRecords | None = None
    """What they did on courses, where it was read already."""

    @cached_property
    def _places(self) -> list[Place]:
        """Each place they have, with each page completed on it. One query, or none."""
        if self.known_records is not None:
            return list(_places_in(self.known_records))
        places = Enrolment.objects.filter(learner=self.learner.pk)
        completed = ("completions__page_key", "completions__completed_at")
        return [
            Place(*row) for row in places.values_list("pk", "course_key", "course_id", *completed)
        ]

    @cached_property
    def enrolment_ids(self) -> list[UUID]:
        """Every place they have or had, on any course."""
        return list({place.enrolment_id: None for place in self._places})

    @cached_property
    def course_ids(self) -> Mapping[UUID, int]:
        """The page of each course they have a place on, by the key its translations share."""
        return {place.course_key: place.course_id for place in self._places}

    @cached_property
    def completed(self) -> Mapping[UUID, datetime]:
        """When each lesson, module and course was completed, by its key."""
        return {place.page_key: place.at for place in self._places if place.page_key and place.at}


class RequirementKind(ABC):
    """One kind of requirement: its fields, its words, its link, its evidence and how far.

    A folder defines one subclass in `kind.py`, with one instance named `KIND`, and in
    `fields.py` the abstract model that adds its columns to every requirement. All those
    columns allow null, because a requirement of another kind leaves them empty.
    """

    name: ClassVar[str]
    """Stored in the row. The folder has the same name."""

    label: ClassVar[str | Promise]
    """What a registrar chooses when they say what an award asks for."""

    fields: ClassVar[type[models.Model]]
    """The abstract model with the columns of this kind."""

    action: ClassVar[str | Promise] = _("Go there")
    """What the button says that leads to where the requirement is met."""

    is_quick: ClassVar[bool] = False
    """Whether it is met in one short visit. My learning puts it first when it alone is left."""

    reads_much: ClassVar[bool] = False
    """Whether many rows of each learner say who met it. It is asked of nobody then who lacks what
    the other kinds ask for, so that what all learners did is not read each minute."""

    @property
    def field_names(self) -> tuple[str, ...]:
        """The columns that a requirement of this kind fills, and the other kinds leave empty."""
        return tuple(field.name for field in self.fields._meta.local_fields)

    @abstractmethod
    def text(self, requirement: Any) -> str:
        """The requirement in words, for somebody of whom nothing is known."""

    @abstractmethod
    def evidence(self, applicant: Applicant, requirements: Sequence[Any]) -> Mapping[int, Evidence]:
        """What a learner has to show for each requirement, by its id.

        The number of queries does not depend on the number of requirements.
        """

    @abstractmethod
    def met_by(self, requirement: Any, learner: OuterRef) -> QuerySet[Any]:
        """The records by which the learner of the query around this one meets a requirement."""

    def naming(self, pages: Any) -> Q:
        """The requirements of this kind that rest on any of some pages."""
        return Q(pk__in=[])
