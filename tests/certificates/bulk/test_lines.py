"""Which columns of a table are read, in either language."""

import pytest

from certificates.bulk.lines import (
    HEADINGS,
    DoubledColumns,
    NoAddresses,
    NoLines,
    typed_lines,
)
from certificates.tables.parsing import Row


def lines_of(*rows):
    return typed_lines([Row(number, tuple(cells)) for number, cells in enumerate(rows, 1)])


@pytest.mark.parametrize(
    "headings",
    [
        ("Name", "Email", "Award", "Date", "Hours", "Attested by", "Language"),
        ("Nombre", "Correo", "Título", "Fecha", "Horas", "Certificado por", "Idioma"),
        (
            " NAME * ",
            "E-mail address",
            "award",
            "Earned on",
            "Hours (in a room)",
            "attested_by",
            "Lang",
        ),
    ],
)
def test_headings_are_read_in_english_and_spanish(headings):
    typed = lines_of(headings, ("Ada", "ada@x.example", "Bridge", "2026-05-03", "12", "Rosa", "en"))
    assert typed.lines[0].number == 2
    assert typed.lines[0].cells == {
        "name": "Ada",
        "email": "ada@x.example",
        "award": "Bridge",
        "date": "2026-05-03",
        "hours": "12",
        "attested_by": "Rosa",
        "language": "en",
    }
    assert typed.unread == ()


def test_first_and_last_name_may_have_a_column_each():
    typed = lines_of(("First name", "Last name", "Email"), ("Ada", "Okafor", "a@x.example"))
    assert typed.lines[0].cells == {"name": "Ada Okafor", "email": "a@x.example"}


def test_other_columns_are_named_and_not_read():
    typed = lines_of(
        ("Email", "Role", "is_superuser", "Name"), ("a@x.example", "registrar", "true", "Ada")
    )
    assert typed.unread == ("Role", "is_superuser")
    assert typed.lines[0].cells == {"email": "a@x.example", "name": "Ada"}


def test_a_short_line_has_empty_cells():
    typed = lines_of(("Email", "Name", "Award"), ("a@x.example",))
    assert typed.lines[0].cells == {"email": "a@x.example", "name": "", "award": ""}


@pytest.mark.parametrize(
    ("rows", "problem"),
    [
        ([("Name", "Phone"), ("Ada", "1")], NoAddresses),
        ([("Email", "Name")], NoLines),
        ([("Email", "E-mail", "Name"), ("a", "b", "c")], DoubledColumns),
    ],
)
def test_a_table_that_cannot_be_read_says_what_to_do(rows, problem):
    with pytest.raises(problem) as raised:
        lines_of(*rows)
    assert len(str(raised.value)) > 30


def test_no_word_means_two_columns():
    words = [word for words in HEADINGS.values() for word in words]
    assert len(words) == len(set(words))
