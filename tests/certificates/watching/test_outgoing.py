"""Where webhooks may go: to public addresses, briefly, and no further."""

from __future__ import annotations

import socket
import threading
import time
from http.server import BaseHTTPRequestHandler, HTTPServer
from ipaddress import ip_address

import pytest

from certificates.models import Webhook
from certificates.watching import outgoing
from certificates.watching.outgoing import Problem, Sent, address_problem, is_public, send
from certificates.watching.webhooks import (
    body_of,
    set_webhook,
)
from tests.certificates.watching.news import LATER, URL, deliver, verified

# Where it may go ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "url",
    [
        "http://hooks.example.org/",
        "ftp://hooks.example.org/",
        "https://",
        "https://user:secret@hooks.example.org/",
        "https://hooks.example.org:22/",
        "https://hooks.example.org:99999/",
        "https://hooks.example.org/\r\nX: y",
        "https://hooks.example.org/#part",
        "javascript:alert(1)",
        "https://localhost/",
        "https://intranet/",
        "https://127.0.0.1/",
        "https://10.0.0.7/",
        "https://169.254.169.254/latest/meta-data/",
        "https://[::1]/",
        "https://[fd00::1]/",
        "https://[::ffff:127.0.0.1]/",
        "https://[64:ff9b::7f00:1]/",
        "https://[",
    ],
)
def test_what_is_no_public_address_is_refused_at_once(client, house, owner, address, url):
    assert address_problem(url) is not None
    assert send(url, b"", {}).problem is not None
    client.force_login(owner)
    response = client.post(address("webhook", house.pk), {"url": url})
    assert response.status_code == 422
    assert not Webhook.objects.exists()


@pytest.mark.parametrize("url", [URL, "https://hooks.example.org:8443/", "https://8.8.8.8/"])
def test_a_public_one_is_taken(url):
    assert address_problem(url) is None


@pytest.mark.parametrize(
    ("address_of", "public"),
    [
        ("8.8.8.8", True),
        ("2606:4700::1111", True),
        ("127.0.0.1", False),
        ("10.1.2.3", False),
        ("172.16.0.1", False),
        ("192.168.1.1", False),
        ("100.64.0.1", False),
        ("169.254.169.254", False),
        ("0.0.0.0", False),
        ("224.0.0.1", False),
        ("255.255.255.255", False),
        ("::1", False),
        ("::", False),
        ("fe80::1", False),
        ("fd12::1", False),
        ("ff02::1", False),
        ("::ffff:10.0.0.1", False),
        ("2002:7f00:1::", False),
        ("64:ff9b::a00:1", False),
        ("2001:0:7f00:1::", False),
    ],
)
def test_which_addresses_are_public(address_of, public):
    assert is_public(ip_address(address_of)) == public


def resolves_to(monkeypatch, *addresses):
    def resolve(host, port, **kwargs):
        if not addresses:
            raise socket.gaierror
        return [(None, None, None, "", (each, port)) for each in addresses]

    def connect(where, timeout=None):
        raise AssertionError(f"connected to {where}")

    monkeypatch.setattr(outgoing.socket, "getaddrinfo", resolve)
    monkeypatch.setattr(outgoing.socket, "create_connection", connect)


@pytest.mark.parametrize(
    "addresses", [("127.0.0.1",), ("8.8.8.8", "10.0.0.1"), ("fe80::1%eth0",), ("169.254.169.254",)]
)
def test_a_name_that_leads_into_a_private_network_is_not_connected_to(monkeypatch, addresses):
    resolves_to(monkeypatch, *addresses)
    assert send(URL, b"{}", {}) == Sent(problem=Problem.NOT_PUBLIC)


def test_a_name_that_there_is_not_is_said(monkeypatch):
    resolves_to(monkeypatch)
    assert send(URL, b"{}", {}) == Sent(problem=Problem.UNKNOWN)


# A real server, on this machine -------------------------------------------------------------


class Receiver(BaseHTTPRequestHandler):
    answer, seen = (204, {}, b""), []

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        type(self).seen.append((self.path, dict(self.headers), body))
        status, headers, content = type(self).answer
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *args):
        """Says nothing."""


@pytest.fixture
def receiver(settings):
    settings.WEBHOOKS_TO_THIS_MACHINE = True
    Receiver.seen, Receiver.answer = [], (204, {}, b"")
    server = HTTPServer(("127.0.0.1", 0), Receiver)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/hook?a=b"
    server.shutdown()
    server.server_close()


def test_it_arrives_whole_and_verified(news, house, owner, receiver):
    hook, secret = set_webhook(house, receiver, by=owner, at=LATER)
    assert deliver(hook) == 1
    [(path, headers, body)] = Receiver.seen
    assert path == "/hook?a=b"
    assert headers["Content-Type"] == "application/json"
    assert "Cookie" not in headers
    assert verified(secret, {name.lower(): value for name, value in headers.items()}, body)
    assert body == body_of(news.event)


def test_a_redirect_is_not_followed(receiver):
    Receiver.answer = (302, {"Location": receiver}, b"")
    assert send(receiver, b"{}", {}) == Sent(status=302)
    assert len(Receiver.seen) == 1


def test_of_a_long_answer_little_is_read(receiver):
    Receiver.answer = (200, {}, b"x" * 5_000_000)
    begun = time.monotonic()
    assert send(receiver, b"{}", {}).arrived
    assert time.monotonic() - begun < 5


def test_this_machine_is_reached_by_the_setting_alone(receiver, settings):
    settings.WEBHOOKS_TO_THIS_MACHINE = False
    assert send(receiver, b"{}", {}).problem == Problem.ADDRESS
    assert not Receiver.seen


@pytest.fixture
def odd_server(settings):
    """Answers each connection by a function of its socket."""
    settings.WEBHOOKS_TO_THIS_MACHINE = True
    listener = socket.create_server(("127.0.0.1", 0))
    stopped = threading.Event()

    def serve(behave):
        def run():
            connection, _where = listener.accept()
            with connection:
                behave(connection, stopped)

        threading.Thread(target=run, daemon=True).start()
        return f"http://127.0.0.1:{listener.getsockname()[1]}/"

    yield serve
    stopped.set()
    listener.close()


def drip(head):
    """Answers with some bytes, and then with one after the other, without an end."""

    def behave(connection, stopped):
        connection.sendall(head)
        while not stopped.wait(0.05):
            try:
                connection.sendall(b"x")
            except OSError:
                return

    return behave


BODY_BEGINS = b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\nConnection: close\r\n\r\n"


def be_silent(connection, stopped):
    stopped.wait(5)


def talk_nonsense(connection, stopped):
    connection.recv(1000)
    connection.sendall(b"SSH-2.0-OpenSSH\r\n")


@pytest.mark.parametrize(
    ("behave", "problems"),
    [
        (drip(b"HTTP/1.1 200 OK\r\nX: "), {Problem.NO_ANSWER}),
        (be_silent, {Problem.NO_ANSWER}),
        (talk_nonsense, {Problem.NOT_HTTP, Problem.NO_ANSWER}),
    ],
)
def test_whoever_is_slow_or_odd_holds_nobody_up(odd_server, monkeypatch, behave, problems):
    monkeypatch.setattr(outgoing, "SECONDS", 0.5)
    begun = time.monotonic()
    assert send(odd_server(behave), b"{}", {}).problem in problems
    assert time.monotonic() - begun < 4


def test_of_an_answer_the_status_is_enough(odd_server):
    begun = time.monotonic()
    assert send(odd_server(drip(BODY_BEGINS)), b"{}", {}) == Sent(status=200)
    assert time.monotonic() - begun < 4


def test_a_server_without_tls_is_not_trusted(odd_server, monkeypatch):
    monkeypatch.setattr(outgoing, "SECONDS", 2)
    url = odd_server(talk_nonsense).replace("http:", "https:")
    assert send(url, b"{}", {}).problem == Problem.NO_TRUST


def test_nobody_listens(settings):
    settings.WEBHOOKS_TO_THIS_MACHINE = True
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    assert send(f"http://127.0.0.1:{port}/", b"", {}).problem == Problem.NO_ANSWER
