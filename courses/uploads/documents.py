"""Whether a document is what its name says. Pure."""

from __future__ import annotations

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


def _holds(file: IO[bytes], part: str) -> bool:
    try:
        with ZipFile(file) as archive:
            return part in archive.namelist()
    except (BadZipFile, OSError, ValueError):
        return False


def _is_pdf(file: IO[bytes]) -> bool:
    if b"%PDF-" not in file.read(1024):
        return False
    size = file.seek(0, 2)
    file.seek(max(0, size - END_OF_PDF))
    return b"%%EOF" in file.read()


def _is_text(file: IO[bytes]) -> bool:
    start = file.read(64 * 1024)
    return start.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" not in start
