"""Anyone who holds a number learns what is printed and whether it may be relied on. No more."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine

from certificates.models import Credential
from certificates.numbers import formatted, parse_code, random_code
from certificates.revoking import restore, revoke, suspend
from certificates.verifying import tidy_number
from tests import make
from tests.certificates.rendering import STUDY
from tests.certificates.views.verify_page import (
    ALLOWED,
    NOW,
    STANDINGS,
    as_json,
    brought_to,
    page,
    slipped,
    successor,
    unknown,
    verdict,
    words_of,
)

pytestmark = pytest.mark.usefixtures("ten_days_on")


# The answer ----------------------------------------------------------------------------------


def test_the_page_says_what_is_printed_and_that_it_is_current(client, credential):
    response = page(client, credential)
    assert response.status_code == 200
    assert verdict(response) == "Current"
    text = words_of(response)
    for words in [
        "You may rely on this certificate today.",
        credential.number,
        credential.name,
        credential.award_name,
        credential.issuer_name,
        "23 November 2026",
        "23 November 2028",
        "It is not a licence.",
        "Compare these with the paper",
        "Checked 3 December 2026, 12:00 UTC",
    ]:
        assert words in text


def test_a_program_gets_the_same_as_json_and_nothing_beside(client, credential):
    status, answer = as_json(client, credential)
    assert status == 200
    assert set(answer) == ALLOWED
    assert answer == {
        "shows": "printed",
        "number": credential.number,
        "standing": "current",
        "name": credential.name,
        "award": "Foundations of Peer Support",
        "issued_on": "2026-11-23",
        "expires_on": "2028-11-23",
        "since": None,
        "counts_now": None,
        "signatory": "Rosa Adeyemi, Registrar",
        "issuer": "Peerwork Training",
        "issuer_url": None,
        "issuer_email": "registrar@peerwork.example",
        "hours": 0.0,
        "hours_basis": None,
        "hours_attested_by": None,
        "study": None,
        "covers": [],
        "checked_at": "2026-12-03T12:00:00+00:00",
    }


def test_a_browser_gets_the_page(client, credential):
    accept = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
    for response in [
        page(client, credential, accept=accept),
        page(client, credential, accept="*/*"),
    ]:
        assert response["Content-Type"].startswith("text/html")
        assert "Accept" in response["Vary"]


def frozen(credential, **fields):
    Credential.objects.filter(pk=credential.pk).update(**fields)


def test_the_time_of_study_is_told_as_an_estimate_that_opens_to_its_sum(client, credential):
    frozen(credential, minutes=510, study=STUDY)
    text = words_of(page(client, credential))
    assert "Self-paced study, time estimated by the issuer about 8½ hours" in text
    assert (
        "91 of 98 parts read, 33 of 35 exercises done, 80 different questions answered. "
        "Our rule allows a minute for 120 words read, 10 words written or one question. "
        "Estimated, not timed." in text
    )
    answer = as_json(client, credential)[1]
    assert (answer["hours"], answer["hours_basis"]) == (8.5, "estimated")
    assert answer["study"] == STUDY


def test_under_half_an_hour_no_time_is_told(client, credential):
    frozen(credential, minutes=0, study={**STUDY, "minutes": 0})
    text = words_of(page(client, credential))
    assert "estimated" not in text
    assert as_json(client, credential)[1]["study"] is None


def test_hours_that_somebody_attests_are_told_as_theirs(client, credential):
    frozen(credential, minutes=2400, hours_attested_by="Rosa Adeyemi")
    text = words_of(page(client, credential))
    assert "Hours attested by Rosa Adeyemi 40 hours" in text
    assert "Estimated" not in text
    answer = as_json(client, credential)[1]
    assert (answer["hours_basis"], answer["hours_attested_by"]) == ("attested", "Rosa Adeyemi")


def test_hours_from_before_they_were_counted_are_told_as_planned(client, credential):
    frozen(credential, minutes=1005, study={})
    text = words_of(page(client, credential))
    assert "Hours planned for the course 16 h 45 min" in text
    assert (
        "Hours on certificates issued before 27 November 2026 were planned for the course, "
        "and were not counted." in text
    )
    assert as_json(client, credential)[1]["hours_basis"] == "planned"


def test_only_what_own_passed_papers_met_is_called_assessed(client, credential):
    covered = [
        {"code": "LI1", "name": "Be present", "group": "Listening", "assessed": True},
        {"code": "LI2", "name": "Ask well", "group": "Listening", "assessed": False},
        {"code": "BO1", "name": "Say no kindly", "group": "Boundaries", "assessed": False},
    ]
    frozen(credential, competencies=covered)
    text = words_of(page(client, credential))
    assert "Listening 1 of 2 assessed Be present assessed Ask well" in text
    assert "Boundaries Say no kindly" in text
    assert as_json(client, credential)[1]["covers"] == [
        {
            "name": "Listening",
            "competencies": ["Be present", "Ask well"],
            "assessed": ["Be present"],
        },
        {"name": "Boundaries", "competencies": ["Say no kindly"], "assessed": []},
    ]


def test_what_is_kept_of_it_is_nobody_elses(client, credential):
    """What a course covers is rendered once for all whose papers met the same of it."""
    rows = [
        {"code": "LI1", "name": "Be present", "group": "Listening", "assessed": True},
        {"code": "LI2", "name": "Ask well", "group": "Listening", "assessed": True},
    ]
    other = make.credential(holder=make.user())
    frozen(credential, competencies=rows)
    frozen(other, competencies=[{**row, "assessed": False} for row in rows])
    for _again in range(2):
        assert "Listening 2 of 2 assessed" in words_of(page(client, credential))
        assert "of 2 assessed" not in words_of(page(client, other))
    frozen(credential, competencies=[rows[0]])
    assert "Listening 1 of 1 assessed" in words_of(page(client, credential))
    assert "Qué abarca el curso" in words_of(page(client, credential, **{"accept-language": "es"}))


def test_what_it_certifies_is_a_sentence_about_somebody(client, credential):
    text = words_of(page(client, credential))
    assert f"What it certifies {credential.name} {credential.description}" in text
    brought_to("replaced", credential)
    text = words_of(page(client, credential))
    assert f"What it certified when it was issued This person {credential.description}" in text
    assert credential.name not in text


def test_a_name_that_runs_from_right_to_left_stays_beside_its_label(client, credential):
    Credential.objects.filter(pk=credential.pk).update(name="محمد فاطمة")
    content = page(client, credential).content.decode()
    # The name turns within itself, and the line that it stands on does not.
    assert "<dd><bdi>محمد فاطمة</bdi></dd>" in content
    assert 'dir="auto"' not in content


@pytest.mark.parametrize(
    ("accept", "json_is_sent"),
    [
        ("application/json", True),
        ("application/json; charset=utf-8", True),
        ("application/json;version=1", True),
        ("Application/JSON", True),
        ("application/*", True),
        ("application/json, text/plain, */*", True),
        ("application/json;q=0.9, text/html;q=0.8", True),
        ("text/html, application/json;q=0.9", False),
        ("application/json;q=0", False),
        ("application/ld+json", False),
        ("text/html;level=1", False),
        ("text/*", False),
        ("*/*", False),
        ("", False),
        ("image/png", False),
        ("nonsense", False),
    ],
)
def test_json_is_sent_to_who_asks_for_it_whatever_else_they_say(
    client, credential, accept, json_is_sent
):
    for number in [credential.number, unknown(), slipped(credential.number)]:
        sent = page(client, number, accept=accept)["Content-Type"]
        assert sent.startswith("application/json" if json_is_sent else "text/html")


def test_it_is_asked_in_spanish_and_answers_in_spanish_dates(client, credential):
    response = page(client, credential, accept_language="es")
    assert "23 de noviembre de 2026" in words_of(response)


@pytest.mark.parametrize("standing", STANDINGS)
def test_each_standing_is_told_in_a_word_a_sign_and_a_colour(client, credential, standing):
    brought_to(standing, credential)
    response = page(client, credential)
    assert verdict(response) == STANDINGS[standing]
    assert f"<title>{verdict(response).split()[0]}: {credential.number}" in " ".join(
        response.content.decode().split()
    )
    assert f"verdict--{standing}" in response.content.decode()
    assert as_json(client, credential)[1]["standing"] == standing


def test_the_signs_differ_in_shape(client, credential):
    def sign(shown):
        """The shapes alone, whatever white space is between them."""
        svg = re.search(r"verdict__sign.*?</svg>", page(client, shown).content.decode(), re.DOTALL)
        return tuple(re.findall(r"<(?:circle|path).*?/>", svg[0]))

    signs = [sign(credential)]
    for standing in ["suspended", "revoked"]:
        brought_to(standing, credential)
        signs.append(sign(credential))
    signs.append(sign(unknown()))
    assert all(signs)
    assert len(set(signs)) == 4


def test_one_that_was_replaced_shows_no_name_and_leads_to_none(client, credential):
    newer = successor(credential, name="A Newer Name")
    seen = page(client, credential).content.decode()
    answer = as_json(client, credential)[1]
    for hidden in [credential.name, "A Newer Name", newer.number, newer.code]:
        assert hidden not in seen
        assert hidden not in str(answer)
    assert (answer["name"], answer["counts_now"]) == (None, None)
    assert as_json(client, newer)[1]["name"] == "A Newer Name"
    assert credential.name not in page(client, newer).content.decode()


# At once, and to the second: C12 -------------------------------------------------------------------


def test_what_a_registrar_decides_is_told_at_once(client, credential):
    registrar = make.user()
    assert as_json(client, credential)[1]["standing"] == "current"
    suspend(credential, by=registrar, reason="x", at=NOW)
    assert verdict(page(client, credential)) == "Suspended since 3 December 2026"
    restore(credential, by=registrar, reason="x", at=NOW)
    assert verdict(page(client, credential)) == "Current"
    revoke(credential, by=registrar, reason="x", at=NOW)
    assert verdict(page(client, credential)) == "Revoked on 3 December 2026"
    assert as_json(client, credential)[1]["standing"] == "revoked"


@pytest.mark.parametrize(
    "zone",
    [
        "UTC",
        "Europe/London",
        "America/New_York",
        "Australia/Lord_Howe",
        "Asia/Kathmandu",
        "Pacific/Apia",
    ],
)
def test_it_expires_at_the_end_of_its_last_day_where_its_issuer_is(client, site, zone):
    credential = make.credential(
        make.award(issuer=make.issuer(time_zone=zone), valid_months=6), at=make.NOON
    )
    last = credential.expires_on
    midnight = datetime(last.year, last.month, last.day, tzinfo=ZoneInfo(zone)) + make.DAY
    midnight = midnight.astimezone(UTC)
    with time_machine.travel(midnight - timedelta(seconds=1), tick=False):
        assert as_json(client, credential)[1]["standing"] == "current"
        assert verdict(page(client, credential)) == "Current"
    with time_machine.travel(midnight, tick=False):
        assert as_json(client, credential)[1]["standing"] == "expired"
        assert verdict(page(client, credential)).startswith("Expired after")


def test_a_number_drawn_is_one_that_is_read():
    for _ in range(200):
        code = random_code()
        assert parse_code(formatted("PSW", code)) == code
        assert tidy_number(f"psw{code.lower()}") == formatted("PSW", code)
