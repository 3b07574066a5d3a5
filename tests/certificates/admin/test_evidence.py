"""Registrars look at what holders bring for a renewal, and renew by it."""

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from certificates.models import Credential, RenewalEvidence
from certificates.renewal.rules import Rule
from tests import make
from tests.certificates.renewal import making
from tests.make import DAY, NOON

IN_TIME = NOON + 700 * DAY
QUEUE = "/admin/renewal-evidence/"


@pytest.fixture
def credential():
    award = make.award(valid_months=24)
    making.rule_of(award, Rule(minutes=600))
    return make.credential(award, make.user(full_name="Ada Okafor"))


@pytest.fixture
def evidence(credential):
    return making.evidence(credential, title="Night ward")


@pytest.fixture
def rosa(client):
    with time_machine.travel(IN_TIME, tick=False):
        client.force_login(make.registrar(full_name="Rosa Adeyemi"))
        yield client


def page_of(evidence):
    return reverse("renewal_evidence:decide", args=[evidence.pk])


def test_it_stands_in_the_queue_until_it_is_accepted(rosa, evidence):
    assert "Night ward" in rosa.get(QUEUE).content.decode()
    assert "One entry for a renewal waits" in rosa.get("/admin/").content.decode()
    page = rosa.get(page_of(evidence)).content.decode()
    assert "10 hours" in page
    assert "(0 hours count, 10 hours wait to be looked at)" in page
    seen = evidence.entered_at.isoformat()
    assert rosa.post(page_of(evidence), {"accept": "yes", "seen": seen}).status_code == 302
    evidence.refresh_from_db()
    assert evidence.decision == "accepted"
    assert "Nothing waits for you here." in rosa.get(QUEUE).content.decode()
    assert "Rosa Adeyemi" in rosa.get(page_of(evidence)).content.decode()


def test_it_is_asked_back_in_words(rosa, evidence):
    seen = evidence.entered_at.isoformat()
    refused = rosa.post(page_of(evidence), {"answer": "", "seen": seen})
    assert refused.status_code == 422
    assert "what is missing or unclear" in refused.content.decode()
    rosa.post(page_of(evidence), {"answer": "Which hours?", "seen": seen})
    evidence.refresh_from_db()
    assert (evidence.decision, evidence.answer) == ("asked_back", "Which hours?")


def test_a_page_that_was_opened_before_a_correction_decides_nothing(rosa, evidence):
    RenewalEvidence.objects.update(entered_at=NOON + 2 * DAY)
    seen = evidence.entered_at.isoformat()
    assert rosa.post(page_of(evidence), {"accept": "yes", "seen": seen}).status_code == 422
    assert rosa.post(page_of(evidence), {"accept": "yes", "seen": "x"}).status_code == 422
    assert RenewalEvidence.objects.waiting().exists()


def test_whoever_only_reads_decides_nothing(client, evidence):
    client.force_login(make.staff("certificates.view_credential"))
    assert "Accept it" not in client.get(page_of(evidence)).content.decode()
    client.post(page_of(evidence), {"accept": "yes", "seen": evidence.entered_at.isoformat()})
    assert RenewalEvidence.objects.waiting().exists()


def test_the_queue_asks_the_same_however_long_it_is(rosa, evidence, credential):
    def queries():
        with CaptureQueriesContext(connection) as caught:
            rosa.get(QUEUE)
        return len(caught)

    rosa.get(QUEUE)
    few = queries()
    for _ in range(3):
        making.evidence(credential)
    assert queries() == few


def test_renewing_shows_how_far_it_is_and_waives_only_when_told_to(rosa, evidence, credential):
    url = reverse("credentials:renew", args=[credential.pk])
    page = rosa.get(url).content.decode()
    assert "10 hours of continuing education" in page
    sent = {"last_seen": 1, "name": "Ada Okafor", "reason": "Seen."}
    assert "still missing" in rosa.post(url, sent).content.decode()
    assert Credential.objects.count() == 1
    rosa.post(url, {**sent, "although_incomplete": "on"})
    assert Credential.objects.count() == 2


def test_when_all_is_there_nobody_is_asked_about_what_is_missing(rosa, evidence, credential):
    rosa.post(page_of(evidence), {"accept": "yes", "seen": evidence.entered_at.isoformat()})
    url = reverse("credentials:renew", args=[credential.pk])
    assert "although_incomplete" not in rosa.get(url).content.decode()
    rosa.post(url, {"last_seen": 1, "name": "Ada Okafor", "reason": "Hours seen."})
    assert Credential.objects.count() == 2


def test_of_a_sample_a_registrar_sees_what_is_still_to_be_brought(client):
    award = make.award(valid_months=24)
    making.rule_of(award, Rule(minutes=600, audit_percent=100))
    credential = make.credential(award, make.user(full_name="Ada Okafor"))
    evidence = making.evidence(credential)
    with time_machine.travel(IN_TIME, tick=False):
        client.force_login(make.registrar())
        page = client.get(page_of(evidence)).content.decode()
    assert "one of those that are looked at" in page
    assert "0 of 1 have one" in page


def test_what_was_decided_shows_by_whom_and_what_the_holder_reads(rosa, evidence):
    seen = evidence.entered_at.isoformat()
    rosa.post(page_of(evidence), {"answer": "Which hours were online?", "seen": seen})
    page = rosa.get(page_of(evidence)).content.decode()
    assert "Asked back" in page
    assert "Rosa Adeyemi" in page
    assert "Which hours were online?" in page
    assert "Accept it" not in page


def test_the_file_is_offered_where_there_is_one(rosa, evidence):
    assert "No file" in rosa.get(page_of(evidence)).content.decode()
    RenewalEvidence.objects.update(file="evidence/one.pdf")
    file_url = reverse("certificates:evidence_file", args=[evidence.credential.number, evidence.pk])
    assert file_url in rosa.get(page_of(evidence)).content.decode()
    # It is gone from the disk, which is no reason to fall over.
    assert rosa.get(file_url).status_code == 404
