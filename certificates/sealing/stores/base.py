"""What every store of private keys is: a key is made under a name, signs, and never leaves."""

from __future__ import annotations

from typing import Protocol, TypeAlias

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

CURVE = ec.SECP256R1()
# The same words under the same key give the same signature, where the key is one of ours to hold.
SCHEME = ec.ECDSA(hashes.SHA256(), deterministic_signing=True)
P256 = "P-256"
ED25519 = "Ed25519"
PublicKey: TypeAlias = ec.EllipticCurvePublicKey | Ed25519PublicKey


class KeyCannotBeUsed(Exception):
    """Nothing is signed now; `str()` tells an operator why, and is never shown to anybody else."""


class KeyIsMissing(KeyCannotBeUsed):
    """A private key is not in the store, or cannot be read there."""


class StoreIsAway(KeyCannotBeUsed):
    """A token or a service does not answer, or refuses. It is tried again."""


class CurveNotOffered(KeyCannotBeUsed):
    """A store makes no keys on a curve."""


class WrongSignature(KeyCannotBeUsed):
    """What a store gave as a signature is none by the key that we know under that name."""


class KeyStore(Protocol):
    """Holds private keys on the curves P-256 and Ed25519, each under a name.

    Each of these raises KeyCannotBeUsed where the store is out of reach.
    """

    def make(self, name: str, curve: str = P256) -> PublicKey:
        """Make a key, and give its public half. Raises FileExistsError for a name in use."""

    def sign(self, name: str, message: bytes) -> bytes:
        """A signature of a message: on P-256 by ECDSA with SHA-256, as DER; on Ed25519 its 64
        bytes. Raises KeyIsMissing."""

    def destroy(self, name: str) -> None:
        """Forget a key for good. Nothing happens where it is not there."""

    def has(self, name: str) -> bool:
        """Whether a key is there, without using it."""


def checked_signature(store: KeyStore, name: str, message: bytes, public_key: PublicKey) -> bytes:
    """A signature by a store, which is known to be right before anything is made of it.

    Raises WrongSignature, and what the store raises.
    """
    signature = store.sign(name, message)
    try:
        if isinstance(public_key, Ed25519PublicKey):
            public_key.verify(signature, message)
        else:
            public_key.verify(signature, message, ec.ECDSA(hashes.SHA256()))
    except InvalidSignature as error:
        raise WrongSignature(
            f"The store signed with another key than the one that is known as {name}. Nothing was "
            "made of it."
        ) from error
    return signature
