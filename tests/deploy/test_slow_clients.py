"""A request that comes slowly. Holding such clients off is the proxy's work; the web server
holds off those who have sent nothing yet."""

from __future__ import annotations

import socket
import time
import urllib.request

import pytest

HEAD = b"Host: 127.0.0.1\r\n"
POST = b"POST /accounts/login/ HTTP/1.1\r\n" + HEAD + b"Content-Type: text/plain\r\n"
PROCESSES_AND_THREADS = 8


@pytest.fixture
def silent(site_server):
    """More connections than there are threads, on which nothing is ever sent."""
    wires = [
        socket.create_connection(("127.0.0.1", site_server.port), timeout=60)
        for _ in range(2 * PROCESSES_AND_THREADS)
    ]
    yield wires
    for wire in wires:
        wire.close()


def test_the_site_answers_although_many_connections_are_silent(site_server, silent):
    with urllib.request.urlopen(f"{site_server.url}/livez", timeout=60) as answer:
        assert answer.status == 200
    assert [line for line in site_server.log_lines() if line["level"] == "ERROR"] == []


def test_a_form_that_comes_bit_by_bit_is_read_whole(site_server):
    body = b"number=PSW-" + b"x" * 40
    wire = socket.create_connection(("127.0.0.1", site_server.port), timeout=60)
    wire.sendall(POST + b"Connection: close\r\nContent-Length: %d\r\n\r\n" % len(body))
    for at in range(0, len(body), 17):
        time.sleep(0.4)
        wire.sendall(body[at : at + 17])
    assert wire.recv(65536).startswith(b"HTTP/1.1 403")  # it brings no token, and was read
    wire.close()
