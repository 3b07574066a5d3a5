"""Which store this site has, by its settings."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.utils.module_loading import import_string

from certificates.sealing.stores.base import KeyStore
from certificates.sealing.stores.folder import FolderKeyStore
from certificates.sealing.stores.two_places import KeysInTwoPlaces

FOLDER, TOKEN, SERVICE = "folder", "token", "service"
# What speaks to a token or a service is loaded where it is used, and nowhere else.
OPENERS = {
    TOKEN: "certificates.sealing.stores.pkcs11.open_token",
    SERVICE: "certificates.sealing.stores.transit.open_service",
}


def key_store() -> KeyStore:
    """The store of this site.

    Raises KeysWouldBeCopied, and StoreIsAway where the settings of a token lead nowhere.
    """
    return _open(settings.SEAL_KEY_STORE, settings.SEAL_KEYS, settings.SEAL_KEYS_PASSPHRASE)


def folder_store(folder: Path) -> KeyStore:
    """Another folder of keys, such as the stick that the root is on."""
    return _open(FOLDER, folder, settings.SEAL_KEYS_PASSPHRASE)


@lru_cache(maxsize=8)
def _open(kind: str, folder: Path, passphrase: str) -> KeyStore:
    if kind == FOLDER:
        return FolderKeyStore(folder, passphrase)
    if kind in OPENERS:
        store: KeyStore = import_string(OPENERS[kind])()
        return KeysInTwoPlaces(
            store,
            FolderKeyStore(folder, passphrase),
            signing_in_folder=settings.SIGNING_KEYS_IN_FOLDER,
        )
    own: KeyStore = import_string(kind)(folder, passphrase)
    return own


forget_opened_stores = _open.cache_clear
"""For when the settings, or the files of the keys, were changed behind our back."""
