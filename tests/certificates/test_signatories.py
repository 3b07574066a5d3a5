"""Up to four people sign a certificate, each with a signature; what was issued stays as it was."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import ProtectedError
from django.urls import reverse
from PIL import Image

from certificates.designs import DESIGNS
from certificates.following import renew_credential, replace_credential
from certificates.marks import SIGNATURE_SIZE, NoSignature, signature_from
from certificates.models import Award, Credential, Issuer, Signatory, SignatorySet
from certificates.pdf import render_certificate
from certificates.preparing import prepare, public_url
from certificates.samples import SampleName, sample_of
from certificates.signatories import signing
from courses.uploads.exceptions import NotAPicture, PictureTooLarge, UnusableFile
from tests import make
from tests.certificates.rendering import opened, rendered, words_of
from tests.certificates.signing import (
    LONG,
    PEOPLE,
    add_signatories,
    drawn,
    file_of,
    signature,
    signed_by,
)
from tests.certificates.test_issuers import form
from tests.certificates.views.verify_page import as_json, page
from tests.certificates.views.verify_page import words_of as said_on
from tests.make import DAY, NOON

TODAY = NOON.date()


class TestASignature:
    @pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
    def test_is_cut_to_its_strokes_small_and_transparent(self, kind):
        png = signature_from(file_of(drawn(), kind))
        with Image.open(BytesIO(png)) as shown:
            assert (shown.format, shown.mode) == ("PNG", "RGBA")
            assert shown.width <= SIGNATURE_SIZE[0]
            assert shown.height <= SIGNATURE_SIZE[1]
            assert shown.width / shown.height > 2
            assert shown.getchannel("A").getextrema() == (0, 252)
        assert len(png) < 12_000

    def test_of_a_transparent_picture_keeps_its_ground(self):
        picture = drawn(ground=(0, 0, 0, 0), ink=(20, 20, 20, 255), mode="RGBA")
        with Image.open(BytesIO(signature_from(file_of(picture)))) as shown:
            assert shown.getchannel("A").getextrema() == (0, 252)
            assert shown.getpixel((0, 0))[3] == 0

    def test_keeps_the_colour_of_its_ink(self):
        with Image.open(BytesIO(signature())) as shown:
            red, green, blue, _alpha = shown.getpixel((0, 0))
        assert blue > red + 40
        assert blue > green + 40

    def test_holds_nothing_else_of_the_file(self):
        picture = drawn()
        exif = Image.Exif()
        exif[0x010F] = "CAMERA-CANARY"
        png = signature_from(file_of(picture, "JPEG", exif=exif))
        assert b"CANARY" not in png
        with Image.open(BytesIO(png)) as shown:
            assert not shown.info.keys() - {"transparency"}

    @pytest.mark.parametrize(
        "picture",
        [
            Image.new("RGB", (400, 100), "white"),
            Image.new("RGB", (400, 100), (60, 60, 60)),
            Image.new("RGBA", (400, 100), (0, 0, 0, 0)),
            Image.new("RGBA", (400, 100), (30, 30, 30, 255)),
        ],
        ids=["blank", "dark", "nothing", "a block"],
    )
    def test_has_to_stand_out(self, picture):
        with pytest.raises(NoSignature, match="Sign with a dark pen on white paper"):
            signature_from(file_of(picture))

    @pytest.mark.parametrize("content", [b"<svg/>", b"%PDF-1.7", b"\x89PNG\r\n\x1a\nx", b""])
    def test_is_judged_by_what_it_is(self, content):
        with pytest.raises(UnusableFile):
            signature_from(BytesIO(content))

    def test_that_would_fill_the_memory_is_not_opened(self):
        with pytest.raises(PictureTooLarge):
            signature_from(file_of(Image.new("1", (8000, 8000))))

    def test_that_is_none_says_so(self):
        with pytest.raises(NotAPicture):
            signature_from(BytesIO(b"plain words, and no picture"))


@pytest.mark.parametrize("design", DESIGNS)
class TestOnThePage:
    @pytest.mark.parametrize("number", [1, 2, 3, 4])
    def test_each_has_a_name_a_role_and_a_picture(self, design, number):
        content = rendered(design=design, signatories=signed_by(*PEOPLE[:number]))
        said = " ".join(words_of(content).split())
        for name, role in PEOPLE[:number]:
            assert name in said
            assert role in said
        for name, _role in PEOPLE[number:]:
            assert name not in said
        assert opened(content).count(b"/S /Figure") == number + 1
        assert len(content) < 40_000

    def test_the_picture_has_words_for_those_who_do_not_see_it(self, design):
        content = opened(rendered(design=design, signatories=signed_by(*PEOPLE[:2])))
        assert b"/Alt (Signature of Rosa Adeyemi)" in content

    def test_without_pictures_there_are_lines_to_sign_on(self, design):
        content = rendered(design=design, signatories=signed_by(*PEOPLE, pictures=False))
        assert "Lee Park" in words_of(content)
        assert opened(content).count(b"/S /Figure") == 1

    def test_four_with_the_longest_names_have_room_beside_the_longest_words(self, design):
        words = "has shown the competencies of this award, in full and in good part. " * 6
        content = rendered(
            design=design,
            signatories=signed_by(*LONG),
            name="Maria Alejandra de los Angeles Fernandez-Villaverde y Ruiz " * 2,
            award_name="Certificate in the Foundations of Peer Support and its Practice " * 3,
            description=words[:400],
            limits=words[:400],
        )
        said = "".join(words_of(content).split())
        for text in LONG[0]:
            assert said.count("".join(text.split())[-10:]) >= 4

    def test_one_name_alone_is_set_as_it_always_was(self, design):
        content = rendered(design=design, signatories=None)
        assert "Rosa Adeyemi" in words_of(content)
        assert opened(content).count(b"/S /Figure") == 1


@pytest.fixture
def award(db):
    make.home()
    return make.award(valid_months=24)


class TestWhoSigns:
    def test_are_the_first_four_of_the_issuer(self, award):
        add_signatories(award.issuer, *PEOPLE, ("Fifth", "Too many"))
        assert [each.name for each in signing(award, on=TODAY)] == [name for name, _ in PEOPLE]

    def test_or_those_whom_the_award_chose(self, award):
        rows = add_signatories(award.issuer, *PEOPLE)
        award.signatories.set([rows[3], rows[1]])
        award.save()
        assert signing(award, on=TODAY) == [rows[1], rows[3]]

    @pytest.mark.parametrize(
        ("begins", "ends", "signs"),
        [(None, None, 1), (0, 0, 1), (1, None, 0), (None, -1, 0), (-5, 5, 1), (-5, None, 1)],
    )
    def test_from_the_first_day_to_the_last(self, award, begins, ends, signs):
        day = [None if days is None else TODAY + timedelta(days) for days in (begins, ends)]
        add_signatories(award.issuer, PEOPLE[0], signs_from=day[0], signs_until=day[1])
        assert len(signing(award, on=TODAY)) == signs

    def test_where_nobody_chosen_signs_any_more_the_others_do(self, award):
        gone, stays = add_signatories(award.issuer, *PEOPLE[:2])
        award.signatories.set([gone])
        award.save()
        Signatory.objects.filter(pk=gone.pk).update(signs_until=TODAY - DAY)
        assert signing(award, on=TODAY) == [stays]

    def test_nobody_of_another_issuer(self, award):
        add_signatories(make.issuer(), *PEOPLE)
        assert signing(award, on=TODAY) == []

    def test_it_takes_one_query(self, award, django_assert_num_queries):
        add_signatories(award.issuer, *PEOPLE)
        with django_assert_num_queries(1):
            signing(award, on=TODAY)

    def test_nobody_ends_before_they_begin(self, award):
        row = Signatory(
            issuer=award.issuer,
            name="Rosa",
            role="Registrar",
            signs_from=TODAY,
            signs_until=TODAY - DAY,
        )
        with pytest.raises(ValidationError, match="The last day is before the first"):
            row.full_clean()


class TestWhatWasIssued:
    def test_names_all_of_them_on_the_paper_and_the_check_page(self, award, client):
        add_signatories(award.issuer, *PEOPLE[:3], signature=signature())
        credential = make.credential(award)
        prepare(str(credential.pk), at=NOON)
        credential.refresh_from_db()
        with credential.pdf.open("rb") as file:
            content = file.read()
        listed = "; ".join(f"{name}, {role}" for name, role in PEOPLE[:3])
        assert all(name in " ".join(words_of(content).split()) for name, _role in PEOPLE[:3])
        assert opened(content).count(b"/S /Figure") == 4
        assert as_json(client, credential)[1]["signatory"] == listed
        assert listed in said_on(page(client, credential))
        assert (credential.signatory_name, credential.signatory_role) == PEOPLE[0]

    def test_never_changes_when_the_people_do(self, award):
        rows = add_signatories(award.issuer, *PEOPLE[:2], signature=signature())
        credential = make.credential(award)
        before = render_certificate(credential, verify_url=public_url(credential))
        rows[0].name, rows[0].signature = "Somebody Else", signature(9)
        rows[0].save()
        rows[1].delete()
        Issuer.objects.update(signatory_name="Another")
        again = Credential.objects.get()
        assert render_certificate(again, verify_url=public_url(again)) == before
        assert "Somebody Else" in str(make.credential(award, make.user()).signatories)

    def test_of_one_issuer_share_one_row(self, award):
        add_signatories(award.issuer, *PEOPLE[:2])
        rows = {make.credential(award, make.user()).signatories_id for _ in range(3)}
        assert len(rows) == SignatorySet.objects.count() == 1
        with pytest.raises(ProtectedError):
            SignatorySet.objects.get().delete()

    def test_without_signatories_names_whom_the_issuer_names(self, award):
        credential = make.credential(award)
        assert credential.signatories is None
        assert credential.signed_by == [{"name": "Rosa Adeyemi", "role": "Registrar"}]

    def test_replaced_it_is_signed_by_the_same_and_renewed_by_those_who_sign_today(self, award):
        rows = add_signatories(award.issuer, *PEOPLE[:2])
        credential = make.credential(award)
        rows[0].delete()
        by = {"by": make.user(), "reason": "x"}
        replaced = replace_credential(credential, name="Ada Okafor-Lee", at=NOON, **by)
        assert replaced.signatories == credential.signatories
        later = NOON + timedelta(days=700)
        renewed = renew_credential(replaced, at=later, **by)
        assert [each["name"] for each in renewed.signed_by] == [PEOPLE[1][0]]
        assert renewed.signatory_name == PEOPLE[1][0]
        Signatory.objects.all().delete()
        last = renew_credential(renewed, at=NOON + timedelta(days=1430), **by)
        assert last.signatories is None
        assert last.signatory_name == "Rosa Adeyemi"

    def test_a_sample_shows_them_and_stores_nothing(self, award):
        add_signatories(award.issuer, *PEOPLE[:2], signature=signature())
        sample = sample_of(award, design="diploma", language="en", name=SampleName.USUAL, at=NOON)
        said = words_of(render_certificate(sample, verify_url=public_url(sample)))
        assert "Tomás Ibáñez" in said
        assert not SignatorySet.objects.exists()


def row_of(place, name, role, **fields):
    row = {"name": name, "role": role, "id": "", "ORDER": place + 1, "DELETE": "", **fields}
    return {f"signatories-{place}-{key}": value for key, value in row.items()}


class TestTheStaffPages:
    @pytest.fixture(autouse=True)
    def registrar(self, client, settings, award):
        settings.STAFF_NEED_SECOND_FACTOR = False
        client.force_login(make.registrar())

    def send(self, client, issuer, *rows, **fields):
        rows = {key: value for row in rows for key, value in row.items()}
        total = len({key.split("-")[1] for key in rows})
        sent = form(
            name=issuer.name,
            prefix=issuer.prefix,
            **{"signatories-TOTAL_FORMS": total, "opened_with": "", **rows, **fields},
        )
        return client.post(reverse("issuers:edit", args=[issuer.pk]), sent)

    def upload(self, content=None):
        content = file_of(drawn()).getvalue() if content is None else content
        return SimpleUploadedFile("signature.png", content)

    def test_people_are_kept_on_the_page_of_the_issuer(self, client, award):
        rows = [
            row_of(0, *PEOPLE[0], new_signature=self.upload()),
            row_of(1, *PEOPLE[1], signs_until="2027-12-31"),
        ]
        assert self.send(client, award.issuer, *rows).status_code == 302
        first, second = Signatory.objects.filter(issuer=award.issuer)
        assert bytes(first.signature).startswith(b"\x89PNG")
        assert (second.signature, second.signs_until.year) == (None, 2027)
        shown = client.get(reverse("issuers:edit", args=[award.issuer.pk])).content.decode()
        assert "Who signs" in shown
        assert "Tomás Ibáñez" in shown

    def test_a_signature_stays_until_another_comes_or_it_is_taken_off(self, client, award):
        (person,) = add_signatories(award.issuer, PEOPLE[0], signature=signature())
        kept = {"id": person.pk, "signatories-INITIAL_FORMS": 1}
        initial = {"signatories-INITIAL_FORMS": "1"}
        before = bytes(person.signature)
        self.send(client, award.issuer, row_of(0, "Rosa A.", "Registrar", id=kept["id"]), **initial)
        person.refresh_from_db()
        assert (person.name, bytes(person.signature)) == ("Rosa A.", before)
        off = row_of(0, "Rosa A.", "Registrar", id=person.pk, without_signature="on")
        self.send(client, award.issuer, off, **initial)
        person.refresh_from_db()
        assert person.signature is None

    @pytest.mark.parametrize(
        ("fields", "words"),
        [
            ({"new_signature": b"<svg/>"}, "This is not a picture that we can read."),
            ({"name": "Zoë 🦄"}, "🦄"),
            ({"signs_from": "2027-01-02", "signs_until": "2027-01-01"}, "before the first"),
            ({"role": ""}, "This field is required."),
        ],
    )
    def test_what_cannot_be_is_said_beside_it(self, client, award, fields, words):
        if "new_signature" in fields:
            fields = {"new_signature": self.upload(fields["new_signature"])}
        row = row_of(0, **{"name": "Rosa", "role": "Registrar", **fields})
        response = self.send(client, award.issuer, row)
        assert response.status_code == 200
        assert words in response.content.decode()
        assert not Signatory.objects.exists()

    def choose(self, client, award, signatories):
        sent = {
            "name": award.name,
            "slug": award.slug,
            "issuer": award.issuer_id,
            "description": award.description,
            "language": "en",
            "valid_months": "24",
            "renewal_opens_days": "90",
            "design": "classic",
            "signatories": [each.pk for each in signatories],
        }
        for rows in ("words", "requirements"):
            sent |= {f"{rows}-TOTAL_FORMS": "0", f"{rows}-INITIAL_FORMS": "0"}
        return client.post(reverse("awards:edit", args=[award.pk]), sent)

    def test_an_award_chooses_which(self, client, award):
        rows = add_signatories(award.issuer, *PEOPLE)
        assert self.choose(client, award, rows[1:3]).status_code == 302
        assert signing(Award.objects.get(), on=TODAY) == rows[1:3]

    def test_but_nobody_of_another_issuer_and_no_more_than_four(self, client, award):
        others = add_signatories(make.issuer(), *PEOPLE)
        rows = add_signatories(award.issuer, *PEOPLE)
        strangers = self.choose(client, award, [rows[0], others[3]]).content.decode()
        assert "Lee Park: not of this issuer" in strangers
        many = self.choose(client, award, [*rows, *others]).content.decode()
        assert "Choose four people at most." in many
        assert not Award.signatories.through.objects.exists()

    def test_the_record_names_all_of_them(self, client, award):
        add_signatories(award.issuer, *PEOPLE[:2])
        record = reverse("credentials:inspect", args=[make.credential(award).pk])
        said = " ".join(client.get(record).content.decode().split())
        assert "Tomás Ibáñez" in said
        assert "Director of training" in said
