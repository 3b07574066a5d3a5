"""Whatever is sent, the site answers with a page of its own, and never with a fault of its own.

The requests are written by hand to a socket, since a well-made client would not send them.
"""

from __future__ import annotations

import socket
import time

import pytest

FORM = "application/x-www-form-urlencoded"
SIGN_IN = "/accounts/login/"


class Answer:
    """What came back over the wire."""

    def __init__(self, raw: bytes) -> None:
        head, _, self.body = raw.partition(b"\r\n\r\n")
        lines = head.decode("latin-1").split("\r\n")
        self.status = int(lines[0].split(" ")[1]) if lines[0] else 0
        self.headers = {
            name.lower(): value for name, _, value in (line.partition(": ") for line in lines[1:])
        }

    @property
    def is_our_page(self) -> bool:
        """Whole, styled by us, and under our policy."""
        return (
            b'<html lang="en"' in self.body
            and b"</html>" in self.body
            and "script-src 'self'" in self.headers.get("content-security-policy", "")
            and b"Traceback" not in self.body
        )


def send(server, raw: bytes, *, wait: float = 10) -> Answer:
    """The answer to these very bytes."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=wait) as wire:
        wire.sendall(raw)
        received = b""
        while chunk := wire.recv(65536):
            received += chunk
    return Answer(received)


def request(
    server, method="GET", path="/", body=b"", *, headers=(), length=None, content_type=FORM
) -> Answer:
    lines = [f"{method} {path} HTTP/1.1", f"Host: 127.0.0.1:{server.port}", "Connection: close"]
    if method != "GET":
        lines += [f"Content-Length: {len(body) if length is None else length}"]
        lines += [f"Content-Type: {content_type}"]
    lines += headers
    return send(server, "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body)


# X08: NUL and broken Unicode ----------------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    [
        "/%00",
        "/learn/%00/",
        "/?next=%00",
        "/search/?q=%00",
        "/search/?q=a%00b",
        "/search/?%00=a",
        "/accounts/login/?next=/%00",
        "/admin/?q=%00",
        "/verify/%00/",
    ],
)
def test_a_nul_in_an_address_is_refused(site_server, path):
    answer = request(site_server, path=path)
    assert answer.status == 400
    assert answer.is_our_page


@pytest.mark.parametrize(
    "path",
    [
        "/%",
        "/%zz",
        "/%ff%fe",
        "/%ed%a0%80",
        "/%c0%80",
        "/search/?q=%ff",
        "/search/?q=%ed%a0%80%ed%b0%80",
        "/search/?q=%F0%9F%92",
        "/search/?q=%zz%",
        "/search/?q=%EF%BF%BF%E2%80%AE",
        "/?%ff=%fe",
        "/verify/%ff%ff/",
        "/\xff\xfe",
        "/search/?q=\xff",
        "/?page=" + "9" * 3000,
        "/documents/" + "9" * 30 + "/x.pdf",
    ],
)
def test_broken_unicode_in_an_address_is_no_fault_of_the_site(site_server, path):
    answer = request(site_server, path=path)
    assert 200 <= answer.status < 500


@pytest.mark.parametrize(
    "body",
    [
        b"login=a%00b%40peerwork.example&password=x",
        b"login=a\0b&password=x",
        b"login=\xff\xfe&password=%ff",
        b"login=%ed%a0%80&password=x",
        b"%00=1",
        b"%",
        b"&&&===",
        b"login=" + b"a" * 100_000,
        b"&".join(b"f%d=1" % number for number in range(3000)),
    ],
)
def test_a_form_with_anything_in_it_gets_an_answer(site_server, body):
    answer = request(site_server, "POST", SIGN_IN, body)
    assert 400 <= answer.status < 500
    assert answer.is_our_page


@pytest.mark.parametrize(
    ("name", "file_name", "value"),
    [
        ("login", None, b"a\0b"),
        ("lo\0gin", None, b"a"),
        ("file", "a\0.txt", b"text"),
        ("file", "../../../etc/passwd", b"text"),
        ("login", None, b"\xff\xfe\xed\xa0\x80"),
    ],
)
def test_a_multipart_form_with_anything_in_it_gets_an_answer(site_server, name, file_name, value):
    disposition = f'form-data; name="{name}"' + (f'; filename="{file_name}"' if file_name else "")
    body = b"--b\r\nContent-Disposition: %s\r\n\r\n%s\r\n--b--\r\n" % (disposition.encode(), value)
    answer = request(
        site_server, "POST", SIGN_IN, body, content_type="multipart/form-data; boundary=b"
    )
    assert 400 <= answer.status < 500
    assert answer.is_our_page


@pytest.mark.parametrize(
    "body",
    [b"", b"--b", b"--b\r\n\r\n", b"no boundary", b"--b\r\nContent-Disposition: x\r\n\r\n\0--b--"],
)
@pytest.mark.parametrize("boundary", ["b", "", "\xff", "a" * 300])
def test_a_broken_multipart_form_gets_an_answer(site_server, body, boundary):
    kind = f"multipart/form-data; boundary={boundary}"
    answer = request(site_server, "POST", SIGN_IN, body, content_type=kind)
    assert 400 <= answer.status < 500


@pytest.mark.parametrize(
    "cookie",
    [
        'sessionid="\\000"',
        "sessionid=" + "x" * 4000,
        "sessionid=%00; csrftoken=%00",
        'csrftoken="\\000"; messages="\\000\\377"',
        "messages=[[0,0,0]]",
        'django_language="\\000"',
        "sessionid=\xff\xfe",
        ";;;=;a",
    ],
)
def test_any_cookie_gets_an_answer(site_server, cookie):
    answer = request(site_server, path="/learn/", headers=[f"Cookie: {cookie}"])
    assert 200 <= answer.status < 500


# X09: charsets ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "charset", ["utf-16", "utf-7", "idna", "punycode", "zlib", "no-such", "latin-1", '""', "\xff"]
)
@pytest.mark.parametrize("kind", [FORM, "multipart/form-data; boundary=b", "text/plain"])
def test_only_utf_8_is_read(site_server, charset, kind):
    answer = request(
        site_server, "POST", SIGN_IN, b"login=x", content_type=f"{kind}; charset={charset}"
    )
    assert answer.status == 400
    assert answer.is_our_page


@pytest.mark.parametrize("charset", ["utf-8", "UTF-8", '"utf-8"', "us-ascii"])
def test_utf_8_by_any_of_its_names_is_read(site_server, charset):
    # Read, and then refused for want of a CSRF token.
    answer = request(
        site_server, "POST", SIGN_IN, b"login=x", content_type=f"{FORM}; charset={charset}"
    )
    assert answer.status == 403
    assert answer.is_our_page


# X05: sizes ---------------------------------------------------------------------------------


@pytest.mark.parametrize("length", ["1048577", "99999999999", "9" * 18, "9" * 4000])
@pytest.mark.parametrize("kind", [FORM, "multipart/form-data; boundary=b", "application/json"])
def test_a_body_over_the_limit_is_refused_before_it_is_read(site_server, length, kind):
    started = time.monotonic()
    answer = request(site_server, "POST", SIGN_IN, length=length, content_type=kind)
    assert answer.status == 413
    assert answer.is_our_page
    assert time.monotonic() - started < 5


def test_a_page_for_files_takes_more_than_a_page_for_words(site_server):
    two_megabytes = 2 * 1024 * 1024
    assert request(site_server, "POST", "/admin/", b"x" * two_megabytes).status != 413
    assert request(site_server, "POST", "/admin/", length=26 * 1024 * 1024).status == 413


@pytest.mark.parametrize("length", ["-1", "1e3", "0x10", "١", "1 1", "+5", ""])
def test_a_length_that_is_no_number_is_refused(site_server, length):
    raw = f"POST {SIGN_IN} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n"
    raw += f"Content-Type: {FORM}\r\nContent-Length: {length}\r\n\r\n"
    assert 400 <= send(site_server, raw.encode()).status < 500


def test_a_sender_who_stops_half_way_costs_nobody_anything(site_server):
    head = f"POST {SIGN_IN} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: {FORM}\r\n"
    with socket.create_connection(("127.0.0.1", site_server.port)) as wire:
        wire.sendall(head.encode() + b"Content-Length: 1000\r\n\r\nlogin=")
    assert request(site_server).status == 200


# How a request is framed ----------------------------------------------------------------------


HOST = b"Host: 127.0.0.1\r\nConnection: close\r\n"


@pytest.mark.parametrize(
    "raw",
    [
        b"POST / HTTP/1.1\r\n"
        + HOST
        + b"Transfer-Encoding: chunked\r\n\r\n5\r\nlogin\r\n0\r\n\r\n",
        b"POST / HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n",
    ],
)
def test_a_body_without_a_length_is_refused_in_our_page(site_server, raw):
    answer = send(site_server, raw)
    assert 400 <= answer.status < 500
    assert answer.is_our_page


@pytest.mark.parametrize(
    "raw",
    [
        b"POST / HTTP/1.1\r\n"
        + HOST
        + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"POST / HTTP/1.1\r\n" + HOST + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
        b"POST / HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: chunked, identity\r\n\r\n",
        b"POST / HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: gzip\r\n\r\n",
        b"GET / HTTP/1.1\r\n" + HOST + b"X-Thing: a\0b\r\n\r\n",
        b"GET / HTTP/1.1\r\n" + HOST + b"X Thing: a\r\n\r\n",
        b"GET / HTTP/1.1\r\n" + HOST + b"Folded: a\r\n b\r\n\r\n",
        b"GET / HTTP/9.9\r\n" + HOST + b"\r\n",
        b"GE\0T / HTTP/1.1\r\n" + HOST + b"\r\n",
        b"\0\0\0\0\r\n\r\n",
        b"GET /\0 HTTP/1.1\r\n" + HOST + b"\r\n",
        b"GET /" + b"a" * 9000 + b" HTTP/1.1\r\n" + HOST + b"\r\n",
        b"GET / HTTP/1.1\r\n" + HOST + b"X: " + b"a" * 20_000 + b"\r\n\r\n",
        b"GET / HTTP/1.1\r\n" + HOST + b"".join(b"X-%d: a\r\n" % n for n in range(300)) + b"\r\n",
        b"<script>alert(1)</script> / HTTP/1.1\r\n" + HOST + b"\r\n",
    ],
)
def test_a_request_that_cannot_be_read_is_refused_by_the_web_server(site_server, raw):
    """In its own plain words, which only the sender sees, and in no line of the log."""
    before = site_server.log.read_text()
    answer = send(site_server, raw)
    assert 400 <= answer.status < 500 or answer.status in {501, 505}
    assert b"Traceback" not in answer.body
    assert b"<script" not in answer.body
    assert b"aaaa" not in answer.body
    assert site_server.log.read_text() == before


# A06: whose name is asked for -----------------------------------------------------------------


@pytest.mark.parametrize(
    "host",
    ["evil.example", "127.0.0.1.evil.example", "evil.example:80", "127.0.0.1@evil.example", "a b"],
)
def test_a_name_that_is_not_ours_is_refused(site_server, host):
    raw = f"GET {SIGN_IN} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"
    answer = send(site_server, raw.encode())
    assert answer.status == 400
    assert b"evil" not in answer.body


@pytest.mark.parametrize("header", ["X-Forwarded-Host", "X-Forwarded-Server", "Forwarded"])
def test_a_forwarded_name_is_not_listened_to(site_server, header):
    answer = request(site_server, path=SIGN_IN, headers=[f"{header}: evil.example"])
    assert answer.status == 200
    assert b"evil" not in answer.body


# X17: the log ---------------------------------------------------------------------------------


def test_what_is_asked_for_cannot_forge_a_line_of_the_log(site_server):
    forged = '%0a{"level": "ERROR", "message": "forged"}%0d%0a%1b[31m%e2%80%a8'
    for path in (f"/{forged}", f"/search/?q={forged}", f"/verify/{forged}/"):
        request(site_server, path=path.replace(" ", "%20"))
    request(site_server, "POST", SIGN_IN, b"x=%00" + forged.encode())
    # Each line must be an object of its own, or reading them fails.
    assert not any(line["message"] == "forged" for line in site_server.log_lines())


def test_nothing_sent_above_was_a_fault_of_the_site(site_server):
    faults = [line for line in site_server.log_lines() if line["level"] in {"ERROR", "CRITICAL"}]
    assert faults == []
