"""The record of a credential, and changing its standing."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from certificates.admin.credentials import CHANGES
from certificates.models import Credential, CredentialEvent
from certificates.preparing import notify_of_changes, prepare
from certificates.revoking import revoke, suspend
from tests import make
from tests.certificates.admin.pages import SECRET, change_url, record_url, send_change
from tests.make import NOON


class TestTheRecord:
    def test_it_shows_what_was_frozen_and_what_happened_with_actor_and_reason(
        self, client, registrar
    ):
        credential = make.credential(evidence="Portfolio seen in Leeds.")
        suspend(credential, by=registrar, reason=SECRET, at=NOON)
        Credential.objects.update(pdf_problem="No letters for this.")
        page = client.get(record_url(credential)).content.decode()
        for shown in [
            credential.number,
            credential.name,
            credential.award_name,
            credential.signatory_name,
            "Portfolio seen in Leeds.",
            SECRET,
            registrar.email,
            "No letters for this.",
            "Suspended",
        ]:
            assert shown in page

    def test_it_says_of_each_change_when_the_holder_was_told(self, client, registrar):
        credential = make.credential()
        suspend(credential, by=registrar, reason="x", at=NOON)
        before = CredentialEvent.objects.get(kind="suspended")

        def notified(kind):
            row = next(
                row
                for row in client.get(record_url(credential)).content.decode().split("<tr>")
                if f"<td>{kind}</td>" in row
            )
            return re.findall(r"<td>(.*?)</td>", row, re.DOTALL)[-1].strip()

        assert (notified("Issued"), notified("Suspended")) == ("Not yet", "Not yet")
        prepare(str(credential.pk), at=NOON)
        notify_of_changes(str(credential.pk), at=NOON)
        assert "2026" in notified("Issued")
        assert "2026" in notified("Suspended")
        CredentialEvent.objects.filter(pk=before.pk).update(notify_holder=False, notified_at=None)
        assert notified("Suspended") == "No letter"

    def test_names_are_text_whatever_is_in_them(self, client, registrar):
        credential = make.credential(holder=make.user(full_name="<img src=x onerror=alert(1)>"))
        for url in [
            record_url(credential),
            reverse("credentials:index"),
            change_url(credential, "revoke"),
        ]:
            assert "<img src=x" not in client.get(url).content.decode()

    def test_only_what_can_be_done_is_offered(self, client, registrar):
        credential = make.credential()

        def offered():
            page = client.get(record_url(credential)).content.decode()
            return {name for name in CHANGES if change_url(credential, name) in page}

        assert offered() == {"suspend", "revoke"}
        suspend(credential, by=registrar, reason="x", at=NOON)
        assert offered() == {"restore", "revoke"}
        revoke(credential, by=registrar, reason="x", at=NOON)
        assert offered() == set()

    def test_a_certificate_that_could_not_be_made_may_be_tried_again(self, client, registrar):
        credential = make.credential()
        Credential.objects.update(pdf_problem="No letters for this.")
        url = reverse("credentials:make_again", args=[credential.pk])
        assert client.get(url).status_code == 405
        client.post(url)
        assert Credential.objects.to_prepare().get() == credential


class TestChangingAStanding:
    @pytest.mark.parametrize("name", ["suspend", "restore", "revoke"])
    def test_the_effect_is_said_first_and_reading_it_changes_nothing(self, client, registrar, name):
        credential = make.credential()
        if name == "restore":
            suspend(credential, by=registrar, reason="x", at=NOON)
        happened = credential.events.count()
        page = client.get(change_url(credential, name)).content.decode()
        assert "From this moment" in page
        assert "Never shown in public." in page
        assert credential.events.count() == happened

    @pytest.mark.parametrize(
        ("after", "name", "sentence"),
        [
            ([], "restore", "nothing to restore"),
            ([suspend], "suspend", "already suspended"),
            ([revoke], "restore", "a second registrar can undo it"),
            ([revoke], "suspend", "a second registrar can undo it"),
            ([revoke], "revoke", "a second registrar can undo it"),
            ([suspend, revoke], "restore", "a second registrar can undo it"),
        ],
    )
    def test_what_is_not_possible_now_leads_back_to_the_record_and_says_why(
        self, client, registrar, after, name, sentence
    ):
        credential = make.credential()
        for verb in after:
            verb(credential, by=registrar, reason="x", at=NOON)
        response = client.get(change_url(credential, name), follow=True)
        assert response.redirect_chain == [(record_url(credential), 302)]
        page = response.content.decode()
        assert sentence in page
        assert "From this moment" not in page
        assert credential.events.count() == 1 + len(after)

    def test_each_change_is_recorded_with_its_actor_and_reason(self, client, registrar):
        credential = make.credential()
        for name in ("suspend", "restore", "revoke"):
            assert send_change(client, credential, name).status_code == 200
        events = list(credential.events.all())[1:]
        assert [event.kind for event in events] == ["suspended", "restored", "revoked"]
        assert {event.actor for event in events} == {registrar}
        assert {event.reason for event in events} == {SECRET}

    @pytest.mark.parametrize("reason", ["", "   ", "x" * 3000])
    def test_without_a_reason_nothing_happens_and_what_was_typed_stays(
        self, client, registrar, reason
    ):
        credential = make.credential()
        response = send_change(client, credential, "revoke", reason=reason)
        assert response.status_code == 422
        assert reason.strip() in response.content.decode()
        assert credential.events.count() == 1

    def test_somebody_who_looked_at_an_older_page_is_told(self, client, registrar):
        credential = make.credential()
        suspend(credential, by=make.user(), reason="x", at=NOON)
        page = send_change(client, credential, "revoke", last_seen=1).content.decode()
        assert "changed in the meantime, perhaps by you in another tab" in page
        assert credential.events.count() == 2

    def test_what_cannot_be_done_is_said_kindly(self, client, registrar):
        credential = make.credential()
        page = send_change(client, credential, "restore").content.decode()
        assert "nothing to restore" in page

    def test_the_form_is_guarded_against_other_sites(self, registrar):
        outside = Client(enforce_csrf_checks=True)
        outside.force_login(registrar)
        credential = make.credential()
        response = outside.post(change_url(credential, "revoke"), {"last_seen": 1, "reason": "x"})
        assert response.status_code == 403
        assert credential.events.count() == 1

    def test_a_reason_is_never_shown_in_public(self, client, registrar):
        credential = make.credential()
        send_change(client, credential, "revoke")
        client.logout()
        url = reverse("certificates:verify_number", args=[credential.number])
        for accept in ("text/html", "application/json"):
            response = client.get(url, headers={"accept": accept})
            assert response.status_code == 200
            assert SECRET not in response.content.decode()
            assert registrar.email not in response.content.decode()

    def test_a_reason_is_not_shown_to_the_holder(self, client, registrar):
        credential = make.credential()
        send_change(client, credential, "revoke")
        client.force_login(credential.holder)
        assert SECRET not in client.get("/learn/").content.decode()
        held = reverse("certificates:held", args=[credential.number])
        assert SECRET not in client.get(held).content.decode()

    @pytest.mark.parametrize("name", ["suspend", "revoke"])
    def test_the_holder_is_told_the_grounds_in_words_of_their_own(self, client, registrar, name):
        credential = make.credential()
        response = send_change(client, credential, name, explanation=" ")
        assert response.status_code == 422
        assert "Please say to the holder why" in response.content.decode()
        send_change(client, credential, name, explanation="The log of May is missing.")
        assert credential.events.last().explanation == "The log of May is missing."

    def test_only_another_registrar_is_offered_to_undo_a_revocation(self, client, registrar):
        credential = make.credential()
        send_change(client, credential, "revoke")
        url = change_url(credential, "reinstate")
        record = client.get(record_url(credential)).content.decode()
        assert url not in record
        assert "another registrar can undo it here" in record
        page = send_change(client, credential, "reinstate").content.decode()
        assert "You recorded this revocation yourself" in page
        client.force_login(make.registrar())
        record = client.get(record_url(credential)).content.decode()
        assert url in record
        assert "another registrar can undo it here" not in record
        send_change(client, credential, "reinstate", reason="It was the wrong person.")
        assert [event.kind for event in credential.events.all()][-1] == "reinstated"
        assert "Revocation undone" in client.get(record_url(credential)).content.decode()
