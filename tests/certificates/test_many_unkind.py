"""Checking many, asked by people in a hurry and by people who are after somebody."""

import csv
import html
import io
import re

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from openpyxl import Workbook

from certificates.following import replace_credential
from certificates.many import (
    LONGEST_NAME,
    ListedNumber,
    NameMatch,
    as_pasted,
    check_many,
    numbers_of_table,
    pasted_numbers,
)
from certificates.models import Credential
from certificates.numbers import formatted, random_code
from certificates.revoking import suspend
from certificates.tables.parsing import Row
from people.fates import every_step
from people.models import Act
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def home():
    make.home()
    cache.clear()


@pytest.fixture
def held():
    holder = make.user("secret-address@peerwork.example", full_name="Zoë Ñuñez")
    return make.credential(make.award(), holder)


@pytest.fixture
def check(client):
    def check(numbers="", **fields):
        return client.post(reverse("certificates:verify_many"), {"numbers": numbers, **fields})

    return check


def answer_to(number, name=""):
    listed = [ListedNumber(1, number, name)]
    answers, _misses = check_many(
        listed, asker="x", own_hosts={"testserver"}, most_misses=9, at=timezone.now()
    )
    return answers[0]


def rows_of_csv(response):
    return list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))


def listed_again(page):
    """What the page hands back to be checked again, as a browser reads it."""
    again, *_to_watch = re.findall(r"<textarea[^>]*hidden[^>]*>\n(.*?)</textarea>", page, re.S)
    return html.unescape(again)


class TestLists:
    @pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
    def test_a_list_is_read_from_any_machine(self, end):
        listed = pasted_numbers(end.join(["A,Ada", "", "B,Bee"]))
        assert listed == [ListedNumber(1, "A", "Ada"), ListedNumber(3, "B", "Bee")]

    def test_a_name_without_end_is_cut_and_its_spaces_are_single(self):
        (entry,) = pasted_numbers("A,  Ada \t  Okafor " + "x" * 5000)
        assert entry.name.startswith("Ada Okafor x")
        assert len(entry.name) == LONGEST_NAME

    def test_a_table_whose_number_column_comes_last_is_read_by_its_heading(self):
        rows = [Row(1, ("Titular", "Notas", "Número de certificado")), Row(2, ("Ada", "x", "A"))]
        assert numbers_of_table(rows) == [ListedNumber(2, "A", "Ada")]

    def test_a_table_of_headings_alone_holds_no_number(self):
        assert numbers_of_table([Row(1, ("number", "name"))]) == []

    def test_a_list_read_again_has_the_same_lines_numbers_and_names(self):
        listed = [ListedNumber(2, "A; B\nC", "Ada"), ListedNumber(5, "D"), ListedNumber(6, "", "E")]
        assert pasted_numbers(as_pasted(listed)) == [
            ListedNumber(2, "A B C", "Ada"),
            ListedNumber(5, "D"),
            ListedNumber(6, "", "E"),
        ]
        assert as_pasted([]) == ""


class TestNumbers:
    @pytest.mark.parametrize(
        "form",
        ["{0}", " {0} ", "“{0}”", "No. {0}.", "{0}\u200b", "https://testserver/verify/{0}/"],
    )
    def test_a_number_is_known_as_people_paste_it(self, held, form):
        assert answer_to(form.format(held.number)).number == held.number

    def test_small_letters_wide_signs_and_other_hyphens_are_the_same_number(self, held):
        wide = "".join(chr(ord(each) + 0xFEE0) if each != "-" else "–" for each in held.number)
        for typed in (held.number.lower(), wide, held.number.replace("-", "")):
            assert answer_to(typed).outcome == "current"

    @pytest.mark.parametrize("name", ["ZOË ÑUÑEZ", "zoë ñuñez", "Zoe\u0308 N\u0303un\u0303ez"])
    def test_capitals_and_decomposed_letters_are_no_other_name(self, held, name):
        assert answer_to(held.number, name).name_match == NameMatch.SAME

    @pytest.mark.parametrize("name", ["سارة محمود", "Лариса Мельник", "王小明"])
    def test_names_in_other_scripts_are_compared(self, name):
        number = make.credential(name=name).number
        assert answer_to(number, name).name_match == NameMatch.SAME
        assert answer_to(number, "Ada Okafor").name_match == NameMatch.DIFFERS


class TestWhatIsNotTold:
    def test_no_address_and_nothing_of_staff_is_in_any_form_of_the_answer(
        self, client, check, held
    ):
        suspend(
            held,
            by=make.registrar(full_name="CANARY-STAFF"),
            reason="CANARY-REASON",
            explanation="CANARY-WORDS",
            at=timezone.now(),
        )
        url = reverse("certificates:verify_many")
        pages = [
            check(held.number).content.decode(),
            check(held.number, **{"as": "csv"}).content.decode("utf-8-sig"),
            client.post(
                url, {"numbers": held.number}, headers={"accept": "application/json"}
            ).content.decode(),
        ]
        for page in pages:
            assert held.number in page
            for secret in ("CANARY", "secret-address", str(held.pk)):
                assert secret not in page

    def test_a_former_name_is_in_no_file_and_leads_to_no_new_one(self, check, held):
        new = replace_credential(
            held, name="Ada New", by=make.registrar(), reason="Slip.", at=timezone.now()
        )
        text = check(f"{held.number}, Somebody", **{"as": "csv"}).content.decode("utf-8-sig")
        assert "Replaced" in text
        for secret in ("Ñuñez", "Ada New", new.number):
            assert secret not in text

    def test_of_somebody_who_was_erased_no_name_is_shown(self, check, held):
        for _name, step in every_step():
            step(held.holder)
        page = check(f"{held.number}, Zoë Ñuñez").content.decode()
        assert "Not compared" in page
        answer = answer_to(held.number, "Zoë Ñuñez")
        assert answer.credential.shown_name is None
        assert answer.name_match == NameMatch.NOT_COMPARED
        assert not answer.is_current

    def test_asking_writes_nothing_at_all(self, check, held):
        before = (Act.objects.count(), Credential.objects.count())
        check(f"{held.number}\n{formatted('PSW', random_code())}", **{"as": "xlsx"})
        assert before == (Act.objects.count(), Credential.objects.count())


class TestTheFile:
    def test_its_lines_are_numbered_as_in_the_file_that_was_sent(self, check, held):
        content = f"number;name\n;\n\n{held.number};Zoë Ñuñez\n\n\nnonsense;Ada\n".encode()
        page = check(file=SimpleUploadedFile("list.csv", content)).content.decode()
        rows = rows_of_csv(check(listed_again(page), **{"as": "csv"}))
        assert [row[0] for row in rows[1:]] == ["4", "7"]
        assert [row[3] for row in rows[1:]] == ["Current", "Please check the number"]

    def test_what_looks_like_a_page_stays_text(self, check):
        page = check("</textarea><script>alert(1)</script>, <b>Ada</b>").content.decode()
        assert "<script>alert" not in page
        assert "</textarea><script>" not in page

    def test_no_cell_is_a_formula_whatever_was_typed(self, check):
        rows = rows_of_csv(check("=1+1, @SUM(A1)\n+44\t-1\n", **{"as": "csv"}))
        for cell in (cell for row in rows for cell in row):
            assert not cell.startswith(("=", "+", "-", "@", "\t"))

    def test_there_is_no_other_kind_of_file(self, check, held):
        assert check(held.number, **{"as": "exe"}).status_code == 404

    def test_an_xlsx_file_of_numbers_with_hidden_rows_is_answered_whole(self, check, held):
        book = Workbook()
        for row in (["Number", "Name"], [held.number, "Zoë Ñuñez"], ["nonsense", "=1+1"]):
            book.active.append(row)
        book.active.row_dimensions[2].hidden = True
        content = io.BytesIO()
        book.save(content)
        page = check(file=SimpleUploadedFile("list.xlsx", content.getvalue())).content.decode()
        assert "2 numbers checked" in page
        assert "The same name" in page


class TestRefusals:
    @pytest.mark.parametrize("lines", [501, 502])
    def test_more_than_five_hundred_are_refused_pasted_or_in_a_file(self, check, lines):
        text = "A\n" * lines
        for response in (check(text), check(file=SimpleUploadedFile("a.csv", text.encode()))):
            assert response.status_code == 422
            assert "500" in response.content.decode()

    def test_an_empty_form_and_a_file_of_headings_say_what_to_do(self, check):
        headings = SimpleUploadedFile("a.csv", b"number;name\n")
        for response in (check(" \n"), check(file=headings)):
            assert response.status_code == 422
            assert "Paste at least one number, or choose a file." in response.content.decode()

    def test_what_was_pasted_is_still_there_after_a_refusal(self, check, held):
        broken = SimpleUploadedFile("a.xlsx", b"PK broken")
        response = check(f"{held.number}, Zoë", file=broken)
        assert response.status_code == 422
        assert f"{held.number}, Zoë" in response.content.decode()

    def test_it_is_refused_in_spanish_to_whoever_reads_spanish(self, client):
        url = reverse("certificates:verify_many")
        response = client.post(url, {"numbers": ""}, headers={"accept-language": "es"})
        page = response.content.decode()
        assert response.status_code == 422
        assert "Paste at least one number" not in page
        assert 'lang="es"' in page
