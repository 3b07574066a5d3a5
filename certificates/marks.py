"""The mark of an issuer and a signature, from pictures that somebody hands over. Pure."""

from __future__ import annotations

from io import BytesIO
from typing import IO

from django.utils.translation import gettext as _
from PIL import Image, ImageChops, ImageOps, ImageStat

from courses.uploads.exceptions import UnusableFile
from courses.uploads.pictures import read_picture

SIDE = 320
"""How many dots a side has at most: 600 dots an inch on the certificate, and a small file."""

SIGNATURE_SIZE = (480, 160)
"""How many dots a signature has at most: 300 dots an inch and more at the height it is printed in."""

FAINT = 24
"""Of 255: what is as light as this is the paper, and no stroke of a pen."""

MOST_INK = 0.5
"""How much of its place a signature covers at most. More is a photograph, or a dark ground."""

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


class NoSignature(UnusableFile):
    """A picture in which no signature stands out from a white or transparent ground."""

    def __str__(self) -> str:
        return _(
            "We find no signature in this picture. Sign with a dark pen on white paper, and "
            "photograph or scan it in good light, with nothing else in the picture."
        )


def signature_from(file: IO[bytes]) -> bytes:
    """A signature as a small PNG on a transparent ground, cut to its strokes.

    Nothing else of the file stays. Raises UnusableFile, also where nothing stands out from white.
    """
    picture = read_picture(file.read(), most_dots=MOST_DOTS)
    with Image.open(BytesIO(picture.content)) as image:
        signature = image.convert("RGBA")
    signature.thumbnail((SIGNATURE_SIZE[0] * 4, SIGNATURE_SIZE[1] * 4))
    ink = _ink_of(signature)
    strokes = ink.point(lambda level: 255 if level > FAINT else 0).getbbox()
    if strokes is None:
        raise NoSignature
    ink, signature = ink.crop(strokes), signature.crop(strokes)
    if sum(ink.histogram()[128:]) > MOST_INK * ink.width * ink.height:
        raise NoSignature
    colour = ImageStat.Stat(signature.convert("RGB"), mask=ink).median
    ink.thumbnail(SIGNATURE_SIZE)
    # One colour for all strokes, and few steps at their edges: a small file, and a clear print.
    signature = Image.new("RGBA", ink.size, (*map(int, colour), 0))
    signature.putalpha(ink.point(lambda level: round(level / 36) * 36))
    png = BytesIO()
    signature.save(png, "PNG", optimize=True)
    return png.getvalue()


def _ink_of(signature: Image.Image) -> Image.Image:
    """How much ink is at each dot: what is dark, or any colour, where the ground is white; where
    the ground is transparent already, what is not."""
    alpha = signature.getchannel("A")
    if any(alpha.histogram()[: 255 - FAINT]):
        return alpha
    dark = ImageOps.invert(signature.convert("RGB").convert("L"))
    strokes = dark.point(lambda level: 0 if level <= FAINT else min(255, level * 2))
    return ImageChops.multiply(strokes, alpha)
