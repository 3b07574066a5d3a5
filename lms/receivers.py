"""News that the whole site acts on: when anything a reader may see changes, so does the edition."""

from __future__ import annotations

from typing import Any

from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver
from wagtail.models import Page, Site
from wagtail.signals import page_published, page_unpublished, post_page_move

from courses.models import Draw, Edition, Quiz
from lms.models import HelpLine, SiteSettings

WATCHED = (SiteSettings, HelpLine, Quiz, Draw, Site)


@receiver([page_published, page_unpublished, post_page_move])
def content_changed(**kwargs: Any) -> None:
    Edition.rise()


@receiver([post_save, post_delete])
def watched_row_changed(sender: type, **kwargs: Any) -> None:
    if sender in WATCHED or (kwargs.get("created") is None and issubclass(sender, Page)):
        Edition.rise()
