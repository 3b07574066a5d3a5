"""Tables as they come out of old programs, busy offices and unkind hands."""

import io
import zipfile
from datetime import time, timedelta

import pytest
from openpyxl import Workbook
from openpyxl.styles import Protection
from openpyxl.worksheet.formula import ArrayFormula

from certificates.tables.columns import recognise
from certificates.tables.parsing import (
    LONGEST_CELL,
    MOST_LINES,
    TableProblem,
    cell_text,
    decode,
    rows_of,
)
from certificates.tables.uploads import TableFault, UnusableTable, read_table, reader

HEADINGS = {"name": ("name", "nombre"), "email": ("email", "correo")}


@pytest.fixture(scope="module", autouse=True)
def ended():
    yield
    reader.stop()


def saved(book):
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def cells(content, most_rows=500):
    return [row.cells for row in rows_of(content, most_rows)]


def refusal(content, most_rows=500):
    with pytest.raises(TableProblem) as problem:
        rows_of(content, most_rows)
    return problem.value.code


@pytest.fixture
def book():
    """A workbook whose sheet has headings and two people."""
    book = Workbook()
    for row in (["Name", "Email"], ["Ada", "ada@x.example"], ["Bee", "bee@x.example"]):
        book.active.append(row)
    return book


PEOPLE = [("Name", "Email"), ("Ada", "ada@x.example"), ("Bee", "bee@x.example")]


class TestFilesOfCommas:
    @pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
    @pytest.mark.parametrize("separator", [",", ";", "\t"])
    def test_the_lines_of_any_machine_are_read(self, end, separator):
        text = end.join(separator.join(row) for row in PEOPLE) + end
        assert cells(text.encode()) == PEOPLE

    @pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
    def test_a_mark_at_the_beginning_is_no_part_of_the_first_heading(self, encoding):
        (row, *_others) = rows_of("Name;Email\nAda;a@x.example\n".encode(encoding), 9)
        assert recognise(row.cells, HEADINGS).places == {"name": 0, "email": 1}

    def test_a_semicolon_wins_where_names_are_written_with_a_comma(self):
        assert cells(b"Name;Email\nOkafor, Ada, Dr;a@x.example\n")[1][0] == "Okafor, Ada, Dr"

    def test_a_heading_in_quotes_may_hold_a_separator(self):
        assert cells(b'"Name, first and last";Email\nAda;a@x.example\n')[0] == (
            "Name, first and last",
            "Email",
        )

    def test_a_quote_that_is_never_closed_swallows_no_more_than_a_cell_may_hold(self):
        text = 'Name,Email\n"Ada,a@x.example\n' + "Bee,b@x.example\n" * 400
        rows = rows_of(text.encode(), 500)
        assert len(rows) == 2
        assert len(rows[1].cells[0]) == LONGEST_CELL

    @pytest.mark.parametrize("line", ['sep="', "sep=", "sep=a", "sep=;;", "sep= "])
    def test_a_first_line_that_names_no_separator_is_a_line_like_any_other(self, line):
        rows = rows_of(f"{line}\nName,Email\nAda,a@x.example\n".encode(), 9)
        assert [row.number for row in rows][-1] == 3
        assert rows[0].cells[0].replace('"', "").startswith("sep=")

    def test_a_separator_may_be_named_on_a_mac_of_long_ago(self):
        rows = rows_of(b"sep=;\rName;Email\rOkafor, Ada;a@x.example\r", 9)
        assert [row.cells for row in rows] == [
            ("Name", "Email"),
            ("Okafor, Ada", "a@x.example"),
        ]
        assert [row.number for row in rows] == [2, 3]

    def test_empty_lines_and_columns_around_a_table_are_passed_over(self):
        rows = rows_of(b"\n,,\nName,Email,,\n , \nAda,a@x.example,,\n,,\n", 9)
        assert [(row.number, row.cells) for row in rows] == [
            (3, ("Name", "Email")),
            (5, ("Ada", "a@x.example")),
        ]

    def test_names_of_the_west_of_europe_without_utf_8_keep_their_accents(self):
        text = "Name;Email\nZoë Ñuñez – O’Brien;z@x.example\n"
        assert cells(text.encode("cp1252"))[1][0] == "Zoë Ñuñez – O’Brien"

    @pytest.mark.parametrize("name", ["Лариса Мельник", "王小明", "سارة محمود", "नीला शर्मा", "Ŵyn"])
    @pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
    def test_names_in_any_script_come_through_whole(self, name, encoding):
        assert cells(f"Name,Email\n{name},n@x.example\n".encode(encoding))[1][0] == name

    def test_half_a_sign_at_the_end_of_a_cut_file_stops_nothing(self):
        content = "Name,Email\nZoë,z@x.example\nBeé".encode()[:-1]
        assert cells(content)[0] == ("Name", "Email")
        assert len(cells(content)) == 3

    @pytest.mark.parametrize("content", [b"%PDF-1.7\n\0\0\0", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"])
    def test_a_picture_or_a_pdf_is_no_table(self, content):
        assert refusal(content) == "no_table"

    def test_a_field_beyond_what_the_reader_holds_is_no_table(self):
        assert refusal(b'Name,Email\n"' + b"x" * 200_000 + b'",a@x.example\n') == "no_table"

    def test_the_text_of_an_utf_16_file_without_its_mark_is_known_by_its_zeros(self):
        assert decode("Name;Email\n".encode("utf-16-be")) == "Name;Email\n"
        assert decode("Name;Email\n".encode("utf-16-le")) == "Name;Email\n"


class TestTheLimit:
    def test_five_hundred_people_are_read_and_one_more_is_not(self):
        lines = [f"P{number},p{number}@x.example" for number in range(501)]
        most = "\n".join(["Name,Email", *lines[:500]]).encode()
        assert len(rows_of(most, 500)) == 501
        assert refusal("\n".join(["Name,Email", *lines]).encode()) == "too_many"

    def test_empty_lines_between_them_are_not_counted_as_people(self):
        text = "Name,Email\n" + "\n\nAda,a@x.example" * 500
        assert len(rows_of(text.encode(), 500)) == 501

    def test_a_sheet_that_is_formatted_to_its_end_is_refused_and_not_read_for_minutes(self, book):
        book.active.cell(MOST_LINES + 2, 1).value = "far below"
        assert refusal(saved(book)) == "too_many"

    def test_a_sheet_that_says_it_is_huge_is_read_by_what_it_holds(self, book):
        content = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(saved(book))) as old, zipfile.ZipFile(content, "w") as new:
            for part in old.infolist():
                text = old.read(part)
                new.writestr(part, text.replace(b'ref="A1:B3"', b'ref="A1:XFD1048576"'))
        assert content.getvalue() != saved(book)
        assert cells(content.getvalue()) == PEOPLE


class TestFilesOfTablePrograms:
    def test_hidden_and_filtered_rows_are_read_so_that_they_are_seen_before_they_are_issued(
        self, book
    ):
        book.active.row_dimensions[2].hidden = True
        book.active.column_dimensions["B"].hidden = True
        book.active.auto_filter.ref = "A1:B3"
        assert cells(saved(book)) == PEOPLE

    def test_only_the_first_sheet_is_read(self, book):
        book.create_sheet("Old list").append(["Cem", "cem@x.example"])
        assert cells(saved(book)) == PEOPLE

    def test_a_title_that_is_merged_over_the_headings_is_a_line_of_its_own(self, book):
        book.active.insert_rows(1)
        book.active["A1"] = "Graduates of May"
        book.active.merge_cells("A1:B1")
        rows = rows_of(saved(book), 9)
        assert rows[0].cells == ("Graduates of May",)
        assert rows[1].number == 2

    def test_a_formula_is_never_worked_out(self, book):
        sheet = book.active
        sheet["C2"] = '=HYPERLINK("http://evil.example","Ada")'
        sheet["C3"] = ArrayFormula("C3", "=SUM(A1:A2)")
        (_headings, second, third) = cells(saved(book))
        assert second[2].startswith("=HYPERLINK(")
        assert third[2] == "=SUM(A1:A2)"

    def test_what_is_locked_against_changes_can_be_read(self, book):
        book.active.protection.sheet = True
        book.active["A2"].protection = Protection(locked=True, hidden=True)
        assert cells(saved(book)) == PEOPLE

    def test_a_comment_and_a_link_change_no_address(self, book):
        book.active["B2"].hyperlink = "mailto:somebody-else@x.example"
        assert cells(saved(book))[1] == ("Ada", "ada@x.example")

    def test_a_sheet_of_headings_and_nothing_has_one_row(self):
        book = Workbook()
        book.active.append(["Name", "Email"])
        assert cells(saved(book)) == [("Name", "Email")]

    def test_a_book_with_an_empty_sheet_is_empty(self):
        assert refusal(saved(Workbook())) == "empty"

    def test_a_file_that_was_cut_in_the_middle_is_damaged(self, book):
        content = saved(book)
        assert refusal(content[: len(content) // 2]) == "broken"

    def test_a_file_with_a_part_overwritten_is_damaged(self, book):
        content = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(saved(book))) as old, zipfile.ZipFile(content, "w") as new:
            for part in old.infolist():
                is_sheet = part.filename == "xl/worksheets/sheet1.xml"
                new.writestr(part, b"<worksheet><she" if is_sheet else old.read(part))
        assert refusal(content.getvalue()) == "broken"

    def test_an_archive_of_very_many_parts_is_refused(self):
        content = io.BytesIO()
        with zipfile.ZipFile(content, "w") as archive:
            archive.writestr("xl/workbook.xml", "<a/>")
            for number in range(201):
                archive.writestr(f"xl/{number}.xml", "")
        assert refusal(content.getvalue()) == "too_large"

    @pytest.mark.parametrize(
        ("value", "text"),
        [
            (timedelta(hours=36, minutes=30), "36:30:00"),
            (timedelta(hours=8), "8:00:00"),
            (timedelta(minutes=5, seconds=7), "0:05:07"),
            (time(12, 30), "12:30:00"),
            (12.25, "12.25"),
            (46145, "46145"),
            (None, ""),
        ],
    )
    def test_times_and_numbers_are_as_they_are_seen(self, value, text):
        assert cell_text(value) == text

    def test_a_time_of_more_than_a_day_is_read_out_of_a_file(self, book):
        book.active["C2"] = timedelta(hours=36, minutes=30)
        assert cells(saved(book))[1][2] == "36:30:00"


class TestColumns:
    def test_the_marks_of_a_form_are_no_part_of_a_heading(self):
        columns = recognise(("Name *:", "EMAIL (needed)", "Phone"), HEADINGS)
        assert columns.places == {"name": 0, "email": 1}
        assert columns.unread == ("Phone",)

    def test_headings_without_their_accents_or_decomposed_are_known(self):
        known = {"award": ("titulo",)}
        for heading in ("Título", "TITULO", "Ti\u0301tulo", " título\u200b"):
            assert recognise((heading,), known).places == {"award": 0}

    def test_an_empty_heading_is_neither_read_nor_named(self):
        columns = recognise(("", "Email", ""), HEADINGS)
        assert columns.places == {"email": 1}
        assert columns.unread == ()

    def test_the_second_of_two_columns_is_named_as_it_was_written(self):
        columns = recognise(("Correo", "Email"), HEADINGS)
        assert columns.doubled == ("Email",)


class TestRefusals:
    @pytest.mark.parametrize("fault", list(TableFault))
    def test_each_is_a_sentence_and_names_no_word_of_programmers(self, fault):
        sentence = str(UnusableTable(fault))
        assert sentence.endswith(".")
        assert len(sentence) > 15
        for word in ("Exception", "Error", "zip", "XML", "decode", "utf"):
            assert word not in sentence

    def test_every_code_of_the_reader_has_its_sentence(self):
        for content in (b"", b"x" * (2 * 1024**2 + 1), b"\xd0\xcf\x11\xe0", b"PK", b"\0\0\0a"):
            with pytest.raises(UnusableTable) as refused:
                read_table(content, 500)
            assert refused.value.fault in TableFault

    def test_a_reader_that_dies_or_hangs_refuses_one_file_and_not_the_next(self, book, monkeypatch):
        def die(*args, **kwargs):
            raise EOFError

        monkeypatch.setattr(reader, "ask", die)
        with pytest.raises(UnusableTable) as refused:
            read_table(saved(book), 500)
        assert refused.value.fault == TableFault.TOO_MUCH
        monkeypatch.undo()
        assert [row.cells for row in read_table(saved(book), 500)] == PEOPLE
