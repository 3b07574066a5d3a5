"""Takes out of every picture where and when it was taken, and by which device and whom.

What is taken out is not kept, so there is nothing to put back. A picture that cannot be read
stays as it is.
"""

from __future__ import annotations

import hashlib
import logging
import os
from io import BytesIO
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import migrations
from PIL import Image as Dots

from courses.uploads.exceptions import UnusableFile
from courses.uploads.pictures import Picture, read_picture

logger = logging.getLogger(__name__)


def cleaned(name: str) -> Picture | None:
    """What a stored picture becomes; None where it is clean already, or cannot be read."""
    try:
        with default_storage.open(name, "rb") as file:
            content = file.read()
        picture = read_picture(content, most_dots=settings.WAGTAILIMAGES_MAX_IMAGE_PIXELS)
    except (OSError, UnusableFile) as problem:
        logger.warning("A picture could not be read and stays as it is: %s", type(problem).__name__)
        return None
    return None if picture.content == content else picture


def stored(picture: Picture, name: str) -> str:
    folder, base = os.path.split(name)
    new_name = os.path.join(folder, picture.name_after(base))
    return default_storage.save(new_name, ContentFile(picture.content))


def clean_pictures(apps: Any, schema_editor: Any) -> None:
    Image, Rendition = (apps.get_model("wagtailimages", name) for name in ("Image", "Rendition"))
    for image in Image.objects.iterator(chunk_size=100):
        name = image.file.name
        picture = cleaned(name)
        if picture is None:
            continue
        with Dots.open(BytesIO(picture.content)) as dots:
            width, height = dots.size
        changed = {
            "file": stored(picture, name),
            "width": width,
            "height": height,
            "file_size": len(picture.content),
            "file_hash": hashlib.sha1(picture.content).hexdigest(),  # noqa: S324  as Wagtail does
        }
        if (width, height) != (image.width, image.height):
            # A point of interest is counted in the dots of the picture as it stood before.
            sides = ("x", "y", "width", "height")
            changed |= dict.fromkeys((f"focal_point_{side}" for side in sides), None)
        Image.objects.filter(pk=image.pk).update(**changed)
        sizes = Rendition.objects.filter(image_id=image.pk)
        names = [name, *sizes.values_list("file", flat=True)]
        sizes.delete()
        for old in names:
            default_storage.delete(old)


def clean_thumbnails(apps: Any, schema_editor: Any) -> None:
    Media = apps.get_model("wagtailmedia", "Media")
    for media in Media.objects.exclude(thumbnail="").iterator(chunk_size=100):
        picture = cleaned(media.thumbnail.name)
        if picture is None:
            continue
        old = media.thumbnail.name
        Media.objects.filter(pk=media.pk).update(thumbnail=stored(picture, old))
        default_storage.delete(old)


class Migration(migrations.Migration):
    dependencies = [
        ("courses", "0003_captions"),
        ("wagtailimages", "0027_image_description"),
        ("wagtailmedia", "0005_alter_media_options"),
    ]
    operations = [
        migrations.RunPython(clean_pictures, migrations.RunPython.noop),
        migrations.RunPython(clean_thumbnails, migrations.RunPython.noop),
    ]
