"""The seal on a file: what other programs say of it, and that it is always the same."""

from __future__ import annotations

import subprocess
from datetime import timedelta
from io import BytesIO

import pytest
from asn1crypto import x509 as asn1_x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.fields import MDPPerm
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from certificates.designs import DESIGNS
from certificates.sealing.sealing import ROOM, seal
from tests.certificates.rendering import ADDRESS, rendered
from tests.certificates.test_pdf_ua import KINDS
from tests.make import NOON
from tests.verapdf import faults_of

NUMBER = "PSW-7K3M-QX9R-4TWK"


def sealed(*, at=NOON, **fields):
    return seal(rendered(**fields), number=NUMBER, address=ADDRESS, at=at)


def judged(content, root, *, at=NOON):
    """What pyHanko's own validator says, with our root as the only one that it trusts."""
    trusted = asn1_x509.Certificate.load(bytes(root.certificate))
    context = ValidationContext(
        trust_roots=[trusted],
        allow_fetching=False,
        revocation_mode="soft-fail",
        moment=at + timedelta(days=1),
    )
    signature = PdfFileReader(BytesIO(content)).embedded_signatures[0]
    return signature, validate_pdf_signature(signature, context)


def test_pyhanko_accepts_it_with_our_root(keys):
    signature, status = judged(sealed().content, keys[0])
    assert status.bottom_line
    assert status.intact
    assert status.valid
    assert status.trusted
    assert status.coverage == SignatureCoverageLevel.ENTIRE_FILE
    assert status.modification_level == ModificationLevel.NONE
    assert signature.docmdp_level == MDPPerm.NO_CHANGES


def test_pdfsig_accepts_it(keys, tmp_path):
    file = tmp_path / "sealed.pdf"
    file.write_bytes(sealed().content)
    done = subprocess.run(
        ["pdfsig", "-nocert", str(file)], capture_output=True, text=True, check=False
    )
    assert "Signature is Valid." in done.stdout, done.stdout + done.stderr
    assert "Total document signed" in done.stdout
    assert "ETSI.CAdES.detached" in done.stdout


@pytest.mark.one_database
def test_every_kind_in_every_design_keeps_both_standards_when_it_is_sealed(keys, tmp_path):
    files = []
    for design in DESIGNS:
        for kind, fields in KINDS.items():
            file = tmp_path / f"{design}-{kind}.pdf"
            file.write_bytes(sealed(design=design, **fields).content)
            files.append(file)
    faults = faults_of(*files)
    assert len(faults) == len(files)
    assert {name: broken for name, broken in faults.items() if broken} == {}


def test_the_same_file_at_the_same_moment_gives_the_same_bytes(keys):
    assert sealed().content == sealed().content
    assert sealed().content != sealed(at=NOON + timedelta(minutes=1)).content


def test_the_rendered_bytes_stand_in_front_unchanged(keys):
    content = rendered()
    assert sealed().content.startswith(content)


def test_it_says_when_and_for_which_number(keys):
    (signature,) = PdfFileReader(BytesIO(sealed().content)).embedded_signatures
    assert signature.sig_object["/Reason"] == f"Issued as {NUMBER}"
    assert signature.sig_object["/Location"] == ADDRESS
    assert signature.self_reported_timestamp == NOON


def test_there_is_room_to_spare_and_the_file_stays_small(keys):
    (signature,) = PdfFileReader(BytesIO(sealed().content)).embedded_signatures
    used = len(signature.signed_data.dump()) * 2
    assert used + 800 < ROOM
    assert len(sealed().content) < 40_000


def test_without_keys_the_file_is_as_it_was_rendered(db):
    done = sealed()
    assert done.key is None
    assert done.content == rendered()
