"""Verbs: making, rotating, retiring and taking back our keys.

Three keys stand above one another. The *root* is made once and kept off the machine; it vouches for
the *issuing authority*, which vouches for the *seal* that certificates are sealed with. Each is told
to the world by its certificate and by a list of what it takes back.

Two more sign: one badges, one receipts. They stand under nobody, have no certificate, and are told
to the world by the addresses that publish them.
"""

from __future__ import annotations

import logging
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from hashlib import sha256
from typing import TYPE_CHECKING, Any, TypeAlias

from cryptography import x509
from django.conf import settings
from django.db import IntegrityError, transaction
from django.urls import reverse

from certificates.models import SIGNING_ROLES, Award, Credential, SealKey
from certificates.sealing.authorities import (
    ISSUING_LASTS,
    YEAR,
    Signer,
    issuing_certificate,
    public_half,
    revocation_list,
    root_certificate,
    seal_certificate,
    subject,
)
from certificates.sealing.stores import (
    ED25519,
    P256,
    KeyCannotBeUsed,
    KeyIsMissing,
    KeyStore,
    PublicKey,
    StoredKey,
    key_store,
)
from people.act_kinds import ActKind
from people.acts import acts_last, record_act

if TYPE_CHECKING:
    from collections.abc import Iterator

log = logging.getLogger(__name__)

Role: TypeAlias = SealKey.Role
State: TypeAlias = SealKey.State
MONTH = timedelta(days=31)


class CannotChangeKeys(Exception):
    """Something about keys that cannot be done; `str()` says why."""


class KeysExist(CannotChangeKeys):
    def __init__(self, key: SealKey) -> None:
        super().__init__(f"There are keys already, under {key.name}. Nothing was changed.")


class NoKeysYet(CannotChangeKeys):
    def __init__(self) -> None:
        super().__init__("There are no keys yet. `manage.py seal_keys start` makes them.")


class KeyHasEnded(CannotChangeKeys):
    def __init__(self, key: SealKey) -> None:
        super().__init__(f"{key.name} is {key.get_state_display()} already. Nothing was changed.")


class ChangedMeanwhile(CannotChangeKeys):
    def __init__(self) -> None:
        super().__init__("Somebody else changed the keys at the same moment. Nothing was changed.")


# Verbs ---------------------------------------------------------------------------------------


def start(
    organisation: str, *, at: datetime, root_store: KeyStore | None = None
) -> tuple[SealKey, SealKey, SealKey]:
    """Make a root, an issuing authority and a seal, and publish their first empty lists.

    The root's private half goes into `root_store`, which is to leave the machine afterwards. Raises
    KeysExist where there are keys in use.
    """
    existing = SealKey.objects.active().first()
    if existing is not None:
        raise KeysExist(existing)
    with changing(at, root_store) as change:
        root = change.make_root(organisation)
        issuing = change.make_issuing(root)
        return root, issuing, change.make_seal(issuing)


def rotate_seal(*, at: datetime) -> SealKey:
    """Make a new seal in the place of the one in use, whose private half is destroyed.

    What the old one sealed stays good. Raises NoKeysYet, KeyCannotBeUsed or ChangedMeanwhile.
    """
    issuing = _in_use(Role.ISSUING)
    with changing(at) as change:
        for old in SealKey.objects.active().filter(role=Role.SEAL):
            change.end(old, State.RETIRED, reason="rotated")
        return change.make_seal(issuing)


def add_signing_keys(*, at: datetime) -> list[SealKey]:
    """Make the keys that sign badges and receipts, those of them that are not in use already.

    Raises KeyCannotBeUsed or ChangedMeanwhile.
    """
    active = set(SealKey.objects.active().values_list("role", flat=True))
    with changing(at) as change:
        return [change.make_signing(role) for role in SIGNING_ROLES if role not in active]


def rotate_signing(role: Role, *, at: datetime) -> SealKey:
    """Make a new key that signs, in the place of the one in use. What that one signed stays good.

    Raises NoKeysYet, KeyCannotBeUsed or ChangedMeanwhile.
    """
    old = _in_use(role)
    with changing(at) as change:
        change.end(old, State.RETIRED, reason="rotated")
        return change.make_signing(role)


def rotate_issuing(*, at: datetime, root_store: KeyStore | None = None) -> SealKey:
    """Make a new issuing authority, and give the new seal under it. Needs the root.

    Raises NoKeysYet, KeyCannotBeUsed or ChangedMeanwhile.
    """
    root = _in_use(Role.ROOT)
    with changing(at, root_store) as change:
        for old in SealKey.objects.active().filter(role__in=(Role.ISSUING, Role.SEAL)):
            change.end(old, State.RETIRED, reason="rotated")
        return change.make_seal(change.make_issuing(root))


def retire_seal(*, at: datetime, reason: str, role: Role = Role.SEAL) -> SealKey:
    """Seal no more with the seal in use, or sign no more. Certificates are issued without one
    until the next.

    What it sealed or signed stays good. Raises NoKeysYet or ChangedMeanwhile.
    """
    seal = _in_use(role)
    with changing(at) as change:
        change.end(seal, State.RETIRED, reason=reason)
    return seal


def declare_compromised(
    key: SealKey, *, at: datetime, reason: str, root_store: KeyStore | None = None
) -> list[SealKey]:
    """Take a key back, because somebody else may have it, and give the new ones in its place.

    From then on a file is believed for its entry in the register alone, not for that seal. A seal is
    taken back by the issuing authority, and that by the root, whose private half is needed then.
    A compromised root ends all three, and `start` begins anew. What a compromised key of badges
    signed is signed anew by the next one. Raises KeyHasEnded where it was taken back before,
    NoKeysYet, KeyCannotBeUsed or ChangedMeanwhile.
    """
    if key.is_compromised:
        raise KeyHasEnded(key)
    was_active = key.state == State.ACTIVE
    with changing(at, root_store) as change:
        change.end(key, State.COMPROMISED, reason=reason)
        if key.signs:
            Credential.objects.filter(badges__key=key).update(badge_made_at=None)
            return [change.make_signing(Role(key.role))] if was_active else []
        if was_active and key.role != Role.SEAL:
            for below in SealKey.objects.active().filter(role__in=(Role.ISSUING, Role.SEAL)):
                change.end(below, State.RETIRED, reason=f"{key.name} was compromised")
        if key.signed_by is None:
            return []
        publish_revocations(key.signed_by, change.store_of(key.signed_by), at=at)
        return change.make_successors(key) if was_active else []


def publish_revocations(authority: SealKey, store: KeyStore, *, at: datetime) -> None:
    """Sign anew the list of what an authority takes back. It is good for a year.

    Raises KeyCannotBeUsed.
    """
    revoked = [
        (x509_of(key).serial_number, key.ended_at or at, True)
        for key in authority.signed.filter(state=State.COMPROMISED)
    ]
    authority.revocations_number += 1
    authority.revocations = revocation_list(
        signer_of(authority, store), revoked, number=authority.revocations_number, at=at
    )
    authority.save(update_fields=["revocations", "revocations_number"])


def destroy_ended() -> tuple[list[str], list[str]]:
    """Destroy what is left of the private halves of keys that have ended: the names of those that
    were, and of those that could not be.

    They are left where a store was out of reach when they ended.
    """
    store = key_store()
    left = [key.name for key in SealKey.objects.ended() if store.has(key.name)]
    destroyed = [name for name in left if destroy(store, name)]
    return destroyed, [name for name in left if name not in destroyed]


def destroy(store: KeyStore, name: str) -> bool:
    """Destroy a private half, and say whether that could be done: what went before it stands."""
    try:
        store.destroy(name)
    except (KeyCannotBeUsed, OSError) as error:
        log.error("The private half of %s was not destroyed: %s", name, error)
        return False
    return True


# The steps of a change -----------------------------------------------------------------------


@contextmanager
def changing(at: datetime, root_store: KeyStore | None = None) -> Iterator[Change]:
    """All of a change or none: where it fails, the keys that it made are destroyed again.

    Raises ChangedMeanwhile where somebody was quicker.
    """
    change = Change(at, key_store(), root_store or key_store())
    try:
        with transaction.atomic(), acts_last():
            yield change
    except BaseException as error:
        for store, name in change.new_keys:
            # Of two who make a key at once in a store that cannot tell, one has it in the table.
            if not SealKey.objects.filter(name=name).exists():
                destroy(store, name)
        if isinstance(error, IntegrityError):
            raise ChangedMeanwhile from error
        raise


@dataclass
class Change:
    """One change of the keys, at one moment."""

    at: datetime
    store: KeyStore
    root_store: KeyStore
    new_keys: list[tuple[KeyStore, str]] = field(default_factory=list)

    def store_of(self, key: SealKey) -> KeyStore:
        return self.root_store if key.role == Role.ROOT else self.store

    def make_root(self, organisation: str) -> SealKey:
        name, public_key = self._new_key(Role.ROOT, self.root_store)
        key = StoredKey(self.root_store, name, public_key)
        der = root_certificate(subject(organisation, f"{organisation} {name}"), key, at=self.at)
        root = self._add(name, Role.ROOT, der, None)
        publish_revocations(root, self.root_store, at=self.at)
        return root

    def make_issuing(self, root: SealKey) -> SealKey:
        """Raises KeyIsMissing where the root is not here."""
        signer = signer_of(root, self.root_store)
        name, public_key = self._new_key(Role.ISSUING, self.store)
        whose = subject(organisation_of(root), f"{organisation_of(root)} {name}")
        der = issuing_certificate(whose, public_key, signer, at=self.at)
        issuing = self._add(name, Role.ISSUING, der, root)
        publish_revocations(issuing, self.store, at=self.at)
        return issuing

    def make_seal(self, issuing: SealKey) -> SealKey:
        """Raises KeyIsMissing where the issuing authority is not here."""
        signer = signer_of(issuing, self.store)
        name, public_key = self._new_key(Role.SEAL, self.store)
        whose = subject(organisation_of(issuing), f"{organisation_of(issuing)} {name}")
        der = seal_certificate(whose, public_key, signer, at=self.at, lasts=seal_lasts())
        return self._add(name, Role.SEAL, der, issuing)

    def make_signing(self, role: Role) -> SealKey:
        """A key that signs badges or receipts, under no authority."""
        name, public_key = self._new_key(role, self.store, ED25519)
        return self._add(name, role, b"", None, public_key=public_key.public_bytes_raw())

    def make_successors(self, key: SealKey) -> list[SealKey]:
        """What takes the place of a key that was taken back."""
        if key.role == Role.SEAL:
            return [self.make_seal(_in_use(Role.ISSUING))]
        issuing = self.make_issuing(_in_use(Role.ROOT))
        return [issuing, self.make_seal(issuing)]

    def end(self, key: SealKey, state: State, *, reason: str) -> None:
        """End a key. Raises ChangedMeanwhile where it is no longer as it was read.

        Its private half is destroyed, but for an authority that only retired: it may have to take
        back what it vouched for.
        """
        unchanged = SealKey.objects.filter(pk=key.pk, state=key.state)
        if not unchanged.update(state=state, ended_at=self.at, reason=reason):
            raise ChangedMeanwhile
        key.state, key.ended_at, key.reason = state, self.at, reason
        record_act(ActKind.SEAL_KEY_ENDED, key, by=None, at=self.at)
        if key.role == Role.SEAL or key.signs or state == State.COMPROMISED:
            transaction.on_commit(partial(destroy, self.store_of(key), key.name))

    def _new_key(self, role: Role, store: KeyStore, curve: str = P256) -> tuple[str, Any]:
        """A key under a free name: its name, and its public half on the curve."""
        name = self._free_name(role, store)
        is_usual = curve == P256  # a store of one's own may know no other
        public_key: PublicKey = store.make(name) if is_usual else store.make(name, curve)
        self.new_keys.append((store, name))
        return name, public_key

    def _free_name(self, role: Role, store: KeyStore) -> str:
        beginning = f"{role.value}-{self.at.year}-"
        number = 1 + SealKey.objects.filter(name__startswith=beginning).count()
        while store.has(f"{beginning}{number}"):
            number += 1
        return f"{beginning}{number}"

    def _add(
        self,
        name: str,
        role: Role,
        certificate: bytes,
        signed_by: SealKey | None,
        *,
        public_key: bytes | None = None,
    ) -> SealKey:
        key = SealKey.objects.create(
            name=name,
            role=role,
            certificate=certificate,
            public_key=public_key,
            sha256=sha256(public_key or certificate).hexdigest(),
            signed_by=signed_by,
            made_at=self.at,
        )
        record_act(ActKind.SEAL_KEY_MADE, key, by=None, at=self.at)
        return key


# What is there -------------------------------------------------------------------------------


def _in_use(role: Role) -> SealKey:
    """Raises NoKeysYet."""
    key = SealKey.objects.active().filter(role=role).select_related("signed_by").first()
    if key is None:
        raise NoKeysYet
    return key


def x509_of(key: SealKey) -> x509.Certificate:
    return x509.load_der_x509_certificate(bytes(key.certificate))


def signer_of(key: SealKey, store: KeyStore) -> Signer:
    """An authority that can vouch. Raises KeyIsMissing."""
    if not store.has(key.name):
        raise KeyIsMissing(
            f"The private half of {key.name} is not here. Bring it, or say where it is with --root."
        )
    certificate = x509_of(key)
    return Signer(
        certificate,
        StoredKey(store, key.name, public_half(certificate)),
        certificate_url=public_address(key, "cer"),
        revocations_url=public_address(key, "crl"),
    )


def public_address(key: SealKey, ending: str) -> str:
    """Where anyone may fetch a certificate or a list of what was taken back."""
    return settings.BASE_URL + reverse("certificates:pki", args=[key.name, ending])


def organisation_of(key: SealKey) -> str:
    (organisation,) = x509_of(key).subject.get_attributes_for_oid(x509.NameOID.ORGANIZATION_NAME)
    return str(organisation.value)


def seal_lasts() -> timedelta:
    """A year of use, as long as the longest award is valid, and a year on top."""
    months = list(Award.objects.values_list("valid_months", flat=True))
    if not months or None in months:
        return ISSUING_LASTS
    return 2 * YEAR + max(month for month in months if month is not None) * MONTH
