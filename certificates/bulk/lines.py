"""The lines of a bulk issue, out of the rows of a table. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from certificates.tables.columns import recognise
from certificates.tables.parsing import Row

HEADINGS = {
    "name": (
        *("name", "nombre", "full name", "name to print", "name on certificate", "first name"),
        *("given name", "participant", "nombre completo", "nombre y apellidos", "participante"),
    ),
    "surname": ("surname", "apellidos", "last name", "family name", "apellido"),
    "email": (
        *("email", "correo", "e mail", "email address", "e mail address", "address", "mail"),
        *("correo electronico", "direccion", "direccion de correo", "direccion de email"),
    ),
    "award": (
        *("award", "titulo", "credential", "certificate", "credencial", "certificado"),
        *("acreditacion", "reconocimiento"),
    ),
    "date": (
        *("date", "fecha", "earned on", "date earned", "completed on", "completion date"),
        *("awarded on", "fecha de obtencion", "obtenido el", "fecha de finalizacion"),
    ),
    "hours": ("hours", "horas", "hours in a room", "horas presenciales"),
    "attested_by": (
        *("attested by", "certificado por", "hours attested by", "confirmed by"),
        *("horas certificadas por", "avalado por", "atestiguado por", "confirmado por"),
    ),
    "language": ("language", "idioma", "lang", "lengua"),
}
"""The columns that are read, with the words for each, folded. No other is: a table gives nobody a
role, and changes no account."""

MOST_LINES = 500


class NoAddresses(ValueError):
    """No column is one of addresses; `str()` says what to do."""

    def __str__(self) -> str:
        return _(
            "No column is headed “email”. The first line of the file has to name its columns; the "
            "template on this page has them all."
        )


class DoubledColumns(ValueError):
    """Two columns say that they are the same."""

    def __init__(self, headings: Sequence[str]) -> None:
        super().__init__(headings)
        self.headings = headings

    def __str__(self) -> str:
        return _("Two columns are read as the same one. Please take one away: %(headings)s.") % {
            "headings": ", ".join(self.headings)
        }


class NoLines(ValueError):
    """There are headings and nothing below them."""

    def __str__(self) -> str:
        return _("The file has headings, and nobody below them.")


@dataclass(frozen=True)
class TypedLine:
    """One line as it was typed: its number in the file, and its cells by the name of their column."""

    number: int
    cells: dict[str, str]


@dataclass(frozen=True)
class TypedLines:
    """The lines of a file, and which of its headings were not read."""

    lines: list[TypedLine]
    unread: tuple[str, ...]


def typed_lines(rows: Sequence[Row]) -> TypedLines:
    """The lines below the headings. Raises NoAddresses, DoubledColumns or NoLines."""
    headings, *below = rows
    columns = recognise(headings.cells, HEADINGS)
    if columns.doubled:
        raise DoubledColumns(columns.doubled)
    if "email" not in columns.places:
        raise NoAddresses
    if not below:
        raise NoLines
    lines = [TypedLine(row.number, _with_whole_name(columns.of(row))) for row in below]
    return TypedLines(lines, columns.unread)


def _with_whole_name(cells: dict[str, str]) -> dict[str, str]:
    surname = cells.pop("surname", "")
    if surname:
        cells["name"] = f"{cells.get('name', '')} {surname}".strip()
    return cells
