"""The pages on which a registrar proposes, and another reads, approves and declines."""

from __future__ import annotations

import html
from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from certificates.approving.proposing import approve
from certificates.models import ApprovalSettings, Credential, CredentialEvent, Proposal
from courses.admin.work import work_for
from people.act_kinds import ActKind
from people.models import Act
from tests import make
from tests.certificates.admin.pages import SECRET, change_url, record_url, send_change
from tests.certificates.approving.making import (
    EXPLANATION,
    approve_from_now_on,
    proposed,
    proposed_list,
)
from tests.certificates.changing_many import credentials

pytestmark = pytest.mark.django_db
INDEX = "/admin/credential-proposals/"
SETTING = "/admin/settings/certificates/approvalsettings/1/"


@pytest.fixture
def other(registrar):
    return make.registrar(full_name="Noor Haddad")


@pytest.fixture
def others_browser(other):
    browser = Client()
    browser.force_login(other)
    return browser


@pytest.fixture
def credential(registrar):
    holder = make.user(full_name="Ada Okafor")
    return make.credential(make.award(valid_months=24), holder, at=timezone.now())


def words_of(response):
    return " ".join(html.unescape(response.content.decode()).split())


def address_of(proposal):
    return reverse("proposals:proposal", args=[proposal.pk])


def decide(browser, proposal, decision, **form):
    return browser.post(address_of(proposal), {"decision": decision, **form}, follow=True)


class TestTheStory:
    def test_of_a_revocation_proposed_and_approved(
        self, client, registrar, others_browser, other, credential
    ):
        approve_from_now_on("revoke")
        page = words_of(client.get(change_url(credential, "revoke")))
        assert "On this site another registrar approves this." in page
        response = send_change(client, credential, "revoke")
        proposal = Proposal.objects.get()
        assert response.redirect_chain[-1][0] == address_of(proposal)
        page = words_of(response)
        assert "It waits for another registrar." in page
        assert "Take it back" in page
        assert "Approve: it is done at once" not in page
        assert "Waits for approval:" in words_of(client.get(record_url(credential)))

        page = words_of(others_browser.get(address_of(proposal)))
        for shown in (
            *("Ada Okafor", credential.number, credential.award_name, SECRET),
            *(
                "Please send it.",
                "Current",
                "Revoked",
                "Rosa Adeyemi",
                "Approve: it is done at once",
            ),
        ):
            assert shown in page
        page = words_of(decide(others_browser, proposal, "approve"))
        assert "You approved it, and it is done." in page
        assert CredentialEvent.objects.get(kind="revoked").approved_by == other
        record = words_of(client.get(record_url(credential)))
        assert "Approved by" in record
        assert "Noor Haddad" in record

    def test_of_one_that_is_declined_in_words(self, client, others_browser, registrar, credential):
        approve_from_now_on("revoke")
        proposal = proposed("revoke", credential, registrar)
        response = decide(others_browser, proposal, "decline")
        assert response.status_code == 422
        assert "Please say to whoever proposed it why not." in words_of(response)
        decide(others_browser, proposal, "decline", answer="The form is here.")
        page = words_of(client.get(address_of(proposal)))
        assert "Noor Haddad" in page
        assert "The form is here." in page
        assert not CredentialEvent.objects.filter(kind="revoked").exists()

    def test_of_one_that_is_taken_back(self, client, registrar, credential):
        approve_from_now_on("revoke")
        proposal = proposed("revoke", credential, registrar)
        assert "You took it back." in words_of(decide(client, proposal, "take_back"))
        assert Proposal.objects.get().state == "withdrawn"

    def test_of_one_that_is_stale(self, others_browser, other, registrar, credential):
        approve_from_now_on("revoke")
        proposal = proposed("revoke", credential, registrar)
        approve_from_now_on()
        send_change(others_browser, credential, "suspend")
        page = words_of(others_browser.get(address_of(proposal)))
        assert "cannot be done any more as it was proposed" in page
        assert "Approve: it is done at once" not in page
        response = decide(others_browser, proposal, "approve")
        assert response.status_code == 422
        assert "nothing was" in words_of(response)
        assert Proposal.objects.get().is_waiting

    def test_whoever_proposed_it_is_refused(self, client, registrar, credential):
        approve_from_now_on("revoke")
        proposal = proposed("revoke", credential, registrar)
        response = decide(client, proposal, "approve")
        assert response.status_code == 422
        assert "You proposed this yourself" in words_of(response)
        assert Proposal.objects.get().is_waiting

    def test_whose_own_certificate_it_is_reads_why_not(self, others_browser, other, registrar):
        own = make.credential(make.award(), other)
        approve_from_now_on("suspend")
        page = words_of(others_browser.get(address_of(proposed("suspend", own, registrar))))
        assert "This is your own certificate." in page
        assert 'value="approve"' not in page
        assert 'value="decline"' not in page


class TestOtherDoors:
    def test_another_name(self, client, registrar, others_browser, credential):
        approve_from_now_on("replace")
        form = {"last_seen": 1, "name": "Ada Lund", "reason": "Married."}
        url = reverse("credentials:replace", args=[credential.pk])
        assert "another registrar approves" in words_of(client.get(url))
        response = client.post(url, form, follow=True)
        assert "It waits for another registrar" in words_of(response)
        assert Credential.objects.count() == 1
        page = words_of(others_browser.get(address_of(Proposal.objects.get())))
        assert "Replaced, without a name. A new number shows Ada Lund" in page

    def test_issuing_by_hand(self, client, registrar, others_browser):
        approve_from_now_on("issue")
        award, holder = make.award(valid_months=24), make.user(full_name="Ada Okafor")
        form = {
            "award": award.pk,
            "email": holder.email,
            "name": "",
            "evidence": "Seen on paper.",
            "says": "award",
            "words": "",
            "attested_hours": "",
            "attested_by": "",
        }
        url = reverse("credentials:issue")
        assert "another registrar approves" in words_of(client.post(url, form))
        response = client.post(url, {**form, "confirmed": "yes"}, follow=True)
        assert "It waits for another registrar" in words_of(response)
        assert not Credential.objects.exists()
        proposal = Proposal.objects.get()
        page = words_of(others_browser.get(address_of(proposal)))
        for shown in ("Ada Okafor", award.name, "Has completed the course.", "Seen on paper."):
            assert shown in page
        assert "Nothing: there is no number yet." in page
        decide(others_browser, proposal, "approve")
        assert Credential.objects.get().holder == holder

    def test_a_list_shows_each_line(self, client, registrar, others_browser):
        approve_from_now_on("revoke_many")
        rows = credentials(3)
        proposal = proposed_list(registrar, *rows, "PSW-2222-2222-2222")
        page = words_of(others_browser.get(address_of(proposal)))
        assert "Will be done: 3" in page
        assert "Left out: 1" in page
        assert all(row.number in page for row in rows)
        change_at = reverse("bulk_changes:change", args=[proposal.bulk_change_id])
        assert client.get(change_at).url == address_of(proposal)
        dropped = client.post(
            reverse("bulk_changes:drop", args=[proposal.bulk_change_id]), follow=True
        )
        assert "stays on record for half a year" in words_of(dropped)
        decide(others_browser, proposal, "approve")
        assert proposal.bulk_change.lines.filter(state="owed").count() == 3


class TestTheQueue:
    def test_it_is_on_the_first_page_of_others_with_its_age(self, registrar, other, credential):
        approve_from_now_on("revoke")
        proposal = proposed("revoke", credential, registrar, at=timezone.now())
        (item,) = [each for each in work_for(other) if each.url == INDEX]
        assert item.text == "One act of another registrar waits for your approval."
        assert not [each for each in work_for(registrar) if each.url == INDEX]
        Proposal.objects.filter(pk=proposal.pk).update(
            proposed_at=timezone.now() - timedelta(days=8)
        )
        (item,) = [each for each in work_for(other) if each.url == INDEX]
        assert "The oldest has waited since" in item.text

    def test_what_waits_comes_first_and_what_is_approved_here_is_said(
        self, client, registrar, other
    ):
        approve_from_now_on("revoke", "suspend")
        approve(proposed("suspend", make.credential(), registrar), by=other, at=timezone.now())
        proposed("revoke", make.credential(), registrar)
        page = words_of(client.get(INDEX))
        assert page.index("Waits for another registrar") < page.index("Approved, and done")
        assert "another registrar approves: Suspend, Revoke, Suspend many, Revoke many." in page

    def test_it_costs_the_same_for_one_and_for_three(self, client, registrar, other):
        approve_from_now_on("revoke")
        client.get(INDEX)
        counts = []
        for _round in range(2):
            proposed("revoke", make.credential(), registrar)
            with CaptureQueriesContext(connection) as queries:
                client.get(INDEX)
            counts.append(len(queries))
            for _more in range(2):
                proposed("revoke", make.credential(), registrar)
        assert counts[0] == counts[1]

    def test_a_page_of_fifty_lines_costs_what_one_of_two_does(self, registrar, others_browser):
        approve_from_now_on("suspend_many")
        others_browser.get(INDEX)
        counts = []
        for number in (2, 20):
            proposal = proposed_list(registrar, *credentials(number), kind="suspend")
            with CaptureQueriesContext(connection) as queries:
                assert others_browser.get(address_of(proposal)).status_code == 200
            counts.append(len(queries))
        assert counts[0] == counts[1]

    def test_trainers_and_learners_are_refused(self, client, registrar, credential):
        approve_from_now_on("revoke")
        proposal = proposed("revoke", credential, registrar)
        trainer = make.user()
        trainer.groups.add(Group.objects.get(name="Trainers"))
        client.force_login(trainer)
        for url in (INDEX, address_of(proposal)):
            response = client.get(url)
            assert response.status_code == 302
            assert SECRET not in words_of(client.get(url, follow=True))


class TestPrivacy:
    @pytest.mark.parametrize("state", ["waiting", "declined"])
    def test_nobody_outside_learns_of_what_was_proposed(
        self, client, registrar, others_browser, state
    ):
        holder = make.user(full_name="Ada Okafor")
        credential = make.credential(make.award(), holder)
        approve_from_now_on("revoke")
        proposal = proposed("revoke", credential, registrar, reason=SECRET)
        if state == "declined":
            decide(others_browser, proposal, "decline", answer=f"No: {SECRET}")
        number = reverse("certificates:verify_number", args=[credential.number])
        stranger, own = Client(), Client()
        own.force_login(holder)
        pages = [
            stranger.get(number),
            stranger.get(number, headers={"accept": "application/json"}),
            own.get(reverse("certificates:held", args=[credential.number])),
        ]
        for page in pages:
            assert page.status_code == 200
            shown = words_of(page)
            assert SECRET not in shown
            assert EXPLANATION not in shown
            assert "evoked" not in shown.replace("not revoked", "")


class TestTheSetting:
    @pytest.fixture
    def admin(self, registrar):
        ApprovalSettings.objects.create(pk=1)
        person = make.user(full_name="Alma Admin", is_superuser=True)
        browser = Client()
        browser.force_login(person)
        return browser

    def test_it_says_what_is_a_rule_already(self, admin):
        page = words_of(admin.get(SETTING))
        assert "Always done by another registrar than those who revoked it" in page
        assert "Nobody approves what they proposed" in page

    def test_ticked_an_act_waits_from_then_on_and_the_log_says_who_ticked_it(
        self, admin, client, credential
    ):
        response = admin.post(SETTING, {"revoke": "on", "opened_with": ""}, follow=True)
        assert response.status_code == 200
        assert ApprovalSettings.objects.get().revoke
        assert Act.objects.filter(
            kind=ActKind.CHANGED, subject_kind="certificates.approvalsettings"
        ).exists()
        send_change(client, credential, "revoke")
        assert Proposal.objects.get().is_waiting

    def test_one_that_another_saved_meanwhile_is_not_written_over(self, admin):
        page = admin.get(SETTING)
        opened = page.context["form"]["opened_with"].value()
        approve_from_now_on("suspend")
        response = admin.post(SETTING, {"revoke": "on", "opened_with": opened})
        assert "Somebody else saved this" in words_of(response)
        assert not ApprovalSettings.objects.get().revoke

    def test_on_a_site_with_one_registrar_it_says_that_nobody_could_approve(self, admin, registrar):
        registrar.groups.clear()
        response = admin.post(SETTING, {"revoke": "on", "opened_with": ""})
        assert "Nobody could approve what another proposes" in words_of(response)
        assert not ApprovalSettings.objects.get().revoke
        admin.post(SETTING, {"opened_with": ""})
        assert not ApprovalSettings.objects.get().revoke

    def test_where_the_others_are_gone_whoever_proposed_is_told(
        self, client, registrar, credential
    ):
        approve_from_now_on("revoke")
        proposal = proposed("revoke", credential, registrar)
        page = words_of(client.get(address_of(proposal)))
        assert "Nobody else here could approve this at present." in page

    def test_registrars_do_not_change_it(self, admin, client):
        assert client.get(SETTING).status_code == 302
        client.post(SETTING, {"revoke": "on"})
        assert not ApprovalSettings.objects.get().revoke
