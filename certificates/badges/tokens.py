"""JWTs by a key of ours that stays in its store."""

from __future__ import annotations

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from certificates.badges.documents import Document
from certificates.exceptions import SigningFailed
from certificates.models import SealKey
from certificates.sealing.stores import KeyCannotBeUsed, StoredSigningKey, key_store

ALGORITHM = "EdDSA"


def signed_jwt(claims: Document, key: SealKey, *, kid: str, kind: str = "JWT") -> str:
    """Claims as a JWT. Raises SigningFailed."""
    public_key = Ed25519PublicKey.from_public_bytes(key.raw_public_key)
    signer = StoredSigningKey(key_store(), key.name, public_key)
    try:
        return jwt.encode(claims, signer, algorithm=ALGORITHM, headers={"kid": kid, "typ": kind})
    except KeyCannotBeUsed as error:
        raise SigningFailed(str(error)) from error
