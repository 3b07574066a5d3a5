"""Where private keys are, behind one small interface.

A store makes a key under a name, signs with it, and destroys it; a private key never leaves it. A
folder, a PKCS#11 token and a key service are here, a module each; a class of your own that does what
`KeyStore` says may be named in `SEAL_KEY_STORE`.
"""

from certificates.sealing.stores.base import (
    CURVE,
    ED25519,
    P256,
    SCHEME,
    CurveNotOffered,
    KeyCannotBeUsed,
    KeyIsMissing,
    KeyStore,
    PublicKey,
    StoreIsAway,
    WrongSignature,
    checked_signature,
)
from certificates.sealing.stores.folder import FolderKeyStore, KeysWouldBeCopied
from certificates.sealing.stores.opening import folder_store, forget_opened_stores, key_store
from certificates.sealing.stores.stored import StoredKey, StoredSigningKey
from certificates.sealing.stores.two_places import KeysInTwoPlaces

__all__ = [
    "CURVE",
    "ED25519",
    "P256",
    "SCHEME",
    "CurveNotOffered",
    "FolderKeyStore",
    "KeyCannotBeUsed",
    "KeyIsMissing",
    "KeyStore",
    "KeysInTwoPlaces",
    "KeysWouldBeCopied",
    "PublicKey",
    "StoreIsAway",
    "StoredKey",
    "StoredSigningKey",
    "WrongSignature",
    "checked_signature",
    "folder_store",
    "forget_opened_stores",
    "key_store",
]
