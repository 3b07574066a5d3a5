"""A call to another server ends in time, however it is answered."""

from __future__ import annotations

import socket
import threading
import time
from http.client import HTTPConnection

import pytest

from certificates.deadlines import ended_within

SECONDS = 0.4
HEAD = b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\nConnection: close\r\n\r\n"


@pytest.fixture
def server():
    """Serves one connection by a function: a new connection to it."""
    listener = socket.create_server(("127.0.0.1", 0))
    stopped = threading.Event()

    def serve(behave):
        def run():
            accepted, _where = listener.accept()
            with accepted:
                accepted.recv(1000)
                behave(accepted, stopped)

        threading.Thread(target=run, daemon=True).start()
        return HTTPConnection("127.0.0.1", listener.getsockname()[1], timeout=5)

    yield serve
    stopped.set()
    listener.close()


def drip(accepted, stopped, head):
    accepted.sendall(head)
    while not stopped.wait(0.02):
        try:
            accepted.sendall(b"x")
        except OSError:
            return


def read_whole(connection, seconds=SECONDS, dally=0):
    with ended_within(seconds, connection):
        connection.request("GET", "/")
        content = connection.getresponse().read()
        time.sleep(dally)
    return content


@pytest.mark.parametrize(
    "head", [b"", b"HTTP/1.1 200 OK\r\nX: ", HEAD, HEAD.replace(b"close", b"x")]
)
def test_a_byte_at_a_time_holds_nobody_up(server, head):
    """Wherever it begins; also where the connection has let its socket go to the answer."""
    connection = server(lambda accepted, stopped: drip(accepted, stopped, head))
    begun = time.monotonic()
    with pytest.raises(TimeoutError):
        read_whole(connection)
    assert SECONDS <= time.monotonic() - begun < 3
    assert connection.sock is None


def test_what_is_whole_too_late_is_too_late(server):
    connection = server(lambda accepted, stopped: accepted.sendall(HEAD + b"x" * 1000))
    with pytest.raises(TimeoutError):
        read_whole(connection, seconds=0.1, dally=0.2)


def test_what_comes_in_time_is_given(server):
    connection = server(lambda accepted, stopped: accepted.sendall(HEAD + b"x" * 1000))
    assert read_whole(connection, seconds=5) == b"x" * 1000
    assert connection.sock is None


def test_another_fault_stays_what_it_is(server):
    with pytest.raises(ConnectionRefusedError):
        read_whole(HTTPConnection("127.0.0.1", unused_port()))
    connection = server(lambda accepted, stopped: None)
    with pytest.raises(ConnectionError):
        read_whole(connection, seconds=5)


def unused_port():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]
