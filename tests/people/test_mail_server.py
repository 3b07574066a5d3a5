"""Mail is encrypted unless it stays on this machine, and nobody waits for a silent server."""

from __future__ import annotations

import contextlib
import os
import smtplib
import socket
import ssl
import subprocess
import sys
import threading
import time

import pytest
from django.core.mail import EmailMessage, get_connection

from tests.servers import ROOT
from tests.site.test_settings import GOOD

SMTP = "django.core.mail.backends.smtp.EmailBackend"


class SmtpStub:
    """A mail server for one test. It notes what it is told."""

    def __init__(self, *, tls=None, offers_tls=True, is_silent=False):
        self.tls, self.offers_tls, self.is_silent = tls, offers_tls, is_silent
        self.heard = []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            try:
                wire, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.talk, args=(wire,), daemon=True).start()

    def talk(self, wire):
        with wire, contextlib.suppress(OSError):
            if self.is_silent:
                wire.recv(1)  # until the client has gone
                return
            wire.sendall(b"220 stub\r\n")
            self.answer(wire)

    def answer(self, wire):
        with wire.makefile("rb") as lines:
            self.answer_each(wire, lines)

    def answer_each(self, wire, lines):
        for line in lines:
            self.heard.append(line.decode().strip())
            word = line[:4].upper()
            if word == b"EHLO":
                offer = b"250-STARTTLS\r\n" if self.offers_tls and self.tls else b""
                wire.sendall(b"250-stub\r\n" + offer + b"250 8BITMIME\r\n")
            elif word == b"STAR":
                wire.sendall(b"220 go on\r\n")
                with self.tls.wrap_socket(
                    wire, server_side=True, do_handshake_on_connect=False
                ) as private:
                    private.do_handshake()
                    self.answer(private)
                return
            elif word == b"DATA":
                wire.sendall(b"354 go on\r\n")
                while (text := lines.readline()) not in {b".\r\n", b""}:
                    self.heard.append(text.decode().strip())
                wire.sendall(b"250 taken\r\n")
            elif word == b"QUIT":
                wire.sendall(b"221 bye\r\n")
                return
            else:
                wire.sendall(b"250 ok\r\n")

    @property
    def has_a_letter(self):
        return any("MAIL FROM" in line.upper() or "secret" in line for line in self.heard)


@pytest.fixture(scope="module")
def own_certificate(tmp_path_factory):
    """A certificate that nobody but its maker has signed."""
    folder = tmp_path_factory.mktemp("tls")
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    subprocess.run(
        [
            "openssl",
            "req",
            "-x509",
            "-newkey",
            "rsa:2048",
            "-nodes",
            "-days",
            "30",
            "-subj",
            "/CN=localhost",
            "-addext",
            "subjectAltName=DNS:localhost,IP:127.0.0.1",
            "-keyout",
            str(key),
            "-out",
            str(certificate),
        ],
        check=True,
        capture_output=True,
    )
    return certificate, key


@pytest.fixture
def tls(own_certificate):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*own_certificate)
    return context


def letter(server, **options):
    connection = get_connection(
        SMTP, host="127.0.0.1", port=server.port, timeout=5, use_tls=True, **options
    )
    return EmailMessage("News", "secret", to=["ada@peerwork.example"], connection=connection)


# Django closes a connection that could not be encrypted when it makes the next.
@pytest.mark.filterwarnings("ignore::ResourceWarning")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_server_that_offers_no_encryption_is_told_nothing():
    server = SmtpStub(offers_tls=False)
    message = letter(server)
    for _ in range(2):  # the second would go by the connection of the first
        with pytest.raises(Exception, match="STARTTLS"):
            message.send()
    message.connection.close()
    assert not server.has_a_letter


@pytest.mark.filterwarnings("ignore::ResourceWarning")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_batch_after_a_failed_handshake_is_not_sent_as_it_is(tls):
    server = SmtpStub(tls=tls)
    connection = letter(server).connection
    for _ in range(2):
        with pytest.raises(ssl.SSLCertVerificationError):
            connection.open()
        assert connection.connection is None
    assert not server.has_a_letter


def test_a_certificate_that_nobody_vouches_for_is_refused(tls):
    server = SmtpStub(tls=tls)
    with pytest.raises(ssl.SSLCertVerificationError):
        letter(server).send()
    assert not server.has_a_letter


def test_a_certificate_that_is_vouched_for_is_taken(tls, own_certificate, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(own_certificate[0]))
    server = SmtpStub(tls=tls)
    assert letter(server).send() == 1
    assert server.has_a_letter


def test_a_silent_server_is_waited_for_no_longer_than_the_setting_says(settings):
    assert 0 < settings.EMAIL_TIMEOUT <= 20
    settings.EMAIL_TIMEOUT = 1
    server = SmtpStub(is_silent=True)
    settings.EMAIL_BACKEND, settings.EMAIL_HOST, settings.EMAIL_PORT = (
        SMTP,
        "127.0.0.1",
        server.port,
    )
    started = time.monotonic()
    with pytest.raises((TimeoutError, smtplib.SMTPServerDisconnected)):
        EmailMessage("News", "Words", to=["ada@peerwork.example"]).send()
    assert time.monotonic() - started < 5


def settings_say(expression, **changed):
    program = f"import lms.settings.base as s; print({expression})"
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", program],
        env={"PATH": os.environ["PATH"], **GOOD, **changed},
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    return done.stdout.strip() or done.stderr.strip().splitlines()[-1]


PLAIN = "smtp://peerwork:password@mail.example.org:25"


def test_mail_in_the_clear_to_another_machine_is_refused_with_what_to_do():
    words = settings_say("s.EMAIL_HOST", EMAIL_URL=PLAIN)
    assert "ImproperlyConfigured" in words
    assert "smtp+tls://" in words
    assert "EMAIL_IN_THE_CLEAR" in words
    assert "password" not in words.replace("EMAIL_URL", "")


@pytest.mark.parametrize("word", ["1", "yes", "true"])
def test_it_is_not_allowed_by_a_mere_yes(word):
    assert "ImproperlyConfigured" in settings_say("1", EMAIL_URL=PLAIN, EMAIL_IN_THE_CLEAR=word)


def test_it_is_allowed_where_the_operator_says_so_in_words():
    words = "letters may be read on the way"
    assert settings_say("s.EMAIL_HOST", EMAIL_URL=PLAIN, EMAIL_IN_THE_CLEAR=words) == (
        "mail.example.org"
    )


@pytest.mark.parametrize(
    "url",
    [
        "smtp://127.0.0.1:25",
        "smtp://localhost:25",
        "smtp+tls://a:b@mail.example.org:587",
        "smtp+ssl://a:b@mail.example.org:465",
    ],
)
def test_mail_that_stays_here_or_is_encrypted_is_taken(url):
    assert settings_say("s.EMAIL_BACKEND, s.EMAIL_TIMEOUT", EMAIL_URL=url) == f"{SMTP} 20"
