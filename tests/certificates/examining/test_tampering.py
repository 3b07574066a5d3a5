"""Everything that can be done to a file, and what the page calls it."""

from __future__ import annotations

import asyncio
import re
from io import BytesIO

import pytest
from asn1crypto import x509 as asn1_x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.writer import PdfFileWriter
from pyhanko.sign.signers import PdfTimeStamper

from certificates.following import replace_credential
from certificates.models import Credential, SealKey
from certificates.pdf import render_certificate
from certificates.preparing import public_url
from certificates.revoking import revoke, suspend
from certificates.sealing.authorities import root_certificate, subject
from certificates.sealing.keys import declare_compromised, rotate_seal
from certificates.sealing.sealing import seal, seal_with
from certificates.sealing.stores import FolderKeyStore
from tests import make
from tests.certificates.attached import attached_to
from tests.certificates.examining.conftest import stored
from tests.certificates.examining.tamperings import (
    TAMPERINGS,
    byte_changed_in_page,
    revision_with_other_page,
    seal_taken_off,
)
from tests.certificates.rendering import rendered
from tests.certificates.sealing.time_service import stamper
from tests.make import NOON

pytestmark = pytest.mark.django_db

REASON = "It was issued in error."


def answers_in(response):
    """The verdict and the heading of each line on the page."""
    html = response.content.decode()
    verdicts = re.findall(r'data-verdict="(\w+)"', html)
    headings = re.findall(r'<h2 class="file-line__verdict">(.*?)</h2>', html, re.DOTALL)
    return list(zip(verdicts, (" ".join(each.split()) for each in headings), strict=True))


@pytest.mark.parametrize("tamper", TAMPERINGS, ids=lambda tamper: tamper.__name__)
def test_what_was_tampered_with_is_named(original, check, credential, tamper):
    changed = tamper(original)
    assert changed != original
    response = check(changed)
    ((verdict, heading),) = answers_in(response)
    assert verdict == TAMPERINGS[tamper]
    assert "Current" not in heading
    assert "You may rely on" not in response.content.decode()
    if verdict == "altered":
        # Whoever compares it with the record finds the record there.
        assert f'href="/verify/{credential.number}/"' in response.content.decode()


def test_the_original_is_as_we_issued_it(original, check):
    response = check(original)
    assert answers_in(response) == [("as_issued", "Exactly as we issued it: Current")]
    assert "You may rely on this certificate today." in response.content.decode()


# Made anew ------------------------------------------------------------------------------------


def rendered_as(credential, **changes):
    again = Credential.objects.select_related("holder", "issuer", "mark").get(pk=credential.pk)
    for field, value in changes.items():
        setattr(again, field, value)
    return render_certificate(again, verify_url=public_url(again))


def stranger(folder):
    """A key that somebody made who says that they are us."""
    store = FolderKeyStore(folder / "stranger")
    mine = SealKey.objects.active().get(role="seal")
    theirs = SealKey(name=mine.name, role="seal", signed_by=mine.signed_by)
    store.make(mine.name)
    pem = (folder / "stranger" / f"{mine.name}.pem").read_bytes()
    key = serialization.load_pem_private_key(pem, None)
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    theirs.certificate = root_certificate(subject("Peerwork Training", mine.name), key, at=NOON)
    return store, theirs


def test_a_name_swapped_and_sealed_by_another_key_is_altered(original, check, credential, tmp_path):
    store, theirs = stranger(tmp_path)
    forged = seal_with(
        theirs,
        rendered_as(credential, name="Eve Mallory"),
        number=credential.number,
        address=public_url(credential),
        at=NOON,
        store=store,
    ).content
    response = check(forged)
    assert answers_in(response)[0][0] == "altered"
    assert "Eve" not in response.content.decode()
    assert "Ada Okafor" in response.content.decode()


def test_a_real_credential_on_a_forged_page_is_altered(original, check, credential, tmp_path):
    """What is inside is ours and signed, and says nothing for the page around it."""
    store, theirs = stranger(tmp_path)
    row = Credential.objects.select_related("attached").get(pk=credential.pk)
    forged = seal_with(
        theirs,
        rendered_as(credential, name="Eve Mallory", attached=row.attached),
        number=credential.number,
        address=public_url(credential),
        at=NOON,
        store=store,
    ).content
    assert attached_to(forged) == attached_to(original) != {}
    response = check(forged)
    assert answers_in(response)[0][0] == "altered"
    assert "Eve" not in response.content.decode()


def test_a_forged_credential_on_a_real_page_is_altered(original, check, credential, tmp_path):
    store, theirs = stranger(tmp_path)
    row = Credential.objects.select_related("attached").get(pk=credential.pk)
    row.attached.document = row.attached.document.replace("Ada Okafor", "Eve Mallory")
    forged = seal_with(
        theirs,
        rendered_as(credential, attached=row.attached),
        number=credential.number,
        address=public_url(credential),
        at=NOON,
        store=store,
    ).content
    response = check(forged)
    assert answers_in(response)[0][0] == "altered"
    assert f'href="/verify/{credential.number}/"' in response.content.decode()
    assert "Eve" not in response.content.decode()


def test_a_name_swapped_without_a_seal_is_altered(original, check, credential):
    response = check(rendered_as(credential, name="Eve Mallory"))
    assert answers_in(response)[0][0] == "altered"
    assert "Ada Okafor" in response.content.decode()


def test_another_date_is_altered(original, check, credential):
    later = credential.expires_on.replace(year=credential.expires_on.year + 5)
    assert answers_in(check(rendered_as(credential, expires_on=later)))[0][0] == "altered"


def test_another_number_is_not_ours_where_nobody_has_it(original, check, credential):
    forged = rendered_as(credential, code="7K3MQX9R4TWK")
    assert answers_in(check(forged))[0][0] == "not_ours"


def test_a_seal_lifted_onto_another_page_is_altered(original, check, credential):
    """What the seal added, behind the page of somebody else."""
    other = rendered_as(credential, name="Eve Mallory")
    page = seal_taken_off(original)
    response = check(other + original[len(page) :])
    assert answers_in(response)[0][0] == "altered"
    assert "Eve" not in response.content.decode()


def test_a_byte_that_the_seal_does_not_speak_for_is_altered_all_the_same(original, check):
    """Behind the signature there is room to spare, and nobody signs what is in it."""
    at = original.rindex(b"00>")
    changed = original[:at] + b"01" + original[at + 2 :]
    response = check(changed)
    assert answers_in(response)[0][0] == "altered"


def test_a_certificate_of_another_site_is_not_ours(keys, check):
    assert answers_in(check(rendered()))[0][0] == "not_ours"


def test_another_pdf_is_not_ours(keys, check):
    writer = PdfFileWriter()
    out = BytesIO()
    writer.write(out)
    assert answers_in(check(out.getvalue()))[0][0] == "not_ours"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "The file is empty."),
        (b"PK\x03\x04 a spreadsheet", "It is neither a PDF nor an Open Badge"),
        (b"<html>%PD</html>", "It is neither a PDF nor an Open Badge"),
        (b"\x89PNG\r\n\x1a\n", "It is neither a PDF nor an Open Badge"),
    ],
)
def test_what_is_no_pdf_is_said_kindly(keys, check, content, words):
    response = check(content)
    assert answers_in(response)[0][0] in {"unreadable"}
    assert words in response.content.decode()


def test_a_file_sealed_by_our_key_that_the_register_forgot_is_named(keys, check, credential):
    """A register that was put back from a backup may not know what was issued since."""
    done = seal(
        rendered_as(credential, code="7K3MQX9R4TWK"),
        number="PSW-7K3M-QX9R-4TWK",
        address="http://127.0.0.1:8000/",
        at=NOON,
    )
    response = check(done.content)
    assert answers_in(response) == [("sealed", "Sealed by us")]
    assert "our register does not have its number" in response.content.decode()
    assert "You may rely" not in response.content.decode()


# What became of it -----------------------------------------------------------------------------


def test_a_revoked_one_is_genuine_and_revoked(original, check, credential):
    revoke(credential, by=make.user(), reason=REASON, at=NOON)
    response = check(original)
    assert answers_in(response) == [("as_issued", "Exactly as we issued it: Revoked")]
    assert "was revoked on" in response.content.decode()
    assert REASON not in response.content.decode()


def test_a_suspended_one_is_genuine_and_suspended(original, check, credential):
    suspend(credential, by=make.user(), reason=REASON, at=NOON)
    assert answers_in(check(original)) == [("as_issued", "Exactly as we issued it: Suspended")]


def test_an_expired_one_is_genuine_and_expired(original, check, credential, time_machine):
    time_machine.move_to(NOON.replace(year=NOON.year + 9))
    assert answers_in(check(original)) == [("as_issued", "Exactly as we issued it: Expired")]


def test_a_replaced_one_is_genuine_and_shows_no_name(original, check, credential):
    replace_credential(credential, name="Ada Nwosu", by=make.user(), reason="A new name.", at=NOON)
    response = check(original)
    assert answers_in(response) == [("as_issued", "Exactly as we issued it: Replaced")]
    assert "Okafor" not in response.content.decode()
    assert "Nwosu" not in response.content.decode()


def test_an_altered_one_that_was_revoked_is_both(original, check, credential):
    revoke(credential, by=make.user(), reason=REASON, at=NOON)
    response = check(byte_changed_in_page(original))
    assert answers_in(response) == [("altered", "Not the file that we issued")]
    assert "<dd>Revoked</dd>" in " ".join(response.content.decode().split())


def test_one_from_before_there_were_keys_is_told_truly(db, check):
    content = stored(make.credential(holder=make.user(full_name="Ada Okafor")))
    assert b"/ByteRange" not in content
    response = check(content)
    assert answers_in(response) == [("as_issued", "Exactly as we issued it: Current")]
    assert "issued before we sealed files" in response.content.decode()
    assert answers_in(check(content + b" "))[0][0] == "altered"


# Keys that ended --------------------------------------------------------------------------------


def test_what_a_rotated_seal_sealed_stays_as_it_was(original, check, keys):
    rotate_seal(at=NOON)
    assert answers_in(check(original))[0][0] == "as_issued"
    Credential.objects.update(pdf_sha256="")
    assert answers_in(check(original)) == [("sealed", "Sealed by us: Current")]
    assert answers_in(check(byte_changed_in_page(original)))[0][0] == "altered"


def test_what_a_stolen_seal_sealed_stands_by_the_register(original, check, keys):
    declare_compromised(keys[2], at=NOON, reason=REASON)
    response = check(original)
    assert answers_in(response)[0][0] == "as_issued"
    assert "was taken back later" in response.content.decode()


def test_what_only_a_stolen_seal_speaks_for_is_not_believed(keys, check, credential):
    """Whoever stole the key makes a certificate with it, which the register does not have."""
    forged = seal(
        rendered_as(credential, name="Eve Mallory"),
        number=credential.number,
        address=public_url(credential),
        at=NOON,
    ).content
    declare_compromised(keys[2], at=NOON, reason=REASON)
    response = check(forged)
    assert answers_in(response)[0][0] == "seal_withdrawn"
    assert "You may rely" not in response.content.decode()


# Times added ------------------------------------------------------------------------------------


def with_time_added(content):
    made, trusted = stamper()
    stamped = asyncio.run(
        PdfTimeStamper(made).async_timestamp_pdf(
            IncrementalPdfFileWriter(BytesIO(content)), "sha256"
        )
    )
    assert isinstance(trusted, asn1_x509.Certificate)
    return stamped.getvalue()


def test_a_time_that_was_added_leaves_it_ours(original, check):
    added = with_time_added(original)
    assert added.startswith(original)
    assert answers_in(check(added)) == [("extended", "Ours, with times added: Current")]


def test_a_time_added_and_then_a_page_changed_is_altered(original, check):
    assert answers_in(check(revision_with_other_page(with_time_added(original))))[0][0] == "altered"


def test_a_page_changed_and_then_a_time_added_is_altered(original, check):
    assert answers_in(check(with_time_added(revision_with_other_page(original))))[0][0] == "altered"


def test_a_stolen_seal_with_a_time_added_stands_by_the_register(original, check, keys):
    added = with_time_added(original)
    declare_compromised(keys[2], at=NOON, reason=REASON)
    assert answers_in(check(added))[0][0] == "extended"


def test_there_are_enough_of_them():
    assert len(TAMPERINGS) + len([name for name in globals() if name.startswith("test_")]) > 40
