"""What a thing that is read twice holds, as values that can be stored, compared and put back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from modelcluster.fields import ParentalKey
from wagtail.models import Orderable

from courses.exceptions import ChangeNotPossible
from courses.models import ProposedChange, SecondReadModel

Values = dict[str, Any]
"""Each field or list of rows by its name, and what it holds."""


@dataclass(frozen=True)
class Line:
    """A field of a thing beside itself: what it holds, and what it would hold."""

    label: str
    before: str
    after: str

    @property
    def differs(self) -> bool:
        return self.before != self.after


def values_of(subject: SecondReadModel) -> Values:
    """What a thing holds of all that is read twice, rows that are not saved yet included."""
    values: Values = {name: getattr(subject, _column(subject, name)) for name in subject.read_twice}
    for name in subject.rows_read_twice:
        rows = getattr(subject, name).all()
        values[name] = [{field: getattr(row, field) for field in _row_fields(row)} for row in rows]
    return values


def put_into(subject: SecondReadModel, values: Mapping[str, Any]) -> None:
    """Let a thing hold some values, without saving it."""
    for name in subject.read_twice:
        if name in values:
            setattr(subject, _column(subject, name), values[name])
    for name in subject.rows_read_twice:
        model: Any = subject._meta.get_field(name).related_model
        rows = [model(**row) for row in values.get(name, [])]
        if issubclass(model, Orderable):
            for place, row in enumerate(rows):
                row.sort_order = place
        setattr(subject, name, rows)


def model_of(change: ProposedChange) -> type[SecondReadModel]:
    """The model of what a change is about."""
    model: type[SecondReadModel] = apps.get_model(change.kind)
    return model


def subject_of(change: ProposedChange, *, is_locked: bool = False) -> SecondReadModel | None:
    """What a change is about, as it is now; None where it is not there."""
    if change.act == ProposedChange.Act.ADD:
        return None
    rows: Any = model_of(change)._base_manager.filter(pk=change.subject_key)
    if is_locked:
        rows = rows.select_for_update(no_key=True)
    subject: SecondReadModel | None = rows.first()
    return subject


def check(subject: SecondReadModel) -> None:
    """Raise ChangeNotPossible where a thing, or one of its rows, cannot be saved as it is."""
    try:
        subject.full_clean()
        for name in subject.rows_read_twice:
            _check_rows(list(getattr(subject, name).all()))
    except ValidationError as problem:
        raise ChangeNotPossible(problem.messages) from problem


def _check_rows(rows: list[models.Model]) -> None:
    """Raise ValidationError where a row is not whole, or two are of what may be there once."""
    for row in rows:
        parents = {field.name for field in row._meta.fields if isinstance(field, ParentalKey)}
        row.full_clean(exclude=parents, validate_unique=False, validate_constraints=False)
        for constraint in row._meta.total_unique_constraints:
            fields = [name for name in constraint.fields if name not in parents]
            same = [each for each in rows if _values(each, fields) == _values(row, fields)]
            if len(same) > 1:
                raise row.unique_error_message(type(row), fields)


def _values(row: models.Model, names: list[str]) -> list[Any]:
    return [getattr(row, name) for name in names]


# In words -----------------------------------------------------------------------------------


def lines_of(change: ProposedChange) -> list[Line]:
    """All that a change is about, side by side, in the words of whoever reads it."""
    model = model_of(change)
    return [
        Line(
            _label(model, name),
            _in_words(model, name, change.before.get(name)) if change.before else "",
            _in_words(model, name, change.after.get(name)) if change.after else "",
        )
        for name in (*model.read_twice, *model.rows_read_twice)
    ]


def _label(model: type[models.Model], name: str) -> str:
    field: Any = model._meta.get_field(name)
    named = getattr(field, "verbose_name", None) or field.related_model._meta.verbose_name_plural
    return capfirst(str(named))


def _in_words(model: type[models.Model], name: str, value: Any) -> str:
    field: Any = model._meta.get_field(name)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if value in (None, "", []):
        return _("nothing")
    if isinstance(value, list):
        return "\n".join(_row_in_words(field.related_model, row) for row in value)
    if isinstance(field, models.ForeignKey):
        row = field.related_model._base_manager.filter(pk=value).first()
        return str(row) if row else _("what is not there any more")
    return str(value)


def _row_in_words(model: type[models.Model], row: Mapping[str, Any]) -> str:
    """A row as a list in the order of its fields: of what is chosen, such as a language, the name.

    PostgreSQL stores a row in an order of its own.
    """
    names = [name for name in _row_fields(model) if row.get(name)]
    return ", ".join(_cell_in_words(model, name, row[name]) for name in names)


def _cell_in_words(model: type[models.Model], name: str, value: Any) -> str:
    field: Any = model._meta.get_field(name)
    return str(dict(field.flatchoices).get(value, value))


def _column(subject: models.Model, name: str) -> str:
    field: Any = subject._meta.get_field(name)
    return str(field.attname)


def _row_fields(row: models.Model | type[models.Model]) -> Iterator[str]:
    for field in row._meta.concrete_fields:
        is_parent = isinstance(field, ParentalKey)
        if not field.primary_key and not is_parent and field.name != "sort_order":
            yield field.attname
