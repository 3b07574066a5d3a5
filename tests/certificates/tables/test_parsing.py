"""Tables as people hand them over: any usual encoding and separator, or XLSX."""

import io
import zipfile
from datetime import date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from certificates.tables.parsing import (
    MOST_COLUMNS,
    MOST_LINES,
    TableProblem,
    cell_text,
    decode,
    rows_of,
)
from certificates.tables.uploads import UnusableTable, read_table, reader


def xlsx(*rows):
    book = Workbook()
    for row in rows:
        book.active.append(row)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def cells(content, most_rows=500):
    return [row.cells for row in rows_of(content, most_rows)]


@pytest.fixture(scope="module", autouse=True)
def ended():
    yield
    reader.stop()


TEXT = "Nombre,Correo\r\nZoë Ñuñez,zoe@peerwork.example\r\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
def test_any_usual_encoding_is_read(encoding):
    expected = [("Nombre", "Correo"), ("Zoë Ñuñez", "zoe@peerwork.example")]
    assert cells(TEXT.encode(encoding)) == expected


def test_a_file_of_utf_16_for_other_machines_is_read():
    assert decode("a,b\n".encode("utf-16-be")) == "a,b\n"


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_any_usual_separator_is_read(separator):
    text = f"name{separator}email\nAda Okafor{separator}ada@peerwork.example\n"
    assert cells(text.encode())[1] == ("Ada Okafor", "ada@peerwork.example")


def test_what_excel_says_of_its_separator_is_no_line_of_the_table():
    rows = rows_of(b"sep=;\nname;email\nOkafor, Ada;ada@x.example\n", 500)
    assert [row.cells for row in rows] == [("name", "email"), ("Okafor, Ada", "ada@x.example")]
    assert [row.number for row in rows] == [2, 3]


def test_a_quoted_cell_may_hold_the_separator_and_lines_are_numbered_as_in_the_file():
    rows = rows_of(
        b'name,email\n\n"Okafor, Ada",a@x.example\n"two\nlines",b@x.example\nBee,c@x.example\n', 9
    )
    assert [row.number for row in rows] == [1, 3, 4, 6]
    assert rows[1].cells == ("Okafor, Ada", "a@x.example")


def test_one_column_alone_is_read():
    assert cells(b"number\nPSW-7K3M-QX9R-4TWK\n") == [("number",), ("PSW-7K3M-QX9R-4TWK",)]


def test_an_xlsx_file_gives_days_and_numbers_as_people_read_them():
    content = xlsx(
        ["name", "date", "hours", "half"],
        ["Ada", datetime(2026, 5, 3), 12, 12.5],  # noqa: DTZ001  a table has no time zone
        [None, None, None, None],
        ["Bee", date(2026, 5, 4), 8.0, "=1+1"],
    )
    rows = rows_of(content, 500)
    assert rows[1].cells == ("Ada", "2026-05-03", "12", "12.5")
    assert rows[2].cells == ("Bee", "2026-05-04", "8", "=1+1")
    assert [row.number for row in rows] == [1, 2, 4]


def test_what_a_formula_of_several_cells_holds_stays_its_text():
    class Formula:
        text = "=SUM(A1:A2)"

    assert cell_text(Formula()) == "=SUM(A1:A2)"
    assert cell_text(False) == "False"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b" \n , , \n", "empty"),
        (b"x" * (2 * 1024**2 + 1), "too_large"),
        (b"\xd0\xcf\x11\xe0" + b"x" * 100, "old_or_locked"),
        (b"PK\x03\x04 and nothing behind it", "broken"),
        (b"name\n\xff\xfe\0\0\0" * 3 + b"\0", "no_table"),
        (b"name\n" + b"Ada\n" * 4, "too_many"),
        (b"name" + b"\n" * (MOST_LINES + 5), "too_many"),
        (b"name\n" + b",\n" * (MOST_LINES + 5), "too_many"),
    ],
)
def test_what_is_no_table_says_why(content, code):
    with pytest.raises(TableProblem) as problem:
        rows_of(content, 3)
    assert problem.value.code == code


def test_a_wide_table_is_cut_and_a_long_cell_too():
    content = (",".join(["x"] * 100) + "\n" + "y" * 5000).encode()
    first, second = cells(content)
    assert len(first) == MOST_COLUMNS
    assert len(second[0]) == 1000


def a_bomb():
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b" " * (21 * 1024**2))
    return content.getvalue()


def another_archive():
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("word/document.xml", "<a/>")
    return content.getvalue()


def entities():
    """A workbook whose XML would grow to gigabytes."""
    content = io.BytesIO()
    lines = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    bomb = f'<!DOCTYPE x [<!ENTITY a0 "aaaaaaaaaa">{lines}]><workbook>&a9;</workbook>'
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", bomb)
    return content.getvalue()


@pytest.mark.parametrize(
    ("content", "code"),
    [(a_bomb(), "too_large"), (another_archive(), "no_table"), (entities(), "broken")],
)
def test_a_hostile_archive_is_refused_at_once(content, code):
    with pytest.raises(TableProblem) as problem:
        rows_of(content, 500)
    assert problem.value.code == code


DECLARED = {
    "laughs": '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><x>&b;</x>',
    "one long one often": f'<!DOCTYPE x [<!ENTITY a "{"a" * 9000}">]><x>{"&a;" * 900}</x>',
    "a file": '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]><x>&a;</x>',
    "an address": '<!DOCTYPE x [<!ENTITY a SYSTEM "http://127.0.0.1:1/a">]><x>&a;</x>',
    "a parameter": '<!DOCTYPE x [<!ENTITY % a SYSTEM "http://127.0.0.1:1/a">%a;]><x/>',
    "a document type elsewhere": '<!DOCTYPE x SYSTEM "http://127.0.0.1:1/x.dtd"><x/>',
    "a public document type": '<!DOCTYPE x PUBLIC "-//X//X" "http://127.0.0.1:1/x.dtd"><x/>',
    "an empty document type": "<!DOCTYPE x><x/>",
    "elements said in it": "<!DOCTYPE x [<!ELEMENT x ANY>]><x/>",
    "attributes said in it": '<!DOCTYPE x [<!ATTLIST x y CDATA "z">]><x/>',
    "after a comment": "<?xml version='1.0'?><!-- a --><!DOCTYPE x><x/>",
}
PARTS = ["xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "docProps/app.xml"]


def with_part(name, text, encoding):
    """A workbook of Ada in which one part holds something else."""
    content = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(xlsx(["name"], ["Ada"]))) as old:
        parts = {part.filename: old.read(part) for part in old.infolist()}
    with zipfile.ZipFile(content, "w") as archive:
        for each, held in (parts | {name: text.encode(encoding)}).items():
            archive.writestr(each, held)
    return content.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize("text", DECLARED.values(), ids=DECLARED)
@pytest.mark.parametrize("part", PARTS)
def test_a_part_that_declares_a_document_type_is_refused_unread(part, text, encoding, monkeypatch):
    opened = []

    def note(content, **options):
        opened.append(content)
        return load_workbook(content, **options)

    monkeypatch.setattr("certificates.tables.parsing.load_workbook", note)
    with pytest.raises(TableProblem) as problem:
        rows_of(with_part(part, text, encoding), 500)
    assert problem.value.code == "broken"
    assert opened == []


def rows_or_code(content):
    try:
        return [row.cells for row in rows_of(content, 500)]
    except TableProblem as problem:
        return problem.code


def test_what_includes_another_file_brings_nothing_of_it_in(tmp_path):
    (tmp_path / "secret.txt").write_text("CANARY")
    inclusion = (
        '<x xmlns:xi="http://www.w3.org/2001/XInclude">'
        f'<xi:include parse="text" href="file://{tmp_path}/secret.txt"/></x>'
    )
    for part in PARTS:
        told = rows_or_code(with_part(part, inclusion, "utf-8"))
        assert told in ("broken", "empty", [("name",), ("Ada",)]), part


def test_an_archive_that_names_places_outside_writes_nothing_there(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("../escaped.xml", "/tmp/escaped.xml", "xl/../../escaped.xml", "xl/inner.zip"):
        rows = rows_of(with_part(name, "<x/>", "utf-8"), 500)
        assert [row.cells for row in rows] == [("name",), ("Ada",)]
    assert list(tmp_path.iterdir()) == []
    assert not (tmp_path.parent / "escaped.xml").exists()


def test_a_picture_among_its_parts_stops_no_table():
    rows = rows_of(with_part("xl/media/image1.png", "\x89PNG\r\n\x1a\n", "latin-1"), 500)
    assert [row.cells for row in rows] == [("name",), ("Ada",)]


def test_an_xlsx_file_is_read_in_a_process_apart_and_a_bad_one_says_why():
    assert read_table(xlsx(["name"], ["Ada"]), 500)[1].cells == ("Ada",)
    with pytest.raises(UnusableTable, match="It is no table"):
        read_table(another_archive(), 500)
    with pytest.raises(UnusableTable, match="more than 500 lines"):
        read_table(b"name\n" + b"Ada\n" * 502, 500)


@settings(max_examples=40, deadline=None)
@given(st.binary(max_size=300))
def test_whatever_the_bytes_are_there_are_rows_or_a_reason(content):
    try:
        rows = rows_of(content, 20)
    except TableProblem:
        return  # which code, the tests above say
    assert all(any(row.cells) for row in rows)
