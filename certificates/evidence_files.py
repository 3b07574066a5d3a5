"""A file that a holder shows for a renewal: a picture without what a camera wrote into it, or a PDF. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import IO

from courses.uploads.documents import begins_as_pdf, check_document
from courses.uploads.pictures import read_picture

MOST_BYTES = 9 * 1024 * 1024
MOST_DOTS = 50_000_000
TYPES = {
    "pdf": "application/pdf",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "png": "image/png",
    "webp": "image/webp",
}
"""What is stored, by the end of its name, and as what it is sent."""
ACCEPT = "application/pdf,image/*"


@dataclass(frozen=True)
class EvidenceFile:
    """A file as it is stored."""

    content: bytes
    extension: str


def read_evidence(file: IO[bytes]) -> EvidenceFile:
    """A file as it may be stored and looked at, judged by what is in it and not by its name.

    Raises UnusableFile, which says in a sentence why it cannot be taken.
    """
    file.seek(0)
    start = file.read(1100)
    file.seek(0)
    if begins_as_pdf(start):
        check_document(file, "pdf")
        return EvidenceFile(file.read(), "pdf")
    picture = read_picture(file.read(), most_dots=MOST_DOTS)
    return EvidenceFile(picture.content, picture.extension)
