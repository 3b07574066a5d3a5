"""Each issuer has its own name, mark, prefix and address, wherever it is shown."""

from io import BytesIO

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse
from PIL import Image

from certificates.issuing import issue_by_hand
from certificates.marks import SIDE, mark_from
from certificates.models import Credential, Issuer, IssuerMark
from certificates.preparing import notify_of_changes, prepare
from certificates.revoking import revoke, suspend
from courses.uploads.exceptions import PictureNotWhole, PictureTooLarge
from tests import make
from tests.certificates.rendering import words_of as printed
from tests.certificates.views.verify_page import as_json, page, words_of
from tests.make import DAY, NOON

pytestmark = pytest.mark.django_db


def picture(kind="PNG", size=(800, 400)):
    file = BytesIO()
    Image.new("RGB", size, (168, 79, 45)).save(file, kind)
    return file.getvalue()


@pytest.fixture
def harbour():
    make.home()
    make.issuer()
    return make.issuer(
        name="Harbour House",
        prefix="HH",
        email="ask@harbour.example",
        url="https://harbour.example/",
        signatory_name="Beth Kowalski",
        mark=IssuerMark.of(mark_from(BytesIO(picture()))),
    )


@pytest.fixture
def credential(harbour):
    return make.credential(make.award(issuer=harbour))


class TestASecondIssuer:
    def test_the_page_and_the_answer_for_programs_are_its_own(self, client, credential):
        shown = page(client, credential)
        said = words_of(shown).split("Compare these with the paper")[1].split("Please treat")[0]
        for words in ["Harbour House", "Beth Kowalski", "ask@harbour.example"]:
            assert words in said
        assert "Peerwork" not in said
        assert f"/issuers/marks/{credential.mark.sha256}.png" in shown.content.decode()
        assert 'href="https://harbour.example/"' in shown.content.decode()
        answer = as_json(client, credential)[1]
        assert answer["issuer"] == "Harbour House"
        assert answer["issuer_url"] == "https://harbour.example/"
        assert answer["issuer_email"] == "ask@harbour.example"
        assert "Peerwork" not in str(answer)
        assert answer["number"].startswith("HH-")

    def test_the_paper_is(self, credential):
        prepare(str(credential.pk), at=NOON)
        credential.refresh_from_db()
        with credential.pdf.open("rb") as file:
            said = printed(file.read())
        assert "Harbour House" in said
        assert "Peerwork" not in said

    def test_the_letters_are(self, credential):
        prepare(str(credential.pk), at=NOON)
        suspend(credential, by=make.user(), reason="x", at=NOON)
        notify_of_changes(str(credential.pk), at=NOON)
        assert len(mail.outbox) == 2
        for letter in mail.outbox:
            assert letter.from_email.startswith("Harbour House <")
            assert letter.reply_to == ["ask@harbour.example"]
            assert "Harbour House" in letter.subject
            for body in (letter.body, letter.alternatives[0].content):
                assert "Peerwork" not in body
                assert "ask@harbour.example" in body

    def test_the_holders_page_is(self, client, credential):
        client.force_login(credential.holder)
        shown = client.get(reverse("certificates:held", args=[credential.number]))
        assert "answered by Harbour House" in words_of(shown)
        assert "ask@harbour.example" in words_of(shown)

    def test_the_mark_is_that_of_the_day(self, harbour, credential):
        first = harbour.mark
        harbour.mark = IssuerMark.of(mark_from(BytesIO(picture(size=(50, 50)))))
        harbour.save()
        credential.refresh_from_db()
        assert credential.mark == first
        assert make.credential(credential.award).mark == harbour.mark


class TestThePrefix:
    def test_no_two_share_one(self, harbour):
        with pytest.raises(IntegrityError), transaction.atomic():
            Issuer.objects.update(prefix="HH")

    def test_a_registrar_is_told_kindly(self, client, harbour, settings):
        settings.STAFF_NEED_SECOND_FACTOR = False
        client.force_login(make.registrar())
        response = client.post(reverse("issuers:add"), form(prefix="HH"))
        assert "Another issuer has this prefix already." in response.content.decode()
        assert Issuer.objects.count() == 2


def form(**fields):
    return {
        "name": "Third",
        "prefix": "TH",
        "email": "ask@third.example",
        "time_zone": "UTC",
        "signatory_name": "Rosa",
        "signatory_role": "Registrar",
        "signatories-TOTAL_FORMS": "0",
        "signatories-INITIAL_FORMS": "0",
        **fields,
    }


class TestTheStaffPages:
    @pytest.fixture(autouse=True)
    def registrar(self, client, settings):
        settings.STAFF_NEED_SECOND_FACTOR = False
        make.home()
        client.force_login(make.registrar())

    def send(self, client, content, name="mark.png"):
        upload = SimpleUploadedFile(name, content)
        return client.post(reverse("issuers:add"), form(new_mark=upload))

    @pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
    def test_a_picture_becomes_its_mark_small_and_clean(self, client, kind):
        assert self.send(client, picture(kind)).status_code == 302
        mark = Issuer.objects.get().mark
        with Image.open(BytesIO(bytes(mark.png))) as shown:
            assert (shown.format, shown.size) == ("PNG", (SIDE, SIDE // 2))
        response = client.get(reverse("certificates:mark", args=[mark.sha256]))
        assert response["Content-Type"] == "image/png"
        assert "immutable" in response["Cache-Control"]

    @pytest.mark.parametrize(
        "content", [b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"%PDF-1.7", b"x" * 99]
    )
    def test_what_is_no_picture_is_refused_kindly(self, client, content):
        response = self.send(client, content)
        assert "This is not a picture that we can read." in response.content.decode()
        assert not Issuer.objects.exists()

    def test_it_may_have_none_and_needs_an_address(self, client):
        assert client.post(reverse("issuers:add"), form(email="")).status_code == 200
        assert not Issuer.objects.exists()
        assert client.post(reverse("issuers:add"), form()).status_code == 302
        assert Issuer.objects.get().mark is None

    def test_one_without_an_address_is_spoken_of_on_the_first_page(self, client):
        issuer = make.issuer(email="")
        url = reverse("issuers:edit", args=[issuer.pk])
        assert url in client.get(reverse("wagtailadmin_home")).content.decode()

    def test_issuing_to_one_whose_award_was_revoked_warns(self, client):
        award, holder = make.award(), make.user()
        revoked = make.credential(award, holder)
        sent = {"award": award.pk, "email": holder.email, "evidence": "Seen.", "says": "award"}
        revoke(revoked, by=make.user(), reason="It was another person’s work.", at=NOON)
        shown = client.post(reverse("credentials:issue"), sent).content.decode()
        assert "A certificate of this person was revoked." in shown
        assert revoked.number in shown
        assert "It was another person’s work." in shown
        client.post(reverse("credentials:issue"), {**sent, "confirmed": "yes"})
        assert Credential.objects.filter(holder=holder).count() == 2

    def test_issuing_to_anybody_else_does_not(self, client):
        award = make.award()
        sent = {"award": award.pk, "email": make.user().email, "evidence": "x", "says": "award"}
        assert "was revoked" not in client.post(reverse("credentials:issue"), sent).content.decode()


def test_a_picture_that_would_fill_the_memory_is_not_opened():
    file = BytesIO()
    Image.new("1", (8000, 8000)).save(file, "PNG")
    with pytest.raises(PictureTooLarge):
        mark_from(BytesIO(file.getvalue()))


def test_a_picture_that_breaks_off_is_not_taken():
    whole = picture("JPEG")
    with pytest.raises(PictureNotWhole):
        mark_from(BytesIO(whole[: len(whole) // 2]))


def test_one_picture_is_kept_once():
    png = mark_from(BytesIO(picture()))
    assert IssuerMark.of(png) == IssuerMark.of(png)
    assert IssuerMark.objects.count() == 1


def test_a_further_cycle_after_a_revocation_is_another_number(harbour):
    award, holder = make.award(issuer=harbour), make.user()
    first = make.credential(award, holder)
    revoke(first, by=make.user(), reason="x", at=NOON)
    second = issue_by_hand(award, holder, evidence="x", by=make.user(), at=NOON + DAY)
    assert (first.cycle, second.cycle) == (1, 2)
