"""What becomes of a picture that somebody hands over: its dots and colours, and nothing else. Pure.

A camera writes into a picture where it was taken, when, with which device and by whom. None of
this is kept: a picture is read whole, turned the right way up, and written anew.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import filetype
import pillow_heif
from PIL import Image, ImageFile, ImageSequence, UnidentifiedImageError

from courses.uploads.exceptions import (
    NotAPicture,
    PictureNotWhole,
    PictureTooLarge,
    PictureTooLong,
    UnusableFile,
)

pillow_heif.register_heif_opener()

# A JPEG in which Pillow finds more pictures, such as phones add for brighter screens, is an MPO
# to it. It is opened as a JPEG, and its first picture is the photograph.
FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "HEIF", "AVIF")
QUALITY = 92
"""Of a picture that has to be written anew. One that need not be turned keeps its own."""

WIDEST_MOVING = 960
MOST_MOVING_DOTS = 60_000_000
"""In all its moments together. Each is read and written while somebody waits."""

USUAL_MOMENT = 100
"""Milliseconds that a moment stands where a picture does not say, as browsers have it."""

ORIENTATION = 0x0112
TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""What EXIF's number for how a camera was held asks for."""

MOVING = ".moving"
moving_name = re.compile(r"\.moving(_\w+)?\.webp$")


@dataclass(frozen=True)
class Picture:
    """A picture as it is stored: a JPEG, PNG or WebP with a colour profile at most."""

    content: bytes
    extension: str
    is_moving: bool = False

    def name_after(self, name: str) -> str:
        """The name of the file that was handed over, ending in what the picture is now."""
        stem = re.sub(r"\.\w{1,5}$", "", name.strip()) or "picture"
        return f"{stem}{MOVING if self.is_moving else ''}.{self.extension}"


def is_moving(name: str) -> bool:
    """Whether a stored picture moves, which its name says."""
    return bool(moving_name.search(name))


def read_picture(content: bytes, *, most_dots: int) -> Picture:
    """A picture as it may be stored and shown.

    Raises NotAPicture, PictureNotWhole where it breaks off, PictureTooLarge or PictureTooLong.
    """
    # One setting for the whole process, and WeasyPrint switches it on as soon as it is imported:
    # what is missing of a picture would be filled with grey, without a word.
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    try:
        with Image.open(BytesIO(content), formats=FORMATS) as image:
            _check_size(image, most_dots)
            if _moments(image) > 1:
                return _moving_picture(image)
            return _still_picture(image, _turn(image, content))
    except UnusableFile:
        raise
    except Image.DecompressionBombError as problem:
        raise PictureTooLarge(2 * int(Image.MAX_IMAGE_PIXELS or 0), most_dots) from problem
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError) as problem:
        # Pillow raises all of these for a file that breaks off, or is not what it began as.
        raise (PictureNotWhole() if begins_as_picture(content) else NotAPicture()) from problem


def begins_as_picture(content: bytes) -> bool:
    """Whether the first bytes are those of a kind of picture that we take."""
    kind = filetype.guess(content[:512])
    return kind is not None and kind.extension in {"jpg", "png", "webp", "gif", "heic", "avif"}


def _moments(image: Any) -> int:
    """How many moments a picture has. A HEIC may hold several that have nothing in common."""
    return getattr(image, "n_frames", 1) if image.format in {"GIF", "WEBP", "PNG"} else 1


def _check_size(image: Any, most_dots: int) -> None:
    dots = image.width * image.height
    if dots > most_dots:
        raise PictureTooLarge(dots, most_dots)
    if dots * _moments(image) > MOST_MOVING_DOTS:
        raise PictureTooLong


def _turn(image: Any, content: bytes) -> int:
    """How a picture has to be turned, as EXIF counts it; 1 where it stands as it should.

    A HEIC is turned by a property of its own while it is read, and what EXIF says besides is
    not to be heeded, unless there is no such property.
    """
    if image.format != "HEIF":
        return int(image.getexif().get(ORIENTATION, 1))
    is_turned = b"irot" in content or b"imir" in content
    return 1 if is_turned else int(image.info.get("original_orientation") or 1)


def _still_picture(image: Any, turn: int) -> Picture:
    image.load()
    if image.format == "MPO":
        image.format = "JPEG"
    kind, profile = image.format, image.info.get("icc_profile")
    still = image.transpose(TURNS[turn]) if turn in TURNS else image
    # What is in here may be written again without being asked for, such as a comment.
    transparency = still.info.get("transparency")
    still.info = {} if transparency is None else {"transparency": transparency}
    if still.mode in {"CMYK", "YCbCr", "LAB", "HSV", "F"}:
        still, profile = still.convert("RGB"), None
    options = {"icc_profile": profile} if profile else {}
    if kind == "WEBP":
        return _written(still, "WEBP", "webp", quality=QUALITY, **options)
    if kind == "JPEG" and still.format == "JPEG":
        return _written(still, "JPEG", "jpg", quality="keep", **options)
    if kind in {"JPEG", "HEIF", "AVIF"} and not still.has_transparency_data:
        still = still if still.mode in {"L", "RGB"} else still.convert("RGB")
        return _written(still, "JPEG", "jpg", quality=QUALITY, **options)
    return _written(still, "PNG", "png", optimize=True, **options)


def _moving_picture(image: Any) -> Picture:
    moments, durations = [], []
    for frame in ImageSequence.Iterator(image):
        moment = frame.convert("RGBA")
        if moment.width > WIDEST_MOVING:
            height = max(1, round(moment.height * WIDEST_MOVING / moment.width))
            moment = moment.resize((WIDEST_MOVING, height))
        moment.info = {}
        moments.append(moment)
        durations.append(round(frame.info.get("duration") or USUAL_MOMENT))
    # How often it is played; without a word of it, once.
    loop = image.info.get("loop", 1 if image.format == "GIF" else 0)
    return _written(
        moments[0],
        "WEBP",
        "webp",
        is_moving=True,
        save_all=True,
        append_images=moments[1:],
        duration=durations,
        loop=loop,
        quality=80,
        method=2,
    )


def _written(
    image: Any, kind: str, extension: str, *, is_moving: bool = False, **options: Any
) -> Picture:
    file = BytesIO()
    image.save(file, kind, **options)
    return Picture(file.getvalue(), extension, is_moving)
