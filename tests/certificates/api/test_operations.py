"""The API says what the check pages say, by a key, within a quota, and in JSON whatever happens."""

from __future__ import annotations

import json
import time

import pytest
from django.conf import settings as site
from django.test import Client
from django.utils import timezone

from certificates.following import replace_credential
from certificates.numbers import formatted, random_code
from certificates.revoking import revoke, suspend
from people.organisations.joining import end_organisation
from people.organisations.keys import end_key
from tests import make

pytestmark = pytest.mark.django_db

PROBLEM = "application/problem+json"
WHEN = ("checked_at",)


@pytest.fixture
def credential():
    return make.credential(holder=make.user(full_name="Ada Okafor"))


def without_time(facts):
    return {name: value for name, value in facts.items() if name not in WHEN}


def unknown():
    return formatted("PSW", random_code())


# One ----------------------------------------------------------------------------------------


def test_one_number_is_answered_as_its_page_answers(program, client, credential):
    page = client.get(f"/verify/{credential.number}/", headers={"Accept": "application/json"})
    answer = program.get(credential.number, name="ada okafor").json()
    assert without_time(answer["check"]["record"]) == without_time(page.json())
    assert answer["check"] | {"record": None} == {
        "position": 1,
        "typed": credential.number,
        "number": credential.number,
        "standing": "current",
        "standing_in_words": "Current",
        "name_match": "same",
        "name_match_in_words": "The same name",
        "check_url": f"{site.BASE_URL}/verify/{credential.number}/",
        "record": None,
    }
    assert answer["checked_at"].startswith(f"{timezone.now():%Y-%m-%dT}")


@pytest.mark.parametrize(
    ("write", "standing"),
    [
        (str.lower, "current"),
        (lambda number: number.replace("-", ""), "current"),
        (lambda number: number.replace("-", " "), "current"),
    ],
)
def test_a_number_may_be_written_in_any_way(program, credential, write, standing):
    answer = program.get(write(credential.number)).json()
    assert answer["check"]["number"] == credential.number
    assert answer["check"]["standing"] == standing


@pytest.mark.parametrize(
    ("given", "match"),
    [("Ada Okafor", "same"), ("Okafor, Ada", "alike"), ("Bo Berg", "differs"), ("", None)],
)
def test_a_name_that_was_given_is_compared(program, credential, given, match):
    assert program.get(credential.number, name=given).json()["check"]["name_match"] == match


@pytest.mark.parametrize(("verb", "standing"), [(suspend, "suspended"), (revoke, "revoked")])
def test_what_a_registrar_decides_is_told_at_once(program, credential, verb, standing):
    assert program.get(credential.number).json()["check"]["standing"] == "current"
    verb(credential, by=make.registrar(), reason="A reason.", at=timezone.now())
    response = program.get(credential.number)
    assert response.json()["check"]["record"]["standing"] == standing
    assert b"A reason." not in response.content


def test_a_former_name_is_told_to_nobody(program, credential):
    replace_credential(
        credential, name="Ada Berg", by=make.registrar(), reason="Married.", at=timezone.now()
    )
    check = program.get(credential.number, name="Ada Okafor").json()["check"]
    assert (check["record"]["name"], check["name_match"]) == (None, "not_compared")
    assert check["record"]["counts_now"] is None


def test_a_number_that_is_not_there_says_so_in_a_sentence(program):
    number = unknown()
    response = program.get(number)
    assert (response.status_code, response["Content-Type"]) == (404, PROBLEM)
    told = response.json()
    assert told["detail"] == "No certificate has this number."
    assert (told["standing"], told["number"]) == ("not_found", number)
    assert told["check_url"].endswith(f"/verify/{number}/")


def test_a_mistyped_number_offers_the_likely_one(program, credential):
    typed = credential.number[:-1] + ("2" if credential.number[-1] != "2" else "3")
    told = program.get(typed).json()
    assert (told["status"], told["standing"], told["number"]) == (404, "mistyped", None)
    assert "last symbol" in told["detail"]
    assert isinstance(told["did_you_mean"], list)


# Many ---------------------------------------------------------------------------------------


def test_many_are_answered_in_their_order_with_their_names(program, credential):
    number = unknown()
    sent = [
        {"number": number},
        {"number": credential.number, "name": "Okafor Ada"},
        {"number": "nothing"},
        {"number": "https://elsewhere.example/verify/x"},
        {"number": f"{site.BASE_URL}/verify/{credential.number}/"},
    ]
    answer = program.post(sent).json()
    assert [each["position"] for each in answer["checks"]] == [1, 2, 3, 4, 5]
    assert [each["standing"] for each in answer["checks"]] == [
        "not_found",
        "current",
        "mistyped",
        "other_site",
        "current",
    ]
    assert answer["checks"][1]["name_match"] == "alike"
    assert answer["checks"][2]["check_url"] is None
    assert answer["checks"][0]["record"] is None


def test_the_answers_are_those_of_checking_many_by_hand(program, client, credential):
    numbers = [credential.number, unknown(), "x"]
    by_hand = client.post(
        "/verify/many/",
        {"numbers": "\n".join(numbers)},
        headers={"Accept": "application/json"},
    ).json()["numbers"]
    told = program.post([{"number": number} for number in numbers]).json()["checks"]
    for row, check in zip(by_hand, told, strict=True):
        assert check["standing"] == row["standing"]
        assert (check["number"], check["typed"]) == (row["number"], row["typed"])
        assert (check["record"] is None) == (row["record"] is None)


def test_words_are_in_the_language_that_was_asked_for(program, credential):
    english = program.get(credential.number).json()["check"]["standing_in_words"]
    response = program.client.get(
        f"/api/v1/certificates/{credential.number}", headers={"Accept-Language": "es"}
    )
    assert (english, response.json()["check"]["standing_in_words"]) == ("Current", "Vigente")
    told = program.client.get("/api/v1/certificates/x", headers={"Accept-Language": "es"}).json()
    assert "número" in told["detail"]


@pytest.mark.parametrize("number", [1, 20, 500])
def test_any_number_costs_four_queries(program, credential, number, django_assert_num_queries):
    """The key, the quota, the look-up, and the count for the holders. A month's first makes a row."""
    program.get(credential.number)
    sent = [{"number": credential.number}] + [{"number": unknown()} for _ in range(number - 1)]
    with django_assert_num_queries(4):
        assert len(program.post(sent).json()["checks"]) == number


def test_one_costs_four_queries(program, credential, django_assert_num_queries):
    program.get(credential.number)
    with django_assert_num_queries(4):
        assert program.get(credential.number).status_code == 200


def test_five_hundred_good_ones_are_answered_quickly(program, credential):
    sent = [{"number": credential.number, "name": "Ada Okafor"}] * 500
    program.post(sent[:1])
    times = []
    for _ in range(3):
        begun = time.process_time()
        assert len(program.post(sent).json()["checks"]) == 500
        times.append(time.process_time() - begun)
    assert min(times) < 1.0  # 0.3 s of a quiet core; the suite's cores are not quiet


# Who may ask --------------------------------------------------------------------------------


def refused(response, status):
    assert (response.status_code, response["Content-Type"]) == (status, PROBLEM)
    told = response.json()
    assert told["status"] == status
    assert told["detail"].endswith(".")
    return told


@pytest.mark.parametrize(
    "headers", [{}, {"Authorization": "Bearer nothing"}, {"Authorization": "Basic YTpi"}]
)
def test_without_a_key_nothing_is_told(client, credential, headers):
    url = f"/api/v1/certificates/{credential.number}"
    response = client.get(url, headers=headers)
    assert "key" in refused(response, 401)["detail"]
    assert response["WWW-Authenticate"].startswith("Bearer")
    assert b"Ada" not in response.content
    refused(client.post("/api/v1/checks", {}, content_type="application/json"), 401)


def test_an_ended_key_and_one_of_an_ended_organisation_tell_nothing(program, credential):
    owner = program.house.memberships.get().person
    end_key(program.row, by=owner, at=timezone.now())
    refused(program.get(credential.number), 401)
    end_organisation(program.house, by=owner, at=timezone.now())
    refused(program.get(credential.number), 401)


def test_a_session_opens_nothing(credential):
    browser = Client()
    browser.force_login(make.user(is_superuser=True))
    refused(browser.get(f"/api/v1/certificates/{credential.number}"), 401)


def test_no_cookie_is_read_or_set(program, credential):
    program.client.cookies[site.LANGUAGE_COOKIE_NAME] = "es"
    program.client.force_login(make.user(language="es"))
    response = program.get(credential.number)
    assert response.json()["check"]["standing_in_words"] == "Current"
    assert not response.cookies
    assert response["Cache-Control"] == "private, no-store"


def test_over_the_quota_it_says_when_it_opens_again(program, credential, settings):
    settings.API_CHECKS_A_DAY = 2
    assert program.post([{"number": credential.number}] * 2).status_code == 200
    response = program.get(credential.number)
    told = refused(response, 429)
    assert told["quota"] == 2
    assert told["opens_at"].endswith("T00:00:00+00:00")
    assert 0 < int(response["Retry-After"]) <= 24 * 3600
    assert b"Ada" not in response.content


def test_what_was_refused_for_its_form_is_not_counted(program):
    refused(program.post({"checks": []}), 422)
    program.house.refresh_from_db()
    assert program.house.counted == 0


def test_that_a_key_was_used_is_noted(program, credential):
    program.row.last_used_at = None
    program.row.save()
    program.get(credential.number)
    program.row.refresh_from_db()
    assert program.row.last_used_at is not None


# What is not as described -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sent", "place"),
    [
        ({}, "checks"),
        ({"checks": []}, "checks"),
        ({"checks": [{}]}, "checks.0.number"),
        ({"checks": [{"number": 7}]}, "checks.0.number"),
        ({"checks": [{"number": "x"}, {"number": "x", "names": "y"}]}, "checks.1.names"),
        ({"checks": [{"number": "x", "name": "y" * 201}]}, "checks.0.name"),
        ({"checks": [{"number": "x"}] * 501}, "checks"),
        ([], "body"),
        ("", "body"),
    ],
)
def test_what_is_not_as_described_is_named_by_its_place(program, sent, place):
    told = refused(program.post(json.dumps(sent)), 422)
    assert told["faults"][0]["at"].endswith(place)
    assert place in told["detail"]


@pytest.mark.parametrize("sent", [b"{", b"\xff\xfe", b"[1,", b"nothing"])
def test_what_is_no_json_is_refused(program, sent):
    refused(program.post(sent), 400)


@pytest.mark.parametrize("number", ["\0", "PSW-\0", "x" * 2000, "ñ", "🙂", "../..", "null"])
def test_odd_numbers_are_mistyped_and_nothing_worse(program, number):
    [check] = program.post([{"number": number}]).json()["checks"]
    assert check["standing"] in {"mistyped", "other_site"}


def test_every_error_on_the_way_is_in_json(program, client):
    refused(client.get("/api/v1/there-is-nothing"), 404)
    refused(client.get("/api/v1/"), 404)
    assert refused(client.get("/api/v1/checks"), 405)
    assert client.get("/api/v1/checks")["Allow"] == "POST"
    refused(program.post(b"x" * (site.REQUEST_BODY_LIMIT + 1)), 413)
    refused(client.get("/api/v1/certificates/x%00y"), 400)


def test_a_fault_of_ours_is_in_json_and_in_a_sentence(program, monkeypatch, credential):
    def fail(*args, **kwargs):
        raise RuntimeError("secret words")

    monkeypatch.setattr("certificates.api.operations.check_many", fail)
    program.client.raise_request_exception = False
    response = program.get(credential.number)
    assert "our side" in refused(response, 500)["detail"]
    assert b"secret words" not in response.content
