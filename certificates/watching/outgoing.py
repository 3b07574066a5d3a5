"""Sending to an address that a stranger chose: to a public one only, briefly, and no further.

The name is resolved once and the connection goes to what it was resolved to, so that no second
answer leads elsewhere. Redirects are not followed, no proxy is asked, no cookie is kept, and of
the answer the status alone is used.
"""

from __future__ import annotations

import http.client
import socket
import ssl
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from urllib.parse import SplitResult, urlsplit

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from certificates.deadlines import ended_within

SECONDS = 10
"""For the whole of one try, from connecting to the answer."""
PORTS = (443, 8443)
TRANSLATED = (IPv6Network("64:ff9b::/96"), IPv6Network("64:ff9b:1::/48"))
"""IPv6 addresses that a gateway turns into IPv4 ones, perhaps of its own network."""


class Problem(models.TextChoices):
    """Why nothing arrived, where there was no status."""

    ADDRESS = "address", _("This is no address that we send to: https:// and a name, please")
    UNKNOWN = "unknown", _("There is no such name")
    NOT_PUBLIC = "not_public", _("The name leads into a private network, where we do not send")
    NO_ANSWER = "no_answer", _("No connection, or no answer within ten seconds")
    NO_TRUST = "no_trust", _("The certificate of the server is not valid")
    NOT_HTTP = "not_http", _("What was answered is not HTTP")


@dataclass(frozen=True)
class Sent:
    """What came of one try: the status that was answered, or why there is none."""

    status: int | None = None
    problem: Problem | None = None

    @property
    def arrived(self) -> bool:
        return self.status is not None and 200 <= self.status < 300

    @property
    def code(self) -> str:
        """What the log keeps of it."""
        return str(self.problem.value) if self.problem else str(self.status)


def address_problem(url: str) -> Problem | None:
    """Whether an address is one that we send to, as far as it says itself. Resolves nothing."""
    try:
        parts, port = urlsplit(url), urlsplit(url).port
    except ValueError:
        return Problem.ADDRESS
    is_plain = bool(parts.hostname) and not (parts.username or parts.password or parts.fragment)
    schemes = ("https", "http") if settings.WEBHOOKS_TO_THIS_MACHINE else ("https",)
    if not is_plain or parts.scheme not in schemes or not url.isascii() or not url.isprintable():
        return Problem.ADDRESS
    if settings.WEBHOOKS_TO_THIS_MACHINE:
        return None
    if port not in (None, *PORTS):
        return Problem.ADDRESS
    with suppress(ValueError):
        return None if is_public(ip_address(parts.hostname or "")) else Problem.NOT_PUBLIC
    return None if "." in (parts.hostname or "").strip(".") else Problem.NOT_PUBLIC


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """Whether an address is somebody's on the internet, and no way into a network of ours."""
    if isinstance(address, IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if inner is not None:
            return is_public(inner)
        if address.teredo is not None or any(address in network for network in TRANSLATED):
            return False
        if address.is_site_local:  # given up by the standard, and still used inside
            return False
    return address.is_global and not address.is_multicast and not address.is_reserved


def resolve(host: str, port: int) -> str:
    """The address to connect to. Raises ConnectionRefusedError where any of the name's addresses
    is not public, and OSError where there is none.
    """
    answers = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses = [ip_address(str(each[4][0]).partition("%")[0]) for each in answers]
    allowed = [
        address
        for address in addresses
        if is_public(address) or (settings.WEBHOOKS_TO_THIS_MACHINE and address.is_loopback)
    ]
    if not addresses or len(allowed) != len(addresses):
        raise ConnectionRefusedError
    return str(allowed[0])


class _Pinned(http.client.HTTPConnection):
    """A connection to one address, whatever the name resolves to by now."""

    def __init__(self, parts: SplitResult, port: int, address: str) -> None:
        super().__init__(parts.hostname or "", port, timeout=SECONDS)
        self._address, self._is_secure = address, parts.scheme == "https"

    def connect(self) -> None:
        self.sock = socket.create_connection((self._address, self.port), SECONDS)
        if self._is_secure:
            context = ssl.create_default_context()
            self.sock = context.wrap_socket(self.sock, server_hostname=self.host)


def send(url: str, body: bytes, headers: Mapping[str, str]) -> Sent:
    """Send a body to an address. Never raises for what is at the other end."""
    problem = address_problem(url)
    if problem is not None:
        return Sent(problem=problem)
    parts = urlsplit(url)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    try:
        address = resolve(parts.hostname or "", port)
    except ConnectionRefusedError:
        return Sent(problem=Problem.NOT_PUBLIC)
    except (OSError, ValueError):
        return Sent(problem=Problem.UNKNOWN)
    return _ask(_Pinned(parts, port, address), parts, body, headers)


def _ask(connection: _Pinned, parts: SplitResult, body: bytes, headers: Mapping[str, str]) -> Sent:
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    try:
        with ended_within(SECONDS, connection):
            connection.request("POST", path, body=body, headers=dict(headers))
            status = connection.getresponse().status
    except ssl.SSLError:
        return Sent(problem=Problem.NO_TRUST)
    except OSError:
        return Sent(problem=Problem.NO_ANSWER)
    except (http.client.HTTPException, ValueError):
        return Sent(problem=Problem.NOT_HTTP)
    return Sent(status=status)
