"""Whatever a program sends, the answer is one that the description has, and never a fault of ours."""

from __future__ import annotations

import json
from urllib.parse import quote

import pytest
from django.test import Client
from hypothesis import HealthCheck, given
from hypothesis import settings as bounded
from hypothesis import strategies as st

from certificates.api.operations import api
from certificates.api.schemas import ManyAnswers, OneAnswer, Problem
from certificates.many import LONGEST_NAME, MOST_NUMBERS
from certificates.verifying import LONGEST_TYPED
from tests import make

pytestmark = pytest.mark.django_db

SHAPES = {"OneAnswer": OneAnswer, "ManyAnswers": ManyAnswers, "Problem": Problem}
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=40),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=9), inner),
    max_leaves=12,
)
NAMES = st.text(max_size=LONGEST_NAME + 3)
often = bounded(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@pytest.fixture(autouse=True)
def room_for_all_of_it(settings):
    settings.API_CHECKS_A_DAY = 10_000_000


@pytest.fixture
def credential():
    return make.credential(holder=make.user(full_name="Ada Okafor"))


def numbers(credential):
    """Good ones, good ones with a slip, links, and whatever people paste."""
    good = st.just(credential.number)
    slips = st.tuples(st.integers(0, 17), st.characters()).map(
        lambda slip: credential.number[: slip[0]] + slip[1] + credential.number[slip[0] + 1 :]
    )
    links = st.text(max_size=20).map(lambda end: f"https://{end}/verify/{credential.number}")
    return good | slips | links | st.text(max_size=60) | st.just("x" * (LONGEST_TYPED + 1))


def follows_the_description(response, path, method):
    """Whether the status and the body are ones that the description has for an operation."""
    described = api.get_openapi_schema()["paths"][path][method]["responses"]
    answers = {int(status): answer for status, answer in described.items()}
    assert response.status_code in answers
    content = answers[response.status_code]["content"]["application/json"]
    shape = SHAPES[content["schema"]["$ref"].rpartition("/")[2]]
    shape.model_validate(json.loads(response.content))
    if response.status_code >= 400:
        assert response["Content-Type"] == "application/problem+json"
        assert response.json()["detail"].endswith(".")
        assert response.json()["status"] == response.status_code


@often
@given(data=st.data())
def test_one_number_whatever_it_is(program, credential, data):
    number = data.draw(numbers(credential).filter(lambda text: "/" not in text and text))
    number = number.replace("\0", "")
    name = data.draw(NAMES).replace("\0", "")
    if number in {"", ".", ".."}:
        return
    query = f"?name={quote(name)}" if name else ""
    response = program.client.get(f"/api/v1/certificates/{quote(number, safe='')}{query}")
    follows_the_description(response, "/api/v1/certificates/{number}", "get")
    if response.status_code == 200:
        assert response.json()["check"]["number"] == credential.number


@often
@given(data=st.data())
def test_a_list_as_described_is_answered_line_by_line(program, credential, data):
    entry = st.fixed_dictionaries({"number": numbers(credential)}, optional={"name": NAMES})
    sent = data.draw(st.lists(entry, max_size=6))
    response = program.post(json.dumps({"checks": sent}))
    follows_the_description(response, "/api/v1/checks", "post")
    too_long = [
        each
        for each in sent
        if len(each["number"]) > LONGEST_TYPED or len(each.get("name", "")) > LONGEST_NAME
    ]
    assert (response.status_code == 200) == (bool(sent) and not too_long)
    if response.status_code == 200:
        told = response.json()["checks"]
        assert [each["typed"] for each in told] == [each["number"] for each in sent]
        assert {each["number"] for each in told if each["record"]} <= {credential.number}


@often
@given(sent=ANYTHING)
def test_any_other_json_is_refused_by_its_place(program, sent):
    response = program.post(json.dumps(sent))
    follows_the_description(response, "/api/v1/checks", "post")
    assert response.status_code == 422
    assert len(response.json()["faults"]) <= 10


@often
@given(sent=st.binary(max_size=200))
def test_any_bytes_are_refused(program, sent):
    response = program.post(sent)
    follows_the_description(response, "/api/v1/checks", "post")
    assert response.status_code in {400, 422}


@often
@given(shown=st.text(st.characters(codec="latin-1", exclude_characters="\r\n"), max_size=80))
def test_nothing_that_somebody_makes_up_is_a_key(shown):
    response = Client().get(
        "/api/v1/certificates/PSW-7K3M-QX9R-4TWK", headers={"Authorization": f"Bearer {shown}"}
    )
    assert response.status_code == 401


def test_the_longest_list_is_five_hundred(program):
    for length, status in ((MOST_NUMBERS, 200), (MOST_NUMBERS + 1, 422)):
        response = program.post(json.dumps({"checks": [{"number": "x"}] * length}))
        assert response.status_code == status
