"""News that the whole site acts on: when anything a reader may see changes, a new edition begins."""

from __future__ import annotations

from typing import Any

from django.db.models.signals import m2m_changed, post_delete, post_save
from django.dispatch import receiver
from wagtail.models import Page, PageViewRestriction, Site
from wagtail.signals import (
    page_published,
    page_unpublished,
    post_page_move,
    published,
    unpublished,
)

from assessments.bank import QuestionTag, TaggedQuestion
from assessments.models import Draw, Question, Quiz
from certificates.models import Award, Issuer, Requirement, Statement
from courses.models import Competency, Edition
from lms.models import HelpLine, SiteSettings

WATCHED = (
    SiteSettings,
    HelpLine,
    Quiz,
    Draw,
    QuestionTag,
    TaggedQuestion,
    Competency,
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
"""What is saved of a page or a question when a draft is kept, none of which a reader sees."""


@receiver([page_published, page_unpublished, post_page_move, published, unpublished])
def content_changed(**kwargs: Any) -> None:
    Edition.begin_new()


@receiver([post_save, post_delete])
def watched_row_changed(
    sender: type, instance: Any, update_fields: frozenset[str] | None = None, **kwargs: Any
) -> None:
    if sender in WATCHED or (
        isinstance(instance, Page | Question) and not (update_fields and update_fields <= DRAFTING)
    ):
        Edition.begin_new()


@receiver(m2m_changed, sender=Question.competencies.through)
def competencies_of_a_question_changed(**kwargs: Any) -> None:
    Edition.begin_new()
