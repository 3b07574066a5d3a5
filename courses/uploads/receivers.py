"""What holds for pictures and captions, whichever door they come in by: code that makes one too."""

from __future__ import annotations

from typing import Any

from django.db.models.signals import post_save, pre_save
from django.dispatch import receiver
from wagtail.contrib.settings.models import BaseSiteSetting
from wagtail.documents.models import Document
from wagtail.images.models import Image
from wagtail.models import Page, ReferenceIndex
from wagtail.signals import page_published
from wagtailmedia.models import Media

from courses.uploads.captioning import is_captions
from courses.uploads.forms import CleanFile, clean_picture, clean_successor


@receiver(pre_save, sender=Image)
def clean_new_picture(instance: Any, raw: bool = False, **kwargs: Any) -> None:
    """A picture is stored with nothing of where it came from.

    Raises UnusableFile for what is no whole picture.
    """
    if raw or not is_new(instance.file):
        return
    instance.file = clean_picture(instance.file)
    instance.file_size, instance.file_hash = instance.file.size, ""


@receiver(pre_save, sender=Media)
def clean_new_thumbnail(instance: Any, raw: bool = False, **kwargs: Any) -> None:
    """The picture that stands for a film before it is played is a picture like any other."""
    if not raw and is_new(instance.thumbnail):
        instance.thumbnail = clean_picture(instance.thumbnail)


@receiver(pre_save, sender=Document)
def keep_captions_captions(instance: Any, raw: bool = False, **kwargs: Any) -> None:
    """Only captions take the place of captions. Raises UnusableFile for anything else."""
    if raw or not is_new(instance.file):
        return
    stored = Document.objects.filter(pk=instance.pk).first()
    if stored is not None and is_captions(stored):
        instance.file = clean_successor(instance.file)
        instance.file_size, instance.file_hash = instance.file.size, ""


def is_new(field_file: Any) -> bool:
    """Whether a file is about to be stored, and nobody looked at it yet."""
    return bool(
        field_file and not field_file._committed and not isinstance(field_file.file, CleanFile)
    )


@receiver(page_published)
def record_what_a_page_shows(instance: Page, **kwargs: Any) -> None:
    """Who may open a file is asked of the pages that show it: from the moment they are there.

    Wagtail's own record of it is written by the worker, which may come later.
    """
    ReferenceIndex.create_or_update_for_object(instance.specific)


@receiver(post_save)
def record_what_the_site_shows(sender: type, instance: Any, **kwargs: Any) -> None:
    if isinstance(instance, BaseSiteSetting) and not kwargs.get("raw"):
        ReferenceIndex.create_or_update_for_object(instance)
