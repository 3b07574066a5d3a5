"""What may be published, asked in one place by everything that publishes.

A page or a question becomes public in its `save`, whichever door led there: the button, several
at once, an approval, the clock, a copy, a command. So that is where it is judged.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from copy import deepcopy
from functools import cache
from typing import Any, cast

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import models
from django.utils.text import capfirst
from modelcluster.models import get_all_child_relations
from wagtail import hooks
from wagtail.admin.forms import WagtailAdminPageForm
from wagtail.blocks import StreamBlock, StreamValue, StructBlock
from wagtail.fields import StreamField
from wagtail.models import Orderable

from courses.exceptions import NotPublishable

PROBLEMS_HOOK = "find_publishing_problems"
"""By this hook an app says what else stands in the way of publishing: a function that takes the
page or the question and returns sentences. It is asked at every door alike."""


def problems_of(subject: models.Model) -> list[str]:
    """What stands in the way of publishing this as it is now, in sentences. Empty: nothing does."""
    problems = [
        *_field_problems(subject),
        *_stream_problems(subject),
        *_row_problems(subject),
        *further_problems(subject),
    ]
    return list(dict.fromkeys(problems))


def further_problems(subject: models.Model) -> list[str]:
    """The problems that no field has by itself, as each app says."""
    finders: list[Callable[[Any], list[str]]] = hooks.get_hooks(PROBLEMS_HOOK)
    return [problem for find in finders for problem in find(subject)]


def refuse_unpublishable(subject: models.Model) -> None:
    """Raise NotPublishable where something stands in the way of publishing it."""
    if problems := problems_of(subject):
        raise NotPublishable(subject, problems)


class PublishableMixin(models.Model):
    """What is judged whenever it goes live, by whichever door.

    Its `save` raises NotPublishable. An alias is not judged: it shows what its source shows,
    which was.
    """

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self._goes_live(kwargs.get("update_fields")):
            refuse_unpublishable(self)
        super().save(*args, **kwargs)

    def _goes_live(self, update_fields: Any) -> bool:
        """Whether this save makes something public that is not. One query, where it may."""
        subject = cast(Any, self)
        if not subject.live or getattr(subject, "alias_of_id", None):
            return False
        if update_fields is not None and not {"live", "live_revision"} & set(update_fields):
            return False
        if self._state.adding or self.pk is None:
            return True
        rows: Any = type(self)._base_manager.filter(pk=self.pk)
        return (True, subject.live_revision_id) != (
            rows.values_list("live", "live_revision_id").first()
        )


class PublishFormMixin:
    """Says beside the form what stands in the way, when *Publish* is pressed; words are kept."""

    def _post_clean(self) -> None:
        form = cast(Any, self)
        # A mixin for forms: the checker sees only object above it.
        super()._post_clean()  # type: ignore[misc]
        if "action-publish" in form.data and not form.errors:
            for problem in further_problems(form.instance):
                form.add_error(None, problem)


class ReaderPageForm(PublishFormMixin, WagtailAdminPageForm):
    """The form of every page of ours."""


def _field_problems(subject: models.Model) -> Iterator[str]:
    try:
        subject.full_clean()
    except ValidationError as error:
        yield from _named_problems(subject, error)


def _named_problems(subject: models.Model, error: ValidationError) -> Iterator[str]:
    for name, messages in error.message_dict.items():
        label = "" if name == NON_FIELD_ERRORS else _label_of(subject, name)
        for message in messages:
            yield f"{label}: {message}" if label else message


def _label_of(subject: models.Model, name: str) -> str:
    field = next((each for each in subject._meta.fields if each.name == name), None)
    return str(capfirst(field.verbose_name)) if field else ""


def _stream_problems(subject: models.Model) -> Iterator[str]:
    """Django's own check of a model knows nothing of the blocks within a field."""
    for field in subject._meta.get_fields():
        if isinstance(field, StreamField):
            stored = field.stream_block.get_prep_value(field.value_from_object(subject))
            definition = _definition_of(field)
            value = definition.to_python(stored)
            try:
                definition.clean(value)
            except ValidationError as error:
                yield from _block_problems(definition, value, error)


@cache
def _definition_of(field: StreamField) -> Any:
    """The blocks of a field, our own copy.

    Wagtail switches its shared ones to the laxer rules of a draft while it checks one, for every
    thread of the process.
    """
    return deepcopy(field.stream_block)


def _block_problems(block: Any, value: Any, error: Any, where: str = "") -> Iterator[str]:
    """The sentences within the error of a block, each with the blocks that it is about."""
    nested = getattr(error, "block_errors", None)
    further = error if nested is None else getattr(error, "non_block_errors", None)
    for message in ValidationError(further).messages if further else []:
        yield f"{where}: {message}" if where else message
    pairs = nested.items() if isinstance(nested, dict) else enumerate(nested or [])
    for key, inner in pairs:
        if inner is not None:
            child, name = _child_of(block, value, key)
            place = f"{where}, {name}" if where else name
            yield from _block_problems(child, _value_in(value, key), inner, place)


def _value_in(value: Any, key: Any) -> Any:
    """The value of a block within another; a stream keeps each together with its block."""
    return value[key].value if isinstance(value, StreamValue) else value[key]


def _child_of(block: Any, value: Any, key: Any) -> tuple[Any, str]:
    """A block within another, and what to call it: by its name, and its place from one."""
    if isinstance(block, StructBlock):
        child = block.child_blocks[key]
        return child, str(capfirst(child.label))
    child = value[key].block if isinstance(block, StreamBlock) else block.child_block
    return child, f"{capfirst(child.label)} {key + 1}"


def _row_problems(subject: models.Model) -> Iterator[str]:
    """What is wrong with the rows that are edited together with it."""
    for relation in get_all_child_relations(type(subject)):
        if issubclass(relation.related_model, Orderable):
            for row in getattr(subject, relation.get_accessor_name()).all():
                try:
                    row.full_clean(exclude=[relation.field.name])
                except ValidationError as error:
                    yield from _named_problems(row, error)
