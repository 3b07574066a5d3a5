"""Keys that stay in their store, in the shape in which libraries ask for a private key.

They sign, and show nothing. What a store signed is checked before anything is made of it.
"""

from __future__ import annotations

from typing import Any, NoReturn

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from certificates.sealing.stores.base import CURVE, KeyStore, checked_signature


class StoredKey(ec.EllipticCurvePrivateKey):
    """A key on P-256, for what builds certificates and seals. Raises WrongSignature."""

    def __init__(self, store: KeyStore, name: str, public_key: ec.EllipticCurvePublicKey) -> None:
        self._store = store
        self._name = name
        self._public_key = public_key

    def public_key(self) -> ec.EllipticCurvePublicKey:
        return self._public_key

    @property
    def curve(self) -> ec.EllipticCurve:
        return CURVE

    @property
    def key_size(self) -> int:
        return CURVE.key_size

    def sign(self, data: Any, signature_algorithm: ec.EllipticCurveSignatureAlgorithm) -> bytes:
        return checked_signature(self._store, self._name, bytes(data), self._public_key)

    def exchange(self, *args: Any) -> NoReturn:
        raise TypeError("This key only signs.")

    def private_numbers(self) -> NoReturn:
        raise TypeError("This key never leaves its store.")

    def private_bytes(self, *args: Any) -> NoReturn:
        raise TypeError("This key never leaves its store.")

    def __copy__(self) -> StoredKey:
        return self

    def __deepcopy__(self, memo: Any) -> StoredKey:
        return self


class StoredSigningKey(Ed25519PrivateKey):
    """A key on Ed25519, for what writes JWTs. Raises WrongSignature."""

    def __init__(self, store: KeyStore, name: str, public_key: Ed25519PublicKey) -> None:
        self._store = store
        self._name = name
        self._public_key = public_key

    def public_key(self) -> Ed25519PublicKey:
        return self._public_key

    def sign(self, data: Any) -> bytes:
        return checked_signature(self._store, self._name, bytes(data), self._public_key)

    def private_bytes(self, *args: Any) -> NoReturn:
        raise TypeError("This key never leaves its store.")

    def private_bytes_raw(self) -> NoReturn:
        raise TypeError("This key never leaves its store.")

    def __copy__(self) -> StoredSigningKey:
        return self

    def __deepcopy__(self, memo: Any) -> StoredSigningKey:
        return self
