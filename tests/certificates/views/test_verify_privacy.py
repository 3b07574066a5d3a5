"""What verifying never tells, to whom it gives no answer, and what an answer costs."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from certificates.guessing import MISSES_A_MINUTE, key_for
from certificates.models import Credential
from certificates.revoking import restore, revoke, suspend
from certificates.verifying import look_up, public_facts
from courses.models import Edition
from tests import make
from tests.certificates.views.verify_page import (
    ALLOWED,
    NOW,
    as_json,
    page,
    unknown,
)

pytestmark = pytest.mark.usefixtures("ten_days_on")


# Private: C05 ----------------------------------------------------------------------------------


def test_nothing_about_the_person_is_told_but_the_printed_name(client, site):
    holder = make.user(
        email="canary-holder-email@peerwork.example",
        full_name="Printed Name",
        time_zone="Pacific/Apia",
    )
    registrar = make.user(
        email="canary-registrar@peerwork.example", full_name="CANARY-REGISTRAR-NAME"
    )
    credential = make.credential(
        make.award(), holder, evidence="CANARY-EVIDENCE in words", by=registrar
    )
    holder.full_name = "CANARY-LATER-NAME"
    holder.save()
    Credential.objects.filter(pk=credential.pk).update(
        pdf_problem="CANARY-PROBLEM", pdf="CANARY-FILE.pdf", pdf_sha256="CANARY-HASH"
    )
    suspend(credential, by=registrar, reason="CANARY-REASON one", at=NOW)
    restore(credential, by=registrar, reason="CANARY-REASON two", at=NOW)
    revoke(credential, by=registrar, reason="CANARY-REASON three", at=NOW)
    for response in [page(client, credential), page(client, credential, accept="application/json")]:
        sent = response.serialize().decode()
        assert "CANARY" not in sent.upper()
        assert "Apia" not in sent
        assert str(credential.pk) not in sent
        assert str(holder.pk) not in re.findall(r"\bid=\"?(\d+)", sent)
        assert "Printed Name" in sent


def test_the_row_that_is_read_has_no_private_column(credential):
    with CaptureQueriesContext(connection) as queries:
        row = look_up(credential.number)
    [query] = queries
    for column in ["holder_id", "evidence", "pdf", "reason", "explanation", "actor_id"]:
        assert column not in query["sql"]
    facts = public_facts(row, checked_at=NOW)
    assert set(facts) == ALLOWED


def test_the_answer_is_for_no_engine_no_cache_and_no_other_site(client, credential):
    for response in [
        page(client, credential),
        page(client, credential, accept="application/json"),
        page(client, unknown()),
        client.get("/verify/"),
        client.get(f"/C/{credential.code}"),
    ]:
        assert "noindex" in response["X-Robots-Tag"]
        # To no other site. "no-referrer" would have forms of these pages come from nowhere.
        assert response["Referrer-Policy"] == "same-origin"
        assert response["Cache-Control"] == "no-store"
    assert '<meta name="robots" content="noindex' in page(client, credential).content.decode()


def test_a_visitor_gets_no_cookie(client, credential):
    for response in [page(client, credential), page(client, unknown()), client.get("/verify/")]:
        assert not response.cookies


# Guessing: C04 ---------------------------------------------------------------------------------


def test_whoever_misses_too_often_gets_no_answer_for_the_rest_of_the_minute(client, credential):
    for _ in range(MISSES_A_MINUTE):
        assert page(client, unknown()).status_code == 404
    refused = page(client, unknown())
    assert refused.status_code == 429
    assert refused["Retry-After"] == "60"
    # Not a hit either: an answer here would be as good as a search.
    assert page(client, credential).status_code == 429
    assert as_json(client, credential)[1]["standing"] == "not_checked"
    # Another address, and the next minute, are answered.
    assert Client(REMOTE_ADDR="10.1.2.3").get(f"/verify/{credential.number}/").status_code == 200
    with time_machine.travel(NOW + timedelta(seconds=61), tick=False):
        assert page(client, credential).status_code == 200


def test_good_numbers_are_never_held_up(client, credential):
    for _ in range(MISSES_A_MINUTE * 2):
        assert page(client, credential, accept="application/json").status_code == 200


def test_a_forged_address_is_not_believed(client, site):
    for count in range(MISSES_A_MINUTE):
        page(client, unknown(), x_forwarded_for=f"10.0.0.{count}")
    assert page(client, unknown(), x_forwarded_for="10.9.9.9").status_code == 429


def test_addresses_of_one_ipv6_network_are_one(site):
    for count in range(MISSES_A_MINUTE):
        Client(REMOTE_ADDR=f"2001:db8::{count + 1:x}").get(f"/verify/{unknown()}/")
    assert Client(REMOTE_ADDR="2001:db8::ffff").get(f"/verify/{unknown()}/").status_code == 429
    assert Client(REMOTE_ADDR="2001:db8:1::1").get(f"/verify/{unknown()}/").status_code == 404


def test_a_caller_without_an_address_is_answered(site, credential):
    assert Client(REMOTE_ADDR="").get(f"/verify/{credential.number}/").status_code == 200


def test_the_address_of_whoever_missed_is_not_kept(client, site):
    page(client, unknown())
    request = page(client, unknown()).wsgi_request
    assert "127.0.0.1" not in key_for(request, NOW)


def test_all_unknown_numbers_get_an_answer_of_one_length(client, site):
    lengths = {len(page(client, unknown()).content) for _ in range(20)}
    assert len(lengths) == 1


# Queries -----------------------------------------------------------------------------------------


def test_a_warm_page_costs_three_queries_with_the_count(
    client, credential, django_assert_max_num_queries
):
    suspend(credential, by=make.user(), reason="x", at=NOW)
    restore(credential, by=make.user(), reason="x", at=NOW)
    page(client, credential)
    with django_assert_max_num_queries(3):
        assert page(client, credential).status_code == 200
    with django_assert_max_num_queries(3):
        assert as_json(client, credential)[0] == 200


def test_a_page_asks_for_what_is_published_along_with_its_own_rows(client, credential):
    """And what is published next is seen by the next page."""
    page(client, credential)
    for number in (7, 8):
        Edition.objects.update_or_create(pk=1, defaults={"number": number})
        with CaptureQueriesContext(connection) as queries:
            page(client, credential)
        asked = [query["sql"] for query in queries if "courses_edition" in query["sql"]]
        assert len(asked) == 1
        assert "certificates_credential" in asked[0]
        assert look_up(credential.number).edition == number


def test_before_anything_was_published_a_page_is_there_too(client, credential):
    Edition.objects.all().delete()
    assert look_up(credential.number).edition is None
    assert page(client, credential).status_code == 200


def test_more_history_costs_no_more_queries(client, credential, django_assert_num_queries):
    registrar = make.user()
    for _ in range(5):
        suspend(credential, by=registrar, reason="x", at=NOW)
        restore(credential, by=registrar, reason="x", at=NOW)
    with django_assert_num_queries(1):
        row = look_up(credential.number)
        assert public_facts(row, checked_at=NOW)["standing"] == "current"
