"""The mark of an issuer, from a picture that somebody hands over. Pure."""

from __future__ import annotations

from io import BytesIO
from typing import IO

from django.utils.translation import gettext as _
from PIL import Image, UnidentifiedImageError

from certificates.exceptions import CannotBeDone

SIDE = 320
"""How many dots a side has at most: 600 dots an inch on the certificate, and a small file."""

MOST_DOTS = 30_000_000
"""What is not opened at all: more than any camera's picture, and a danger to memory."""

FORMATS = ("PNG", "JPEG", "WEBP")


class NotAMark(CannotBeDone):
    """The file is no picture that can stand beside a name."""

    def __str__(self) -> str:
        return _("This is not a picture that we can print. Please choose a PNG, JPEG or WebP.")


def mark_from(file: IO[bytes]) -> bytes:
    """A picture as a small PNG, without anything else that was in the file. Raises NotAMark."""
    try:
        with Image.open(file, formats=FORMATS) as picture:
            if picture.width * picture.height > MOST_DOTS:
                raise NotAMark
            mark = picture.convert("RGBA")
    except (UnidentifiedImageError, OSError, ValueError, Image.DecompressionBombError) as problem:
        raise NotAMark from problem
    mark.thumbnail((SIDE, SIDE))
    png = BytesIO()
    mark.save(png, "PNG", optimize=True)
    return png.getvalue()
