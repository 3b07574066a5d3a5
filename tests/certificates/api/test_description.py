"""The description of the API: as OpenAPI for programs, and as a page for people."""

from __future__ import annotations

import re

import pytest
from bs4 import BeautifulSoup

from certificates.api.schemas import ManyAnswers, OneAnswer, Problem
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def schema(client):
    return client.get("/api/v1/openapi.json").json()


def test_it_names_every_operation_with_its_key_and_its_answers(schema):
    operations = {
        (method, path): operation
        for path, methods in schema["paths"].items()
        for method, operation in methods.items()
    }
    assert set(operations) == {
        ("get", "/api/v1/certificates/{number}"),
        ("post", "/api/v1/checks"),
    }
    for operation in operations.values():
        assert operation["security"] == [{"KeyOfOrganisation": []}]
        assert {"200", "401", "422", "429"} <= set(map(str, operation["responses"]))
    [scheme] = schema["components"]["securitySchemes"].values()
    assert (scheme["type"], scheme["scheme"]) == ("http", "bearer")


def test_what_is_answered_is_what_is_described(program):
    credential = make.credential()
    one = program.get(credential.number, name="Ada").json()
    assert set(one) == set(OneAnswer.model_fields)
    OneAnswer.model_validate(one)
    many = program.post([{"number": credential.number}, {"number": "x"}]).json()
    assert set(many) == set(ManyAnswers.model_fields)
    ManyAnswers.model_validate(many)
    Problem.model_validate(program.get("x").json())


def test_the_page_says_all_of_it_to_people(client, schema):
    make.home()
    page = client.get("/api/v1/docs/")
    words = BeautifulSoup(page.content, "html.parser").get_text(" ")
    for path in schema["paths"]:
        assert path in words
    for name, shape in schema["components"]["schemas"].items():
        assert name in words
        assert all(field in words for field in shape.get("properties", {}))
    assert "Bearer pwk_" in words


def test_the_page_asks_nothing_of_another_host(client):
    make.home()
    html = client.get("/api/v1/docs/").content.decode()
    hosts = re.findall(r'(?:src|href)="https?://([^/"]+)', html)
    assert set(hosts) <= {"127.0.0.1:8000", "testserver"}
    assert "<script>" not in html
    assert " style=" not in html


def test_the_page_knows_its_reader(client):
    make.home()
    client.force_login(make.user(language="es"))
    page = client.get("/api/v1/docs/").content.decode()
    assert "Comprobar desde un programa" in page
    assert "Cerrar sesión" in page or "Salir" in page


def test_a_check_page_leads_there(client):
    make.home()
    assert "/api/v1/docs/" in client.get("/verify/many/").content.decode()
