"""Checking many numbers at once: no more than one by one, in few queries, and quickly."""

import csv
import io
import json

import pytest
import time_machine
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from certificates.following import replace_credential
from certificates.guessing import MISSES_A_MINUTE
from certificates.many import (
    ListedNumber,
    NameMatch,
    check_many,
    numbers_of_table,
    pasted_numbers,
)
from certificates.models import Credential, CredentialEvent
from certificates.numbers import formatted, random_code
from certificates.revoking import revoke
from certificates.tables.parsing import Row
from tests import make

pytestmark = pytest.mark.django_db
HOSTS = {"testserver"}


@pytest.fixture(autouse=True)
def home():
    make.home()
    cache.clear()


@pytest.fixture
def held():
    return make.credential(name="Zoë Ñuñez")


@pytest.fixture
def url():
    return reverse("certificates:verify_many")


def answers(*entries, most_misses=60):
    lines = [ListedNumber(place, *each) for place, each in enumerate(entries, 1)]
    now = timezone.now()
    return check_many(lines, asker="x", own_hosts=HOSTS, most_misses=most_misses, at=now)[0]


def outcomes(*entries, **kwargs):
    return [answer.outcome for answer in answers(*entries, **kwargs)]


def unknown():
    return formatted("PSW", random_code())


class TestWhatIsRead:
    def test_pasted_lines_hold_a_number_and_perhaps_a_name(self):
        listed = pasted_numbers("A\n\n  B , Okafor,  Ada \nC\tBee\nD; Cem\n")
        assert listed == [
            ListedNumber(1, "A"),
            ListedNumber(3, "B", "Okafor, Ada"),
            ListedNumber(4, "C", "Bee"),
            ListedNumber(5, "D", "Cem"),
        ]

    @pytest.mark.parametrize("headings", [("Nombre", "Número"), ("Full name", "Certificate No.")])
    def test_a_table_is_read_by_its_headings_in_either_language(self, headings):
        listed = numbers_of_table([Row(1, headings), Row(2, ("Ada", "A")), Row(4, ("", "B"))])
        assert listed == [ListedNumber(2, "A", "Ada"), ListedNumber(4, "B")]

    def test_without_headings_the_first_column_has_the_numbers(self):
        assert numbers_of_table([Row(1, ("A", "Ada"))]) == [ListedNumber(1, "A", "Ada")]


class TestWhatIsSaid:
    def test_each_line_has_its_answer_in_its_order(self, held):
        link = f"https://testserver/verify/{held.number}/"
        other = f"https://elsewhere.example/verify/{held.number}/"
        typed = [held.number.lower(), link, unknown(), "PSW-7K3M-QX9R-4TWZ", other, ""]
        expected = ["current", "current", "not_found", "mistyped", "other_site", "mistyped"]
        assert outcomes(*[(each,) for each in typed]) == expected

    @pytest.mark.parametrize(
        ("name", "match"),
        [
            ("zoë  ÑUÑEZ", NameMatch.SAME),
            ("Zoe Nunez", NameMatch.ALIKE),
            ("Ñuñez, Zoë", NameMatch.ALIKE),
            ("Ada Okafor", NameMatch.DIFFERS),
            ("Zoë", NameMatch.DIFFERS),
        ],
    )
    def test_a_name_that_was_given_is_compared_with_the_one_that_is_printed(
        self, held, name, match
    ):
        assert answers((held.number, name))[0].name_match == match

    def test_without_a_name_none_is_compared(self, held):
        assert answers((held.number,))[0].name_match is None

    def test_a_former_name_is_neither_shown_nor_compared(self, held):
        by = make.registrar()
        replace_credential(held, name="Ada New", by=by, reason="Slip.", at=timezone.now())
        (answer,) = answers((held.number, "Zoë Ñuñez"))
        assert (answer.outcome, answer.name_match) == ("replaced", NameMatch.NOT_COMPARED)
        facts = answer.to_json(checked_at=timezone.now())
        assert "Ñuñez" not in json.dumps(facts["record"], ensure_ascii=False)
        assert "Ada New" not in json.dumps(facts)

    def test_it_tells_what_the_page_of_one_tells_and_nothing_else(self, client, held, url):
        json_only = {"HTTP_ACCEPT": "application/json"}
        one = client.get(f"/verify/{held.number}/", **json_only).json()
        response = client.post(url, {"numbers": f"{held.number}, Zoe Nunez"}, **json_only)
        (row,) = response.json()["numbers"]
        record = row.pop("record")
        assert record.keys() == one.keys()
        assert {**record, "checked_at": ""} == {**one, "checked_at": ""}
        assert row == {
            "line": 1,
            "typed": held.number,
            "number": held.number,
            "standing": "current",
            "name_match": "alike",
        }


class TestGuessing:
    def test_after_so_many_unknown_ones_nothing_more_is_answered(self, held):
        typed = [(unknown(),) for _ in range(3)] + [(held.number,), (unknown(),)]
        assert outcomes(*typed, most_misses=3) == ["not_found"] * 3 + ["not_checked"] * 2

    def test_the_same_number_twice_and_a_mistyped_one_are_no_guesses(self, held):
        same = unknown()
        typed = [(same,), (same,), ("nonsense",), (held.number,)]
        assert outcomes(*typed, most_misses=2)[-1] == "current"

    def test_lists_and_single_look_ups_are_counted_together(self, client, held, url):
        lines = "\n".join(unknown() for _ in range(MISSES_A_MINUTE + 5))
        with time_machine.travel(timezone.now(), tick=False):  # all in one minute
            page = client.post(url, {"numbers": lines}).content.decode()
            single = client.get(f"/verify/{held.number}/")
            again = client.post(url, {"numbers": held.number}).content.decode()
        assert "Not looked up" in page
        assert single.status_code == 429
        assert "Not looked up" in again
        assert held.name not in again

    def test_good_ones_may_be_checked_as_often_as_one_likes(self, client, held, url):
        for _ in range(3):
            client.post(url, {"numbers": "\n".join([held.number] * 50)})
        assert client.get(f"/verify/{held.number}/").status_code == 200


class TestThePage:
    def test_it_shows_each_answer_with_its_time_and_what_it_proves(self, client, held, url):
        page = client.post(url, {"numbers": f"{held.number}, Ada Okafor"}).content.decode()
        for words in ["1 number checked", "As of", held.number, held.name, "Another name"]:
            assert words in page
        assert "It does not prove that a person is the one whose name it is" in page

    def test_a_revoked_one_is_said_without_its_reason(self, client, held, url):
        by = make.registrar()
        revoke(held, by=by, reason="CANARY-REASON", explanation="CANARY-WORDS", at=timezone.now())
        page = client.post(url, {"numbers": held.number}).content.decode()
        assert "Revoked" in page
        assert "CANARY" not in page

    @pytest.mark.parametrize("ending", ["csv", "xlsx"])
    def test_the_same_as_a_file_without_formulas(self, client, held, url, ending):
        first = client.post(url, {"numbers": f"{held.number}\t=1+1"})
        response = client.post(url, {"numbers": f"{held.number}\t=1+1", "as": ending})
        assert "=1+1" in first.content.decode()
        if ending == "csv":
            rows = list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))
            assert rows[1][5] == "'=1+1"
        else:
            sheet = load_workbook(io.BytesIO(response.content)).active
            assert sheet["F2"].data_type == "s"
            rows = [list(row) for row in sheet.iter_rows(values_only=True)]
        assert rows[1][2:5] == [held.number, "Current", held.name]
        assert len(rows[0]) == len(rows[1]) == 14
        assert rows[1][13].startswith("20")

    def test_a_file_is_read_too(self, client, held, url):
        content = f"Número;Nombre\n{held.number};Zoë Ñuñez\n".encode("cp1252")
        page = client.post(url, {"file": SimpleUploadedFile("list.csv", content)})
        assert "The same name" in page.content.decode()

    @pytest.mark.parametrize(
        "fields",
        [
            {"numbers": " \n "},
            {"numbers": "A\n" * 501},
            {"file": SimpleUploadedFile("list.xlsx", b"PK broken")},
        ],
    )
    def test_a_list_that_cannot_be_checked_says_why(self, client, url, fields):
        assert client.post(url, fields).status_code == 422
        response = client.post(url, {"numbers": ""}, HTTP_ACCEPT="application/json")
        assert response.status_code == 422
        assert response.json()["message"]

    def test_it_is_stored_nowhere_and_found_by_no_search_engine(self, client, held, url):
        response = client.post(url, {"numbers": held.number})
        assert response["Cache-Control"] == "no-store"
        assert "noindex" in response["X-Robots-Tag"]
        assert not response.cookies


def five_hundred():
    first = make.credential()
    rows = [
        Credential(
            **{
                field.attname: getattr(first, field.attname)
                for field in Credential._meta.concrete_fields
                if field.name not in {"id", "code", "cycle"}
            },
            code=random_code(),
            cycle=number,
        )
        for number in range(2, 501)
    ]
    for row in Credential.objects.bulk_create(rows):
        row.events.bulk_create(
            [CredentialEvent(credential=row, number=1, kind="issued", at=row.issued_at)]
        )
    return list(Credential.objects.values_list("prefix", "code"))


def test_five_hundred_cost_one_query(django_assert_num_queries):
    listed = [
        ListedNumber(line, formatted(prefix, code), "Ada Okafor")
        for line, (prefix, code) in enumerate(five_hundred(), 1)
    ]
    with django_assert_num_queries(1):
        checked, misses = check_many(
            listed, asker="x", own_hosts=HOSTS, most_misses=60, at=timezone.now()
        )
    assert (len(checked), misses) == (500, 0)
