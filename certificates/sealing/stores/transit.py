"""Keys in a key service: the *transit* interface that HashiCorp Vault and OpenBao share.

A call ends after five seconds, however slowly it is answered. No redirect is followed and no proxy
is asked, since each call carries what opens the service.
"""

from __future__ import annotations

import http.client
import json
import re
import ssl
from base64 import b64decode, b64encode
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from django.conf import settings

from certificates.deadlines import ended_within
from certificates.sealing.stores.base import (
    ED25519,
    P256,
    KeyIsMissing,
    KeyStore,
    PublicKey,
    StoreIsAway,
)

SECONDS = 5
"""For the whole of one call, from connecting to the last byte."""
MOST_BYTES = 64 * 1024
KINDS = {P256: "ecdsa-p256", ED25519: "ed25519"}
FIRST = "1"
"""The version of a key. The next key of ours has a name of its own, so nothing makes another."""
SIGNATURE = re.compile(r"(?:vault|bao):v\d+:([A-Za-z0-9+/=]+)")
NOT_FOUND = 404
REFUSED = {
    400: "it refuses what it was asked. Is this mount one of the transit engine?",
    403: "it refuses our token. Has it ended, and may it make, read, sign with and delete keys there?",
    429: "it has too much to do",
    503: "it is sealed, or in maintenance",
}


@dataclass(frozen=True)
class Answer:
    status: int
    body: dict[str, Any]


class TransitKeyStore:
    """Keys in one mount of a service, which no other site shares."""

    def __init__(
        self,
        url: str,
        mount: str = "transit",
        *,
        token: str = "",
        token_file: Path | None = None,
        authority: Path | None = None,
        namespace: str = "",
    ) -> None:
        self.url = url
        self.mount = mount
        self._token = token
        self._token_file = token_file
        self._authority = authority
        self._namespace = namespace

    def __str__(self) -> str:
        return f"the service at {self.url}/{self.mount}"

    def make(self, name: str, curve: str = P256) -> PublicKey:
        if self.has(name):
            raise FileExistsError(f"{name} is in {self} already.")
        properties = {"type": KINDS[curve], "exportable": False, "allow_plaintext_backup": False}
        self._ask("POST", f"keys/{name}", properties)
        about = self._about(name)
        if about is None or about.get("type") != KINDS[curve]:
            raise StoreIsAway(f"{self} made no {KINDS[curve]} key {name}.")
        return self._public_half(about, name)

    def sign(self, name: str, message: bytes) -> bytes:
        request = {
            "input": b64encode(message).decode(),
            "key_version": int(FIRST),
            "hash_algorithm": "sha2-256",
            "marshaling_algorithm": "asn1",
        }
        answer = self._ask("POST", f"sign/{name}", request, allowed=(400, NOT_FOUND))
        if answer.status != http.client.OK:
            if self._about(name) is None:
                raise KeyIsMissing(f"There is no key {name} in {self}.")
            raise StoreIsAway(f"Nothing was done by {self}: {REFUSED[400]}")
        signature = SIGNATURE.fullmatch(str(part_of(answer.body, "data", "signature")))
        if signature is None:
            raise StoreIsAway(f"What was answered is no signature: {self}.")
        return b64decode(signature[1])

    def destroy(self, name: str) -> None:
        if self.has(name):
            self._ask("POST", f"keys/{name}/config", {"deletion_allowed": True})
            self._ask("DELETE", f"keys/{name}", allowed=(NOT_FOUND,))

    def has(self, name: str) -> bool:
        return self._about(name) is not None

    def _about(self, name: str) -> dict[str, Any] | None:
        """What the service says of a key; None where there is none."""
        answer = self._ask("GET", f"keys/{name}", allowed=(NOT_FOUND,))
        if answer.status == NOT_FOUND:
            return None
        about = answer.body.get("data")
        return about if isinstance(about, dict) else {}

    def _public_half(self, about: dict[str, Any], name: str) -> PublicKey:
        text = str(part_of(about, "keys", FIRST, "public_key"))
        try:
            if about["type"] == KINDS[ED25519]:
                return Ed25519PublicKey.from_public_bytes(b64decode(text, validate=True))
            key = load_pem_public_key(text.encode())
        except ValueError as error:
            raise StoreIsAway(f"The public half of {name} cannot be read: {self}.") from error
        if not isinstance(key, ec.EllipticCurvePublicKey):
            raise StoreIsAway(f"The public half of {name} is of another kind: {self}.")
        return key

    # A call --------------------------------------------------------------------------------

    def _ask(
        self,
        method: str,
        path: str,
        question: dict[str, Any] | None = None,
        *,
        allowed: tuple[int, ...] = (),
    ) -> Answer:
        """What the service answers. Raises StoreIsAway for all that is not a whole good answer."""
        address = f"{urlsplit(self.url).path}/v1/{quote(self.mount)}/{quote(path)}"
        try:
            status, content = self._send(method, address, question)
            body = json.loads(content) if content else {}
        except ssl.SSLCertVerificationError as error:
            raise self._away(
                f"its certificate is not trusted ({error.verify_message}). SEAL_SERVICE_CA names the "
                "authority that vouches for it"
            ) from error
        except TimeoutError as error:
            raise self._away(f"it did not answer within {SECONDS} seconds") from error
        except OSError as error:
            raise self._away(f"it cannot be reached ({type(error).__name__})") from error
        except (http.client.HTTPException, ValueError) as error:
            raise self._away("what it answered is no answer of such a service") from error
        if not isinstance(body, dict) or 300 <= status < 400:
            raise self._away("what it answered is no answer of such a service")
        if status >= 400 and status not in allowed:
            raise self._away(REFUSED.get(status, f"it answered with {status}"))
        return Answer(status, body)

    def _away(self, reason: str) -> StoreIsAway:
        return StoreIsAway(f"Nothing was done by {self}: {reason}.")

    def _send(self, method: str, address: str, question: Any) -> tuple[int, bytes]:
        """The status and the body. Raises OSError, HTTPException or ValueError."""
        connection = self._connection()
        with ended_within(SECONDS, connection):
            body = json.dumps(question) if question is not None else None
            connection.request(method, address, body=body, headers=self._headers())
            answer = connection.getresponse()
            content = answer.read(MOST_BYTES + 1)
        if len(content) > MOST_BYTES:
            raise ValueError("too long")
        return answer.status, content

    def _connection(self) -> http.client.HTTPConnection:
        parts = urlsplit(self.url)
        host = parts.hostname or ""
        if parts.scheme == "http":
            return http.client.HTTPConnection(host, parts.port, timeout=SECONDS)
        try:
            trusted = ssl.create_default_context(cafile=self._authority)
        except OSError as error:
            raise self._away(f"SEAL_SERVICE_CA cannot be read: {self._authority}") from error
        return http.client.HTTPSConnection(host, parts.port, timeout=SECONDS, context=trusted)

    def _headers(self) -> dict[str, str]:
        headers = {"X-Vault-Token": self._current_token(), "Content-Type": "application/json"}
        if self._namespace:
            headers["X-Vault-Namespace"] = self._namespace
        return headers

    def _current_token(self) -> str:
        """Read each time: an agent puts a fresh one into the file. Raises StoreIsAway."""
        if self._token_file is None:
            return self._token
        try:
            return self._token_file.read_text(encoding="ascii").strip()
        except (OSError, ValueError) as error:
            raise self._away(
                f"SEAL_SERVICE_TOKEN_FILE cannot be read: {self._token_file}"
            ) from error


def part_of(body: dict[str, Any], *path: str) -> Any:
    """What stands somewhere inside an answer, or nothing."""
    part: Any = body
    for step in path:
        part = part.get(step) if isinstance(part, dict) else None
    return part


def open_service() -> KeyStore:
    """The service of this site's settings."""
    token_file = settings.SEAL_SERVICE_TOKEN_FILE
    authority = settings.SEAL_SERVICE_CA
    return TransitKeyStore(
        settings.SEAL_SERVICE_URL,
        settings.SEAL_SERVICE_MOUNT,
        token=settings.SEAL_SERVICE_TOKEN,
        token_file=Path(token_file) if token_file else None,
        authority=Path(authority) if authority else None,
        namespace=settings.SEAL_SERVICE_NAMESPACE,
    )
