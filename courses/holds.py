"""What rests on something, so that it is not deleted meanwhile: the rule of every door."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import chain
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ObjectDoesNotExist
from django.db.models import FileField, Model
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
    try:
        Collector(using="default", origin=target).collect([target])
    except ProtectedError as protected:
        return _named(protected.protected_objects)
    except RestrictedError as restricted:
        return _named(restricted.restricted_objects)
    return []


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
    tallies = [
        Hold(
            f"{count} × {model._meta.verbose_name if count == 1 else model._meta.verbose_name_plural}"
        )
        for model, count in counts.items()
    ]
    return [*holds.values(), *tallies]


def _parent_of(row: Model) -> Model:
    """The row that an inline row belongs to; any other row itself."""
    for field in row._meta.get_fields():
        if isinstance(field, ParentalKey):
            parent: Model = getattr(row, field.name)
            return parent
    return row
