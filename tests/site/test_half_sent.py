"""A request that comes slowly, or never whole, keeps nobody waiting for long."""

from __future__ import annotations

import socket
import time
import urllib.request

import pytest

from lms.serving import SECONDS_OF_SILENCE

HEAD = b"Host: 127.0.0.1\r\n"
POST = b"POST /accounts/login/ HTTP/1.1\r\n" + HEAD + b"Content-Type: text/plain\r\n"
HALVES = {
    "half a head": b"GET / HTTP/1.1\r\n" + HEAD,
    "half a body": POST + b"Content-Length: 50\r\n\r\nabc",
}


@pytest.fixture
def halves(site_server):
    """As many requests as there are threads, sent by halves and left so."""
    wires = []
    for sent in HALVES.values():
        for _ in range(4):
            wire = socket.create_connection(("127.0.0.1", site_server.port), timeout=60)
            wire.sendall(sent)
            wires.append(wire)
    yield wires
    for wire in wires:
        wire.close()


def test_the_site_answers_again_although_many_requests_stay_half_sent(site_server, halves):
    began = time.monotonic()
    with urllib.request.urlopen(f"{site_server.url}/livez", timeout=90) as answer:
        assert answer.status == 200
    assert time.monotonic() - began < 3 * SECONDS_OF_SILENCE
    faults = [line for line in site_server.log_lines() if "Socket error" in line["message"]]
    assert faults == []


def test_whoever_stops_in_the_middle_of_a_form_is_told_or_let_go(site_server):
    wire = socket.create_connection(("127.0.0.1", site_server.port), timeout=60)
    wire.sendall(HALVES["half a body"])
    answer = wire.recv(65536)
    wire.close()
    assert answer == b"" or answer.split(b" ", 2)[1] in {b"400", b"403", b"408"}


def test_a_form_that_comes_bit_by_bit_is_read_whole(site_server):
    body = b"number=PSW-" + b"x" * 40
    wire = socket.create_connection(("127.0.0.1", site_server.port), timeout=60)
    wire.sendall(POST + b"Connection: close\r\nContent-Length: %d\r\n\r\n" % len(body))
    for at in range(0, len(body), 17):
        time.sleep(0.4)
        wire.sendall(body[at : at + 17])
    assert wire.recv(65536).startswith(b"HTTP/1.1 403")  # it brings no token, and was read
    wire.close()
