"""The program for a machine without this site says of every file what the check page says."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding

from certificates.models import SealKey
from certificates.offline import verify
from certificates.offline.verify import Trust, Verdict, check, main, read_list, read_roots
from certificates.preparing import public_url
from certificates.sealing.authorities import Signer, revocation_list
from certificates.sealing.keys import declare_compromised, rotate_seal
from certificates.sealing.sealing import seal_with
from tests.certificates.examining.test_tampering import (
    TAMPERINGS,
    rendered_as,
    seal_taken_off,
    stranger,
    with_time_added,
)
from tests.make import NOON

pytestmark = pytest.mark.django_db


def published(client, folder, name):
    """A file as a person fetches it from the site."""
    path = folder / name
    path.write_bytes(client.get(f"/pki/{name}").content)
    return path


@pytest.fixture
def root(keys, client, tmp_path):
    return published(client, tmp_path, "root.pem")


@pytest.fixture
def trust(root):
    return Trust(read_roots(root))


def written(folder, content, name="certificate.pdf"):
    path = folder / name
    path.write_bytes(content)
    return str(path)


# What is sealed ----------------------------------------------------------------------------------


def test_the_original_is_sealed_and_says_where_to_ask(original, trust, credential):
    answer = check(original, trust)
    assert (answer.verdict, answer.number) == (Verdict.SEALED, credential.number)
    assert answer.address == public_url(credential)
    assert answer.sealed_at == NOON.replace(microsecond=0).isoformat()
    assert "Peerwork Training" in answer.sealed_by


def test_times_that_were_added_are_no_change(original, trust):
    assert check(with_time_added(original), trust).verdict == Verdict.TIMES_ADDED


def test_what_a_rotated_seal_sealed_stays_sealed(original, trust, keys):
    rotate_seal(at=NOON)
    assert check(original, trust).is_good


# What is not -------------------------------------------------------------------------------------


@pytest.mark.parametrize("tamper", TAMPERINGS, ids=lambda tamper: tamper.__name__)
def test_nothing_that_was_tampered_with_is_good(original, trust, tamper):
    assert not check(tamper(original), trust).is_good


def test_a_byte_that_the_seal_does_not_speak_for_is_found(original, trust):
    at = original.rindex(b"00>")
    assert check(original[:at] + b"01" + original[at + 2 :], trust).verdict == Verdict.ALTERED


def test_a_page_without_its_seal_is_not_ours(original, trust):
    assert check(seal_taken_off(original), trust).verdict == Verdict.NOT_OURS


def test_a_seal_by_another_key_with_our_name_is_not_ours(trust, credential, tmp_path):
    store, theirs = stranger(tmp_path)
    forged = seal_with(
        theirs,
        rendered_as(credential, name="Eve Mallory"),
        number=credential.number,
        address=public_url(credential),
        at=NOON,
        store=store,
    ).content
    assert check(forged, trust).verdict == Verdict.NOT_OURS


def test_under_another_root_nothing_is_ours(original, keys, tmp_path):
    _store, theirs = stranger(tmp_path)
    other = x509.load_der_x509_certificate(theirs.certificate).public_bytes(Encoding.PEM)
    path = Path(written(tmp_path, other, "other.pem"))
    assert check(original, Trust(read_roots(path))).verdict == Verdict.NOT_OURS


@pytest.mark.parametrize(
    "content", [b"", b"%PDF-1.7\n", b"PK\x03\x04", b"%PDF-" + b"0" * (5 * 1024**2)]
)
def test_what_is_no_certificate_cannot_be_read(trust, content):
    answer = check(content, trust)
    assert answer.verdict in {Verdict.UNREADABLE, Verdict.NOT_OURS}


# Keys that were taken back -----------------------------------------------------------------------


def lists_of_issuing(client, folder):
    issuing = SealKey.objects.get(role=SealKey.Role.ISSUING)
    return published(client, folder, f"{issuing.name}.crl")


def test_a_key_that_was_taken_back_is_told_by_its_list(original, root, keys, client, tmp_path):
    declare_compromised(keys[2], at=NOON, reason="It was copied.")
    listed = read_list(lists_of_issuing(client, tmp_path))
    assert check(original, Trust(read_roots(root))).verdict == Verdict.SEALED
    answer = check(original, Trust(read_roots(root), [listed]))
    assert answer.verdict == Verdict.SEAL_WITHDRAWN


def test_a_list_that_somebody_else_signed_takes_nothing_back(original, root, keys, tmp_path):
    from_stranger = stranger_list(tmp_path)
    assert check(original, Trust(read_roots(root), [from_stranger])).verdict == Verdict.SEALED


def stranger_list(folder):
    """A list in the name of our issuing key, naming our seal, signed by a key of somebody else."""
    stranger(folder)
    issuing = SealKey.objects.get(role=SealKey.Role.ISSUING)
    mine = SealKey.objects.get(role=SealKey.Role.SEAL)
    pem = (folder / "stranger" / f"{mine.name}.pem").read_bytes()
    key = serialization.load_pem_private_key(pem, None)
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    ours = x509.load_der_x509_certificate(bytes(issuing.certificate))
    serial = x509.load_der_x509_certificate(bytes(mine.certificate)).serial_number
    signer = Signer(ours, key, "https://example.org/a.cer", "https://example.org/a.crl")
    return x509.load_der_x509_crl(
        revocation_list(signer, [(serial, NOON, True)], number=1, at=NOON)
    )


# As a person runs it -----------------------------------------------------------------------------


def test_the_command_says_what_it_found_and_what_it_cannot_know(
    original, root, credential, tmp_path, capsys
):
    assert main(["--root", str(root), written(tmp_path, original)]) == 0
    said = capsys.readouterr()
    assert "not changed since" in said.out
    assert f"only the register can say: {public_url(credential)}" in said.out
    assert "none was looked at" in said.err


def test_one_that_was_changed_fails_the_command(original, root, tmp_path, capsys):
    good, bad = written(tmp_path, original), written(tmp_path, original + b" ", "changed.pdf")
    assert main(["--json", "--root", str(root), good, bad]) == 1
    rows = json.loads(capsys.readouterr().out)
    assert [row["verdict"] for row in rows] == ["sealed", "altered"]
    assert [row["file"] for row in rows] == [good, bad]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--root", "{folder}/none.pem", "{file}"], "No such file"),
        (["--root", "{file}", "{file}"], "holds no certificate"),
        (["--root", "{root}", "--revoked", "{file}", "{file}"], "is no list"),
        (["--root", "{root}", "--revoked", "{folder}/none.crl", "{file}"], "No such file"),
        (["--root", "{root}", "{folder}/none.pdf"], "No such file"),
    ],
)
def test_what_it_cannot_begin_with_is_named(original, root, tmp_path, capsys, options, words):
    names = {"folder": tmp_path, "root": root, "file": written(tmp_path, original)}
    assert main([option.format(**names) for option in options]) == 2
    said = capsys.readouterr()
    assert words in said.err
    assert said.out == ""


def test_the_file_that_is_fetched_runs_by_itself_without_the_site(original, root, client, tmp_path):
    response = client.get("/pki/verify.py")
    assert response["Content-Type"].startswith("text/x-python")
    assert response["Access-Control-Allow-Origin"] == "*"
    script = written(tmp_path, response.content, "verify.py")
    done = subprocess.run(
        [sys.executable, "-I", script, "--root", str(root), written(tmp_path, original)],
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert "not changed since" in done.stdout


def test_it_leans_on_nothing_of_the_site():
    source = Path(verify.__file__).read_text()
    assert "django" not in source
    assert "from certificates" not in source
