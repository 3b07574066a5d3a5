"""A badge for a rendered certificate without a database, and what is inside a file."""

from __future__ import annotations

from io import BytesIO

from pyhanko.pdf_utils.reader import PdfFileReader

from certificates.models import Badge
from tests.make import NOON

DOCUMENT = '{"@context":["https://www.w3.org/ns/credentials/v2"],"name":"Łukasz O’Brien"}'


def badge(**fields):
    return Badge(**{"document": DOCUMENT, "made_at": NOON, **fields})


def opened_pdf(content):
    return PdfFileReader(BytesIO(content), strict=False)


def specifications_in(content):
    """How each attached file is described, by the name that programs list it under."""
    root = opened_pdf(content).root
    if "/Names" not in root or "/EmbeddedFiles" not in root["/Names"]:
        return {}
    names = root["/Names"]["/EmbeddedFiles"]["/Names"]
    specifications = [names[place] for place in range(1, len(names), 2)]
    return {str(specification["/UF"]): specification for specification in specifications}


def attached_to(content):
    """The bytes of each attached file, by its name."""
    return {
        name: specification["/EF"]["/F"].data
        for name, specification in specifications_in(content).items()
    }
