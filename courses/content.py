"""Of which models the pages are made that readers are shown: worked out, and never listed.

Whatever is cached of the content is forgotten when a row of one of these changes. What an app
shows that no page, snippet or setting leads to, it names by a hook; what belongs to that, and what
it points to, is found here.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from itertools import chain
from typing import Any, cast

from django.apps import apps
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.db.models import ForeignKey, ManyToManyField, Model
from modelcluster.models import get_all_child_relations
from wagtail import hooks
from wagtail.blocks import Block, ChooserBlock
from wagtail.contrib.settings.registry import registry as settings_registry
from wagtail.coreutils import resolve_model_string
from wagtail.documents import get_document_model
from wagtail.fields import RichTextField, StreamField
from wagtail.images import get_image_model
from wagtail.models import COMMENTS_RELATION_NAME, Locale, Page, PageViewRestriction, Revision, Site
from wagtail.snippets.models import get_snippet_models

from people.models import User

CONTENT_HOOK = "find_content_models"
"""By this hook an app names models that readers are shown without a page, a snippet or a setting
leading to them: a function that returns a list."""

NOT_CONTENT = (ContentType, Permission, Revision, User)
"""What rows point to that readers are not shown: machinery, what a row was before, and people."""


@cache
def content_models() -> frozenset[type[Model]]:
    """Every model whose rows readers may be shown, with the rows that belong to it."""
    models: set[type[Model]] = set()
    ahead: list[type[Model]] = list(_beginnings())
    while ahead:
        model = ahead.pop()
        if model not in models:
            models.add(model)
            ahead += [*_belonging_to(model), *_targets_of(model)]
    return frozenset(models)


def _beginnings() -> Iterator[type[Model]]:
    yield from (model for model in apps.get_models() if issubclass(model, Page))
    yield from get_snippet_models()
    yield from settings_registry
    yield from chain.from_iterable(find() for find in hooks.get_hooks(CONTENT_HOOK))
    yield from (Locale, Site, PageViewRestriction, get_image_model().get_rendition_model())


def _belonging_to(model: type[Model]) -> Iterator[type[Model]]:
    """The rows that are edited together with it, and those that join it to others."""
    yield from (
        each.related_model
        for each in get_all_child_relations(model)
        if each.get_accessor_name() != COMMENTS_RELATION_NAME
    )
    yield from (cast(Any, each.remote_field).through for each in model._meta.many_to_many)
    yield from model._meta.get_parent_list()


def _targets_of(model: type[Model]) -> Iterator[type[Model]]:
    """What its fields and its blocks may point to, as Wagtail's reference index finds them."""
    for field in model._meta.get_fields():
        if getattr(field, "wagtail_reference_index_ignore", False):
            continue
        if isinstance(field, ForeignKey | ManyToManyField):
            if field.related_model not in NOT_CONTENT:
                yield field.related_model
        elif isinstance(field, StreamField):
            yield from _targets_in(field.stream_block)
        elif isinstance(field, RichTextField):
            yield from _targets_in_prose()


def _targets_in(block: Any) -> Iterator[type[Model]]:
    if isinstance(block, ChooserBlock):
        yield resolve_model_string(block.target_model)
    elif isinstance(block, Block) and hasattr(block, "features"):
        yield from _targets_in_prose()
    children = [*getattr(block, "child_blocks", {}).values()]
    if hasattr(block, "child_block"):
        children.append(block.child_block)
    for child in children:
        yield from _targets_in(child)


def _targets_in_prose() -> tuple[type[Model], ...]:
    return (get_image_model(), get_document_model())
