"""A line of the log says where something happened, and nothing of whom it happened to."""

from __future__ import annotations

import io
import json
import logging

import pytest
from django.test import Client, RequestFactory
from django.urls import resolve

from deploy.logs import PrivateJsonFormatter
from tests.site.test_input_guards import request

NUMBER = "PSW-7K3M-QX9R-4TWK"
KEY = "1a-c0ffee-secret"


@pytest.fixture
def log_lines(caplog):
    """What was logged, as it stands in the log."""
    caplog.set_level(logging.INFO)
    return lambda: [json.loads(PrivateJsonFormatter().format(record)) for record in caplog.records]


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
def test_a_refused_form_is_logged_without_the_number_or_the_key_in_its_address(log_lines, path):
    answer = Client(enforce_csrf_checks=True).post(path)
    assert answer.status_code in {403, 404, 405}
    logged = json.dumps(log_lines())
    assert NUMBER not in logged
    assert KEY not in logged


def test_any_other_refused_form_is_logged_with_its_address(log_lines, db):
    Client(enforce_csrf_checks=True).post("/accounts/login/")
    assert any(line["message"].endswith(": /accounts/login/") for line in log_lines())


def test_a_fault_says_by_which_route_it_came():
    path = f"/verify/{NUMBER}/"
    request = RequestFactory().get(path)
    request.resolver_match = resolve(path)
    record = logging.LogRecord(
        "django.request", logging.ERROR, "", 1, "Internal Server Error: %s", (path,), None
    )
    record.request = request
    line = json.loads(PrivateJsonFormatter().format(record))
    assert line["message"] == "Internal Server Error: verify/<str:number>/"


def test_a_fault_in_the_web_server_is_logged_without_the_address():
    record = logging.LogRecord(
        "gunicorn.error",
        logging.ERROR,
        "",
        1,
        "Error handling request %s %s",
        ("GET", f"/certificates/{NUMBER}.pdf"),
        None,
    )
    assert NUMBER not in PrivateJsonFormatter().format(record)


def test_what_a_line_may_not_hold_is_left_out():
    record = logging.LogRecord("lms", logging.INFO, "", 1, "Issued.", (), None)
    record.user = record.form = "somebody@example.org"
    record.credential = NUMBER
    line = json.loads(PrivateJsonFormatter().format(record))
    assert line.keys() == {"at", "level", "logger", "message", "credential"}


def test_an_exception_that_another_formatter_wrote_out_is_left_out():
    record = logging.LogRecord("lms", logging.ERROR, "", 1, "It failed.", (), None)
    record.exc_text = "ValueError: somebody@example.org"
    assert "somebody" not in PrivateJsonFormatter().format(record)


# The id of a request --------------------------------------------------------------------------


def test_an_error_page_its_header_and_its_log_lines_say_one_id(site_server):
    answer = request(site_server, path="/there-is-no-such-page/")
    assert answer.status == 404
    request_id = answer.headers["x-request-id"]
    assert len(request_id) == 16
    assert request_id.encode() in answer.body
    again = request(site_server, path="/there-is-no-such-page/")
    assert again.headers["x-request-id"] != request_id


def test_the_id_stands_in_the_line_of_the_log(db):
    handler = next(
        handler
        for handler in logging.getLogger().handlers
        if isinstance(handler.formatter, PrivateJsonFormatter)
    )
    former = handler.setStream(stream := io.StringIO())
    try:
        answer = Client(enforce_csrf_checks=True).post("/accounts/login/")
        logging.getLogger("lms").warning("Of no request.")
    finally:
        handler.setStream(former)
    refusal, other = map(json.loads, stream.getvalue().splitlines())
    assert refusal["request_id"] == answer.headers["X-Request-Id"]
    assert "request_id" not in other


def test_the_id_of_a_proxy_is_taken_over_and_any_other_words_are_not(site_server):
    known = "0f8fad5bd9cb469fa16570867728950e"
    answer = request(site_server, path="/livez", headers=[f"X-Request-Id: {known}"])
    assert answer.headers["x-request-id"] == known
    before = site_server.log.read_text()
    answer = request(site_server, path="/livez", headers=["X-Request-Id: anna-example"])
    assert "anna" not in answer.headers["x-request-id"]
    assert site_server.log.read_text() == before
