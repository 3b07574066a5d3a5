"""The copy of everything that is held: whole, for its owner alone, and made while it is sent."""

from __future__ import annotations

import io
import json
import zipfile

import pytest
from django.core.files.base import ContentFile
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from certificates.models import Credential
from courses.models import Reflection
from people.copies import machine_form, sections, stream_copy
from people.models import User
from tests import make

pytestmark = pytest.mark.django_db

PAGE = "/accounts/your-data/"
COPY = "/accounts/your-data/copy/"


@pytest.fixture
def learner(world):
    person = world.people["learner"]
    person.refresh_from_db()
    credential = Credential.objects.get(holder=person)
    credential.pdf.save("a.pdf", ContentFile(b"%PDF-1.7 the certificate"))
    yield person
    credential.pdf.delete(save=False)


@pytest.fixture
def proven(learner):
    """A browser in which the learner proved just now who they are."""
    browser = Client()
    browser.post("/accounts/login/", {"login": learner.email, "password": make.PASSWORD})
    browser.post("/accounts/reauthenticate/", {"password": make.PASSWORD})
    return browser


def unpacked(response):
    return zipfile.ZipFile(io.BytesIO(b"".join(response.streaming_content)))


def test_it_holds_a_page_a_file_for_machines_and_the_certificates(world, proven, learner):
    response = proven.post(COPY)
    assert response.headers["Content-Type"] == "application/zip"
    assert response.headers["Content-Disposition"].startswith('attachment; filename="about-me-')
    assert response.streaming
    archive = unpacked(response)
    assert archive.testzip() is None
    number = world.credentials["learner"].number
    assert archive.namelist() == [
        "about-me.html",
        "about-me.json",
        f"certificates/{number}.pdf",
    ]
    assert archive.read(f"certificates/{number}.pdf") == b"%PDF-1.7 the certificate"


def test_both_forms_hold_what_the_person_wrote_did_and_earned(world, proven, learner):
    archive = unpacked(proven.post(COPY))
    page, data = archive.read("about-me.html").decode(), json.loads(archive.read("about-me.json"))
    assert data["people.User"][0]["email"] == learner.email
    assert data["courses.Reflection"][0]["text"] == "Something private of the learner."
    assert data["courses.Enrolment"][0]["course__title"] == world.course.title
    assert data["certificates.Credential"][0]["name"] == learner.full_name
    assert data["files"] == [f"certificates/{world.credentials['learner'].number}.pdf"]
    tries = data["tries"]
    assert len(tries) == 2
    assert tries[0]["results"][0]["passed"] is True
    for words in (learner.email, "Something private of the learner.", world.course.title):
        assert words in page
    assert "<script" not in page
    assert "http" not in page.split("</style>")[1].replace("http://www.w3.org", "")


def test_an_answer_is_in_the_words_that_were_chosen(world, learner):
    data = json.loads("".join(machine_form(learner, at=timezone.now())))
    handed_in = world.handed_in["learner"]
    item = handed_in.paper_items[0]
    answer = data["tries"][0]["answers"][0]
    offered = {option["text"] for option in item.content["options"]}
    assert answer["question"] == item.content["stem"]
    assert set(answer["answer"]) <= offered
    assert answer["answer"]


def test_it_holds_nothing_of_anybody_else_and_no_key_of_a_quiz(world, proven, learner):
    archive = unpacked(proven.post(COPY))
    whole = "".join(archive.read(f"about-me.{form}").decode() for form in ("html", "json"))
    for name, other in world.people.items():
        if name != "learner":
            assert other.email not in whole, name
    assert "Something private of the ended." not in whole
    assert learner.password not in whole
    for secret in ("fraction", "feedback", "rationale", "is_right"):
        assert secret not in whole


def test_every_kind_that_is_held_is_a_section(learner):
    names = [section.name for section in sections()]
    assert names[0] == "people.User"
    assert len(names) == len(set(names))
    for name in ("courses.StudiedPart", "mfa.Authenticator", "usersessions.UserSession", "tries"):
        assert name in names


# Who gets it ------------------------------------------------------------------------------


def test_without_a_fresh_proof_there_is_no_copy(learner):
    browser = Client()
    browser.post("/accounts/login/", {"login": learner.email, "password": make.PASSWORD})
    for answer in (browser.get(PAGE), browser.post(COPY)):
        assert answer.status_code == 302
        assert answer.headers["Location"].startswith("/accounts/reauthenticate/")
    assert Client().get(PAGE).headers["Location"].startswith("/accounts/login/")
    assert Client().post(COPY).status_code == 302


def test_the_proof_is_asked_again_after_some_minutes(proven, settings, monkeypatch):
    assert proven.get(PAGE).status_code == 200
    monkeypatch.setattr("allauth.account.app_settings.REAUTHENTICATION_TIMEOUT", -1, raising=False)
    session = proven.session
    for record in session["account_authentication_methods"]:
        record["at"] -= 3600
    session.save()
    assert proven.get(PAGE).status_code == 302


def test_no_address_leads_to_a_copy_and_no_cache_keeps_one(proven):
    """There is nothing to find out, to send on or to leave in a history."""
    assert proven.get(COPY).status_code == 405
    response = proven.post(COPY)
    assert "no-store" in response.headers["Cache-Control"]
    assert "private" in response.headers["Cache-Control"]
    b"".join(response.streaming_content)
    page = proven.get(PAGE)
    assert "no-store" in page.headers["Cache-Control"]


def test_whoever_has_neither_password_nor_factor_signs_in_anew(learner, mailoutbox):
    User.objects.filter(pk=learner.pk).update(password="!")
    learner.refresh_from_db()
    browser = Client()
    browser.force_login(learner)
    answer = browser.get(PAGE)
    assert answer.headers["Location"] == "/accounts/prove/?next=%2Faccounts%2Fyour-data%2F"
    page = browser.get(answer.headers["Location"]).content.decode()
    assert "sign in with a code by email" in page
    answer = browser.post("/accounts/prove/", {"next": PAGE})
    assert answer.headers["Location"] == "/accounts/login/code/?next=%2Faccounts%2Fyour-data%2F"
    browser.post(answer.headers["Location"], {"email": learner.email, "next": PAGE})
    code = next(
        line for line in mailoutbox[-1].body.splitlines() if line[:4].isdigit() and "-" in line
    )
    answer = browser.post("/accounts/login/code/confirm/", {"code": code, "next": PAGE})
    assert browser.get(PAGE).status_code == 200


def test_the_page_says_what_is_in_it(proven):
    html = proven.get(PAGE).content.decode()
    assert "Download my copy" in html
    assert "Reflections" in html
    assert html.count("<h1") == 1


# However much there is --------------------------------------------------------------------


def test_it_is_made_while_it_is_sent(learner):
    """A page of a thousand reflections is sent in pieces, and none of them holds it all."""
    Reflection.objects.bulk_create(
        Reflection(
            learner=learner,
            lesson_key="00000000-0000-4000-8000-000000000001",
            block_id=f"00000000-0000-4000-8000-{number:012d}",
            prompt="Why?",
            text=f"{number} " + str(number * 7919) * 200,
            saved_at=timezone.now(),
        )
        for number in range(1000)
    )
    pieces = [len(piece) for piece in stream_copy(learner, at=timezone.now())]
    assert len(pieces) > 5
    assert max(pieces) < sum(pieces) / 2


def test_the_number_of_queries_does_not_grow_with_what_was_written(
    learner, django_assert_max_num_queries
):
    with django_assert_max_num_queries(64):
        "".join(machine_form(learner, at=timezone.now()))


# For staff --------------------------------------------------------------------------------


def test_staff_write_the_same_copy_to_a_file_that_only_they_read(learner, tmp_path, capsys):
    target = tmp_path / "copy.zip"
    call_command("export_person", learner.email, str(target))
    assert target.stat().st_mode & 0o777 == 0o600
    data = json.loads(zipfile.ZipFile(target).read("about-me.json"))
    assert data["people.User"][0]["full_name"] == learner.full_name
    assert learner.email not in capsys.readouterr().out
    with pytest.raises(CommandError, match="File exists"):
        call_command("export_person", learner.email, str(target))
    with pytest.raises(CommandError, match="no account"):
        call_command("export_person", "nobody@peerwork.example", str(tmp_path / "other.zip"))
