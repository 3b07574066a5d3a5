"""What rests on something, so that it is not deleted meanwhile: the rule of every door."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ObjectDoesNotExist
from django.db.models import PROTECT, FileField, Model, QuerySet
from django.db.models.deletion import Collector, ProtectedError, RestrictedError
from django.utils.text import capfirst
from modelcluster.fields import ParentalKey
from wagtail import hooks
from wagtail.models import ReferenceIndex
from wagtail.search import index

from courses.content import content_models

HOLDS_HOOK = "find_holds"
"""By this hook each app says what no constraint protects: a function that takes the row and
returns the holds on it."""


@dataclass(frozen=True)
class Hold:
    """Something that rests on what an editor would delete."""

    what: str
    at: Model | None = None

    @classmethod
    def by(cls, row: Model) -> Hold:
        """A hold by a row that editors know by its name."""
        return cls(f"{capfirst(row._meta.verbose_name)}: {row}", row)


def holds_on(target: Model) -> list[Hold]:
    """What stands in the way of deleting something. Nothing is deleted to find out.

    Each app adds what no constraint protects by the hook `find_holds`.
    """
    return [*_protecting(target), *further_holds_on(target)]


def further_holds_on(target: Model) -> list[Hold]:
    """What stands in the way beyond the constraints of the database."""
    finders: list[Callable[[Any], list[Hold]]] = hooks.get_hooks(HOLDS_HOOK)
    return list(chain.from_iterable(find(target) for find in finders))


def uses_of_a_file(target: Model) -> list[Hold]:
    """The pages, settings and other rows that show a picture, document, recording or film.

    Wagtail's reference index knows them, also those in blocks and in the midst of prose.
    """
    if not is_file(type(target)):
        return []
    references = ReferenceIndex.get_references_to(target)
    sources = references.values_list("base_content_type", "object_id").distinct()
    return [Hold.by(row) for row in map(_source, sources) if row is not None]


def is_file(model: type[Model]) -> bool:
    """Whether its rows are files that readers may be shown."""
    return model in content_models() and any(
        isinstance(each, FileField) for each in model._meta.get_fields()
    )


def _source(reference: tuple[int, str]) -> Model | None:
    content_type, pk = reference
    try:
        row = ContentType.objects.get_for_id(content_type).get_object_for_this_type(pk=pk)
    except ObjectDoesNotExist:
        return None
    specific: Model = getattr(row, "specific", row)
    return specific


def _protecting(target: Model) -> list[Hold]:
    collector = CountingCollector(using="default", origin=target)
    named: list[Hold] = []
    try:
        collector.collect([target])
    except ProtectedError as protected:
        named = _named(protected.protected_objects)
    except RestrictedError as restricted:
        named = _named(restricted.restricted_objects)
    return [*named, *_tallies({model: rows.count() for model, rows in collector.records.items()})]


class CountingCollector(Collector):
    """Finds what protects a row, as deleting would, and reads no records of people to do so.

    There may be a hundred thousand of them, and editors are told how many, not which.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.records: dict[type[Model], QuerySet[Any]] = {}

    def related_objects(
        self, related_model: type[Model], related_fields: Iterable[Any], objs: Any
    ) -> QuerySet[Any]:
        fields = list(related_fields)
        rows: QuerySet[Any] = super().related_objects(related_model, fields, objs)
        protects = all(field.remote_field.on_delete is PROTECT for field in fields)
        if not protects or issubclass(_owner_of(related_model), index.Indexed):
            return rows
        earlier = self.records.get(related_model)
        self.records[related_model] = rows if earlier is None else earlier | rows
        return rows.none()


def _named(rows: Iterable[Model]) -> list[Hold]:
    """What editors look for, by name; records of people by their number alone."""
    holds: dict[Any, Hold] = {}
    counts: dict[type[Model], int] = defaultdict(int)
    for row in rows:
        owner = _parent_of(row)
        if isinstance(owner, index.Indexed):
            holds[type(owner), owner.pk] = Hold.by(owner)
        else:
            counts[type(owner)] += 1
    return [*holds.values(), *_tallies(counts)]


def _tallies(counts: Mapping[type[Model], int]) -> list[Hold]:
    """How many rows of each model there are, where there are any."""
    return [
        Hold(
            f"{count} × {model._meta.verbose_name if count == 1 else model._meta.verbose_name_plural}"
        )
        for model, count in counts.items()
        if count
    ]


def _owner_of(model: type[Model]) -> type[Model]:
    """The model that the inline rows of one belong to; any other model itself."""
    for field in model._meta.get_fields():
        if isinstance(field, ParentalKey):
            owner: type[Model] = field.related_model
            return owner
    return model


def _parent_of(row: Model) -> Model:
    """The row that an inline row belongs to; any other row itself."""
    for field in row._meta.get_fields():
        if isinstance(field, ParentalKey):
            parent: Model = getattr(row, field.name)
            return parent
    return row
