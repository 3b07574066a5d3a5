"""What erasure does to each model: its rows are kept, made anonymous, or deleted, and why.

Each app says it of its own models in its `fates.py`, and `lms` of those of libraries. A model of
which nobody said it stops the start: see people/checks.py. The copy of everything that is held
about a person is made from the same statements.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import Model, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from people.models import User

NO_WORDS = "—"
"""What stands in place of words that were erased where a record must have some."""

Words = str | Promise


class Fate(models.TextChoices):
    """What becomes of the rows of a model when a person is erased."""

    KEEP = "keep", _("kept")
    ANONYMISE = "anonymise", _("kept without you")
    DELETE = "delete", _("deleted")


@dataclass(frozen=True)
class ModelFate:
    """What becomes of the rows of one model, and how a person's rows are found.

    `person` leads from a row to whom it is about; none where it is about nobody. `by` are the
    fields that say who did something, and lead to an account without a name afterwards. `blanks`
    says what a field holds afterwards, and `stays` which text is left as it is. `copied` is what
    the copy for the person shows of a row.
    """

    model: type[Model]
    fate: Fate
    why: Words
    person: tuple[str, ...] = ()
    by: tuple[str, ...] = ()
    blanks: Mapping[str, Any] = field(default_factory=dict)
    stays: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    copied: tuple[str, ...] = ()
    find: Callable[[User], QuerySet[Any]] | None = None

    @property
    def label(self) -> str:
        return self.model._meta.label

    @property
    def is_about_people(self) -> bool:
        return bool(self.person) or self.find is not None

    def rows_of(self, person: User) -> QuerySet[Any]:
        """The rows about a person; none where the model is about nobody."""
        rows = self.model._base_manager.all()
        if self.find is not None:
            return self.find(person)
        if not self.person:
            return rows.none()
        about = Q()
        for path in self.person:
            about |= Q(**{path: person.pk})
        keys = self.model._base_manager.filter(about).values("pk")
        return rows.filter(pk__in=keys)

    def erase(self, person: User) -> int:
        """Do to a person's rows what is said of them; say to how many. Doing it again does no harm."""
        rows = self.rows_of(person)
        if self.fate == Fate.KEEP:
            return 0
        self._delete_files(rows)
        if self.fate == Fate.DELETE:
            return int(rows.delete()[0])
        return self._blank(rows)

    def _delete_files(self, rows: QuerySet[Any]) -> None:
        for name in self.files:
            for row in rows.exclude(**{name: ""}).exclude(**{name: None}).iterator():
                getattr(row, name).delete(save=False)

    def _blank(self, rows: QuerySet[Any]) -> int:
        worded = [name for name, value in self.blanks.items() if value == NO_WORDS]
        for name in worded:
            rows.exclude(**{name: ""}).update(**{name: NO_WORDS})
        values = {name: value for name, value in self.blanks.items() if name not in worded}
        return int(rows.update(**values)) if values else rows.count()


_fates: dict[str, ModelFate] = {}
_steps: dict[str, Callable[[User], Any]] = {}


def decide(model: type[Model], fate: Fate, why: Words, **details: Any) -> None:
    """Say what erasure does to a model. What is said last counts."""
    _fates[model._meta.label] = ModelFate(model, fate, why, **details)


def keep(why: Words, *labels: str, **details: Any) -> None:
    """Say of some models, such as `courses.Competency`, that erasure leaves them as they are."""
    for label in labels:
        decide(apps.get_model(label), Fate.KEEP, why, **details)


def add_step(name: str, step: Callable[[User], Any]) -> None:
    """Have erasure do something that is in no model, such as deleting letters from a folder."""
    _steps[name] = step


def every_fate() -> list[ModelFate]:
    """What is said of every model, in the order of their names; the account itself comes last."""
    return sorted(_fates.values(), key=lambda each: (each.model is User, each.label))


def fate_of(model: type[Model]) -> ModelFate | None:
    """What is said of a model; None where nobody said it."""
    return _fates.get(model._meta.label)


def every_step() -> list[tuple[str, Callable[[User], Any]]]:
    """What erasure does, in its order, but for the account itself: each may be done again."""
    in_models = [
        (each.label, each.erase)
        for each in every_fate()
        if each.is_about_people and each.fate != Fate.KEEP and each.model is not User
    ]
    return [*sorted(_steps.items()), *in_models]


def models_to_decide() -> Iterator[type[Model]]:
    """The models with a table of their own: every one, but rows that only join two others."""
    for model in apps.get_models(include_auto_created=True):
        is_ours = model._meta.managed and not model._meta.proxy
        if is_ours and (not model._meta.auto_created or refers_to_people(model)):
            yield model


def refers_to_people(model: type[Model]) -> list[str]:
    """The fields of a model that lead straight to an account."""
    return [each.name for each in _links(model) if issubclass(each.related_model, User)]  # type: ignore[arg-type]


def _links(model: type[Model]) -> Iterator[models.Field[Any, Any]]:
    for each in model._meta.local_fields:
        if each.is_relation and isinstance(each.related_model, type):
            yield each


def leads_to_people(model: type[Model]) -> list[str]:
    """The fields of a model that lead to a row about a person, or to their account."""
    return [
        each.name
        for each in _links(model)
        if (fate := fate_of(each.related_model)) and fate.is_about_people  # type: ignore[arg-type]
    ]


TEXT_FIELDS = (
    models.CharField,
    models.TextField,
    models.JSONField,
    models.FileField,
    models.GenericIPAddressField,
)


def text_fields(model: type[Model]) -> list[str]:
    """The fields of a model in which a name or an address may stand."""
    return [
        each.name
        for each in model._meta.local_fields
        if isinstance(each, TEXT_FIELDS) and not each.choices and not each.primary_key
    ]
