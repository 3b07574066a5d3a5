"""Keys in a PKCS#11 token: a module in the machine, a stick, a card, or a program that acts as one.

They are made in the token and marked as never to leave it. A process has one session, opened when
it first signs, and opened again where the token was away.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from hashlib import sha256
from threading import RLock
from typing import Any, TypeVar

import pkcs11
from asn1crypto.core import OctetString
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.conf import settings
from pkcs11 import Attribute, KeyType, Mechanism, ObjectClass
from pkcs11.exceptions import (
    PinIncorrect,
    PinLocked,
    PKCS11Error,
    UserAlreadyLoggedIn,
)
from pkcs11.util.ec import encode_ecdsa_signature, encode_named_curve_parameters

from certificates.sealing.stores.base import (
    CURVE,
    ED25519,
    P256,
    CurveNotOffered,
    KeyIsMissing,
    KeyStore,
    PublicKey,
    StoreIsAway,
)

T = TypeVar("T")
KINDS = {
    P256: (KeyType.EC, "1.2.840.10045.3.1.7", Mechanism.EC_KEY_PAIR_GEN, Mechanism.ECDSA),
    ED25519: (
        KeyType.EC_EDWARDS,
        "1.3.101.112",
        Mechanism.EC_EDWARDS_KEY_PAIR_GEN,
        Mechanism.EDDSA,
    ),
}
WITHOUT = {
    P256: "The seal needs it: take another token.",
    ED25519: "Badges and receipts are signed with it. Set SIGNING_KEYS_IN_FOLDER=1, and the keys of "
    "these two alone are kept in SEAL_KEYS; or take a token that knows it.",
}
WRONG_PIN = (
    "it refuses the PIN, which is not tried again until the next start, because a token locks itself "
    "after some. Look at SEAL_TOKEN_PIN"
)
NEVER_LEAVES = {Attribute.SENSITIVE: True, Attribute.EXTRACTABLE: False}


class Pkcs11KeyStore:
    """Keys in the token of a label, by the library of its maker.

    Raises StoreIsAway where the token cannot be opened, when it is first used.
    """

    def __init__(self, library: str, label: str, pin: str) -> None:
        self.label = label
        self._library = library
        self._pin = pin
        self._session: Any = None
        self._process = 0
        self._refused_pin = False
        # A session does one thing at a time.
        self._lock = RLock()

    def __str__(self) -> str:
        return f"the token {self.label}"

    def make(self, name: str, curve: str = P256) -> PublicKey:
        """Raises CurveNotOffered, and FileExistsError for a name in use."""
        return self._with_session(lambda session: self._make(session, name, curve))

    def sign(self, name: str, message: bytes) -> bytes:
        return self._with_session(lambda session: self._sign(session, name, message))

    def destroy(self, name: str) -> None:
        def destroy(session: Any) -> None:
            for each in list(session.get_objects({Attribute.ID: name.encode()})):
                each.destroy()

        self._with_session(destroy)

    def has(self, name: str) -> bool:
        return self._with_session(lambda session: bool(self._private_halves(session, name)))

    def _make(self, session: Any, name: str, curve: str) -> PublicKey:
        if self._private_halves(session, name):
            raise FileExistsError(f"{name} is in {self} already.")
        kind, oid, generate, sign = KINDS[curve]
        offered = session.token.slot.get_mechanisms()
        if not {generate, sign} <= set(offered):
            raise CurveNotOffered(
                f"{curve} (mechanism {sign.name}) is not known to {self}. {WITHOUT[curve]}"
            )
        parameters = session.create_domain_parameters(
            kind, {Attribute.EC_PARAMS: encode_named_curve_parameters(oid)}, local=True
        )
        public, private = parameters.generate_keypair(
            mechanism=generate,
            store=True,
            label=name,
            id=name.encode(),
            private_template=NEVER_LEAVES,
        )
        if len(self._private_halves(session, name)) > 1:  # somebody else made one meanwhile
            public.destroy()
            private.destroy()
            raise FileExistsError(f"{name} was made in {self} at the same moment.")
        return public_half(bytes(public[Attribute.EC_POINT]), curve)

    def _sign(self, session: Any, name: str, message: bytes) -> bytes:
        keys = self._private_halves(session, name)
        if not keys:
            raise KeyIsMissing(f"There is no key {name} in {self}.")
        if len(keys) > 1:
            raise KeyIsMissing(f"There are {len(keys)} keys {name} in {self}, and one too many.")
        (key,) = keys
        if key.key_type == KeyType.EC_EDWARDS:
            return bytes(key.sign(message, mechanism=Mechanism.EDDSA))
        # Not every token hashes, so that is done here.
        raw = key.sign(sha256(message).digest(), mechanism=Mechanism.ECDSA)
        return bytes(encode_ecdsa_signature(raw))

    def _private_halves(self, session: Any, name: str) -> list[Any]:
        attributes = {Attribute.CLASS: ObjectClass.PRIVATE_KEY, Attribute.ID: name.encode()}
        return list(session.get_objects(attributes))

    # The session ---------------------------------------------------------------------------

    def _with_session(self, do: Callable[[Any], T]) -> T:
        """Do something in a session; once more in a new one, where the token was taken out or
        restarted meanwhile. Raises StoreIsAway."""
        with self._lock:
            try:
                return do(self._opened())
            except PinIncorrect as error:
                raise self._refusal(error) from error
            except PKCS11Error:
                self._session = None
            try:
                return do(self._opened(anew=True))
            except PKCS11Error as error:
                self._session = None
                raise self._refusal(error) from error

    def _refusal(self, error: PKCS11Error) -> StoreIsAway:
        # A token locks itself after some wrong PINs, so this process tries a wrong one once.
        self._refused_pin |= isinstance(error, PinIncorrect)
        return StoreIsAway(f"Nothing was done by {self}: {reason_of(error)}.")

    def _opened(self, *, anew: bool = False) -> Any:
        is_other_process = self._process != os.getpid()
        if self._session is None or is_other_process:
            if self._refused_pin:
                raise StoreIsAway(f"Nothing was done by {self}: {WRONG_PIN}.")
            library = self._loaded(anew=anew or (is_other_process and self._process != 0))
            self._process = os.getpid()
            token = library.get_token(token_label=self.label)
            try:
                self._session = token.open(rw=True, user_pin=self._pin)
            except UserAlreadyLoggedIn:  # by another session of this process
                self._session = token.open(rw=True)
        return self._session

    def _loaded(self, *, anew: bool) -> Any:
        """The library of the token's maker. What a parent process loaded is of no use in its child.

        Raises StoreIsAway.
        """
        try:
            library = pkcs11.lib(self._library)
        except RuntimeError as error:
            raise StoreIsAway(
                f"{self._library} cannot be loaded. SEAL_TOKEN_LIBRARY names the library that came "
                "with the token, such as /usr/lib/softhsm/libsofthsm2.so."
            ) from error
        if anew:
            library.reinitialize()
        return library


def public_half(point: bytes, curve: str) -> PublicKey:
    """The public half, from what a token says: the point, wrapped as an octet string, or bare."""
    bare = 65 if curve == P256 else 32
    if len(point) != bare:
        point = OctetString.load(point).native
    if curve == P256:
        return ec.EllipticCurvePublicKey.from_encoded_point(CURVE, point)
    return Ed25519PublicKey.from_public_bytes(point)


def reason_of(error: PKCS11Error) -> str:
    """Why, in words, where an operator can do something about it."""
    if isinstance(error, PinIncorrect):
        return WRONG_PIN
    if isinstance(error, PinLocked):
        return "its PIN was wrong too often, and it locked itself"
    return f"{type(error).__name__} {error}".strip()


def open_token() -> KeyStore:
    """The token of this site's settings."""
    return Pkcs11KeyStore(
        settings.SEAL_TOKEN_LIBRARY, settings.SEAL_TOKEN_LABEL, settings.SEAL_TOKEN_PIN
    )
