"""The signed credential inside a certificate's file: which, how it is described, and for how long."""

from __future__ import annotations

import json
import subprocess
from datetime import timedelta
from hashlib import sha256
from zoneinfo import ZoneInfo

import pytest

from certificates import pdf as rendering
from certificates.badges.making import make_badge
from certificates.designs import DESIGNS
from certificates.following import replace_credential
from certificates.models import Badge, Credential
from certificates.pdf import render_certificate
from certificates.preparing import made_again, prepare, public_url, sign_badge
from certificates.rendering import Renderer
from certificates.revoking import reinstate, revoke
from certificates.sealing.keys import add_signing_keys, declare_compromised, retire_seal, start
from certificates.sealing.stores import key_store
from deploy.checking_files import Source, check_files
from tests import make
from tests.certificates.attached import (
    DOCUMENT,
    attached_to,
    badge,
    opened_pdf,
    specifications_in,
)
from tests.certificates.rendering import opened, rendered
from tests.certificates.test_pdf_ua import KINDS
from tests.certificates.test_withdrawn import erase
from tests.make import DAY, NOON
from tests.verapdf import faults_of

NAME = "PSW-7K3M-QX9R-4TWK-badge.json"
REASON = "A mistake in the register."
HOUR = timedelta(hours=1)


# What is drawn: no database -------------------------------------------------------------------


def test_the_file_carries_the_signed_credential_byte_for_byte():
    assert attached_to(rendered(attached=badge())) == {NAME: DOCUMENT.encode()}


def test_it_says_what_it_is_and_what_it_is_to_the_page():
    content = rendered(attached=badge())
    (specification,) = specifications_in(content).values()
    assert specification["/AFRelationship"] == "/Data"
    assert specification["/F"] == specification["/UF"] == NAME
    assert specification["/Desc"].startswith("This certificate as a signed Open Badge")
    assert specification["/EF"]["/F"]["/Subtype"] == "/application/vc"


def test_its_dates_are_those_of_its_signing_in_universal_time():
    content = rendered(attached=badge(made_at=NOON.astimezone(ZoneInfo("America/Bogota"))))
    (specification,) = specifications_in(content).values()
    parameters = specification["/EF"]["/F"]["/Params"]
    assert parameters["/ModDate"] == parameters["/CreationDate"] == "D:20261123120000Z"
    assert parameters["/Size"] == len(DOCUMENT.encode())


def test_the_document_names_it_once():
    root = opened_pdf(rendered(attached=badge())).root
    assert len(root["/AF"]) == 1
    assert len(root["/Names"]["/EmbeddedFiles"]["/Names"]) == 2


def test_the_description_is_in_the_language_of_the_paper():
    (specification,) = specifications_in(rendered(attached=badge(), language="es")).values()
    assert specification["/Desc"].startswith("Este certificado como Open Badge")


def test_the_name_of_the_file_suits_every_system():
    (name,) = attached_to(rendered(attached=badge(), name="Łukasz / O’Brien: محمد"))
    assert name == NAME
    assert name.isascii()
    assert set(name).isdisjoint('/\\:*?"<>| ')


def test_the_same_row_gives_the_same_bytes():
    assert rendered(attached=badge()) == rendered(attached=badge())
    assert rendered(attached=badge()) != rendered(attached=badge(made_at=NOON + HOUR))
    assert rendered(attached=badge()) != rendered(attached=badge(document="{}"))


def test_a_row_that_names_none_is_drawn_as_it_always_was():
    content = opened(rendered())
    assert attached_to(rendered()) == {}
    for word in (b"/EmbeddedFile", b"/Filespec", b"/AF"):
        assert word not in content


def test_another_program_takes_it_out(tmp_path):
    file = tmp_path / "certificate.pdf"
    file.write_bytes(rendered(attached=badge()))
    taken = tmp_path / "taken.json"
    command = ["pdfdetach", "-save", "1", "-o", str(taken), str(file)]
    subprocess.run(command, check=True, capture_output=True)
    assert taken.read_text(encoding="utf-8") == DOCUMENT


@pytest.mark.drill
def test_every_kind_in_every_design_keeps_both_standards_with_it(tmp_path):
    files = []
    for design in DESIGNS:
        for kind, fields in KINDS.items():
            file = tmp_path / f"{design}-{kind}.pdf"
            file.write_bytes(rendered(design=design, attached=badge(), **fields))
            files.append(file)
    faults = faults_of(*files)
    assert len(faults) == len(files)
    assert {name: broken for name, broken in faults.items() if broken} == {}


def test_a_file_that_does_not_say_what_is_attached_is_found(tmp_path, monkeypatch):
    """A rule of PDF/A-3a: what is attached is asked about, too."""

    def forget(document, pdf):
        one(document, pdf)
        for item in pdf.objects:
            if isinstance(item, dict):
                item.pop("AFRelationship", None)

    one = rendering.complete
    monkeypatch.setattr(rendering, "complete", forget)
    file = tmp_path / "unsaid.pdf"
    file.write_bytes(rendered(attached=badge()))
    assert any(fault.startswith("6.8-") for fault in faults_of(file)["unsaid.pdf"])


# What is issued: the row, the keys and the file ---------------------------------------------------


@pytest.fixture
def keys(db, settings, tmp_path):
    settings.SEAL_KEYS = tmp_path / "keys"
    chain = start("Peerwork Training", at=NOON)
    add_signing_keys(at=NOON)
    return chain


@pytest.fixture
def credential(keys):
    award = make.award(valid_months=24, limits="It is no licence.")
    return make.credential(award, make.user(full_name="Ada Okafor", email="canary@example.org"))


def issued(credential, *, at=NOON):
    """The stored file, after the row was read anew."""
    prepare(str(credential.pk), at=at)
    credential.refresh_from_db()
    return content_of(credential)


def content_of(credential):
    with credential.pdf.open("rb") as file:
        return file.read()


def again(credential):
    """The file made once more, as `check_files` makes it."""
    row = Credential.objects.select_related("holder", "issuer", "mark", "sealed_by", "attached")
    row = row.get(pk=credential.pk)
    return made_again(row, render_certificate(row, verify_url=public_url(row)))


def test_what_is_issued_carries_its_own_badge(credential):
    content = issued(credential)
    signed = credential.badges.get()
    assert credential.attached == signed
    assert attached_to(content) == {f"{credential.number}-badge.json": signed.document.encode()}
    assert credential.sealed_by is not None
    assert credential.pdf_sha256 == sha256(content).hexdigest()


def test_each_design_stays_small_sealed_and_keeps_both_standards(keys, tmp_path):
    files = []
    for design in DESIGNS:
        award = make.award(design=design, valid_months=12)
        content = issued(make.credential(award, make.user(full_name="Ada Okafor")))
        assert len(attached_to(content)) == 1
        assert len(content) < 40_000
        file = tmp_path / f"{design}.pdf"
        file.write_bytes(content)
        files.append(file)
    assert faults_of(*files) == {file.name: [] for file in files}


def test_it_holds_no_more_than_the_badge_and_the_paper(credential):
    Credential.objects.update(evidence=[{"requirement": "CANARY-EVIDENCE", "met_on": None}])
    content = opened(issued(credential))
    for word in (b"CANARY-EVIDENCE", b"canary@example.org", b"identityHash"):
        assert (word in content) == (word == b"identityHash")


def test_what_was_taken_out_is_accepted_by_the_check_page(credential, client):
    (inside,) = attached_to(issued(credential)).values()
    page = client.post("/verify/files/", {"badge": inside.decode()}).content.decode()
    assert 'data-verdict="as_issued"' in page
    changed = inside.decode().replace("Ada Okafor", "Eve Mallory")
    page = client.post("/verify/files/", {"badge": changed}).content.decode()
    assert 'data-verdict="altered"' in page


def test_the_process_apart_draws_the_same(credential):
    issued(credential)
    row = Credential.objects.select_related("holder", "issuer", "mark", "attached").get()
    renderer = Renderer()
    try:
        apart = renderer.render(row, verify_url=public_url(row))
    finally:
        renderer.stop()
    assert apart == render_certificate(row, verify_url=public_url(row))
    assert len(attached_to(apart)) == 1


def test_a_lost_file_is_made_again_with_it_byte_for_byte(credential):
    content = issued(credential, at=NOON + timedelta(microseconds=123456))
    assert again(credential) == content
    credential.pdf.storage.delete(credential.pdf.name)
    findings = check_files(Source(), at=NOON)
    assert len(findings.made_again) == 1
    assert content_of(credential) == content


def test_one_from_before_is_made_again_without_it(credential):
    """Sealed before badges were attached, and signed as a badge all the same."""
    retire_seal(at=NOON, reason="rest", role="badge")
    content = issued(credential)
    add_signing_keys(at=NOON + DAY)
    assert sign_badge(credential, at=NOON + DAY)
    credential.refresh_from_db()
    assert credential.badges.count() == 1
    assert credential.attached is None
    assert attached_to(content) == {}
    assert again(credential) == content


def test_without_a_key_of_badges_the_certificate_is_issued_without_one(credential, mailoutbox):
    retire_seal(at=NOON, reason="rest", role="badge")
    assert attached_to(issued(credential)) == {}
    assert credential.sealed_by is not None
    assert credential.attached is None
    assert len(mailoutbox) == 1


def test_a_key_out_of_reach_holds_nobody_up(credential, mailoutbox):
    key_store().destroy("badge-2026-1")
    assert attached_to(issued(credential)) == {}
    assert credential.attached is None
    assert credential.badge_made_at is None
    assert len(mailoutbox) == 1


def test_a_badge_that_was_signed_before_is_the_one_inside(credential):
    """The sweep may have been quicker than the worker that renders."""
    signed = make_badge(credential, at=NOON)
    issued(credential, at=NOON + HOUR)
    assert credential.attached == signed


def test_what_a_stolen_key_signed_is_in_no_new_file(credential):
    signed = make_badge(credential, at=NOON)
    declare_compromised(signed.key, at=NOON, reason="stolen")
    content = issued(credential, at=NOON + HOUR)
    assert credential.attached != signed
    assert attached_to(content).popitem()[1] == credential.attached.document.encode()
    assert credential.badges.count() == 2


def test_a_key_that_is_stolen_later_changes_no_file(credential):
    content = issued(credential)
    first = credential.attached
    declare_compromised(first.key, at=NOON + DAY, reason="stolen")
    assert sign_badge(credential, at=NOON + DAY)
    credential.refresh_from_db()
    assert credential.attached == first
    assert again(credential) == content == content_of(credential)


def test_nothing_that_becomes_of_it_changes_the_file(credential):
    content = issued(credential)
    revoke(credential, by=make.registrar(), reason=REASON, at=NOON + HOUR)
    prepare(str(credential.pk), at=NOON + HOUR)
    assert content_of(credential) == content == again(credential)
    reinstate(credential, by=make.registrar(), reason=REASON, at=NOON + DAY)
    prepare(str(credential.pk), at=NOON + DAY)
    assert content_of(credential) == content == again(credential)


def test_what_replaces_it_carries_its_own(credential):
    issued(credential)
    new = replace_credential(
        credential, name="Ada Nwosu", by=make.registrar(), reason=REASON, at=NOON + DAY
    )
    assert new.attached is None
    (inside,) = attached_to(issued(new, at=NOON + DAY)).values()
    subject = json.loads(inside)["credentialSubject"]
    assert subject["licenseNumber"] == new.number
    assert subject["identifier"][0]["identityHash"] == "Ada Nwosu"
    assert b"Okafor" not in inside
    assert new.attached != credential.attached


def test_erasure_leaves_neither_file_nor_credential(credential, settings, tmp_path):
    settings.VAR_DIR = tmp_path
    issued(credential)
    storage, place = credential.pdf.storage, credential.pdf.name
    erase(credential.holder)
    credential.refresh_from_db()
    assert not storage.exists(place)
    assert not credential.pdf
    assert credential.attached.document == ""
    assert not Badge.objects.to_attach(credential).exists()


def test_the_holder_reads_that_it_is_inside(credential, client):
    issued(credential)
    client.force_login(credential.holder)
    address = f"/certificates/{credential.number}/"
    sentence = "The PDF carries your certificate a second time, as a signed badge"
    assert sentence in " ".join(client.get(address).content.decode().split())
    Credential.objects.update(attached=None)
    assert sentence not in " ".join(client.get(address).content.decode().split())


def test_a_stranger_gets_neither_the_file_nor_what_is_inside(credential, client):
    issued(credential)
    signed = json.loads(credential.attached.document)
    page = client.get(f"/verify/{credential.number}/").content.decode()
    assert signed["proof"]["proofValue"] not in page
    assert signed["credentialSubject"]["id"] not in page
    for ending in (".pdf", "/badge.json"):
        answer = client.get(f"/certificates/{credential.number}{ending}")
        assert answer.status_code == 302
        assert answer.url.startswith("/accounts/login/")
