"""Issuing to many in the staff pages, by people in a hurry: twice, back, too late, and in Spanish."""

import csv
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from openpyxl import Workbook

from certificates.bulk.running import carry_on
from certificates.models import Award, BulkIssue, BulkLine, Credential
from people.act_kinds import ActKind
from people.models import Act, User
from tests import make

LINES = "Name;Email\nAda Okafor;ada@peerwork.example\nBee Lindqvist;bee@peerwork.example\n"


@pytest.fixture
def award(registrar):
    return make.award(name="Bridge award")


@pytest.fixture
def send(client, award):
    make.user("ada@peerwork.example", full_name="Ada Okafor", last_login=timezone.now())

    def send(content=LINES, name="list.csv", **fields):
        content = content.encode() if isinstance(content, str) else content
        form = {"award": award.pk, "evidence": "Attended in Leeds.", "says": "award", "words": ""}
        file = SimpleUploadedFile(name, content)
        return client.post(reverse("bulk_issues:index"), {**form, "file": file, **fields})

    return send


@pytest.fixture
def url(send):
    return send()["Location"]


def only():
    return BulkIssue.objects.get()


def page_of(client, url, **extra):
    return client.get(url, **extra).content.decode()


def rows_of(client, url):
    text = client.get(f"{url}result.csv").content.decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text)))


class TestTwiceAndBack:
    def test_back_after_the_start_shows_how_far_it_is_and_no_button(self, client, url):
        client.post(f"{url}start/")
        page = page_of(client, url)
        assert "lines are done" in page
        assert f'action="{url}start/"' not in page
        assert f'formaction="{url}drop/"' not in page

    def test_throwing_away_what_was_started_in_another_tab_says_so_and_keeps_it(self, client, url):
        client.post(f"{url}start/")
        response = client.post(f"{url}drop/", follow=True)
        assert "This was started already." in response.content.decode()
        assert response.redirect_chain[-1][0] == url
        assert not only().is_draft

    def test_a_second_press_adds_no_line_and_no_tick(self, client, send):
        make.user("bee@peerwork.example", full_name="Somebody Else", last_login=timezone.now())
        url = send()["Location"]
        client.post(f"{url}start/")
        client.post(f"{url}start/", {"confirmed": ["3"]})
        carry_on(only(), clock=timezone.now)
        assert Credential.objects.get().name == "Ada Okafor"
        assert only().lines.get(number=3).state == BulkLine.State.LEFT_OUT

    @pytest.mark.parametrize("tick", ["-1", "9" * 5000, "2.0", "two", ""])
    def test_a_tick_that_is_no_line_breaks_nothing(self, client, url, tick):
        assert client.post(f"{url}start/", {"confirmed": [tick]})["Location"] == url
        assert not only().is_draft

    def test_what_was_thrown_away_is_not_found_any_more(self, client, url):
        client.post(f"{url}drop/")
        for path in ("", "result.csv"):
            assert client.get(f"{url}{path}").status_code == 404
        assert client.post(f"{url}start/").status_code == 404

    def test_a_page_that_was_only_looked_at_changes_nothing(self, client, url):
        for path in ("", "result.csv", "result.xlsx"):
            client.get(f"{url}{path}")
        for path in ("start/", "drop/"):
            assert client.get(f"{url}{path}").status_code == 405
        assert set(BulkLine.objects.values_list("state", flat=True)) == {"draft"}
        assert not Act.objects.filter(kind=ActKind.BULK_STARTED).exists()


class TestRights:
    @pytest.mark.parametrize("path", ["start/", "drop/"])
    def test_whose_right_was_taken_away_meanwhile_starts_and_drops_nothing(
        self, client, url, registrar, path
    ):
        registrar.groups.clear()
        response = client.post(f"{url}{path}")
        assert response.status_code in {302, 403}
        assert only().is_draft
        assert BulkLine.objects.count() == 2

    def test_another_registrar_may_look_at_it_and_start_it_and_is_named(self, client, url):
        second = make.registrar(email="second@peerwork.example", full_name="Sal Second")
        client.force_login(second)
        client.post(f"{url}start/")
        assert only().by == second
        assert "Sal Second" in page_of(client, url)
        assert Act.objects.get(kind=ActKind.BULK_STARTED).actor_id == second.pk

    def test_a_learner_never_hears_that_there_is_such_a_page(self, client, url):
        client.force_login(User.objects.get(email="ada@peerwork.example"))
        assert client.get(url).status_code in {302, 403, 404}
        assert b"bee@peerwork.example" not in client.get(url, follow=True).content


class TestThePage:
    def test_without_script_there_is_a_way_to_look_again_until_all_is_done(self, client, url):
        client.post(f"{url}start/")
        assert "Look again" in page_of(client, url)
        assert '<progress max="2" value="0"' in page_of(client, url)
        carry_on(only(), clock=timezone.now)
        page = page_of(client, url)
        assert "Look again" not in page
        assert '<progress max="2" value="2"' in page

    def test_what_people_typed_stays_text_on_every_page(self, client, send):
        words = "<script>alert(1)</script>"
        text = f"Name;Email;{words}\n{words};x@peerwork.example;1\nAda;ada@peerwork.example;2\n"
        url = send(text, evidence=words)["Location"]
        for _ in range(2):
            page = page_of(client, url)
            assert words not in page
            assert "&lt;script&gt;alert(1)" in page
            client.post(f"{url}start/", {"confirmed": ["2", "3"]})

    def test_it_is_in_spanish_for_a_registrar_who_reads_spanish(self, client, send, registrar):
        User.objects.filter(pk=registrar.pk).update(language="es")
        spanish = {"headers": {"accept-language": "es"}}
        text = "Nombre;Correo\nAda Okafor;ada@peerwork.example\nCem;cem\n"
        url = send(text)["Location"]
        page = page_of(client, url, **spanish)
        assert "no es una dirección de correo completa" in page
        for english in ("Nothing is issued yet.", "is not a whole email address"):
            assert english not in page

    def test_the_table_of_a_spanish_office_is_read(self, client, send):
        text = (
            "Nombre;Apellidos;Correo electrónico;Fecha;Certificado por;Idioma;Teléfono\n"
            "Begoña;Ruiz Peña;begona@peerwork.example;1.º de mayo de 2026;Rosa;Español;600\n"
        )
        page = page_of(client, send(text.encode("cp1252"))["Location"])
        assert "Begoña Ruiz Peña" in page
        assert "1 May 2026" in page
        assert "Will be invited first: 1" in page
        assert "Teléfono" in page

    def test_a_closed_award_can_no_longer_be_chosen_for_a_file(self, send, award):
        Award.objects.filter(pk=award.pk).update(active=False)
        assert send().status_code == 422
        assert not BulkIssue.objects.exists()


class TestFiles:
    def test_a_title_over_the_headings_says_what_to_do(self, send):
        response = send("Graduates of May;\nName;Email\nAda;ada@peerwork.example\n")
        assert response.status_code == 422
        assert "The first line of the file has to name its columns" in response.content.decode()

    def test_the_name_of_a_file_is_no_way_into_the_page_or_the_disk(self, client, send):
        url = send(name="../../<img src=x onerror=alert(1)>.csv")["Location"]
        page = page_of(client, url)
        assert "<img src=x" not in page
        assert "/" not in only().file_name

    def test_a_very_long_name_of_a_file_is_cut(self, send):
        send(name="list " * 60 + ".csv")
        assert len(only().file_name) <= 120

    def test_an_address_that_no_account_could_hold_is_wrong_and_not_cut(self, client, send):
        part = ".".join(["b" * 60] * 4)
        url = send(f"Name;Email\nAda;long-address-of-ada@{part}.example\n")["Location"]
        assert "is not a whole email address" in page_of(client, url)
        client.post(f"{url}start/")
        assert only().is_draft

    @pytest.mark.parametrize(
        "address", ["Ada <ada@peerwork.example>", "a@x.example; b@x.example", "mailto:a@x.example"]
    )
    def test_an_address_with_something_around_it_is_not_guessed(self, client, send, address):
        url = send(f'Name,Email\nAda,"{address}"\n')["Location"]
        assert "Wrong, and left out: 1" in page_of(client, url)

    def test_a_workbook_with_formulas_and_hidden_rows_shows_each_before_it_is_issued(
        self, client, send
    ):
        book = Workbook()
        for row in (
            ["Name", "Email"],
            ["Hidden Person", "hidden@peerwork.example"],
            ["=A2", "formula@peerwork.example"],
        ):
            book.active.append(row)
        book.active.row_dimensions[2].hidden = True
        content = io.BytesIO()
        book.save(content)
        page = page_of(client, send(content.getvalue(), name="list.xlsx")["Location"])
        assert "Hidden Person" in page
        assert "Will be invited first: 1" in page
        assert "A cell holds a formula" in page

    def test_the_result_says_why_each_was_left_out_and_the_name_that_is_printed(self, client, send):
        text = LINES.replace("Ada Okafor", "ada OKAFOR") + "Cem;cem\n"
        url = send(text)["Location"]
        client.post(f"{url}start/")
        carry_on(only(), clock=timezone.now)
        (_headings, ada, bee, cem) = rows_of(client, url)
        assert ada[1] == "Ada Okafor"
        assert ada[5] == Credential.objects.get().number
        assert (bee[4], bee[5]) == ("Waits for the person to sign in", "")
        assert (cem[4], cem[0]) == ("Left out", "4")
        assert "not a whole email address" in cem[6]

    def test_each_download_is_an_act_of_whoever_took_it(self, client, url, registrar):
        for _ in range(2):
            client.get(f"{url}result.csv")
        acts = Act.objects.filter(kind=ActKind.EXPORTED, subject_id=str(only().pk))
        assert [act.actor_id for act in acts] == [registrar.pk] * 2
