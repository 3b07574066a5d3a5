"""What holders bring for a renewal, what registrars say to it, and renewing by it."""

import io
import zipfile
from pathlib import Path
from uuid import uuid4

import pytest
from django.core import mail
from django.core.files.storage import FileSystemStorage
from PIL import Image

from certificates import exceptions as cannot
from certificates.evidence_files import EvidenceFile, read_evidence
from certificates.fates import evidence_files_of
from certificates.following import renew_credential, replace_credential
from certificates.models import Credential, RenewalEvidence, RenewalSignature
from certificates.models.renewal_evidence import evidence_storage
from certificates.preparing import notify_of_changes
from certificates.renewal.checklist import Phase
from certificates.renewal.rules import Rule
from certificates.renewal_evidence import (
    MOST_ENTRIES,
    Brought,
    accept_evidence,
    add_evidence,
    ask_back,
    change_evidence,
    remove_evidence,
    sign_again,
)
from certificates.renewal_exceptions import EntryAccepted, RenewalNotComplete, TooManyEntries
from certificates.renewal_outlook import is_in_sample, renewal_of
from certificates.requesting import ask_for_renewal, renewal_request_problem
from certificates.retentions import forget_evidence, old_evidence
from certificates.revoking import revoke, suspend
from courses.uploads.exceptions import UnusableFile
from deploy.backups.manifest import areas
from people.copies import machine_form, stream_copy
from people.fates import every_step
from people.models import Act
from tests import make
from tests.certificates.renewal import making
from tests.make import DAY, NOON

IN_TIME = NOON + 700 * DAY
LAPSED = NOON + 740 * DAY
KIND = RenewalEvidence.Kind
ENTRY = uuid4()
PDF = EvidenceFile(b"%PDF-1.7 my certificate of attendance %%EOF", "pdf")


@pytest.fixture
def registrar(db):
    return make.user(full_name="Rosa Adeyemi")


@pytest.fixture
def award(db):
    award = make.award(valid_months=24)
    making.rule_of(award, Rule(minutes=600))
    return award


@pytest.fixture
def credential(award):
    return make.credential(award, make.user(full_name="Ada Okafor"))


@pytest.fixture
def files(monkeypatch, tmp_path):
    field = RenewalEvidence._meta.get_field("file")
    monkeypatch.setattr(field, "storage", FileSystemStorage(tmp_path))
    return tmp_path


def stored(folder):
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


def seen(credential, at=IN_TIME):
    return renewal_of(Credential.objects.with_standing().get(pk=credential.pk), at=at).outlook


def line(credential, at=IN_TIME):
    item = seen(credential, at).items[0]
    return item.counted, item.waiting, item.missing


class TestEntering:
    def test_it_waits_until_a_registrar_accepts_it(self, credential, registrar):
        assert line(credential) == (0, 0, 600)
        evidence = making.evidence(credential)
        assert line(credential) == (0, 600, 0)
        accept_evidence(evidence, by=registrar, at=IN_TIME)
        assert line(credential) == (600, 0, 0)

    def test_the_same_programme_in_other_capitals_is_the_same(self, credential):
        making.evidence(credential, title="Ward Listening", minutes=60)
        making.evidence(credential, title="ward  LISTENING".replace("  ", " "), minutes=60)
        assert line(credential) == (0, 60, 540)

    def test_it_may_be_corrected_until_it_is_accepted(self, credential, registrar):
        evidence = making.evidence(credential)
        brought = Brought("Another", "River College", NOON.date(), minutes=120)
        change_evidence(evidence, brought, at=NOON + DAY)
        assert line(credential) == (0, 120, 480)
        evidence.refresh_from_db()
        accept_evidence(evidence, by=registrar, at=IN_TIME)
        for verb in (
            lambda: change_evidence(evidence, brought, at=IN_TIME),
            lambda: remove_evidence(evidence),
        ):
            with pytest.raises(EntryAccepted):
                verb()

    @pytest.mark.parametrize(
        ("verb", "error"),
        [(suspend, cannot.StillSuspended), (revoke, cannot.AlreadyRevoked)],
    )
    def test_for_one_that_cannot_be_renewed_nothing_is_entered(
        self, credential, registrar, verb, error
    ):
        verb(credential, by=registrar, reason="x", at=NOON)
        with pytest.raises(error):
            making.evidence(credential)

    def test_there_is_an_end_to_it(self, credential):
        row = making.evidence(credential)
        fields = {
            field.attname: getattr(row, field.attname)
            for field in row._meta.concrete_fields
            if field.name != "id"
        }
        RenewalEvidence.objects.bulk_create(
            RenewalEvidence(**fields) for _ in range(MOST_ENTRIES - 1)
        )
        with pytest.raises(TooManyEntries):
            making.evidence(credential)


class TestFiles:
    def brought(self, file=PDF):
        return Brought("Ward", "College", NOON.date(), minutes=600, file=file)

    def test_a_file_is_stored_apart_from_any_public_address(self, credential, files):
        evidence = add_evidence(credential, KIND.HOURS, self.brought(), at=NOON + DAY)
        assert stored(files) == [f"{evidence.pk}.pdf"]
        with evidence.file.open("rb") as file:
            assert file.read() == PDF.content

    def test_another_takes_its_place_and_the_first_goes(
        self, credential, files, django_capture_on_commit_callbacks
    ):
        evidence = add_evidence(credential, KIND.HOURS, self.brought(), at=NOON + DAY)
        png = EvidenceFile(b"png", "png")
        with django_capture_on_commit_callbacks(execute=True):
            change_evidence(evidence, self.brought(png), at=NOON + DAY)
        assert stored(files) == [f"{evidence.pk}.png"]

    def test_without_another_it_stays(self, credential, files, django_capture_on_commit_callbacks):
        evidence = add_evidence(credential, KIND.HOURS, self.brought(), at=NOON + DAY)
        with django_capture_on_commit_callbacks(execute=True):
            change_evidence(evidence, self.brought(None), at=NOON + DAY)
        assert stored(files) == [f"{evidence.pk}.pdf"]

    def test_it_goes_with_the_entry(self, credential, files, django_capture_on_commit_callbacks):
        evidence = add_evidence(credential, KIND.HOURS, self.brought(), at=NOON + DAY)
        with django_capture_on_commit_callbacks(execute=True):
            remove_evidence(evidence)
        assert stored(files) == []

    def test_a_photo_loses_what_the_camera_wrote_into_it(self):
        photo = io.BytesIO()
        exif = Image.Exif()
        exif[0x010F] = "Secret Camera of Ada"
        Image.new("RGB", (40, 30), "white").save(photo, "JPEG", exif=exif)
        assert b"Secret Camera" in photo.getvalue()
        read = read_evidence(photo)
        assert b"Secret Camera" not in read.content
        assert read.extension in {"jpg", "jpeg"}

    def test_a_whole_pdf_is_taken_as_it_is(self):
        assert read_evidence(io.BytesIO(PDF.content)) == PDF

    @pytest.mark.parametrize("content", [b"%PDF-1.7 half of", b"MZ a program", b"", b"<html>"])
    def test_anything_else_is_refused(self, content):
        with pytest.raises(UnusableFile):
            read_evidence(io.BytesIO(content))


class TestDeciding:
    def test_nobody_decides_about_their_own(self, credential):
        evidence = making.evidence(credential)
        with pytest.raises(cannot.TheirOwnCredential):
            accept_evidence(evidence, by=credential.holder, at=IN_TIME)

    def test_it_is_decided_once_and_is_an_act_in_the_log(self, credential, registrar):
        evidence = making.evidence(credential)
        accept_evidence(evidence, by=registrar, at=IN_TIME)
        with pytest.raises(cannot.AlreadyAnswered):
            ask_back(evidence, answer="Which?", by=registrar, at=IN_TIME)
        act = Act.objects.get(kind="credential.evidence")
        assert (act.subject_id, act.person_id) == (str(evidence.pk), credential.holder_id)

    def test_what_was_changed_since_the_page_was_opened_is_not_accepted(
        self, credential, registrar
    ):
        evidence = making.evidence(credential)
        brought = Brought("Bigger", "College", NOON.date(), minutes=6000)
        change_evidence(evidence, brought, at=NOON + 2 * DAY)
        with pytest.raises(cannot.AlreadyAnswered):
            accept_evidence(evidence, by=registrar, at=IN_TIME)

    def test_asking_back_needs_words_and_one_letter_leads_to_them(self, credential, registrar):
        first, second = (making.evidence(credential) for _ in range(2))
        with pytest.raises(cannot.AnswerNeeded):
            ask_back(first, answer=" ", by=registrar, at=IN_TIME)
        for evidence in (first, second):
            ask_back(evidence, answer="The date cannot be read.", by=registrar, at=IN_TIME)
        Credential.objects.update(announced_at=NOON)
        for _ in range(2):
            notify_of_changes(str(credential.pk), at=IN_TIME)
        [letter] = mail.outbox
        assert f"/certificates/{credential.number}/renewal/" in letter.body
        assert "cannot be read" not in letter.body
        assert "Ward listening" not in letter.body

    def test_asked_back_once_more_is_another_letter(self, credential, registrar):
        evidence = making.evidence(credential)
        for day in range(2):
            ask_back(evidence, answer="Which?", by=registrar, at=IN_TIME)
            notify_of_changes(str(credential.pk), at=IN_TIME + day * DAY)
            brought = Brought("Ward", "College", NOON.date(), minutes=60)
            change_evidence(evidence, brought, at=IN_TIME)
            evidence.refresh_from_db()
        assert len(mail.outbox) == 2
        assert line(credential) == (0, 60, 540)


class TestRenewing:
    def test_a_holder_asks_when_everything_is_brought_and_not_before(self, credential):
        held = Credential.objects.with_standing().get(pk=credential.pk)
        assert isinstance(renewal_request_problem(held, at=IN_TIME), RenewalNotComplete)
        with pytest.raises(RenewalNotComplete):
            ask_for_renewal(held, words="", at=IN_TIME)
        making.evidence(credential)
        ask_for_renewal(held, words="", at=IN_TIME)

    def test_a_registrar_renews_when_everything_counts(self, credential, registrar):
        evidence = making.evidence(credential)
        renewing = {"by": registrar, "reason": "Seen.", "at": IN_TIME}
        with pytest.raises(RenewalNotComplete):
            renew_credential(credential, **renewing)
        accept_evidence(evidence, by=registrar, at=IN_TIME)
        assert renew_credential(credential, **renewing).cycle == 2

    def test_or_waives_the_rest_in_so_many_words(self, credential, registrar):
        new = renew_credential(
            credential, by=registrar, reason="Long illness.", at=IN_TIME, although_incomplete=True
        )
        assert new.events.get().reason == "Long illness."

    def test_no_hour_counts_for_two_renewals(self, credential, registrar):
        evidence = making.evidence(credential)
        accept_evidence(evidence, by=registrar, at=IN_TIME)
        new = renew_credential(credential, by=registrar, reason="Seen.", at=IN_TIME)
        assert line(new, at=IN_TIME + 700 * DAY) == (0, 0, 600)

    def test_a_corrected_name_takes_along_what_was_brought(self, credential, registrar):
        making.evidence(credential)
        new = replace_credential(
            credential, name="Ada O", by=registrar, reason="Passport.", at=NOON + 5 * DAY
        )
        assert line(new) == (0, 600, 0)

    def test_in_time_in_grace_and_too_late(self, registrar):
        award = make.award(valid_months=24)
        making.rule_of(award, Rule(grace_days=30))
        credential = make.credential(award)
        assert seen(credential, NOON + 740 * DAY).phase == Phase.GRACE
        assert seen(credential, NOON + 800 * DAY).phase == Phase.OVER

    def test_the_sample_is_by_chance_and_stays_the_same(self, credential):
        always, never = Rule(audit_percent=100), Rule(audit_percent=0)
        assert is_in_sample(credential, always)
        assert not is_in_sample(credential, never)
        assert not is_in_sample(credential, Rule())
        some = Rule(audit_percent=50)
        answers = set()
        for cycle in range(1, 30):
            credential.cycle = cycle
            answers.add(is_in_sample(credential, some))
            assert is_in_sample(credential, some) == is_in_sample(credential, some)
        assert answers == {True, False}

    def test_who_is_in_it_learns_so_when_the_window_opens(self, registrar):
        award = make.award(valid_months=24)
        making.rule_of(award, Rule(minutes=600, audit_percent=100))
        credential = make.credential(award)
        making.evidence(credential)
        assert seen(credential, NOON + 2 * DAY).is_complete
        assert not seen(credential, IN_TIME).is_brought


class TestSigningAgain:
    @pytest.fixture
    def text(self, db):
        return make.statement()

    @pytest.fixture
    def credential(self, text):
        award = make.award(valid_months=24)
        making.rule_of(award, Rule(statement=text.statement.slug))
        return make.credential(award, make.user(full_name="Ada Okafor"))

    def test_the_current_text_is_signed_once_for_each_renewal(self, credential, text, registrar):
        assert not seen(credential).is_complete
        for _ in range(2):
            sign_again(credential, text, typed_name="ada okafor", at=IN_TIME)
        assert RenewalSignature.objects.count() == 1
        assert seen(credential).is_complete
        new = renew_credential(credential, by=registrar, reason="Seen.", at=IN_TIME)
        assert not seen(new, at=IN_TIME + 700 * DAY).is_complete

    def test_a_newer_text_has_to_be_signed_anew(self, credential, text):
        sign_again(credential, text, typed_name="Ada Okafor", at=IN_TIME)
        fields = {"statement": text.statement, "version": "2", "text": "<p>New.</p>"}
        type(text).objects.create(**fields, published_at=IN_TIME)
        assert not seen(credential, at=IN_TIME + DAY).is_complete
        with pytest.raises(cannot.TextChanged):
            sign_again(credential, text, typed_name="Ada Okafor", at=IN_TIME + DAY)

    def test_only_its_holder_signs(self, credential, text):
        with pytest.raises(cannot.NamesDiffer):
            sign_again(credential, text, typed_name="Somebody Else", at=IN_TIME)


def test_what_a_renewal_did_without_leaves_the_registrars_list(credential, registrar):
    waiting = making.evidence(credential, minutes=30)
    assert waiting in RenewalEvidence.objects.to_look_at()
    renew_credential(credential, by=registrar, reason="Seen.", at=IN_TIME, although_incomplete=True)
    assert RenewalEvidence.objects.waiting().exists(), "it stays the holder's"
    assert not RenewalEvidence.objects.to_look_at().exists()


class TestSentTwice:
    """A double click, Back, or a phone that sends again when it has a connection."""

    def brought(self, **changes):
        typed = {"title": "Night ward", "provider": "River College", "done_on": NOON.date()}
        return Brought(**{**typed, "minutes": 600, "entry": ENTRY, **changes})

    def entries(self, credential, *all_brought):
        for brought in all_brought:
            add_evidence(credential, KIND.HOURS, brought, at=NOON + DAY)
        return credential.renewal_evidence.count()

    def test_the_same_form_is_entered_once(self, credential):
        assert self.entries(credential, self.brought(), self.brought()) == 1
        assert credential.renewal_evidence.get().pk == ENTRY

    @pytest.mark.parametrize(
        "changes",
        [{"title": "Day ward"}, {"provider": "Hill College"}, {"minutes": 60}, {"category": "x"}],
    )
    def test_going_back_and_typing_something_else_enters_that_too(self, credential, changes):
        assert self.entries(credential, self.brought(), self.brought(**changes)) == 2

    def test_two_forms_that_say_the_same_are_two(self, credential):
        other = self.brought(entry=uuid4())
        assert self.entries(credential, self.brought(), other) == 2

    def test_the_id_of_somebody_elses_entry_is_nobody_elses(self, credential):
        other = make.credential(credential.award, make.user())
        self.entries(credential, self.brought())
        assert self.entries(other, self.brought()) == 1
        assert credential.renewal_evidence.get().pk == ENTRY


class TestTheirs:
    def brought(self, credential):
        brought = Brought("Night ward", "River College", NOON.date(), minutes=600, file=PDF)
        return add_evidence(credential, KIND.HOURS, brought, at=NOON + DAY)

    def test_the_copy_of_what_is_held_has_it_with_its_file(self, credential, files):
        evidence = self.brought(credential)
        assert "Night ward" in "".join(machine_form(credential.holder, at=NOON))
        content = b"".join(stream_copy(credential.holder, at=NOON))
        archive = zipfile.ZipFile(io.BytesIO(content))
        assert archive.read(f"evidence/{evidence.pk}.pdf") == PDF.content
        assert not list(evidence_files_of(make.user()))

    def test_erasure_takes_it_and_its_file(self, credential, files):
        self.brought(credential)
        for _name, step in every_step():
            step(credential.holder)
        assert not RenewalEvidence.objects.exists()
        assert stored(files) == []

    def test_it_is_forgotten_years_after_what_it_was_for(self, credential, files):
        self.brought(credential)
        ended = NOON + 732 * DAY
        assert not old_evidence(NOON + 730 * DAY).exists()
        assert old_evidence(ended).count() == 1
        assert forget_evidence(ended) == 1
        assert (RenewalEvidence.objects.count(), stored(files)) == (0, [])


def test_evidence_lies_where_every_backup_looks():
    assert Path(evidence_storage().location) == areas()["certificates"]
