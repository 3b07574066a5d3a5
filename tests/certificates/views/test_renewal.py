"""The holder's checklist: what, by when, how far; entering hours; and nobody else's."""

import io
import re

import pytest
import time_machine
from django.core.files.storage import FileSystemStorage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from PIL import Image

from certificates.models import HolderRequest, RenewalEvidence, RenewalSignature
from certificates.renewal.rules import Category, LateStep, Rule
from certificates.renewal_evidence import accept_evidence, ask_back
from tests import make
from tests.certificates.renewal import making
from tests.certificates.views.verify_page import words_of
from tests.make import DAY, NOON

pytestmark = pytest.mark.django_db
IN_TIME = NOON + 700 * DAY
RULE = Rule(
    minutes=1200,
    categories=(Category("ethics", "Ethics", least=360),),
    late=(LateStep(30, "a late fee", keeps_dates=True),),
    needs_word=True,
)


@pytest.fixture
def statement():
    return make.statement()


@pytest.fixture
def credential(statement):
    make.home()
    award = make.award(valid_months=24)
    making.rule_of(award, RULE.with_statement(statement.statement.slug))
    return make.credential(award, make.user(full_name="Ada Okafor"))


@pytest.fixture
def holder(client, credential):
    with time_machine.travel(IN_TIME, tick=False):
        client.force_login(credential.holder)
        yield client


def url(credential, name, *more):
    return reverse(f"certificates:{name}", args=[credential.number, *more])


def hours(**fields):
    return {
        "category": "ethics",
        "title": "Keeping confidences",
        "provider": "River College",
        "done_on": "2027-05-01",
        "hours": "6",
        **fields,
    }


def photo():
    content = io.BytesIO()
    Image.new("RGB", (40, 30), "white").save(content, "PNG")
    return SimpleUploadedFile("paper.png", content.getvalue(), "image/png")


class TestTheChecklist:
    def test_it_says_what_by_when_and_how_far(self, holder, credential):
        page_text = words_of(holder.get(url(credential, "renewal")))
        for words in [
            "You can renew it now. Its last day is 23 November 2028.",
            "20 hours of continuing education (0 hours count, 20 hours to go)",
            "Of these at least 6 hours: Ethics (0 hours count, 6 hours to go)",
            "Sign “Code of ethics” again (Still to do)",
            "The word of your supervisor (Still to do)",
            "Until 30 days after its last day it can be renewed late, with a late fee",
        ]:
            assert words in page_text

    def test_the_page_of_the_certificate_says_it_too(self, holder, credential):
        page_text = words_of(holder.get(url(credential, "held")))
        assert "20 hours of continuing education" in page_text
        assert url(credential, "renewal") in holder.get(url(credential, "held")).content.decode()

    @pytest.mark.parametrize(
        ("days", "words"),
        [
            (10, "You can ask to renew it from 25 August 2028."),
            (732, "You can still renew it late. Until 23 December 2028."),
            (900, "The award is earned anew."),
        ],
    )
    def test_what_it_says_of_the_day(self, client, credential, days, words):
        with time_machine.travel(NOON + days * DAY, tick=False):
            client.force_login(credential.holder)
            assert words in words_of(client.get(url(credential, "renewal")))

    def test_how_many_entries_there_are_costs_no_query_more(self, holder, credential):
        def queries():
            with CaptureQueriesContext(connection) as caught:
                holder.get(url(credential, "renewal"))
            return len(caught)

        making.evidence(credential)
        queries()
        few = queries()
        for _ in range(3):
            making.evidence(credential)
        assert queries() == few

    def test_without_a_rule_there_is_none(self, client):
        make.home()
        credential = make.credential(make.award(valid_months=24))
        client.force_login(credential.holder)
        assert client.get(url(credential, "renewal")).status_code == 404
        assert "To renew it" not in words_of(client.get(url(credential, "held")))

    def test_it_is_said_in_spanish_too(self, holder, credential):
        credential.holder.language = "es"
        credential.holder.save()
        page_text = words_of(holder.get(url(credential, "renewal")))
        assert "Para renovar tu certificado" in page_text
        assert " hours " not in page_text


class TestEntering:
    def test_hours_are_entered_with_a_photo(self, holder, credential, monkeypatch, tmp_path):
        field = RenewalEvidence._meta.get_field("file")
        monkeypatch.setattr(field, "storage", FileSystemStorage(tmp_path))
        sent = hours(file=photo())
        response = holder.post(url(credential, "enter_evidence", "hours"), sent, follow=True)
        page_text = words_of(response)
        assert "It is entered." in page_text
        assert "Keeping confidences" in page_text
        assert "Waits to be looked at" in page_text
        assert "(0 hours count, 6 hours wait to be looked at, 14 hours to go)" in page_text
        row = RenewalEvidence.objects.get()
        file = holder.get(url(credential, "evidence_file", row.pk))
        assert file["Content-Type"] == "image/png"
        assert file["Content-Disposition"] == 'attachment; filename="2027-05-01.png"'
        assert "no-store" in file["Cache-Control"]

    @pytest.mark.parametrize(
        ("fields", "words"),
        [
            ({"done_on": "2030-01-01"}, "This day is still to come"),
            ({"done_on": "2026-11-22"}, "before your certificate was issued"),
            ({"hours": "0"}, "greater than or equal to 0.25"),
            ({"title": ""}, "This field is required"),
            ({"category": "unknown"}, "Select a valid choice"),
            ({"file": SimpleUploadedFile("a.pdf", b"MZ no pdf")}, "Choose a PDF or a picture."),
        ],
    )
    def test_what_cannot_be_is_refused_and_what_was_typed_stays(
        self, holder, credential, fields, words
    ):
        response = holder.post(url(credential, "enter_evidence", "hours"), hours(**fields))
        assert response.status_code == 422
        assert words in words_of(response)
        assert "River College" in response.content.decode()
        assert not RenewalEvidence.objects.exists()

    def test_the_form_pressed_twice_enters_once(self, holder, credential):
        address = url(credential, "enter_evidence", "hours")
        page = holder.get(address).content.decode()
        entry = re.search(r'name="entry" value="([0-9a-f-]+)"', page)[1]
        for _press in range(2):
            assert holder.post(address, hours(entry=entry)).status_code == 302
        assert RenewalEvidence.objects.count() == 1
        assert entry not in holder.get(address).content.decode()

    def test_a_supervisors_word_is_entered_and_waits(self, holder, credential):
        page = holder.get(url(credential, "enter_evidence", "word")).content.decode()
        assert 'name="hours"' not in page
        sent = {"title": "All seen", "provider": "Rosa", "done_on": "2028-05-01"}
        response = holder.post(url(credential, "enter_evidence", "word"), sent, follow=True)
        assert "The word of your supervisor (It waits to be looked at)" in words_of(response)

    def test_what_was_asked_back_says_why_and_is_corrected(self, holder, credential):
        evidence = making.evidence(credential, title="Ward")
        rosa = make.user(full_name="Rosa")
        ask_back(evidence, answer="Which hours were online?", by=rosa, at=IN_TIME)
        page_text = words_of(holder.get(url(credential, "renewal")))
        assert "Needs another look" in page_text
        assert "Which hours were online?" in page_text
        change = url(credential, "change_evidence", evidence.pk)
        assert "Which hours were online?" in words_of(holder.get(change))
        response = holder.post(change, hours(title="Ward, in the room"), follow=True)
        assert "Waits to be looked at" in words_of(response)

    def test_one_is_removed_until_it_was_accepted(self, holder, credential):
        first, second = (making.evidence(credential) for _ in range(2))
        accept_evidence(second, by=make.user(), at=IN_TIME)
        for evidence in (first, second):
            holder.post(url(credential, "remove_evidence", evidence.pk))
        assert RenewalEvidence.objects.get() == second
        response = holder.get(url(credential, "change_evidence", second.pk), follow=True)
        assert "This entry was accepted" in words_of(response)

    def test_the_statement_is_read_and_signed_again(self, holder, credential, statement):
        address = url(credential, "sign_again")
        assert "I meet each person as an equal." in words_of(holder.get(address))
        wrong = holder.post(address, {"version": statement.pk, "typed_name": "Nobody"})
        assert wrong.status_code == 422
        right = {"version": statement.pk, "typed_name": "Ada Okafor"}
        page_text = words_of(holder.post(address, right, follow=True))
        assert "Sign “Code of ethics” again (Done)" in page_text
        assert RenewalSignature.objects.get().version == statement

    def test_when_all_is_brought_the_holder_asks_for_it(self, holder, credential, statement):
        renew = url(credential, "renew")
        assert "still missing" in words_of(holder.get(renew, follow=True))
        for category, number in (("ethics", 6), ("other", 14)):
            sent = hours(category=category, hours=number, title=category)
            holder.post(url(credential, "enter_evidence", "hours"), sent)
        word = {"title": "All seen", "provider": "Rosa", "done_on": "2028-05-01"}
        holder.post(url(credential, "enter_evidence", "word"), word)
        signed = {"version": statement.pk, "typed_name": "Ada Okafor"}
        holder.post(url(credential, "sign_again"), signed)
        assert renew in holder.get(url(credential, "renewal")).content.decode()
        holder.post(renew, {"words": ""})
        assert HolderRequest.objects.get().kind == "renewal"
        assert "You have asked to renew it" in words_of(holder.get(url(credential, "renewal")))


class TestWhose:
    def test_nobody_else_finds_any_of_it(self, holder, credential):
        evidence = making.evidence(credential)
        stranger = Client()
        stranger.force_login(make.user())
        addresses = [
            url(credential, "renewal"),
            url(credential, "sign_again"),
            url(credential, "enter_evidence", "hours"),
            url(credential, "change_evidence", evidence.pk),
            url(credential, "evidence_file", evidence.pk),
        ]
        assert {stranger.get(address).status_code for address in addresses} == {404}
        assert stranger.post(addresses[2], hours()).status_code == 404
        remove = url(credential, "remove_evidence", evidence.pk)
        assert stranger.post(remove).status_code == 404
        assert RenewalEvidence.objects.count() == 1

    def test_not_even_by_the_number_of_a_certificate_of_ones_own(self, holder, credential):
        evidence = making.evidence(credential)
        mine = make.credential(credential.award, make.user(full_name="Eve Moss"))
        eve = Client()
        eve.force_login(mine.holder)
        for name in ("change_evidence", "evidence_file"):
            assert eve.get(url(mine, name, evidence.pk)).status_code == 404
        assert eve.post(url(mine, "remove_evidence", evidence.pk)).status_code == 404

    def test_whoever_checks_the_certificate_reads_none_of_it(self, holder, credential):
        making.evidence(credential, title="Something private")
        page = Client().get(url(credential, "verify_number")).content.decode()
        assert "Something private" not in page

    def test_a_kind_that_is_none_is_not_there(self, holder, credential):
        assert holder.get(url(credential, "enter_evidence", "money")).status_code == 404
