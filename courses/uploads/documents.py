"""Whether a document is what its name says. Pure."""

from __future__ import annotations

import re
from typing import IO
from zipfile import BadZipFile, ZipFile

from courses.uploads.exceptions import NotTheDocumentItIsNamed

PARTS = {
    "docx": "word/document.xml",
    "odt": "content.xml",
    "pptx": "ppt/presentation.xml",
    "xlsx": "xl/workbook.xml",
}
"""What each kind of archive always holds."""

START_OF_ARCHIVE = b"PK\3\4"

BEFORE_PDF = re.compile(rb"(?:\xef\xbb\xbf)?\s{0,1023}%PDF-")
"""What a PDF may begin with: some programs leave an empty line before it, and nothing else."""

END_OF_PDF = 2048
"""Within so many bytes of its end a PDF says that it is whole."""


def check_document(file: IO[bytes], extension: str) -> None:
    """Raises NotTheDocumentItIsNamed for a document that is something else, or breaks off."""
    file.seek(0)
    if extension in PARTS:
        is_right = _holds(file, PARTS[extension])
    else:
        is_right = _is_pdf(file) if extension == "pdf" else _is_text(file)
    file.seek(0)
    if not is_right:
        raise NotTheDocumentItIsNamed(extension)


def begins_as_pdf(start: bytes) -> bool:
    """Whether the first bytes of a file are those of a PDF, and of no other program."""
    return BEFORE_PDF.match(start) is not None


def _holds(file: IO[bytes], part: str) -> bool:
    if file.read(4) != START_OF_ARCHIVE:  # a program may carry an archive behind itself
        return False
    try:
        with ZipFile(file) as archive:
            return part in archive.namelist()
    except (BadZipFile, OSError, ValueError):
        return False


def _is_pdf(file: IO[bytes]) -> bool:
    if not begins_as_pdf(file.read(1100)):
        return False
    size = file.seek(0, 2)
    file.seek(max(0, size - END_OF_PDF))
    return b"%%EOF" in file.read()


def _is_text(file: IO[bytes]) -> bool:
    start = file.read(64 * 1024)
    return start.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" not in start
