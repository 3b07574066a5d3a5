"""A document is what its name says, from its first byte on."""

from io import BytesIO
from zipfile import ZipFile

import pytest

from certificates.evidence_files import read_evidence
from courses.uploads.documents import PARTS, begins_as_pdf, check_document
from courses.uploads.exceptions import NotAPicture, NotTheDocumentItIsNamed

PDF = b"%PDF-1.7\n1 0 obj\n%%EOF\n"
PROGRAM = b"MZ\x90\0\3\0\0\0"


def archive(part):
    file = BytesIO()
    with ZipFile(file, "w") as opened:
        opened.writestr(part, "<office/>")
    return file.getvalue()


@pytest.mark.parametrize("before", [b"", b"\n", b"\r\n  ", b"\xef\xbb\xbf", b" " * 1000])
def test_a_pdf_may_begin_with_an_empty_line(before):
    check_document(BytesIO(before + PDF), "pdf")
    assert read_evidence(BytesIO(before + PDF)).extension == "pdf"


@pytest.mark.parametrize(
    "before",
    [b"MZ", PROGRAM, b"\x7fELF", b"#!/bin/sh\n", b"PK\3\4", b"<script>", b"GIF89a", b" " * 2000],
)
def test_what_begins_as_something_else_is_no_pdf(before):
    assert not begins_as_pdf(before + PDF)
    with pytest.raises(NotTheDocumentItIsNamed) as refusal:
        check_document(BytesIO(before + PDF), "pdf")
    assert "ends in .pdf, and what is in it is something else" in str(refusal.value)
    with pytest.raises(NotAPicture):
        read_evidence(BytesIO(b"MZ" + PDF))


@pytest.mark.parametrize(("extension", "part"), PARTS.items())
def test_an_archive_behind_a_program_is_no_document(extension, part):
    check_document(BytesIO(archive(part)), extension)
    with pytest.raises(NotTheDocumentItIsNamed) as refusal:
        check_document(BytesIO(PROGRAM + archive(part)), extension)
    assert f"ends in .{extension}" in str(refusal.value)
