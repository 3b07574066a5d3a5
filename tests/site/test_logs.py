"""A line of the log says where something happened, and nothing of whom it happened to."""

from __future__ import annotations

import json
import logging

import pytest
from django.test import Client, RequestFactory
from django.urls import resolve

from lms.logs import JsonFormatter

NUMBER = "PSW-7K3M-QX9R-4TWK"
KEY = "1a-c0ffee-secret"


@pytest.fixture
def said(caplog):
    """What was logged, as it stands in the log."""
    caplog.set_level(logging.INFO)
    return lambda: [json.loads(JsonFormatter().format(record)) for record in caplog.records]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path",
    [
        f"/verify/{NUMBER}/",
        f"/verify/{NUMBER}ñ/",
        f"/C/{NUMBER}",
        f"/c/{NUMBER}/",
        f"/certificates/{NUMBER}.pdf",
        f"/accounts/password/reset/key/{KEY}/",
    ],
)
def test_a_refused_form_is_logged_without_the_number_or_the_key_in_its_address(said, path):
    answer = Client(enforce_csrf_checks=True).post(path)
    assert answer.status_code in {403, 405}
    logged = json.dumps(said())
    assert NUMBER not in logged
    assert KEY not in logged


def test_any_other_refused_form_is_logged_with_its_address(said, db):
    Client(enforce_csrf_checks=True).post("/accounts/login/")
    assert any(line["message"].endswith(": /accounts/login/") for line in said())


def test_a_fault_says_by_which_route_it_came():
    path = f"/verify/{NUMBER}/"
    request = RequestFactory().get(path)
    request.resolver_match = resolve(path)
    record = logging.LogRecord(
        "django.request", logging.ERROR, "", 1, "Internal Server Error: %s", (path,), None
    )
    record.request = request
    line = json.loads(JsonFormatter().format(record))
    assert line["message"] == "Internal Server Error: verify/<str:number>/"
