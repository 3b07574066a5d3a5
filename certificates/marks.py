"""The mark of an issuer, from a picture that somebody hands over. Pure."""

from __future__ import annotations

from io import BytesIO
from typing import IO

from PIL import Image

from courses.uploads.pictures import read_picture

SIDE = 320
"""How many dots a side has at most: 600 dots an inch on the certificate, and a small file."""

MOST_DOTS = 30_000_000
"""What is not opened at all: more than any camera's picture, and a danger to memory."""


def mark_from(file: IO[bytes]) -> bytes:
    """A picture as a small PNG, without anything else that was in the file.

    Raises UnusableFile, which says in a sentence why the picture cannot be taken.
    """
    picture = read_picture(file.read(), most_dots=MOST_DOTS)
    with Image.open(BytesIO(picture.content)) as image:
        mark = image.convert("RGBA")
    mark.thumbnail((SIDE, SIDE))
    png = BytesIO()
    mark.save(png, "PNG", optimize=True)
    return png.getvalue()
