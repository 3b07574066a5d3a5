"""Files made to hurt whoever reads them: refused within five seconds, and kindly."""

from __future__ import annotations

import os
import resource
import time
import zlib

import pytest

from certificates.apart import Busy
from certificates.examining import verdicts
from certificates.examining.process import Seen
from certificates.examining.verdicts import Verdict, Why, verdict_of
from tests.certificates.examining.test_tampering import answers_in

pytestmark = pytest.mark.django_db

SECONDS = 5


def pdf_with(*objects, root=b"1 0 R", size=None, trailer=b""):
    """A small PDF of raw objects, with a table of where they are."""
    out = b"%PDF-1.7\n"
    places = []
    for number, content in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer\n<</Size %d /Root %s %s>>\n" % (size or len(objects) + 1, root, trailer)
    return out + b"startxref\n%d\n%%%%EOF\n" % table


def stream(content, extra=b""):
    return b"<</Length %d %s>>\nstream\n%s\nendstream" % (len(content), extra, content)


def bomb():
    """A few kilobytes that unpack to a gigabyte, and unpack again."""
    packed = zlib.compress(zlib.compress(b"\0" * 100_000_000, 9), 9)
    flate = b"/Filter [/FlateDecode /FlateDecode] /Type /ObjStm /N 1000000 /First 10"
    return pdf_with(b"<</Type /Catalog /AcroForm 2 0 R>>", stream(packed, flate))


def deep():
    return pdf_with(b"[" * 200_000 + b"]" * 200_000)


def fields_in_a_ring():
    return pdf_with(
        b"<</Type /Catalog /AcroForm 2 0 R>>",
        b"<</Fields [3 0 R]>>",
        b"<</T (a) /Kids [4 0 R]>>",
        b"<</T (b) /Kids [3 0 R]>>",
    )


def itself():
    return pdf_with(b"1 0 R")


def tables_in_a_ring():
    content = pdf_with(b"<</Type /Catalog>>", trailer=b"/Prev 9")
    table = content.rindex(b"xref\n0")
    return content.replace(b"/Prev 9", b"/Prev %d" % table)


def many_fields():
    kids = b" ".join(b"%d 0 R" % number for number in range(3, 30_003))
    fields = [b"<</FT /Sig /T (f%d)>>" % number for number in range(30_000)]
    return pdf_with(b"<</Type /Catalog /AcroForm 2 0 R>>", b"<</Fields [" + kids + b"]>>", *fields)


def seals_of_nobody():
    value = b"<</Type /Sig /Filter /Adobe.PPKLite /ByteRange [0 10 20 10] /Contents <%s>>>"
    junk = os.urandom(40_000).hex().encode()
    return pdf_with(
        b"<</Type /Catalog /AcroForm 2 0 R>>",
        b"<</Fields [3 0 R]>>",
        b"<</FT /Sig /T (Seal) /V 4 0 R>>",
        value % junk,
    )


def huge_number():
    return pdf_with(b"<</Type /Catalog>>", size=10**18)


def headers():
    return b"%PDF-1.7\n" + b"%PDF-1.7\n1 0 obj\n<</Length 999999999>>\nstream\n" * 60_000


def noise():
    return b"%PDF-1.7\n" + os.urandom(1_000_000)


HOSTILE = [
    bomb, deep, fields_in_a_ring, itself, tables_in_a_ring, many_fields, seals_of_nobody,
    huge_number, headers, noise,
]  # fmt: skip


@pytest.mark.parametrize("make_file", HOSTILE, ids=lambda make_file: make_file.__name__)
def test_a_hostile_file_is_refused_in_time(keys, check, make_file):
    content = make_file()
    verdict_of(b"%PDF-1.7\n")  # the process is warm
    started = time.monotonic()
    response = check(content)
    assert time.monotonic() - started < SECONDS
    assert response.status_code == 200
    assert answers_in(response)[0][0] in {"not_ours", "unreadable"}


def test_after_a_hostile_one_the_next_is_read(keys, check, original):
    for content in (bomb(), deep(), many_fields()):
        check(content)
    assert answers_in(check(original + b" "))[0][0] == "altered"
    assert answers_in(check(original))[0][0] == "as_issued"


def test_one_that_hangs_is_ended_and_said(keys, check, original, monkeypatch):
    monkeypatch.setattr(verdicts, "SECONDS", 0.0)
    verdicts.reader.stop()
    started = time.monotonic()
    response = check(original + b" ")
    assert time.monotonic() - started < SECONDS
    assert Why.TOO_MUCH.label.split(",")[0] in response.content.decode()
    monkeypatch.undo()
    assert answers_in(check(original + b" "))[0][0] == "altered"


def test_one_that_dies_is_said(keys, original, monkeypatch):
    def die(*args, **kwargs):
        raise EOFError

    monkeypatch.setattr(verdicts.reader, "_ask", die)
    answer = verdict_of(original + b" ")
    assert (answer.verdict, answer.why) == (Verdict.UNREADABLE, Why.TOO_MUCH)


def test_where_others_wait_already_it_is_said(keys, check, original, monkeypatch):
    def busy(*args, **kwargs):
        raise Busy

    monkeypatch.setattr(verdicts.reader, "ask", busy)
    response = check(original + b" ")
    assert answers_in(response) == [("not_checked", "Not looked at")]
    assert "try again in a minute" in response.content.decode()
    # What the register knows by its hash needs nobody to read it.
    assert answers_in(check(original))[0][0] == "as_issued"


def test_nobody_waits_long_for_the_process(keys, original, monkeypatch):
    monkeypatch.setattr(verdicts, "WAIT", 0.01)
    with verdicts.reader._lock:
        assert verdict_of(original + b" ").why == Why.BUSY


def test_the_process_has_its_limits(keys, original):
    verdict_of(original + b" ")
    limits = verdicts.reader._limits()
    assert limits.seconds <= 3
    assert limits.most_bytes <= 1024**3
    pid = verdicts.reader._process.pid
    soft, _hard = resource.prlimit(pid, resource.RLIMIT_AS)
    assert soft == limits.most_bytes


def test_the_process_knows_no_database_and_no_key(keys, original):
    verdict_of(original + b" ")
    pid = verdicts.reader._process.pid
    held = {os.readlink(f"/proc/{pid}/fd/{fd}") for fd in os.listdir(f"/proc/{pid}/fd")}
    assert not [path for path in held if "sqlite" in path or path.endswith(".pem")]


def test_what_is_larger_than_any_of_ours_is_not_read(keys, monkeypatch):
    monkeypatch.setattr(verdicts.reader, "ask", None)
    answer = verdict_of(b"%PDF-1.7\n" + b" " * verdicts.MOST_FILE_BYTES)
    assert answer.why == Why.TOO_LARGE


def test_what_is_seen_is_nothing_until_it_was_seen():
    assert not any(vars(Seen()).values())
