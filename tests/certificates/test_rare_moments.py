"""What seldom happens to a credential: two at once, a full disk, a file that is gone."""

from __future__ import annotations

import os

import pytest
from django.db import IntegrityError
from django.urls import reverse

from certificates import issuing, pdf
from certificates.exceptions import ChangedMeanwhile
from certificates.issuing import issue_if_earned, try_to_issue
from certificates.models import Credential, CredentialEvent, certificate_storage
from certificates.numbers import Mistyped
from certificates.preparing import prepare, store_pdf
from certificates.revoking import suspend
from certificates.verifying import extract_number, look_up
from tests import make
from tests.make import HOUR, NOON

pytestmark = pytest.mark.django_db


@pytest.fixture
def earned():
    """Somebody who has met all that an award asks for."""
    course = make.full_course()
    learner = make.user()
    make.completion(learner, course)
    make.award(course=course)
    return learner


# Issuing ----------------------------------------------------------------------------------


def test_nothing_is_issued_to_an_account_that_was_closed(earned):
    earned.is_active = False
    earned.save()
    assert issue_if_earned(earned, at=NOON) == []
    assert not Credential.objects.exists()


def test_a_failure_that_nobody_foresaw_is_logged_and_the_evidence_stays(
    earned, monkeypatch, caplog
):
    def fail(*args, **kwargs):
        raise OSError("the disk is full")

    monkeypatch.setattr(issuing, "issue_if_earned", fail)
    assert try_to_issue(earned, at=NOON) == []
    assert f"Issuing to person {earned.pk} failed; sweep will try again" in caplog.text
    monkeypatch.undo()
    assert len(try_to_issue(earned, at=NOON)) == 1


def test_numbers_that_are_all_taken_are_not_tried_for_ever(monkeypatch):
    first = make.credential()
    monkeypatch.setattr(issuing, "random_code", lambda: first.code)
    with pytest.raises(RuntimeError, match="No free number"):
        make.credential()
    assert Credential.objects.count() == 1


def test_an_award_whose_words_cannot_be_printed_waits_and_says_so_in_the_log(earned, caplog):
    award = earned.enrolments.get().course and make.award(course=earned.enrolments.get().course)
    award.description = "has completed 𒀀."
    award.save()
    issue_if_earned(earned, at=NOON)
    assert f"Award {award.pk} is not issued until it can be printed" in caplog.text
    assert not Credential.objects.filter(award=award).exists()
    assert Credential.objects.filter(holder=earned).count() == 1


# Changing ---------------------------------------------------------------------------------


def test_of_two_changes_at_the_same_moment_the_second_is_told(monkeypatch):
    credential = make.credential()

    def collide(**fields):
        raise IntegrityError("number is taken")

    monkeypatch.setattr(CredentialEvent.objects, "create", collide)
    with pytest.raises(ChangedMeanwhile):
        suspend(credential, by=make.user(), reason="Checking.", at=NOON)
    monkeypatch.undo()
    assert credential.events.count() == 1


# Files ------------------------------------------------------------------------------------


def files():
    storage = certificate_storage()
    folder = f"{NOON:%Y/%m}"
    return set(storage.listdir(folder)[1]) if storage.exists(folder) else set()


def test_of_two_workers_that_made_the_file_one_file_is_kept(monkeypatch):
    """The second finds that the first was quicker, and takes its own away again."""
    credential = make.credential()
    render = pdf.render_certificate

    def render_meanwhile(again, **options):
        monkeypatch.setattr(pdf, "render_certificate", render)
        store_pdf(Credential.objects.get(pk=credential.pk), at=NOON)
        return render(again, **options)

    before = files()
    monkeypatch.setattr(pdf, "render_certificate", render_meanwhile)
    store_pdf(credential, at=NOON + HOUR)
    assert len(files() - before) == 1
    stored = Credential.objects.get(pk=credential.pk)
    assert stored.pdf_made_at == NOON
    assert credential.pdf.name == stored.pdf.name


@pytest.fixture
def ready():
    credential = make.credential()
    prepare(str(credential.pk), at=NOON)
    return Credential.objects.get(pk=credential.pk)


def fetch(client, credential):
    client.force_login(credential.holder)
    return client.get(reverse("certificates:pdf", args=[credential.number]))


def test_a_file_that_is_gone_is_said_and_logged(client, ready, caplog):
    make.home()
    certificate_storage().delete(ready.pdf.name)
    response = fetch(client, ready)
    assert response.status_code == 503
    assert f"The file of credential {ready.pk} cannot be read" in caplog.text


def test_a_file_that_somebody_changed_is_never_given_out(client, ready, caplog):
    make.home()
    with certificate_storage().open(ready.pdf.name, "wb") as file:
        file.write(b"%PDF-1.7 forged")
    response = fetch(client, ready)
    assert response.status_code == 503
    assert b"forged" not in response.content
    assert "is not the one that was made" in caplog.text


@pytest.mark.parametrize("before", [None, "/etc/fonts/fonts.conf"])
def test_what_fontconfig_reads_is_put_back_as_it_was(monkeypatch, before):
    if before is None:
        monkeypatch.delenv("FONTCONFIG_FILE", raising=False)
    else:
        monkeypatch.setenv("FONTCONFIG_FILE", before)
    pdf.font_configuration()
    assert os.environ.get("FONTCONFIG_FILE") == before


# Looking up -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("PSW-2345-6789-BCDF", "PSW-2345-6789-BCDF"),
        ("(PSW-2345-6789-BCDF)", "PSW-2345-6789-BCDF"),
        ("“PSW-2345-6789-BCDF”.", "PSW-2345-6789-BCDF"),
        ("https://learn.example.org/verify/PSW-2345-6789-BCDF/", "PSW-2345-6789-BCDF"),
        ("https://learn.example.org/verify/?number=PSW-2345-6789-BCDF", "PSW-2345-6789-BCDF"),
        ("https://learn.example.org/verify/PSW-2345-6789-BCDF.json", "PSW-2345-6789-BCDF"),
        ("/certificates/PSW-2345-6789-BCDF.pdf", "PSW-2345-6789-BCDF"),
        ("PSW-2345-6789-BCDF.PDF", "PSW-2345-6789-BCDF"),
    ],
)
def test_a_number_is_found_in_what_people_paste(typed, number):
    assert extract_number(typed) == number


@pytest.mark.parametrize(
    "typed", ["", "   ", "//", "http://[::1/verify/", "https://", "…", "/" * 600]
)
def test_what_holds_no_number_is_mistyped_and_no_fault(typed, django_assert_num_queries):
    with django_assert_num_queries(0), pytest.raises(Mistyped):
        look_up(typed)


def test_a_credential_without_an_event_is_found_and_current():
    """None was ever made so; a look-up must not break over one."""
    credential = make.credential()
    CredentialEvent.objects.filter(credential=credential).delete()
    facts = look_up(credential.number)
    assert facts.events == ()
    assert facts.standing_at(NOON) == "current"
