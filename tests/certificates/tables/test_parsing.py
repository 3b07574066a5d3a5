"""Tables as people hand them over: any usual encoding and separator, or XLSX."""

import io
import zipfile
from datetime import date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

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
