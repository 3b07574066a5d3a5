"""Keys that are partly in a folder and partly elsewhere, such as while a site moves to a token."""

from __future__ import annotations

from certificates.sealing.stores.base import ED25519, P256, KeyStore, PublicKey
from certificates.sealing.stores.folder import FolderKeyStore


class KeysInTwoPlaces:
    """New keys are made in one store, and those that are in the folder still sign from there.

    So a site moves by rotating: each rotation makes the next key in the store, and destroys the
    one in the folder. With `signing_in_folder`, keys on Ed25519 are made in the folder, too, for a
    store that knows no such curve.
    """

    def __init__(
        self, store: KeyStore, folder: FolderKeyStore, *, signing_in_folder: bool = False
    ) -> None:
        self.store = store
        self.folder = folder
        self._signing_in_folder = signing_in_folder

    def __str__(self) -> str:
        return str(self.store)

    def make(self, name: str, curve: str = P256) -> PublicKey:
        if curve == ED25519 and self._signing_in_folder:
            return self.folder.make(name, curve)
        is_usual = curve == P256  # a store of one's own may know no other
        return self.store.make(name) if is_usual else self.store.make(name, curve)

    def sign(self, name: str, message: bytes) -> bytes:
        return (self.folder if self.folder.has(name) else self.store).sign(name, message)

    def destroy(self, name: str) -> None:
        self.folder.destroy(name)
        self.store.destroy(name)

    def has(self, name: str) -> bool:
        return self.folder.has(name) or self.store.has(name)
