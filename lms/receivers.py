"""News that the whole site acts on: when anything a reader may see changes, a new edition begins."""

from __future__ import annotations

from typing import Any

from django.db.models.signals import m2m_changed, post_delete, post_save
from django.dispatch import receiver
from wagtail.images.models import AbstractRendition
from wagtail.models import ReferenceIndex, RevisionMixin
from wagtail.signals import (
    page_published,
    page_unpublished,
    post_page_move,
    published,
    unpublished,
)

from courses.content import content_models
from courses.models import Edition

DRAFTING = {
    "latest_revision",
    "latest_revision_created_at",
    "draft_title",
    "has_unpublished_changes",
    "locked",
    "locked_at",
    "locked_by",
}
"""What is saved of a page or a question when a draft is kept, none of which a reader sees."""


@receiver([page_published, page_unpublished, post_page_move, published, unpublished])
def content_changed(**kwargs: Any) -> None:
    Edition.begin_new()


@receiver([post_save, post_delete])
def content_row_changed(
    sender: type, instance: Any, update_fields: frozenset[str] | None = None, **kwargs: Any
) -> None:
    """A row that readers may be shown was added, changed or deleted."""
    if sender not in content_models() or is_new_rendition(instance, **kwargs):
        return
    if not (isinstance(instance, RevisionMixin) and is_draft_alone(update_fields)):
        Edition.begin_new()


@receiver(m2m_changed)
def content_rows_joined(sender: type, **kwargs: Any) -> None:
    if sender in content_models():
        Edition.begin_new()


def is_draft_alone(update_fields: frozenset[str] | None) -> bool:
    return update_fields is not None and bool(update_fields) and update_fields <= DRAFTING


def is_new_rendition(instance: Any, created: bool = False, **kwargs: Any) -> bool:
    """A size of a picture that a reader asked for first: nothing that was shown is changed."""
    return created and isinstance(instance, AbstractRendition)


@receiver(post_save)
def index_references_at_once(
    sender: type,
    instance: Any,
    raw: bool = False,
    update_fields: frozenset[str] | None = None,
    **kwargs: Any,
) -> None:
    """Note what a row points to before anything else may be deleted.

    Wagtail leaves it to a worker, and a picture could be deleted in between.
    """
    is_source = sender in ReferenceIndex.indexed_models and sender in content_models()
    if is_source and not raw and not is_draft_alone(update_fields):
        ReferenceIndex.create_or_update_for_object(instance)
