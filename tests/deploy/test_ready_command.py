"""`manage.py ready` says what `/readyz` says, and something useful where nobody answers."""

from __future__ import annotations

import io
import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from django.core.management import CommandError, call_command

from deploy import health
from deploy.management.commands import ready

pytestmark = pytest.mark.one_database


@pytest.fixture
def web(monkeypatch):
    """A web server that answers what it is given, and keeps the head of the request."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            server.heads.append((self.path, self.headers.get("Authorization")))
            code, content = server.answer
            self.send_response(code)
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *args):
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    server.heads = []
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setenv("PORT", str(server.server_port))
    monkeypatch.setenv("LISTEN_ON", "0.0.0.0")
    yield server
    server.shutdown()
    server.server_close()


def says(state, **parts):
    return json.dumps({"ready": state != "down", "state": state, "parts": parts}).encode()


def run(*arguments):
    output = io.StringIO()
    call_command("ready", *arguments, stdout=output)
    return output.getvalue()


def test_a_site_that_is_well_is_said_to_be_with_each_part(web, settings):
    settings.READYZ_TOKEN = "a-token"
    web.answer = 200, says("well", database="ok", disk="ok")
    assert run("--strict").splitlines() == [
        "  database   ok",
        "  disk       ok",
        "The site is well.",
    ]
    assert web.heads == [("/readyz", "Bearer a-token")]


def test_a_degraded_site_is_an_error_where_that_was_asked_for_alone(web):
    web.answer = 200, says("degraded", room="only 17% is free")
    assert "only 17% is free" in run()
    with pytest.raises(CommandError, match="The site is degraded"):
        run("--strict")


def test_a_site_that_is_down_is_an_error(web):
    web.answer = 503, says("down", worker="silent for 9 minutes")
    with pytest.raises(CommandError, match="The site is down"):
        run()


@pytest.mark.parametrize("answer", [(404, b"<html>"), (200, b"{}")])
def test_whatever_else_answers_there_is_not_taken_for_the_site(web, monkeypatch, answer):
    monkeypatch.setattr(health, "readiness", lambda at: {"database": "ok"})
    web.answer = answer
    with pytest.raises(CommandError, match="does not answer"):
        run()


def test_where_nobody_answers_it_says_what_can_be_seen_without(web, monkeypatch, capsys):
    web.shutdown()
    web.server_close()
    monkeypatch.setattr(health, "readiness", lambda at: {"database": "is read-only"})
    with pytest.raises(CommandError, match=r"127\.0\.0\.1:\d+ \(Connection refused\)"):
        call_command("ready")
    assert "database   is read-only" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("listens", "address"),
    [
        ("", "http://127.0.0.1:8001"),
        ("0.0.0.0", "http://127.0.0.1:8001"),
        ("::", "http://[::1]:8001"),
        ("10.0.0.7", "http://10.0.0.7:8001"),
    ],
)
def test_it_asks_where_the_web_server_listens(monkeypatch, listens, address):
    monkeypatch.setenv("PORT", "8001")
    monkeypatch.setenv("LISTEN_ON", listens)
    assert ready.address_here() == address
