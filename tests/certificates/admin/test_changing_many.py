"""The pages on which a registrar changes many credentials at once."""

from __future__ import annotations

import html
from datetime import timedelta
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from openpyxl import Workbook

from certificates.changing.running import carry_on_change
from certificates.models import BulkChange, CredentialEvent
from people.act_kinds import ActKind
from people.models import Act
from tests import make
from tests.certificates.changing_many import EXPLANATION, credentials, kinds_of

pytestmark = pytest.mark.django_db
INDEX = "bulk_changes:index"


@pytest.fixture
def registrar(client, settings):
    settings.STAFF_NEED_SECOND_FACTOR = False
    make.home()
    person = make.registrar(full_name="Rosa Adeyemi")
    client.force_login(person)
    return person


def words_of(response):
    return " ".join(html.unescape(response.content.decode()).split())


def sent(*rows, **fields):
    return {
        "numbers": "\n".join(getattr(row, "number", row) for row in rows),
        "kind": "revoke",
        "ground": "error",
        "note": "The list was of another course.",
        "explanation": EXPLANATION,
        "review_on": "",
        **fields,
    }


def only():
    return BulkChange.objects.get()


def looked_over(client, *rows, **fields):
    return client.post(reverse(INDEX), sent(*rows, **fields), follow=True)


class TestTheStory:
    def test_of_fifty_numbers_three_of_them_wrong(self, client, registrar):
        rows = credentials(47)
        lines = [*rows, "PSW-7K3M-QX9R-4TWK", "nonsense", rows[0].number]
        page = words_of(looked_over(client, *lines))
        assert "Nothing is changed yet." in page
        assert "Will be done: 47" in page
        assert "Cannot be done, and left out: 3" in page
        assert "No credential has this number." in page
        assert "The same number stands in line 1." in page
        assert "Issued or recorded in error: The list was of another course." in page
        assert EXPLANATION in page
        assert "Each holder gets one letter that something has changed" in page
        assert CredentialEvent.objects.filter(kind="revoked").count() == 0
        start = reverse("bulk_changes:start", args=[only().pk])
        done = words_of(client.post(start, follow=True))
        assert "It has begun, for 47 credentials." in done
        assert client.post(start).status_code == 302
        carry_on_change(only(), clock=timezone.now)
        done = words_of(client.get(reverse("bulk_changes:change", args=[only().pk])))
        assert "50 of 50 lines are done." in done
        assert "Done: 47" in done
        assert "Left out: 3" in done
        assert CredentialEvent.objects.filter(kind="revoked").count() == 47
        assert "47 of 50 done" in words_of(client.get(reverse(INDEX)))

    def test_as_a_file(self, client, registrar):
        row = credentials(1, full_name="=Ada Okafor")[0]
        looked_over(client, row, "PSW-7K3M-QX9R-4TWK")
        for ending in ("csv", "xlsx"):
            address = reverse("bulk_changes:result", args=[only().pk, ending])
            assert client.get(address).status_code == 200
        table = client.get(reverse("bulk_changes:result", args=[only().pk, "csv"]))
        text = table.content.decode("utf-8-sig")
        assert "'=Ada Okafor" in text
        assert "Will be done" in text
        assert "No credential has this number." in text
        assert Act.objects.filter(kind=ActKind.EXPORTED).count() == 3
        assert (
            client.get(reverse("bulk_changes:result", args=[only().pk, "pdf"])).status_code == 404
        )
        client.post(reverse("bulk_changes:start", args=[only().pk]))
        carry_on_change(only(), clock=timezone.now)
        table = client.get(reverse("bulk_changes:result", args=[only().pk, "csv"]))
        assert "Done" in table.content.decode("utf-8-sig")

    def test_thrown_away(self, client, registrar):
        row = credentials(1)[0]
        looked_over(client, row)
        drop = reverse("bulk_changes:drop", args=[only().pk])
        assert "nothing was changed" in words_of(client.post(drop, follow=True))
        assert not BulkChange.objects.exists()
        assert kinds_of(row) == ["issued"]

    def test_started_it_is_not_thrown_away(self, client, registrar):
        looked_over(client, credentials(1)[0])
        client.post(reverse("bulk_changes:start", args=[only().pk]))
        drop = reverse("bulk_changes:drop", args=[only().pk])
        assert "This was started already." in words_of(client.post(drop, follow=True))
        assert BulkChange.objects.exists()

    def test_nothing_that_can_be_done_is_not_started(self, client, registrar):
        page = words_of(looked_over(client, "PSW-7K3M-QX9R-4TWK"))
        assert "Cannot be done, and left out: 1" in page
        start = reverse("bulk_changes:start", args=[only().pk])
        assert "Nothing can be done with any of these" in words_of(client.post(start, follow=True))
        assert only().is_draft


class TestTheForm:
    @pytest.mark.parametrize(
        ("fields", "words"),
        [
            ({"numbers": ""}, "Paste the numbers, or choose a table of them."),
            ({"kind": ""}, "This field is required."),
            ({"ground": ""}, "This field is required."),
            ({"note": ""}, "This field is required."),
            ({"explanation": ""}, "Please say to the holder why"),
            ({"numbers": "x\n" * 501}, "more than 500"),
            ({"kind": "suspend", "review_on": "2020-01-01"}, "day"),
        ],
    )
    def test_says_what_is_missing(self, client, registrar, fields, words):
        row = credentials(1)[0]
        response = client.post(reverse(INDEX), {**sent(row), **fields})
        assert response.status_code == 422
        assert words in words_of(response)
        assert not BulkChange.objects.exists()

    def test_a_renewal_needs_no_words_for_the_holder(self, client, registrar):
        looked_over(client, credentials(1)[0], kind="renew", explanation="Left from before.")
        assert only().explanation == ""

    def table(self, ending):
        rows = credentials(2, full_name="Ada Okafor")
        lines = [["Number", "Name"], *[[row.number, "Ada Okafor"] for row in rows]]
        if ending == "csv":
            return "\n".join(",".join(line) for line in lines).encode()
        book = Workbook()
        for line in lines:
            book.active.append(line)
        file = BytesIO()
        book.save(file)
        return file.getvalue()

    @pytest.mark.parametrize("ending", ["csv", "xlsx"])
    def test_takes_a_table(self, client, registrar, ending):
        file = SimpleUploadedFile(f"list.{ending}", self.table(ending))
        page = words_of(looked_over(client, file=file))
        assert "Will be done: 2" in page
        assert only().source == f"list.{ending}"

    def test_but_not_both_and_nothing_that_is_none(self, client, registrar):
        row = credentials(1)[0]
        both = sent(row, file=SimpleUploadedFile("list.csv", self.table("csv")))
        assert "Either paste the numbers or choose" in words_of(client.post(reverse(INDEX), both))
        none = sent(file=SimpleUploadedFile("list.csv", b"\x00\x01\x02"))
        assert client.post(reverse(INDEX), none).status_code == 422
        assert not BulkChange.objects.exists()


class TestFromTheRegister:
    def test_rows_are_ticked_or_all_that_was_found_are_taken(self, client, registrar):
        rows = credentials(3)
        page = client.get(reverse("credentials:index")).content.decode()
        assert page.count('form="change-many"') == 3
        assert f'aria-label="Tick {rows[0].number}"' in page
        assert "Change all 3 that were found" in " ".join(page.split())

    def test_the_ticked_ones_stand_in_the_form(self, client, registrar):
        rows = credentials(3)
        shown = client.get(reverse(INDEX), {"number": [rows[0].number, rows[2].number]})
        assert f"{rows[0].number}\n{rows[2].number}</textarea>" in shown.content.decode()

    def test_all_that_a_filter_and_a_search_find_do(self, client, registrar):
        found, other = make.award(name="Bridge"), make.award(name="Other")
        rows = credentials(2, found, full_name="Zora Neale")
        credentials(1, found)
        credentials(1, other)
        query = {"all": "1", "award": found.pk, "q": "zora"}
        shown = client.get(reverse(INDEX), query).content.decode()
        listed = shown.split("<textarea")[1].split("</textarea>")[0]
        assert {line for line in listed.split("\n") if line.startswith("PS")} <= {
            row.number for row in rows
        } | {""}
        assert all(row.number in listed for row in rows)
        assert listed.count("-") >= 6

    def test_no_more_than_five_hundred_of_them(self, client, registrar, monkeypatch):
        monkeypatch.setattr("certificates.admin.changing.MOST_NUMBERS", 2)
        credentials(3)
        shown = client.get(reverse(INDEX), {"all": "1"})
        assert "The filter finds more than 500." in words_of(shown)
        numbers = shown.content.decode().split("<textarea")[1].split("</textarea>")[0]
        assert sum(line.count("-") == 3 for line in numbers.split("\n")) <= 2

    def test_a_filter_that_is_none_finds_nothing(self, client, registrar):
        credentials(1)
        shown = client.get(reverse(INDEX), {"all": "1", "award": "x"})
        assert shown.status_code == 200


class TestWhoMay:
    @pytest.mark.parametrize("make_person", [make.user, make.trainer_of])
    def test_nobody_else(self, client, registrar, make_person):
        looked_over(client, credentials(1)[0])
        client.force_login(make_person())
        for name in ("change", "start", "drop"):
            response = client.post(reverse(f"bulk_changes:{name}", args=[only().pk]))
            assert response.status_code in {302, 403, 405}
        assert client.get(reverse(INDEX)).status_code in {302, 403}
        assert only().is_draft
        assert CredentialEvent.objects.filter(kind="revoked").count() == 0

    def test_a_suspension_is_looked_at_again(self, client, registrar):
        row = credentials(1)[0]
        day = timezone.localdate() + timedelta(days=20)
        page = words_of(looked_over(client, row, kind="suspend", review_on=day.isoformat()))
        assert "Look at it again on" in page
        client.post(reverse("bulk_changes:start", args=[only().pk]))
        carry_on_change(only(), clock=timezone.now)
        assert row.notes.get().look_again_on == day


class TestInSpanish:
    """A registrar who reads Spanish is told all of it in Spanish, and so is why a line stays out."""

    @pytest.fixture
    def registradora(self, client, settings):
        settings.STAFF_NEED_SECOND_FACTOR = False
        make.home()
        person = make.registrar(full_name="Rosa Adeyemi", language="es")
        client.force_login(person)
        return person

    def test_the_form_and_what_it_asks_for(self, client, registradora):
        page = words_of(client.get(reverse(INDEX)))
        assert "Paste the numbers" not in page
        assert page.count('name="kind"') == 5
        assert 'name="although_incomplete"' in page

    def test_why_a_line_is_left_out_is_kept_in_the_language_of_the_registrar(
        self, client, registradora
    ):
        rows = credentials(2)
        looked_over(client, *rows)
        client.post(reverse("bulk_changes:start", args=[only().pk]))
        registradora.groups.clear()
        carry_on_change(only(), clock=timezone.now)
        problems = set(only().lines.values_list("problem", flat=True))
        assert len(problems) == 1
        assert "may not do it" not in problems.pop()


class TestUnkind:
    """What people type is text, wherever it is shown again."""

    @pytest.mark.parametrize(
        "typed", ["<script>alert(1)</script>", "{{ settings.SECRET_KEY }}", "\x00PSW", "%s%n"]
    )
    def test_a_number_that_is_none(self, client, registrar, typed):
        response = client.post(reverse(INDEX), sent(typed), follow=True)
        content = response.content.decode()
        assert response.status_code in {200, 400, 422}
        assert "<script>alert(1)" not in content
        assert "django-insecure" not in content

    def test_a_note_and_words_for_the_holder(self, client, registrar):
        fields = {"note": "<b>bold</b>", "explanation": "<i>words</i>"}
        content = looked_over(client, credentials(1)[0], **fields).content.decode()
        assert "<b>bold</b>" not in content
        assert "&lt;b&gt;bold&lt;/b&gt;" in content
        assert "&lt;i&gt;words&lt;/i&gt;" in content
