"""News that the whole site acts on: when anything a reader may see changes, a new edition begins."""

from __future__ import annotations

from typing import Any

from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver
from wagtail.models import Page, PageViewRestriction, Site
from wagtail.signals import page_published, page_unpublished, post_page_move

from assessments.models import QUESTION_KINDS, Draw, Quiz
from certificates.models import Award, Issuer, Requirement, Statement
from courses.models import Edition
from lms.models import HelpLine, SiteSettings

WATCHED = (
    SiteSettings,
    HelpLine,
    Quiz,
    Draw,
    *QUESTION_KINDS,
    Issuer,
    Award,
    Requirement,
    Statement,
    Site,
    PageViewRestriction,
)

DRAFTING = {
    "latest_revision",
    "latest_revision_created_at",
    "draft_title",
    "has_unpublished_changes",
    "locked",
    "locked_at",
    "locked_by",
}
"""What is saved of a page when a draft is kept, none of which a reader sees."""


@receiver([page_published, page_unpublished, post_page_move])
def content_changed(**kwargs: Any) -> None:
    Edition.begin_new()


@receiver([post_save, post_delete])
def watched_row_changed(
    sender: type, instance: Any, update_fields: frozenset[str] | None = None, **kwargs: Any
) -> None:
    if sender in WATCHED or (
        isinstance(instance, Page) and not (update_fields and update_fields <= DRAFTING)
    ):
        Edition.begin_new()
