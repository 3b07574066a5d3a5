"""Issuing to many in the staff pages: upload, look it over, start, and see how far it is."""

import csv
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from certificates.bulk.running import carry_on
from certificates.bulk.tasks import run_bulk_issue
from certificates.models import BulkIssue, BulkLine, Credential
from people.act_kinds import ActKind
from people.models import Act, User
from tests import make

LINES = """Name;Email;Role
Ada Okafor;ada@peerwork.example;registrar
Bee Lindqvist;bee@peerwork.example;registrar
Cem Yılmaz;cem;registrar
Dot Dot;other@peerwork.example;registrar
"""


@pytest.fixture
def award(registrar):
    return make.award(name="Bridge award")


@pytest.fixture
def ada(registrar):
    return make.user("ada@peerwork.example", full_name="Ada Okafor", last_login=timezone.now())


@pytest.fixture
def form(award, ada):
    make.user("other@peerwork.example", full_name="Somebody Else", last_login=timezone.now())
    return {"award": award.pk, "evidence": "Attended in Leeds.", "says": "award", "words": ""}


@pytest.fixture
def send(client, form):
    def send(content=LINES, name="list of may.csv", **fields):
        content = content.encode() if isinstance(content, str) else content
        file = SimpleUploadedFile(name, content)
        return client.post(reverse("bulk_issues:index"), {**form, "file": file, **fields})

    return send


@pytest.fixture
def url(send):
    return send()["Location"]


def only():
    return BulkIssue.objects.get()


class TestUploading:
    def test_it_leads_to_a_page_that_says_what_each_line_comes_to(self, client, url):
        page = client.get(url).content.decode()
        assert "Nothing is issued yet." in page
        for words in [
            "Will be issued: 1",
            "Will be invited first: 1",
            "Ask you first: 1",
            "Wrong, and left out: 1",
            "“cem” is not a whole email address",
            "Is it the same person?",
            "Columns that are not read:",
            "Role",
        ]:
            assert words in page
        assert not Credential.objects.exists()
        assert not User.objects.filter(email="bee@peerwork.example").exists()

    @pytest.mark.parametrize(
        ("content", "words"),
        [
            ("", "The file is empty"),
            ("Name;Phone\nAda;1\n", "No column is headed"),
            ("Email\n", "nobody below them"),
            ("Email;E-mail\na;b\n", "read as the same one"),
            (b"PK\x03\x04 broken", "damaged"),
            ("Email\n" + "a@x.example\n" * 501, "more than 500 lines"),
            ("x" * (2 * 1024**2 + 1), "2 MB at most"),
        ],
    )
    def test_a_file_that_cannot_be_read_says_what_to_do(self, send, content, words):
        response = send(content)
        assert response.status_code == 422
        assert words in response.content.decode()
        assert not BulkIssue.objects.exists()

    @pytest.mark.parametrize(
        "change",
        [
            {"evidence": " "},
            {"says": ""},
            {"says": "words", "words": ""},
            {"says": "words", "words": "a 😀"},
            {"attested_by": "😀"},
            {"award": "999"},
        ],
    )
    def test_what_is_missing_beside_the_file_is_asked_for(self, send, change):
        assert send(**change).status_code == 422
        assert not BulkIssue.objects.exists()

    def test_a_table_gives_nobody_a_role_and_changes_no_account(self, client, url, ada):
        client.post(f"{url}start/", {"confirmed": ["5"]})
        carry_on(only(), clock=timezone.now)
        for person in User.objects.filter(
            email__in=["ada@peerwork.example", "bee@peerwork.example"]
        ):
            assert not person.groups.exists()
            assert not person.is_superuser
        ada.refresh_from_db()
        assert ada.full_name == "Ada Okafor"
        assert User.objects.get(email="other@peerwork.example").full_name == "Somebody Else"

    @pytest.mark.parametrize("ending", ["csv", "xlsx"])
    def test_the_template_can_be_filled_in_and_read(self, client, award, ending):
        response = client.get(reverse("bulk_issues:template", args=[ending]))
        assert response.status_code == 200
        if ending == "csv":
            heading = response.content.decode("utf-8-sig").strip()
        else:
            row = next(
                load_workbook(io.BytesIO(response.content)).active.iter_rows(values_only=True)
            )
            heading = ",".join(row)
        assert heading == "Name,Email,Award,Date,Hours,Attested by,Language"

    def test_the_page_lists_what_was_uploaded_at_the_same_cost(
        self, client, send, django_assert_max_num_queries
    ):
        client.get(reverse("bulk_issues:index"))  # what Wagtail reads the first time
        counts = []
        for _ in range(2):
            send()
            with django_assert_max_num_queries(60) as queries:
                page = client.get(reverse("bulk_issues:index")).content.decode()
            counts.append(len(queries))
        assert page.count("list of may.csv") == 2
        assert counts[0] == counts[1]


class TestStarting:
    def test_the_button_starts_it_once_and_looking_never_does(self, client, url):
        client.get(f"{url}start/")
        assert only().is_draft
        first = client.post(f"{url}start/", {"confirmed": ["5", "x"]})
        second = client.post(f"{url}start/", {"confirmed": ["5"]})
        assert first["Location"] == second["Location"] == url
        assert Act.objects.filter(kind=ActKind.BULK_STARTED).count() == 1
        for _ in range(3):
            run_bulk_issue.func(str(only().pk))
        names = set(Credential.objects.values_list("name", flat=True))
        assert names == {"Ada Okafor", "Somebody Else"}

    def test_the_page_says_honestly_how_far_it_is(self, client, url):
        client.post(f"{url}start/")
        page = client.get(url).content.decode()
        assert "2 of 4 lines are done." in page
        assert "Still to do: 2" in page
        carry_on(only(), clock=timezone.now)
        page = client.get(url).content.decode()
        assert "4 of 4 lines are done." in page
        for words in [
            "Issued: 1",
            "Left out: 2",
            "Waits for the person to sign in: 1",
            "Written to",
        ]:
            assert words in page
        assert Credential.objects.get().number in page

    def test_where_no_line_is_ready_it_says_so(self, client, send):
        url = send("Email\nnobody\n")["Location"]
        page = client.post(f"{url}start/", follow=True).content.decode()
        assert "No line is ready to be issued." in page
        assert only().is_draft

    def test_a_draft_can_be_thrown_away(self, client, url):
        client.post(f"{url}drop/")
        assert not BulkIssue.objects.exists()
        assert not BulkLine.objects.exists()


class TestTheResultAsAFile:
    def rows(self, client, url, ending="csv"):
        response = client.get(f"{url}result.{ending}")
        if ending == "csv":
            return list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))
        sheet = load_workbook(io.BytesIO(response.content)).active
        return [list(row) for row in sheet.iter_rows(values_only=True)]

    @pytest.mark.parametrize("ending", ["csv", "xlsx"])
    def test_it_says_of_each_line_what_will_come_of_it_and_what_came(self, client, url, ending):
        rows = self.rows(client, url, ending)
        assert [row[4] for row in rows[1:]] == [
            "Will be issued",
            "Will be invited",
            "Something is wrong",
            "Asks you first",
        ]
        client.post(f"{url}start/")
        carry_on(only(), clock=timezone.now)
        rows = self.rows(client, url, ending)
        outcomes = ["Issued", "Waits for the person to sign in", "Left out", "Left out"]
        assert [row[4] for row in rows[1:]] == outcomes
        assert rows[1][5] == Credential.objects.get().number

    def test_it_holds_no_formula_and_is_an_act(self, client, send):
        url = send('Email;Name\n=1+1;"=HYPERLINK(""x"")"\n')["Location"]
        rows = self.rows(client, url)
        assert all(not cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row)
        assert Act.objects.filter(kind=ActKind.EXPORTED, subject_id=str(only().pk)).exists()

    def test_there_is_no_other_ending(self, client, url):
        assert client.get(f"{url}result.exe").status_code == 404


@pytest.mark.parametrize("path", ["", "template.csv", "start/", "result.csv"])
def test_whoever_only_reads_credentials_is_kept_out(client, url, path):
    reader = make.staff("certificates.view_credential")
    client.force_login(reader)
    base = url if path in {"start/", "result.csv"} else reverse("bulk_issues:index")
    response = client.post(base + path) if path == "start/" else client.get(base + path)
    assert response.status_code in {302, 403}
    assert "Location" not in response or response["Location"] == "/admin/"
    assert only().is_draft
