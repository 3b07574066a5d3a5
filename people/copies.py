"""A copy of everything that is held about a person: a page to read, a file for machines, files.

It is made while it is sent, a section at a time, so that it takes as little memory for somebody
with thousands of answers as for somebody with none, and is stored nowhere.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from io import RawIOBase
from typing import Any

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Field
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from people.fates import ModelFate, Words, every_fate
from people.models import User
from people.moments import moment

Row = dict[str, Any]


@dataclass(frozen=True)
class Section:
    """One kind of record in a copy, and how its rows are read."""

    name: str
    title: Words
    rows: Callable[[User], Iterable[Row]]
    labels: dict[str, str]


@dataclass(frozen=True)
class CopiedFile:
    """A file in a copy: its name there, and what is in it."""

    name: str
    read: Callable[[], bytes]
    url: str = ""


_sections: dict[str, tuple[Words, Callable[[User], Iterable[Row]]]] = {}
_files: list[Callable[[User], Iterable[CopiedFile]]] = []


def add_section(name: str, title: Words, rows: Callable[[User], Iterable[Row]]) -> None:
    """Have a copy show what no single model holds, such as a quiz with its answers."""
    _sections[name] = (title, rows)


def add_files(files: Callable[[User], Iterable[CopiedFile]]) -> None:
    """Have a copy hold files, such as certificates."""
    _files.append(files)


def sections() -> Iterator[Section]:
    """What a copy consists of, in its order: what is held of each model, and then the others."""
    for fate in sorted(every_fate(), key=lambda each: (each.model is not User, each.label)):
        if fate.copied:
            yield Section(fate.label, _title_of(fate), _rows_of(fate), _labels_of(fate))
    for name, (title, rows) in _sections.items():
        yield Section(name, title, rows, {})


def _title_of(fate: ModelFate) -> str:
    return str(capfirst(fate.model._meta.verbose_name_plural))


def _rows_of(fate: ModelFate) -> Callable[[User], Iterable[Row]]:
    def rows(person: User) -> Iterable[Row]:
        return fate.rows_of(person).order_by("pk").values(*fate.copied).iterator(chunk_size=500)

    return rows


def _labels_of(fate: ModelFate) -> dict[str, str]:
    return {path: _label(fate.model, path) for path in fate.copied}


def _label(model: Any, path: str) -> str:
    """The words for a field, by those of its model; of another model's, of what leads to it."""
    names = path.split("__")
    field: Field[Any, Any] = model._meta.get_field(names[-2] if len(names) == 2 else names[0])
    if len(names) > 1:
        field = model._meta.get_field(names[0])
    return str(capfirst(field.verbose_name))


# What is sent -----------------------------------------------------------------------------

ABOUT = "about-me"
"""The name of the page and of the file for machines, before its ending."""


class _Outlet(RawIOBase):
    """Takes what is written to an archive, and hands it on piece by piece."""

    def __init__(self) -> None:
        self.pieces: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self.pieces.append(bytes(data))
        return len(data)

    def take(self) -> bytes:
        taken, self.pieces = b"".join(self.pieces), []
        return taken


def stream_copy(person: User, *, at: datetime) -> Iterator[bytes]:
    """The bytes of a ZIP with all that is held about a person, made as they are asked for."""
    outlet = _Outlet()
    moment = timezone.localtime(at)
    with zipfile.ZipFile(outlet, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, parts in (
            (f"{ABOUT}.html", readable_page(person, at=at)),
            (f"{ABOUT}.json", machine_form(person, at=at)),
        ):
            with archive.open(zipfile.ZipInfo(name, moment.timetuple()[:6]), "w") as member:
                for part in parts:
                    member.write(part.encode())
                    if data := outlet.take():
                        yield data
        for file in files_of(person):
            archive.writestr(zipfile.ZipInfo(file.name, moment.timetuple()[:6]), file.read())
            yield outlet.take()
    yield outlet.take()


def files_of(person: User) -> Iterator[CopiedFile]:
    """The files that are held for a person, such as their certificates."""
    for files in _files:
        yield from files(person)


def machine_form(person: User, *, at: datetime) -> Iterator[str]:
    """All of it as one JSON object, in pieces: a list of rows for each kind of record."""
    head = {"site": settings.BASE_URL, "made_at": at, "files": [f.name for f in files_of(person)]}
    yield _json(head)[:-1]
    for section in sections():
        yield f",\n{_json(section.name)}: ["
        for number, row in enumerate(section.rows(person)):
            yield (",\n" if number else "\n") + _json(row)
        yield "]"
    yield "}\n"


def _json(value: Any) -> str:
    return json.dumps(value, cls=DjangoJSONEncoder, ensure_ascii=False)


def readable_page(person: User, *, at: datetime) -> Iterator[str]:
    """All of it as one page, in pieces. It needs nothing but itself to be read."""
    files = [file.name for file in files_of(person)]
    context = {"person": person, "at": at, "files": files, "site": settings.SITE_NAME}
    yield render_to_string("people/copy/head.html", context)
    for section in sections():
        rows = iter(section.rows(person))
        first = next(rows, None)
        yield render_to_string(
            "people/copy/section.html", {"title": section.title, "is_empty": first is None}
        )
        if first is not None:
            yield _readable_row(first, section)
            for row in rows:
                yield _readable_row(row, section)
    yield render_to_string("people/copy/foot.html", context)


def _readable_row(row: Row, section: Section) -> str:
    pairs = [
        (section.labels.get(name) or capfirst(name.replace("_", " ")), _readable(value))
        for name, value in row.items()
        if value not in (None, "", [], {})
    ]
    return render_to_string("people/copy/row.html", {"pairs": pairs})


def _readable(value: Any) -> str:
    """A value in words: a moment in the person's own time, yes or no, and lists a line each."""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, dict):
        pairs = [(name, held) for name, held in value.items() if held not in (None, "", [], {})]
        return "; ".join(f"{name.replace('_', ' ')}: {_readable(held)}" for name, held in pairs)
    if isinstance(value, list | tuple):
        return "\n".join(_readable(each) for each in value)
    return str(value)
