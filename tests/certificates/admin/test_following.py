"""Registrars replace, renew, and answer what holders ask for."""

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from certificates.models import Credential, HolderRequest
from certificates.requesting import ask_for_correction, ask_for_renewal
from certificates.revoking import suspend
from certificates.signing_statements import sign_statement
from tests import make
from tests.certificates.admin.pages import record_url
from tests.make import DAY, NOON

IN_TIME = NOON + 700 * DAY


@pytest.fixture
def credential():
    return make.credential(make.award(valid_months=24), make.user(full_name="Ada Okafro"))


def url_of(credential, name):
    return reverse(f"credentials:{name}", args=[credential.pk])


def send(client, credential, act, **form):
    sent = {"last_seen": credential.events.count(), "name": "Ada Okafor", "reason": "Seen."}
    return client.post(url_of(credential, act), {**sent, **form}, follow=True)


def test_the_record_offers_what_can_be_done_now(client, registrar, credential):
    def offered():
        page = client.get(record_url(credential)).content.decode()
        return {name for name in ("replace", "renew") if url_of(credential, name) in page}

    with time_machine.travel(NOON + DAY, tick=False):
        client.force_login(registrar)
        assert offered() == {"replace"}
    with time_machine.travel(IN_TIME, tick=False):
        client.force_login(registrar)
        assert offered() == {"replace", "renew"}
        suspend(credential, by=make.user(), reason="x", at=NOON)
        assert offered() == set()


def test_replacing_leads_to_the_new_record_and_each_leads_to_the_other(
    client, registrar, credential
):
    page = client.get(url_of(credential, "replace")).content.decode()
    assert "shows no name" in page
    page = send(client, credential, "replace").content.decode()
    new = Credential.objects.get(follows=credential)
    assert f"{credential.number} is replaced by {new.number}." in page
    assert record_url(credential) in page
    assert record_url(new) in client.get(record_url(credential)).content.decode()
    assert new.events.get().actor == registrar


def test_renewing_prints_the_name_of_the_account_unless_told_otherwise(
    client, registrar, credential
):
    credential.holder.full_name = "Ada Okafor-Lind"
    credential.holder.save()
    with time_machine.travel(IN_TIME, tick=False):
        client.force_login(registrar)
        page = client.get(url_of(credential, "renew")).content.decode()
        assert 'value="Ada Okafor-Lind"' in page
        send(client, credential, "renew", name="Ada Okafor-Lind")
    assert Credential.objects.get(follows=credential).name == "Ada Okafor-Lind"


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"reason": ""}, "This field is required"),
        ({"name": "Ada Okafro"}, "already says this name"),
        ({"name": "Ada 𒀀"}, "We cannot print"),
        ({"last_seen": 0}, "changed in the meantime"),
    ],
)
def test_what_cannot_be_done_is_said_and_nothing_typed_is_lost(
    client, registrar, credential, form, said
):
    response = send(client, credential, "replace", **{"reason": "Passport 17.", **form})
    page = response.content.decode()
    assert response.status_code == 422
    assert said in page
    assert form.get("reason", "Passport 17.") in page
    assert Credential.objects.count() == 1


def test_too_early_leads_back_and_says_from_when(client, registrar, credential):
    with time_machine.travel(NOON + DAY, tick=False):
        client.force_login(registrar)
        page = client.get(url_of(credential, "renew"), follow=True).content.decode()
    assert "can be renewed from 25 August 2028" in page


@pytest.mark.parametrize(
    "permissions",
    [
        ["certificates.view_credential"],
        ["certificates.view_credential", "certificates.change_credential"],
        ["certificates.view_credential", "certificates.add_credential"],
    ],
)
def test_whoever_may_not_issue_and_end_credentials_does_neither(client, credential, permissions):
    client.force_login(make.staff(*permissions))
    asked = ask_for_correction(credential, name="Ada Okafor", words="", at=NOON)
    assert url_of(credential, "replace") not in client.get(record_url(credential)).content.decode()
    send(client, credential, "replace")
    answer = reverse("holder_requests:answer", args=[asked.pk])
    assert "Decline" not in client.get(answer).content.decode()
    client.post(answer, {"answer": "No."})
    assert Credential.objects.count() == 1
    assert HolderRequest.objects.open().count() == 1


def test_the_record_shows_which_version_was_signed_in_which_words(client, registrar):
    version = make.statement(version="1.1")
    wording = make.wording(version, text="I talked it over with {whom}.")
    make.award(statement=version)
    learner = make.user(full_name="Ada Okafor")
    sign_statement(
        learner, version, typed_name="Ada Okafor", wording=wording, whom="my supervisor", at=NOON
    )
    page = " ".join(client.get(record_url(Credential.objects.get())).content.decode().split())
    assert "version 1.1, signed as Ada Okafor" in page
    assert "I talked it over with my supervisor." in page


class TestRequests:
    def test_they_are_listed_counted_and_lead_to_the_act(self, client, registrar, credential):
        asked = ask_for_correction(credential, name="Ada Okafor", words="A slip.", at=NOON)
        answer = reverse("holder_requests:answer", args=[asked.pk])
        home = client.get(reverse("wagtailadmin_home")).content.decode()
        assert "One holder asks for a corrected name or a renewal." in home
        assert answer in client.get(reverse("holder_requests:index")).content.decode()
        assert answer in client.get(record_url(credential)).content.decode()
        page = client.get(answer).content.decode()
        assert "Ada Okafor" in page
        assert "A slip." in page
        assert url_of(credential, "replace") in page
        act = client.get(url_of(credential, "replace")).content.decode()
        assert 'value="Ada Okafor"' in act
        send(client, credential, "replace")
        assert HolderRequest.objects.get().decision == "done"
        assert "One holder asks" not in client.get(reverse("wagtailadmin_home")).content.decode()

    def test_a_no_needs_words_and_is_given_once(self, client, registrar, credential):
        asked = ask_for_correction(credential, name="Ada Okafor", words="", at=NOON)
        answer = reverse("holder_requests:answer", args=[asked.pk])
        response = client.post(answer, {"answer": " "})
        assert response.status_code == 422
        assert "Please say to the holder why not" in response.content.decode()
        client.post(answer, {"answer": "Send a document."})
        again = client.post(answer, {"answer": "Another."})
        assert "was answered in the meantime" in again.content.decode()
        assert HolderRequest.objects.get().answer == "Send a document."
        assert "Send a document." in client.get(answer).content.decode()

    def test_a_renewal_leads_to_renewing(self, client, registrar, credential):
        asked = ask_for_renewal(credential, words="20 hours.", at=IN_TIME)
        page = client.get(reverse("holder_requests:answer", args=[asked.pk])).content.decode()
        assert url_of(credential, "renew") in page

    def test_the_list_costs_the_same_for_one_and_for_three(self, client, registrar):
        award, url = make.award(), reverse("holder_requests:index")

        def cost():
            client.get(url)
            with CaptureQueriesContext(connection) as queries:
                client.get(url)
            return len(queries)

        costs = []
        for _ in range(3):
            ask_for_correction(make.credential(award), name="Ada Z", words="", at=NOON)
            costs.append(cost())
        assert costs[0] == costs[2]

    @pytest.mark.parametrize("who", ["trainer", "learner"])
    def test_nobody_else_reads_them(self, client, credential, who):
        asked = ask_for_correction(credential, name="Ada Okafor", words="CANARY", at=NOON)
        client.force_login(make.staff() if who == "trainer" else make.user())
        for url in (
            reverse("holder_requests:index"),
            reverse("holder_requests:answer", args=[asked.pk]),
            url_of(credential, "replace"),
        ):
            response = client.get(url)
            assert response.status_code in {302, 403}
            assert "CANARY" not in response.content.decode()
