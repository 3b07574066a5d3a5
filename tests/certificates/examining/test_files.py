"""Checking files on the page: one, many, by hash alone, as JSON, in Spanish, and by a command."""

from __future__ import annotations

import json
import re
from hashlib import sha256
from io import BytesIO, StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from certificates.examining import verdicts
from certificates.examining.verdicts import verdict_of
from certificates.guessing import MISSES_A_MINUTE
from certificates.models import Credential
from certificates.preparing import prepare
from certificates.revoking import revoke
from certificates.views import files as view
from tests import make
from tests.certificates.examining.conftest import stored
from tests.certificates.examining.test_tampering import answers_in, byte_changed_in_page
from tests.make import NOON

pytestmark = pytest.mark.django_db

OTHER = b"%PDF-1.7\nnothing of ours"


def digest(content):
    return sha256(content).hexdigest()


def by_hash(client, *hashes, **fields):
    return client.post("/verify/files/", {"sha256": list(hashes), **fields})


# On the page ----------------------------------------------------------------------------------


def test_the_page_offers_it_without_a_cookie_or_a_token(client, db):
    response = client.get("/verify/")
    html = response.content.decode()
    assert 'action="/verify/files/"' in html
    assert 'enctype="multipart/form-data"' in html
    assert "csrfmiddlewaretoken" not in html
    assert not response.cookies


def test_a_visitor_without_a_cookie_may_send_a_file(original, browserless):
    response = browserless.post("/verify/files/", {"file": named(original)})
    assert answers_in(response)[0][0] == "as_issued"
    assert not response.cookies


@pytest.fixture
def browserless():
    return Client(enforce_csrf_checks=True)


def named(content, name="certificate.pdf"):
    file = BytesIO(content)
    file.name = name
    return file


def test_many_are_answered_each_in_its_line_and_in_their_order(original, check, credential):
    response = check(original, OTHER, byte_changed_in_page(original), b"")
    assert [verdict for verdict, _heading in answers_in(response)] == [
        "as_issued",
        "unreadable",
        "altered",
        "unreadable",
    ]
    html = response.content.decode()
    assert "4 files checked" in html
    assert [f"file-{number}.pdf" in html for number in range(4)] == [True] * 4


def test_every_answer_says_what_it_proves_and_does_not(original, check):
    for content in (original, OTHER):
        words = " ".join(check(content).content.decode().split())
        assert "It does not prove that whoever shows it to you is the person" in words
        assert "Nothing that you send is stored." in words


def test_the_page_of_the_form_says_it_too_for_answers_that_a_script_adds(client, db):
    words = " ".join(client.get("/verify/").content.decode().split())
    assert "It does not prove that whoever shows it to you is the person" in words


def test_the_answer_is_for_no_search_engine_and_no_cache(original, check):
    response = check(original)
    assert "noindex" in response["X-Robots-Tag"]
    assert response["Cache-Control"] == "no-store"


def test_a_file_name_is_only_text(original, client):
    response = client.post("/verify/files/", {"file": named(original, "<b>bold<img>.pdf")})
    assert b"<b>bold" not in response.content


def test_without_a_file_it_leads_to_the_form(client, db):
    for response in (client.get("/verify/files/"), client.post("/verify/files/")):
        assert response.status_code == 302
        assert response["Location"] == "/verify/"


def test_two_hundred_are_taken_and_no_more(client, db, settings):
    assert settings.DATA_UPLOAD_MAX_NUMBER_FILES == verdicts.MOST_FILES == 200
    more = [named(b"x", f"{number}.pdf") for number in range(201)]
    assert client.post("/verify/files/", {"file": more}).status_code == 400


def test_ten_megabytes_are_taken_and_a_page_of_ours_says_so(client, db):
    large = named(b"%PDF-1.7\n" + b" " * (11 * 1024 * 1024))
    assert client.post("/verify/files/", {"file": large}).status_code == 413


def test_one_that_is_too_large_stops_no_other(original, client, keys):
    large = named(b"%PDF-1.7\n" + b" " * (5 * 1024 * 1024))
    response = client.post("/verify/files/", {"file": [large, named(original)]})
    assert [verdict for verdict, _ in answers_in(response)] == ["unreadable", "as_issued"]
    assert "larger than 5 MB" in response.content.decode()


def test_what_there_was_no_time_for_is_said(original, check, monkeypatch):
    monkeypatch.setattr(view, "SECONDS", -1)
    assert answers_in(check(original, OTHER)) == [("not_checked", "Not looked at")] * 2


def test_whoever_sends_what_is_not_ours_without_end_is_asked_to_wait(original, check, monkeypatch):
    monkeypatch.setattr("certificates.guessing.MISSES_A_MINUTE", 2)
    response = check(OTHER, OTHER, OTHER, original)
    assert [verdict for verdict, _ in answers_in(response)][2:] == ["not_checked"] * 2
    assert MISSES_A_MINUTE == 60


def test_what_is_ours_is_never_counted(original, check, monkeypatch):
    monkeypatch.setattr("certificates.guessing.MISSES_A_MINUTE", 1)
    response = check(*[original] * 5)
    assert {verdict for verdict, _ in answers_in(response)} == {"as_issued"}


def test_nothing_that_was_sent_is_stored(original, check, settings, tmp_path):
    settings.FILE_UPLOAD_TEMP_DIR = tmp_path / "uploads"
    settings.FILE_UPLOAD_TEMP_DIR.mkdir()
    settings.FILE_UPLOAD_MAX_MEMORY_SIZE = 10
    rows = {model: model.objects.count() for model in (Credential,)}
    with CaptureQueriesContext(
        connection,
    ) as queries:
        check(byte_changed_in_page(original))
    assert not [
        q for q in queries if re.match(r"(INSERT|UPDATE)", q["sql"]) and "cache" not in q["sql"]
    ]
    assert list(settings.FILE_UPLOAD_TEMP_DIR.iterdir()) == []
    assert rows == {model: model.objects.count() for model in (Credential,)}


def test_no_name_of_a_file_or_a_person_is_in_the_log(original, client, caplog):
    client.post("/verify/files/", {"file": named(byte_changed_in_page(original), "ada-okafor.pdf")})
    assert "okafor" not in caplog.text.lower()


# By hash alone --------------------------------------------------------------------------------


def test_the_hash_of_a_file_of_ours_is_answered_without_the_file(original, client, credential):
    response = by_hash(client, digest(original), part="lines")
    assert answers_in(response) == [("as_issued", "Exactly as we issued it: Current")]
    assert f'data-sha256="{digest(original)}"' in response.content.decode()
    assert b"<html" not in response.content


def test_of_a_hash_that_nobody_knows_nothing_is_said(original, client):
    response = by_hash(client, digest(OTHER), digest(original), part="lines")
    assert len(answers_in(response)) == 1


@pytest.mark.parametrize("nonsense", ["", "x" * 64, "A" * 64, "ab", "%" * 64])
def test_what_is_no_hash_is_no_hash(client, db, nonsense):
    assert by_hash(client, nonsense).status_code == 302


def test_an_empty_hash_finds_none_of_those_without_a_file(client, db):
    make.credential()
    assert by_hash(client, "", part="lines").status_code == 302


def count_of(verb):
    with CaptureQueriesContext(connection) as queries:
        verb()
    return len(queries)


def test_three_hashes_cost_no_more_queries_than_one(keys, client):
    contents = [stored(make.credential()) for _ in range(3)]
    hashes = [digest(content) for content in contents]
    by_hash(client, *hashes, part="lines")  # the first of a month makes the rows of the counts
    one = count_of(lambda: by_hash(client, hashes[0], part="lines"))
    assert count_of(lambda: by_hash(client, *hashes, part="lines")) == one
    assert one <= 3


def test_a_file_costs_four_queries_at_most(original):
    assert count_of(lambda: verdict_of(original)) == 2
    assert count_of(lambda: verdict_of(byte_changed_in_page(original))) <= 4


# For programs ---------------------------------------------------------------------------------


def test_a_program_is_answered_in_json(original, check, credential):
    answer = check(original, OTHER, Accept="application/json").json()
    first, second = answer["files"]
    assert first["verdict"] == "as_issued"
    assert first["sealed"]
    assert first["record"]["number"] == credential.number
    assert first["record"]["standing"] == "current"
    assert (second["verdict"], second["why"]) == ("unreadable", "broken")
    assert second["record"] is None
    assert answer["checked_at"]


# In Spanish -----------------------------------------------------------------------------------


def test_it_is_all_in_spanish_for_whoever_reads_spanish(original, check, credential):
    spanish = {"Accept-Language": "es"}
    words = check(original, OTHER, byte_changed_in_page(original), **spanish).content.decode()
    assert "Exactamente como lo emitimos" in words
    assert "No es el archivo que emitimos" in words
    for english in ("Exactly", "Checked", "Not the file", "It proves", "damaged"):
        assert english not in words
    revoke(credential, by=make.user(), reason="x", at=NOON)
    words = check(original, **spanish).content.decode()
    assert "revocado" in words or "Revocado" in words


# By a command ---------------------------------------------------------------------------------


def said(*paths, **options):
    out = StringIO()
    try:
        call_command("verify_pdf", *map(str, paths), stdout=out, **options)
    except CommandError as error:
        return out.getvalue(), str(error), error.returncode
    return out.getvalue(), "", 0


def test_the_command_says_of_each_file_what_it_is(original, credential, tmp_path):
    good, bad = tmp_path / "good.pdf", tmp_path / "bad.pdf"
    good.write_bytes(original)
    bad.write_bytes(byte_changed_in_page(original))
    assert said(good) == (
        f"{good}: Exactly as we issued it; Current; {credential.number}\n",
        "",
        0,
    )
    lines, problem, code = said(good, bad)
    assert f"{bad}: Not the file that we issued; Current; {credential.number}" in lines
    assert problem == "1 of 2 may not be relied on today."
    assert code == 1


def test_the_command_answers_in_json(original, credential, tmp_path):
    file = tmp_path / "good.pdf"
    file.write_bytes(original)
    (row,) = json.loads(said(file, json=True)[0])
    assert row["verdict"] == "as_issued"
    assert row["record"]["number"] == credential.number


def test_the_command_relies_on_no_revoked_one(original, credential, tmp_path):
    revoke(credential, by=make.user(), reason="x", at=NOON)
    file = tmp_path / "revoked.pdf"
    file.write_bytes(original)
    lines, _problem, code = said(file)
    assert "Revoked" in lines
    assert code == 1


def test_a_file_that_is_not_there_is_said(keys, tmp_path):
    assert "No such file" in said(tmp_path / "nothing.pdf")[1]


def test_a_file_that_is_empty_or_no_pdf_says_why(keys, tmp_path):
    file = tmp_path / "empty.pdf"
    file.write_bytes(b"")
    assert "The file is empty." in said(file)[0]


def test_what_was_issued_without_keys_is_found_by_the_command_too(db, tmp_path):
    credential = make.credential()
    prepare(str(credential.pk), at=NOON)
    with Credential.objects.get().pdf.open("rb") as file:
        content = file.read()
    (tmp_path / "old.pdf").write_bytes(content)
    assert "Exactly as we issued it" in said(tmp_path / "old.pdf")[0]
