"""Whoever has a file gets its proof, and checks it on the site, by a command or without the site."""

from __future__ import annotations

import json
from io import StringIO

import pytest
from cryptography import x509
from django.core.management import CommandError, call_command

from certificates.daily_roots.publishing import publish_root, signed_statement
from certificates.models import SealKey
from certificates.offline.verify import NotUsable, Trust, check_proof, main, read_list, read_roots
from certificates.sealing.keys import declare_compromised, start
from tests.certificates.daily_roots.conftest import content_of
from tests.make import DAY, NOON

pytestmark = pytest.mark.django_db
TOMORROW = NOON + DAY


@pytest.fixture
def credential(issue):
    """One of three certificates of a day that has its root."""
    issue()
    middle = issue(full_name="Ada Okafor")
    issue()
    publish_root(at=TOMORROW)
    return middle


@pytest.fixture
def content(credential):
    return content_of(credential)


@pytest.fixture
def address(credential):
    return f"/verify/proofs/{credential.pdf_sha256}.json"


@pytest.fixture
def proof(address, save):
    return save(address, "proof.json")


@pytest.fixture
def root(keys, save):
    return save("/pki/root.pem", "root.pem")


@pytest.fixture
def trust(root):
    return Trust(read_roots(root))


@pytest.fixture
def pdf(content, tmp_path):
    path = tmp_path / "certificate.pdf"
    path.write_bytes(content)
    return path


# What is public ------------------------------------------------------------------------------


def test_roots_are_listed_for_any_program(credential, client):
    response = client.get("/pki/roots.json")
    assert response["Access-Control-Allow-Origin"] == "*"
    assert "max-age=3600" in response["Cache-Control"]
    [row] = response.json()["roots"]
    assert row["number"] == 1
    assert (row["day"], row["size"]) == (NOON.date().isoformat(), 3)


def test_a_list_without_roots_is_empty(client, db):
    assert client.get("/pki/roots.json").json() == {"roots": []}


def test_each_is_there_as_it_was_signed(credential, client):
    response = client.get("/pki/roots/1.jws")
    assert response["Content-Type"] == "application/jose"
    assert response["Access-Control-Allow-Origin"] == "*"
    assert response.content.count(b".") == 2
    assert client.get("/pki/roots/2.jws").status_code == 404


def test_the_check_page_leads_whoever_has_the_file_to_its_proof(content, address, client, pdf):
    with pdf.open("rb") as file:
        page = client.post("/verify/files/", {"file": file}).content.decode()
    assert f'href="{address}"' in page
    assert "It does not say that the certificate counts" in " ".join(page.split())


def test_a_program_reads_where_the_proof_is(credential, address, client, settings):
    sent = {"sha256": credential.pdf_sha256}
    answer = client.post("/verify/files/", sent, headers={"accept": "application/json"}).json()
    assert answer["files"][0]["proof"] == settings.BASE_URL + address


def test_a_file_whose_day_is_not_over_has_no_proof_yet(issue, client):
    digest = issue().pdf_sha256
    headers = {"accept": "application/json"}
    answer = client.post("/verify/files/", {"sha256": digest}, headers=headers).json()
    assert answer["files"][0]["proof"] is None
    response = client.get(f"/verify/proofs/{digest}.json")
    assert response.status_code == 404
    assert "not over" in response.json()["message"]
    assert "Proof" not in client.post("/verify/files/", {"sha256": digest}).content.decode()


@pytest.mark.parametrize("digest", ["0" * 64, "0" * 63, "Z" * 64, "..", "A" * 64])
def test_what_is_no_file_of_ours_has_none(client, db, digest):
    assert client.get(f"/verify/proofs/{digest}.json").status_code == 404


def test_a_proof_names_nobody_and_is_in_no_cache(credential, address, client):
    response = client.get(address)
    assert response["Cache-Control"] == "no-store"
    assert "noindex" in response["X-Robots-Tag"]
    words = response.content.decode()
    for private in ("Ada", "Okafor", credential.code, credential.number):
        assert private not in words
    assert set(response.json()) == {"file_sha256", "index", "path", "statement"}


def test_a_proof_costs_one_query(address, client, django_assert_max_num_queries):
    client.get(address)
    with django_assert_max_num_queries(1):
        client.get(address)


# Whether it holds ----------------------------------------------------------------------------


def test_it_leads_the_file_to_the_root_of_its_day(content, proof, trust, settings):
    proven = check_proof(content, proof.read_text(), trust)
    assert (proven.number, proven.day) == (1, NOON.date().isoformat())
    assert proven.issuer == settings.BASE_URL
    assert proven.is_kept is None


def test_another_file_is_not_under_it(content, proof, trust):
    with pytest.raises(NotUsable, match="of another file"):
        check_proof(content + b" ", proof.read_text(), trust)


def with_changed(proof, **values):
    return json.dumps(json.loads(proof.read_text()) | values)


@pytest.mark.parametrize(
    "values",
    [
        {"index": 7},
        {"index": -1},
        {"path": []},
        {"path": ["00" * 32] * 2},
    ],
    ids=str,
)
def test_a_path_that_was_changed_leads_nowhere(content, proof, trust, values):
    with pytest.raises(NotUsable, match="was changed"):
        check_proof(content, with_changed(proof, **values), trust)


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", "7", '{"index": 0, "path": 3, "statement": ""}', "not json"]
)
def test_what_is_no_proof_is_said_to_be_none(content, trust, text):
    with pytest.raises(NotUsable, match="no proof"):
        check_proof(content, text, trust)


@pytest.mark.parametrize("statement", ["", "a.b.c", "a.b", "e30.e30.e30", "W10.W10.W10"])
def test_a_statement_that_is_none_is_refused(content, proof, trust, statement):
    with pytest.raises(NotUsable, match="cannot be read"):
        check_proof(content, with_changed(proof, statement=statement), trust)


def test_one_that_others_signed_is_refused(content, proof, keys, trust, settings, tmp_path):
    """A root of a day is worth nothing under the root key of somebody else."""
    SealKey.objects.update(state="retired")
    settings.SEAL_KEYS = tmp_path / "others"
    _root, _issuing, seal = start("Others", at=NOON)
    claims = {"iss": "x", "iat": int(TOMORROW.timestamp()), "size": 1, "root": "00" * 32}
    theirs = signed_statement(claims, seal)
    with pytest.raises(NotUsable, match="not signed by a key"):
        check_proof(content, with_changed(proof, statement=theirs), trust)


@pytest.mark.parametrize("days", [-2, 40_000])
def test_one_of_a_time_at_which_the_seal_was_not_good_is_refused(content, proof, keys, trust, days):
    claims = {"iss": "x", "iat": int((NOON + days * DAY).timestamp()), "size": 1, "root": ""}
    early = signed_statement(claims, keys[2])
    with pytest.raises(NotUsable, match="not signed by a key"):
        check_proof(content, with_changed(proof, statement=early), trust)


def test_one_of_a_key_that_was_taken_back_is_refused(content, proof, keys, root, save):
    declare_compromised(keys[2], at=TOMORROW, reason="lost")
    revoked = read_list(save(f"/pki/{keys[1].name}.crl", "issuing.crl"))
    assert isinstance(revoked, x509.CertificateRevocationList)
    with pytest.raises(NotUsable, match="taken back"):
        check_proof(content, proof.read_text(), Trust(read_roots(root), [revoked]))


# Without the site ----------------------------------------------------------------------------


def test_the_program_of_one_file_says_under_which_root_it_is(pdf, proof, root, capsys):
    assert main(["--root", str(root), "--proof", str(proof), str(pdf)]) == 0
    output = capsys.readouterr().out
    assert f"of {NOON.date()}" in output
    assert "where somebody else kept this root" in output


def test_a_copy_that_was_kept_proves_the_day(pdf, proof, root, save, capsys):
    copy = save("/pki/roots.json", "kept.json")
    words = ["--root", str(root), "--proof", str(proof), "--kept", str(copy), str(pdf)]
    assert main(words) == 0
    assert "existed when it was kept" in capsys.readouterr().out
    copy.write_text("another root")
    assert main(words) == 1
    assert "HAS ANOTHER ROOT" in capsys.readouterr().out


def test_it_is_there_as_json(pdf, proof, root, capsys):
    assert main(["--root", str(root), "--proof", str(proof), "--json", str(pdf)]) == 0
    [row] = json.loads(capsys.readouterr().out)
    assert row["verdict"] == "sealed"
    assert row["proven"]["day"] == NOON.date().isoformat()


def test_what_it_cannot_use_it_says(pdf, proof, root, capsys, tmp_path):
    base = ["--root", str(root)]
    assert main([*base, "--proof", str(proof), str(pdf), str(pdf)]) == 2
    assert "one file" in capsys.readouterr().err
    assert main([*base, "--proof", str(tmp_path / "none"), str(pdf)]) == 2
    assert "No such file" in capsys.readouterr().err
    binary = tmp_path / "binary"
    binary.write_bytes(b"\xff\xfe")
    assert main([*base, "--proof", str(binary), str(pdf)]) == 2
    assert "no text" in capsys.readouterr().err


# By the command ------------------------------------------------------------------------------


def said(*words, **options):
    out = StringIO()
    call_command("verify_proof", *map(str, words), stdout=out, **options)
    return out.getvalue()


def test_the_command_says_the_same(pdf, proof, save):
    assert f"of {NOON.date()}" in said(pdf, proof)
    copy = save("/pki/roots.json", "kept.json")
    assert "existed when it was kept" in said(pdf, proof, kept=copy)


def test_the_command_refuses_what_is_not_proven(pdf, proof, tmp_path):
    other = tmp_path / "other.pdf"
    other.write_bytes(b"%PDF-other")
    with pytest.raises(CommandError, match="another file"):
        said(other, proof)
    with pytest.raises(CommandError, match="No such file"):
        said(pdf, tmp_path / "none")
    other.write_bytes(b"\xff")
    with pytest.raises(CommandError, match="no text"):
        said(pdf, other)
    copy = tmp_path / "kept"
    copy.write_text("nothing")
    with pytest.raises(CommandError, match="does not have this root"):
        said(pdf, proof, kept=copy)
