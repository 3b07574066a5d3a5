"""The holder's own page: what became of it, why, what to do, whom to ask, what to ask for."""

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from certificates.following import renew_credential, replace_credential
from certificates.models import Credential, HolderRequest
from certificates.preparing import prepare
from certificates.requesting import decline_request
from certificates.revoking import revoke, suspend
from certificates.signing_statements import sign_statement
from tests import make
from tests.certificates.views.verify_page import words_of
from tests.make import DAY, NOON

pytestmark = pytest.mark.django_db
GROUNDS = "Your supervision log of May is missing."
IN_TIME = NOON + 700 * DAY


@pytest.fixture
def credential():
    make.home()
    return make.credential(make.award(valid_months=24), make.user(full_name="Ada Okafro"))


@pytest.fixture
def holder(client, credential):
    client.force_login(credential.holder)
    return client


def page(client, credential, name="held"):
    return client.get(reverse(f"certificates:{name}", args=[credential.number]))


def send(client, credential, act, **form):
    url = reverse(f"certificates:{act}", args=[credential.number])
    return client.post(url, form, follow=True)


class TestWhatItSays:
    def test_a_current_one(self, holder, credential):
        with time_machine.travel(NOON + DAY, tick=False):
            page_text = words_of(page(holder, credential))
        for words in [
            "Current",
            credential.number,
            "23 November 2028",
            "You can ask to renew it from 25 August 2028",
            "registrar@peerwork.example",
        ]:
            assert words in page_text

    @pytest.mark.parametrize(
        ("verb", "standing", "to_do"),
        [
            (suspend, "Suspended since 24 November 2026", "ask what is needed to restore it"),
            (
                revoke,
                "Revoked on 24 November 2026",
                "A registrar who did not decide looks at it again",
            ),
        ],
    )
    def test_why_what_to_do_and_whom_to_ask(self, holder, credential, verb, standing, to_do):
        registrar = make.user(full_name="REGISTRAR-CANARY")
        verb(credential, by=registrar, reason="REASON-CANARY", at=NOON + DAY, explanation=GROUNDS)
        page_text = words_of(page(holder, credential))
        for words in [standing, GROUNDS, to_do, "registrar@peerwork.example"]:
            assert words in page_text
        assert "CANARY" not in page_text
        assert "Ask for a corrected name" not in page_text

    def test_without_grounds_it_says_that_they_may_be_asked_for(self, holder, credential):
        suspend(credential, by=make.user(), reason="x", at=NOON)
        assert "You may ask for it" in words_of(page(holder, credential))

    def test_the_grounds_are_for_the_holder_alone(self, client, holder, credential):
        suspend(credential, by=make.user(), reason="x", at=NOON, explanation=GROUNDS)
        visitor = Client()
        public = reverse("certificates:verify_number", args=[credential.number])
        for accept in ("text/html", "application/json"):
            shown = visitor.get(public, headers={"accept": accept}).content.decode()
            assert "supervision log" not in shown

    def test_my_learning_says_of_a_suspended_one_that_there_is_more_to_read(
        self, holder, credential
    ):
        suspend(credential, by=make.user(), reason="x", at=NOON)
        shown = holder.get("/learn/").content.decode()
        assert "Read why, and what you can do" in shown
        assert reverse("certificates:held", args=[credential.number]) in shown

    def test_one_that_was_replaced_leads_to_the_new_one_and_repeats_no_former_name(
        self, holder, credential
    ):
        new = replace_credential(credential, name="Ada Okafor", by=make.user(), reason="x", at=NOON)
        page_text = words_of(page(holder, credential))
        assert "Replaced on 23 November 2026" in page_text
        assert new.number in page_text
        assert "Okafro" not in page_text

    def test_one_that_was_renewed_says_which_counts(self, holder, credential):
        new = renew_credential(credential, by=make.user(), reason="x", at=IN_TIME)
        page_text = words_of(page(holder, credential))
        assert f"Open {new.number}, the newest" in page_text

    def test_what_was_signed_with_its_version_and_words(self, client):
        make.home()
        version = make.statement(version="1.1")
        wording = make.wording(version, text="I thought it through by myself.")
        make.award(statement=version)
        learner = make.user(full_name="Ada Okafor")
        sign_statement(learner, version, typed_name="Ada Okafor", wording=wording, at=NOON)
        client.force_login(learner)
        page_text = words_of(page(client, Credential.objects.get()))
        assert "“Code of ethics”, version 1.1, signed as Ada Okafor" in page_text
        assert "I thought it through by myself." in page_text

    def test_another_spelling_of_the_number_leads_to_the_page(self, holder, credential):
        url = reverse("certificates:held", args=[credential.number.lower()])
        response = holder.get(url)
        assert response["Location"] == reverse("certificates:held", args=[credential.number])


class TestWhoMay:
    @pytest.mark.parametrize("name", ["held", "correct", "renew"])
    def test_it_is_there_for_its_holder_alone(self, client, credential, name):
        assert page(client, credential, name).status_code == 302
        for person in (make.user(), make.registrar()):
            client.force_login(person)
            assert page(client, credential, name).status_code == 404
            send(client, credential, name, name="Mine Now")
        assert not HolderRequest.objects.exists()
        with time_machine.travel(IN_TIME, tick=False):
            client.force_login(credential.holder)
            assert page(client, credential, name).status_code == 200

    def test_it_is_not_cached(self, holder, credential):
        assert "no-store" in page(holder, credential)["Cache-Control"]

    def test_the_form_is_guarded_against_other_sites(self, credential):
        outside = Client(enforce_csrf_checks=True)
        outside.force_login(credential.holder)
        url = reverse("certificates:correct", args=[credential.number])
        assert outside.post(url, {"name": "Ada Okafor"}).status_code == 403


class TestAsking:
    def test_for_a_corrected_name(self, holder, credential):
        response = send(holder, credential, "correct", name="Ada Okafor", words="A slip.")
        assert "Your request is with the issuer." in words_of(response)
        holder_request = HolderRequest.objects.get()
        assert (holder_request.kind, holder_request.name, holder_request.words) == (
            "correction",
            "Ada Okafor",
            "A slip.",
        )
        page_text = words_of(page(holder, credential))
        assert "You asked for the name Ada Okafor on" in page_text
        assert "Ask for a corrected name" not in page_text

    @pytest.mark.parametrize(
        ("name", "page_text"),
        [
            ("", "Please write the name as it is to be printed."),
            ("Ada Okafro", "already says this name"),
            ("…", "at least one letter"),
            ("Ada 𒀀", "We cannot print"),
        ],
    )
    def test_a_name_that_will_not_do_is_said_beside_it_and_has_the_focus(
        self, holder, credential, name, page_text
    ):
        response = send(holder, credential, "correct", name=name, words="Typed with care.")
        shown = response.content.decode()
        assert response.status_code == 422
        assert page_text in shown
        assert "Typed with care." in shown
        assert "<title>Error:" in shown
        assert "autofocus" in shown.split('name="name"')[1].split(">")[0]
        assert not HolderRequest.objects.exists()

    def test_pressed_twice_it_is_asked_once_and_said_kindly(self, holder, credential):
        for _ in range(2):
            response = send(holder, credential, "correct", name="Ada Okafor")
        assert "You asked for this already" in words_of(response)
        assert HolderRequest.objects.count() == 1

    def test_for_a_renewal_when_it_is_time(self, holder, credential):
        with time_machine.travel(NOON + DAY, tick=False):
            response = send(holder, credential, "renew", words="20 hours.")
            assert "can be renewed from 25 August 2028" in words_of(response)
            assert "Ask to renew it" not in words_of(page(holder, credential))
        with time_machine.travel(IN_TIME, tick=False):
            holder.force_login(credential.holder)
            assert "Ask to renew it" in words_of(page(holder, credential))
            send(holder, credential, "renew", words="20 hours.")
        assert HolderRequest.objects.get().kind == "renewal"

    def test_a_no_is_read_with_its_reason(self, holder, credential):
        send(holder, credential, "correct", name="Ada Okafor")
        decline_request(
            HolderRequest.objects.get(), by=make.user(), answer="Send us a form.", at=NOON
        )
        page_text = words_of(page(holder, credential))
        assert "The issuer said no, and writes:" in page_text
        assert "Send us a form." in page_text
        assert "Ask for a corrected name" in page_text


def test_the_name_of_a_downloaded_file_says_its_standing(holder, credential):
    prepare(str(credential.pk), at=NOON)

    def name_of_file():
        url = reverse("certificates:pdf", args=[credential.number])
        return holder.get(url)["Content-Disposition"].split('"')[1]

    with time_machine.travel(NOON + DAY, tick=False):
        assert name_of_file() == f"{credential.number}.pdf"
        suspend(credential, by=make.user(), reason="x", at=NOON)
        assert name_of_file() == f"{credential.number}-suspended.pdf"
        revoke(credential, by=make.user(), reason="x", at=NOON)
        assert name_of_file() == f"{credential.number}-revoked.pdf"
