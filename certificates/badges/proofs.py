"""Data Integrity proofs by `eddsa-rdfc-2022`: adding one to a document of ours, and checking it.

Only documents of our own come here. To canonicalise a document that somebody made for it takes
minutes, so what strangers show is compared by its hash instead (`examining/`).
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from functools import cache
from hashlib import sha256
from typing import Any

import base58
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from pyld import BUNDLED_CONTEXTS, FrozenDocumentLoader
from pyld.jsonld import JsonLdProcessor

from certificates.badges.contexts import (
    CREDENTIALS,
    OPEN_BADGES,
    OPEN_BADGES_FILE,
    PINNED,
)
from certificates.badges.documents import Document, moment, multibase
from certificates.badges.texts import serialised

SUITE = "eddsa-rdfc-2022"


class NotSigned(ValueError):
    """Part of a document would not be covered by its proof."""


class WrongContext(ValueError):
    """A context is not the one that was pinned."""


def with_proof(
    document: Document, sign: Callable[[bytes], bytes], *, method: str, at: datetime
) -> Document:
    """The document with a proof by a key. Raises NotSigned where it says what nothing defines."""
    options = {
        "type": "DataIntegrityProof",
        "cryptosuite": SUITE,
        "created": moment(at),
        "verificationMethod": method,
        "proofPurpose": "assertionMethod",
    }
    value = multibase(sign(_message(document, options)))
    return {**document, "proof": {**options, "proofValue": value}}


def proof_holds(document: Document, public_key: bytes) -> bool:
    """Whether the proof of a document of ours is right under a key."""
    unsigned = {name: value for name, value in document.items() if name != "proof"}
    options = dict(document["proof"])
    signature = base58.b58decode(options.pop("proofValue").removeprefix("z"))
    try:
        message = _message(unsigned, options)
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, message)
    except (InvalidSignature, NotSigned):
        return False
    return True


def _message(document: Document, options: dict[str, Any]) -> bytes:
    """What is signed: the hash of the proof's own words, and that of the document."""
    of_proof = _canonical({"@context": document["@context"], **options})
    return sha256(of_proof).digest() + sha256(_canonical(document)).digest()


def _canonical(document: Document) -> bytes:
    """The statements of a document, in the one order. Raises NotSigned."""
    processor = JsonLdProcessor(on_property_dropped=_refuse)
    statements: str = processor.normalize(
        document,
        {
            "algorithm": "URDNA2015",
            "format": "application/n-quads",
            "documentLoader": _contexts(),
        },
    )
    return statements.encode()


def _refuse(name: Any) -> None:
    raise NotSigned(f"Nothing says what {name} means, so no proof would cover it.")


@cache
def _contexts() -> FrozenDocumentLoader:
    """Hands out the pinned contexts, and refuses every other address. Raises WrongContext."""
    files = {CREDENTIALS: BUNDLED_CONTEXTS[CREDENTIALS], OPEN_BADGES: OPEN_BADGES_FILE}
    for address, path in files.items():
        text = serialised(json.loads(path.read_text(encoding="utf-8")))
        if sha256(text.encode()).hexdigest() != PINNED[address]:
            raise WrongContext(address)
    return FrozenDocumentLoader(documents=files)
