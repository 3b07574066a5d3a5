"""A request that comes slowly, or never, keeps nobody else waiting."""

from __future__ import annotations

import math
import select
import socket
import threading
import time

import pytest

from lms.receiving import MOST_GATHERED, NO_REQUEST, SECONDS_TO_SEND, whole_length
from tests.site.test_input_guards import FORM, SIGN_IN, Answer, request

HEAD = b"Host: 127.0.0.1\r\n"
POST = b"POST /accounts/login/ HTTP/1.1\r\n" + HEAD + b"Content-Type: " + FORM.encode() + b"\r\n"
UPLOAD = POST.replace(b"/accounts/login/", b"/admin/")
LIVEZ = b"GET /livez HTTP/1.1\r\n" + HEAD + b"\r\n"

# How a request may be left half sent, and what its sender is told once it is late.
HALVES = {
    "nothing at all": (b"", 0),
    "half a head": (b"GET / HTTP/1.1\r\n" + HEAD, 408),
    "half a body": (POST + b"Content-Length: 50\r\n\r\nabc", 408),
    "half of a large body": (UPLOAD + b"Content-Length: 2000000\r\n\r\nabc", 400),
    "an answer to wait for": (POST + b"Content-Length: 50\r\nExpect: 100-continue\r\n\r\n", 400),
}
BROKEN = {
    "a body without an end": POST + b"Transfer-Encoding: chunked\r\n\r\n",
    "two lengths": POST + b"Content-Length: 50\r\nContent-Length: 60\r\n\r\nabc",
    "a body over the limit": POST + b"Content-Length: 99999999\r\n\r\nabc",
    "a blank line first": b"\r\n\r\nGET / HT",
    "lines that end otherwise": b"GET / HTTP/1.1\nHost: x\n\n",
}


def call(server, raw: bytes = b"", **options) -> socket.socket:
    wire = socket.create_connection(("127.0.0.1", server.port), timeout=60)
    wire.sendall(raw)
    return wire


def all_of(wire: socket.socket) -> bytes:
    received = b""
    while chunk := wire.recv(65536):
        received += chunk
    return received


def one_answer(wire: socket.socket) -> Answer:
    """The next answer of a connection that stays open."""
    received = b""
    while b"\r\n\r\n" not in received:
        received += wire.recv(1)
    answer = Answer(received)
    length = answer.headers.get("content-length")
    while len(answer.body) < int(length) if length else not answer.body.endswith(b"\r\n0\r\n\r\n"):
        answer.body += wire.recv(1)
    return answer


# Where a request ends -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("received", "length"),
    [
        (b"", None),
        (b"GET / HTTP/1.1\r\n" + HEAD, None),
        (b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", 27),
        (b"POST / HTTP/1.1\r\nContent-Length: 5\r\n\r\n", 38 + 5),
        (b"POST / HTTP/1.1\r\ncontent-length:5\r\n\r\nhelloGET", 37 + 5),
        (b"POST / HTTP/1.1\r\nX-Content-Length: 5\r\n\r\n", math.inf),
        (b"POST / HTTP/1.1\r\nContent-Length: -5\r\n\r\n", math.inf),
        (b"POST / HTTP/1.1\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\n", math.inf),
        (b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n", math.inf),
        (b"POST / HTTP/1.1\r\nExpect: 100-continue\r\n\r\n", MOST_GATHERED + 1),
        (b"\r\n\r\nGET /", NO_REQUEST),
        (b"GET / HTTP/1.1\nHost: x\n\n", NO_REQUEST),
        (b"GET / HTTP/1.1\r\nX: " + b"a" * MOST_GATHERED, NO_REQUEST),
    ],
)
def test_it_is_known_where_a_request_ends(received, length):
    assert whole_length(received) == length


def test_the_end_of_a_head_is_found_in_whatever_pieces_it_comes():
    raw = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
    for cut in range(1, len(raw)):
        assert whole_length(raw[:cut]) is None
        assert whole_length(raw, looked_at=cut) == len(raw)


# Nobody else waits --------------------------------------------------------------------------


@pytest.mark.parametrize("left", [*HALVES, *BROKEN])
def test_any_number_of_half_sent_requests_stop_nobody_else(site_server, left):
    raw = BROKEN.get(left) or HALVES[left][0]
    stuck = [call(site_server, raw) for _ in range(24)]
    started = time.monotonic()
    for path in ("/", "/search/", SIGN_IN):
        assert request(site_server, path=path).status == 200
    assert request(site_server, "POST", SIGN_IN, b"login=x").status == 403
    assert time.monotonic() - started < 5
    for wire in stuck:
        wire.close()


def test_what_is_late_is_answered_and_let_go_and_what_is_slow_is_not(site_server):
    before = len(site_server.log_lines())
    started = time.monotonic()
    late = {call(site_server, raw): left for left, (raw, _) in HALVES.items()}
    slow = [
        threading.Thread(target=reads_slowly, args=(site_server, (read := []))),
        threading.Thread(target=sends_slowly, args=(site_server, (sent := []))),
    ]
    for each in slow:
        each.start()
    said, took = dict.fromkeys(late.values(), b""), {}
    while late:
        ready, _, _ = select.select(list(late), [], [], 40)
        assert ready, f"nobody let these go: {list(late.values())}"
        for wire in ready:
            chunk = wire.recv(65536)
            said[late[wire]] += chunk
            if not chunk:
                took[late.pop(wire)] = time.monotonic() - started
                wire.close()
    for each in slow:
        each.join()

    assert all(SECONDS_TO_SEND - 1 < seconds < SECONDS_TO_SEND + 5 for seconds in took.values())
    for left, (_, status) in HALVES.items():
        answer = Answer(said[left].removeprefix(b"HTTP/1.1 100 Continue\r\n\r\n"))
        assert (answer.status, status and answer.is_our_page) == (status, bool(status)), left
    whole, whole_size = read
    assert whole == whole_size
    assert [answer.status for answer in sent] == [403]  # read, and refused for want of a token
    logged = [line["logger"] for line in site_server.log_lines()[before:]]
    assert set(logged) <= {"django.security.csrf"}


def reads_slowly(server, found: list) -> None:
    """A large file, taken in small bites for longer than a request may be on its way."""
    style = max((server.var / "static").rglob("*.js"), key=lambda file: file.stat().st_size)
    path = f"/static/{style.relative_to(server.var / 'static')}"
    with socket.socket() as wire:
        wire.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        wire.settimeout(60)
        wire.connect(("127.0.0.1", server.port))
        wire.sendall(f"GET {path} HTTP/1.1\r\n".encode() + HEAD + b"Connection: close\r\n\r\n")
        received, until = b"", time.monotonic() + SECONDS_TO_SEND + 3
        while chunk := wire.recv(4096):
            received += chunk
            time.sleep(0.2 if time.monotonic() < until else 0)
    answer = Answer(received)
    found += [len(answer.body), int(answer.headers["content-length"])]


def sends_slowly(server, found: list) -> None:
    """A form that comes a few letters at a time, and comes."""
    with call(server, POST + b"Connection: close\r\nContent-Length: 60\r\n\r\n") as wire:
        for _ in range(12):
            wire.sendall(b"login")
            time.sleep(1)
        found.append(Answer(all_of(wire)))


# A connection that stays --------------------------------------------------------------------


def test_one_connection_asks_as_often_as_it_likes(site_server):
    with call(site_server) as wire:
        for pieces in ([LIVEZ], [LIVEZ[:9], LIVEZ[9:]], [LIVEZ[:-1], LIVEZ[-1:]]):
            for piece in pieces:
                wire.sendall(piece)
                time.sleep(0.1)
            assert b"ok" in one_answer(wire).body


def test_what_was_asked_ahead_is_answered_in_its_turn(site_server):
    form = POST + b"Content-Length: 7\r\n\r\nlogin=x"
    with call(site_server, LIVEZ + form + LIVEZ + LIVEZ[:20]) as wire:
        assert [one_answer(wire).status for _ in range(3)] == [200, 403, 200]
        wire.sendall(LIVEZ[20:])
        assert b"ok" in one_answer(wire).body


def test_a_large_form_is_read_whole(site_server):
    for size in (MOST_GATHERED - 1000, MOST_GATHERED + 1000, 1_000_000):
        answer = request(site_server, "POST", SIGN_IN, b"login=" + b"a" * (size - 6))
        assert answer.status == 403  # read, and refused for want of a token


def test_whoever_asks_first_whether_to_send_is_told_to_go_on(site_server):
    head = POST + b"Connection: close\r\nContent-Length: 7\r\nExpect: 100-continue\r\n\r\n"
    with call(site_server, head) as wire:
        assert wire.recv(100) == b"HTTP/1.1 100 Continue\r\n\r\n"
        wire.sendall(b"login=x")
        assert Answer(all_of(wire)).status == 403


# A head alone -------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/", "/livez", "/there-is-no-such-page/", "/accounts/profile/"])
def test_a_head_is_what_a_get_begins_with_and_no_more(site_server, path):
    before = len(site_server.log_lines())
    got, head = request(site_server, path=path), request(site_server, "HEAD", path)
    assert head.status == got.status
    assert head.body == b""
    assert head.headers.get("content-length") == got.headers.get("content-length")
    assert site_server.log_lines()[before:] == []
