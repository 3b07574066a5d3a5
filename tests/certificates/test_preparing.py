"""What an issued credential is owed is done once, whoever does it and however often."""

from datetime import timedelta
from hashlib import sha256

import pytest
from django.core import mail
from django.utils import timezone

from certificates.models import Credential, CredentialEvent, Issuer, certificate_storage
from certificates.preparing import LEASE, notify_of_changes, prepare
from certificates.revoking import reinstate, restore, revoke, suspend
from certificates.tasks import notify_of_change, prepare_certificate
from people.models import User
from tests import make
from tests.make import NOON
from tests.racing import at_once

MINUTE = timedelta(minutes=1)


def stored():
    """Every file under the certificates' storage."""
    storage = certificate_storage()

    def walk(folder):
        folders, files = storage.listdir(folder)
        yield from (f"{folder}/{file}".lstrip("/") for file in files)
        for inner in folders:
            yield from walk(f"{folder}/{inner}".lstrip("/"))

    return set(walk("")) if storage.exists("") else set()


@pytest.fixture
def credential(db):
    return make.credential(holder=make.user(full_name="Łukasz O’Brien"))


def test_the_file_is_made_stored_and_announced(credential):
    prepare(str(credential.pk), at=NOON)
    credential.refresh_from_db()
    with certificate_storage().open(credential.pdf.name) as file:
        content = file.read()
    assert content.startswith(b"%PDF-")
    assert sha256(content).hexdigest() == credential.pdf_sha256
    assert (credential.pdf_made_at, credential.announced_at) == (NOON, NOON)
    assert credential.leased_until is None


def test_a_job_delivered_three_times_does_its_work_once(credential):
    for _ in range(3):
        prepare_certificate.func(str(credential.pk))
    first = Credential.objects.values().get()
    assert len(mail.outbox) == 1
    prepare(str(credential.pk), at=timezone.now())
    assert Credential.objects.values().get() == first


def test_a_job_for_a_credential_that_was_never_kept_does_nothing(db):
    assert prepare("00000000-0000-0000-0000-000000000000", at=NOON) == "nothing to do"
    assert mail.outbox == []


def test_the_letter_is_private_outside_and_kind_inside(credential):
    prepare(str(credential.pk), at=NOON)
    [letter] = mail.outbox
    assert letter.to == [credential.holder.email]
    assert letter.cc == letter.bcc == []
    assert letter.subject == "Something is ready for you from Peerwork Training"
    assert f"/certificates/{credential.number}/" in letter.body
    assert credential.award_name in letter.body
    assert letter.extra_headers["Message-ID"] == f"<{credential.pk}@127.0.0.1>"


def test_the_letter_is_in_the_holders_language(credential):
    User.objects.filter(pk=credential.holder_id).update(language="es")
    prepare(str(credential.pk), at=NOON)
    assert 'lang="es"' in mail.outbox[0].alternatives[0].content


def test_what_one_worker_has_leased_another_leaves_until_the_lease_is_over(credential):
    Credential.objects.update(leased_until=NOON + LEASE)
    assert prepare(str(credential.pk), at=NOON + MINUTE) == "leased by another worker"
    assert mail.outbox == []
    assert prepare(str(credential.pk), at=NOON + LEASE) == "prepared and announced"
    assert len(mail.outbox) == 1


def test_a_worker_that_died_after_the_file_leaves_only_the_letter(credential):
    prepare(str(credential.pk), at=NOON)
    before = Credential.objects.get().pdf.name
    Credential.objects.update(announced_at=None, leased_until=NOON + LEASE)
    files = stored()
    prepare(str(credential.pk), at=NOON + LEASE)
    assert Credential.objects.get().pdf.name == before
    assert stored() == files


def test_when_the_letter_cannot_be_sent_the_file_stays_and_the_letter_is_still_owed(
    credential, settings
):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    with pytest.raises(OSError):  # noqa: PT011  nobody listens
        prepare(str(credential.pk), at=NOON)
    stored = Credential.objects.get()
    assert stored.pdf
    assert stored.announced_at is None
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert prepare(str(credential.pk), at=NOON + MINUTE) == "prepared and announced"


def test_a_name_that_can_no_longer_be_set_stops_the_certificate_with_words(db):
    """Its font was there when it was issued, and has been taken away since."""
    credential = make.credential()
    Credential.objects.filter(pk=credential.pk).update(name="Ada 𒀀𒀁")
    assert prepare(str(credential.pk), at=NOON) == "cannot be rendered"
    credential.refresh_from_db()
    assert not credential.pdf
    assert credential.pdf_problem
    assert prepare(str(credential.pk), at=NOON + MINUTE) == "nothing to do"
    assert mail.outbox == []


def test_nobody_is_written_to_once_it_was_revoked_or_their_account_ended(db):
    revoked, ended = make.credential(), make.credential()
    revoke(revoked, by=make.user(), reason="For the test.", at=NOON)
    User.objects.filter(pk=ended.holder_id).update(is_active=False)
    for credential in (revoked, ended):
        prepare(str(credential.pk), at=NOON)
        credential.refresh_from_db()
        assert credential.pdf
        assert credential.announced_at is None
        assert prepare(str(credential.pk), at=NOON + MINUTE) == "nothing to do"
    assert mail.outbox == []


@pytest.mark.django_db(transaction=True)
def test_of_many_workers_at_once_one_does_it():
    credential = make.credential()
    before = stored()
    done = at_once(6, lambda _: prepare(str(credential.pk), at=NOON))
    assert sorted(done).count("prepared and announced") == 1
    assert len(stored() - before) == 1
    assert len(mail.outbox) == 1


def test_why_it_cannot_be_made_is_said_in_the_holders_language(credential):
    User.objects.filter(pk=credential.holder_id).update(language="es")
    Credential.objects.filter(pk=credential.pk).update(name="Ada 𒀀𒀁")
    prepare(str(credential.pk), at=NOON)
    credential.refresh_from_db()
    assert credential.language == "en"
    assert "no podemos imprimir" in credential.pdf_problem


# What became of it ---------------------------------------------------------------------------

REASON = "REASON-CANARY: a complaint by a colleague"


@pytest.fixture
def changed(credential):
    """A credential whose holder knows of it, suspended by a registrar."""
    prepare(str(credential.pk), at=NOON)
    mail.outbox.clear()
    suspend(credential, by=make.user(full_name="REGISTRAR-CANARY"), reason=REASON, at=NOON)
    return credential


def times_told(credential):
    return [event.notified_at for event in credential.events.exclude(kind="issued")]


def test_the_holder_is_told_of_each_change_and_of_each_once(changed):
    assert times_told(changed) == [None]
    assert notify_of_changes(str(changed.pk), at=NOON + MINUTE) == 1
    assert times_told(changed) == [NOON + MINUTE]
    registrar = make.user()
    restore(changed, by=registrar, reason=REASON, at=NOON)
    revoke(changed, by=registrar, reason=REASON, at=NOON)
    for _ in range(3):
        notify_of_change.func(str(changed.pk))
    assert None not in times_told(changed)
    assert [letter.to for letter in mail.outbox] == [[changed.holder.email]] * 3
    assert [
        next(word for word in ("suspended on", "restored on", "revoked on") if word in letter.body)
        for letter in mail.outbox
    ] == ["suspended on", "restored on", "revoked on"]
    ids = [letter.extra_headers["Message-ID"] for letter in mail.outbox]
    assert ids == [f"<{changed.pk}.{number}@127.0.0.1>" for number in (2, 3, 4)]
    changed.refresh_from_db()
    assert changed.leased_until is None


def test_that_letter_is_private_outside_and_says_no_reason_inside(changed):
    changed.issuer.email = "questions@peerwork.example"
    changed.issuer.save()
    notify_of_changes(str(changed.pk), at=NOON)
    [letter] = mail.outbox
    assert letter.subject == "Something has changed for you at Peerwork Training"
    assert letter.cc == letter.bcc == []
    for body in (letter.body, letter.alternatives[0].content):
        assert "CANARY" not in body
        assert "everyone who checks it is told that it may not be relied on" in body
        assert changed.award_name in body
        assert f"/verify/{changed.number}/" in body
        assert "questions@peerwork.example" in body
    assert "CANARY" not in letter.message().as_string()


HAS_WORDS = "What the issuer wrote to you about it is on your own page:"


def test_only_a_letter_about_words_for_the_holder_says_that_there_are_some(changed):
    registrar = make.user()
    decision = {"reason": REASON, "at": NOON}
    restore(changed, by=registrar, **decision)
    words = "Two hours of practice were another’s."
    revoke(changed, by=registrar, explanation=words, **decision)
    reinstate(changed, by=make.user(), **decision)
    for _ in range(4):
        notify_of_change.func(str(changed.pk))
    assert [HAS_WORDS in letter.body for letter in mail.outbox] == [False, False, True, False]
    for letter in mail.outbox:
        assert words not in letter.body
        assert "This is what anybody who checks the number sees:" in letter.body
        assert f"/certificates/{changed.number}/" in letter.body


def test_without_an_address_it_names_the_issuer(changed):
    Issuer.objects.update(email="")
    notify_of_changes(str(changed.pk), at=NOON)
    body = mail.outbox[0].body
    assert "Peerwork Training" in body
    assert "Whom to ask instead: http" in body


def test_it_is_in_the_holders_language_with_their_dates(changed):
    User.objects.filter(pk=changed.holder_id).update(language="es")
    notify_of_changes(str(changed.pk), at=NOON)
    assert "23 de noviembre de 2026" in mail.outbox[0].body
    assert 'lang="es"' in mail.outbox[0].alternatives[0].content


def test_whose_account_ended_is_not_written_to(changed):
    User.objects.filter(pk=changed.holder_id).update(is_active=False)
    assert notify_of_changes(str(changed.pk), at=NOON) == 0
    assert mail.outbox == []


def test_of_what_happened_before_there_were_letters_nobody_is_told(changed):
    CredentialEvent.objects.update(notify_holder=False)
    assert notify_of_changes(str(changed.pk), at=NOON) == 0
    assert times_told(changed) == [None]


def test_a_worker_that_tells_has_the_credential_to_itself_until_it_must_be_dead(changed):
    Credential.objects.update(leased_until=NOON + LEASE)
    assert notify_of_changes(str(changed.pk), at=NOON + MINUTE) == 0
    assert mail.outbox == []
    assert notify_of_changes(str(changed.pk), at=NOON + LEASE) == 1


def test_a_letter_that_cannot_be_sent_is_still_owed(changed, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    with pytest.raises(OSError):  # noqa: PT011  nobody listens
        notify_of_changes(str(changed.pk), at=NOON)
    assert times_told(changed) == [None]
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert notify_of_changes(str(changed.pk), at=NOON + MINUTE) == 1


def test_a_certificate_that_cannot_be_made_keeps_no_word_back(db):
    credential = make.credential()
    Credential.objects.update(pdf_problem="No font.")
    revoke(credential, by=make.user(), reason=REASON, at=NOON)
    assert notify_of_changes(str(credential.pk), at=NOON) == 1


@pytest.mark.django_db(transaction=True)
def test_of_many_workers_at_once_one_tells():
    credential = make.credential()
    suspend(credential, by=make.user(), reason=REASON, at=NOON)
    assert sorted(at_once(6, lambda _: notify_of_changes(str(credential.pk), at=NOON))) == [
        *[0] * 5,
        1,
    ]
    assert len(mail.outbox) == 1
