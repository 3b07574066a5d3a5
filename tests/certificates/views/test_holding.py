"""The holder's side: signing a statement, and fetching one's own certificate."""

import logging

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from certificates.models import Attestation, Credential, certificate_storage
from certificates.preparing import prepare
from tests import make
from tests.make import NOON

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def site():
    make.home()


@pytest.fixture
def ready():
    credential = make.credential()
    prepare(str(credential.pk), at=NOON)
    credential.refresh_from_db()
    return credential


def address(credential):
    return reverse("certificates:pdf", args=[credential.number])


class TestTheCertificate:
    def test_its_holder_gets_the_same_bytes_every_time(self, client, ready):
        client.force_login(ready.holder)
        first = client.get(address(ready))
        assert first["Content-Type"] == "application/pdf"
        assert ready.number in first["Content-Disposition"]
        assert "no-store" in first["Cache-Control"]
        with certificate_storage().open(ready.pdf.name) as file:
            assert first.content == file.read()
        ready.holder.full_name = "Somebody Else"
        ready.holder.save()
        ready.award.name = "Another"
        ready.award.save()
        for _ in range(20):
            assert client.get(address(ready)).content == first.content

    def test_its_number_is_read_in_any_case(self, client, ready):
        client.force_login(ready.holder)
        assert (
            client.get(address(ready).replace(ready.number, ready.number.lower())).status_code
            == 200
        )

    def test_a_registrar_may_read_it_too(self, client, ready):
        client.force_login(make.registrar())
        assert client.get(address(ready)).status_code == 200

    @pytest.mark.parametrize("visitor", ["stranger", "trainer"])
    def test_for_everybody_else_it_does_not_exist(self, client, ready, visitor):
        client.force_login(make.user() if visitor == "stranger" else make.staff())
        assert client.get(address(ready)).status_code == 404

    def test_a_visitor_is_asked_to_sign_in(self, client, ready):
        response = client.get(address(ready))
        assert response.status_code == 302
        assert "/accounts/login/" in response["Location"]

    def test_a_mistyped_number_is_no_page_before_any_look_up(
        self, client, ready, django_assert_max_num_queries
    ):
        client.force_login(ready.holder)
        client.get("/certificates/nothing.pdf")
        with django_assert_max_num_queries(12):
            assert client.get("/certificates/PSW-2222-2222-2223.pdf").status_code == 404
        assert client.get("/certificates/%20.pdf").status_code == 404

    def test_one_that_is_being_made_says_so(self, client):
        credential = make.credential()
        client.force_login(credential.holder)
        response = client.get(address(credential))
        assert response.status_code == 202
        assert "being made" in response.content.decode()

    def test_one_that_could_not_be_made_says_why_and_that_the_award_stands(self, client):
        credential = make.credential()
        Credential.objects.update(pdf_problem="We have no letters for this name yet.")
        client.force_login(credential.holder)
        response = client.get(address(credential))
        page = response.content.decode()
        assert response.status_code == 404
        assert "We have no letters for this name yet." in page
        assert "Your award stands" in page

    def test_a_file_that_was_altered_is_never_handed_out(self, client, ready, caplog):
        Credential.objects.update(pdf_sha256="0" * 64)
        client.force_login(ready.holder)
        with caplog.at_level(logging.ERROR, logger="certificates"):
            response = client.get(address(ready))
        assert response.status_code == 503
        assert str(ready.pk) in caplog.text
        assert ready.holder.email not in caplog.text


class TestSigningAStatement:
    @pytest.fixture(autouse=True)
    def signed_in(self, client):
        self.learner = make.user(full_name="Ada Okafor")
        self.version = make.statement()
        self.url = reverse("certificates:sign", args=[self.version.statement.slug])
        client.force_login(self.learner)

    def sign(self, client, **changes):
        return client.post(
            self.url, {"typed_name": "Ada Okafor", "version": self.version.pk, **changes}
        )

    def test_the_text_is_shown_with_its_version_and_a_place_to_sign(self, client):
        page = client.get(self.url).content.decode()
        assert "I meet each person as an equal." in page
        assert 'name="typed_name"' in page
        assert "Version 1" in page

    def test_signing_keeps_the_name_as_typed_and_the_version(self, client):
        response = self.sign(client, typed_name="ADA  okafor")
        assert response.status_code == 302
        assert response["Location"] == "/learn/"
        signature = Attestation.objects.get()
        assert (signature.typed_name, signature.version) == ("ADA okafor", self.version)
        page = client.get(self.url).content.decode()
        assert "Signed as Ada Okafor" in page
        assert 'name="typed_name"' not in page

    def test_a_signature_under_a_former_name_is_shown_as_it_was_given(self, client):
        self.sign(client)
        self.learner.full_name = "Ada Lovelace"
        self.learner.save()
        assert "Signed as Ada Okafor" in client.get(self.url).content.decode()

    def test_a_name_that_cannot_be_printed_is_said_before_and_after_and_signs_all_the_same(
        self, client
    ):
        make.award(statement=self.version)
        self.learner.full_name = "Ada 𒀀"
        self.learner.save()
        sentence = "We cannot print “Ada 𒀀” yet"
        page = client.get(self.url).content.decode()
        assert sentence in page
        assert reverse("account_profile") in page.split(sentence)[1].split("</div>")[0]
        assert (
            sentence
            in client.post(
                self.url, {"typed_name": "Ada 𒀀", "version": self.version.pk}, follow=True
            ).content.decode()
        )
        assert Attestation.objects.count() == 1
        assert not Credential.objects.exists()

    @pytest.mark.parametrize("name", ["12345", "...", "\u200d\u200d"])
    def test_what_is_no_name_signs_nothing(self, client, name):
        self.learner.full_name = name
        self.learner.save()
        response = self.sign(client, typed_name=name)
        assert response.status_code == 422
        assert "needs at least one letter" in response.content.decode()
        assert not Attestation.objects.exists()

    def test_a_name_that_can_be_printed_is_not_spoken_of(self, client):
        assert "Change my name" not in client.get(self.url).content.decode()

    @pytest.mark.parametrize("typed", ["", "Ada", "x" * 500, "Ada Okafor\u202eX"])
    def test_another_name_is_asked_for_again_and_nothing_typed_is_lost(self, client, typed):
        response = self.sign(client, typed_name=typed)
        assert response.status_code == 422
        assert typed in response.content.decode()
        assert not Attestation.objects.exists()

    @pytest.mark.parametrize("version", ["", "abc", "999999999999999999999999"])
    def test_a_version_that_makes_no_sense_signs_nothing_it_did_not_show(self, client, version):
        assert self.sign(client, version=version).status_code in {302, 422}

    def test_a_text_that_changed_is_shown_before_it_is_signed(self, client):
        self.version.statement.versions.create(
            version="2", text="<p>A new promise.</p>", published_at=NOON
        )
        assert self.sign(client).status_code == 302
        assert not Attestation.objects.exists()
        assert "A new promise." in client.get(self.url).content.decode()

    def test_reading_writes_nothing(self, client):
        client.get(self.url)  # what every page remembers is remembered now
        with CaptureQueriesContext(connection) as queries:
            client.get(self.url)
        assert not [q for q in queries if q["sql"].startswith(("INSERT", "UPDATE", "DELETE"))]

    def test_a_statement_without_a_text_is_no_page(self, client):
        self.version.delete()
        assert client.get(self.url).status_code == 404
