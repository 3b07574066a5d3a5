"""When keys end, and what an operator should do about it before. Pure, but for what is on record."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from cryptography import x509

from certificates.models import SIGNING_ROLES, SealKey
from certificates.sealing.authorities import REVOCATIONS_LAST

ROTATE_AFTER = timedelta(days=365)
SOON = timedelta(days=60)
ALARM = timedelta(days=30)
"""So long before a key or a list ends the site is no longer well."""
YEARLY = (SealKey.Role.SEAL, *SIGNING_ROLES)


def ends_at(key: SealKey) -> datetime:
    """When the certificate of a key that has one ends."""
    return x509.load_der_x509_certificate(bytes(key.certificate)).not_valid_after_utc


def published_until(key: SealKey) -> datetime:
    """When the newest list of an authority ends, after which no program believes it."""
    listed = x509.load_der_x509_crl(bytes(key.revocations))
    return listed.next_update_utc or listed.last_update_utc + REVOCATIONS_LAST


def key_ends(keys: Sequence[SealKey]) -> dict[str, datetime]:
    """When each key in use ends, of those that have a certificate."""
    active = [key for key in keys if key.state == SealKey.State.ACTIVE and not key.signs]
    return {key.name: ends_at(key) for key in active}


def list_ends(keys: Sequence[SealKey], *, at: datetime) -> dict[str, datetime]:
    """When each list of what was taken back ends, of the authorities whose word still counts.

    One that retired is among them, for as long as its certificate lasts: programs ask for its list
    to judge what was sealed under it.
    """
    counting = [key for key in keys if key.revocations and not key.is_compromised]
    return {key.name: published_until(key) for key in counting if ends_at(key) > at}


def due(keys: Sequence[SealKey], *, at: datetime) -> list[str]:
    """What an operator should do about the keys soon, a line each."""
    lines = []
    if keys and not any(key.signs for key in keys):
        lines.append("No key signs badges and receipts yet: `seal_keys add` makes them.")
    for key in keys:
        if key.state == SealKey.State.ACTIVE:
            if key.role in YEARLY and key.made_at + ROTATE_AFTER < at:
                lines.append(f"{key.name} is a year old: rotate it.")
            elif not key.signs and ends_at(key) - SOON < at:
                lines.append(f"{key.name} ends soon: rotate it.")
    for name, end in list_ends(keys, at=at).items():
        if end - SOON < at:
            lines.append(f"The list of {name} ends soon: `seal_keys publish`.")
    return lines


def alarms(keys: Sequence[SealKey], *, at: datetime) -> list[str]:
    """What ends within a month or has ended, in words for whoever watches the machine."""
    ends = {
        **{f"the key {name}": end for name, end in key_ends(keys).items()},
        **{f"the list of {name}": end for name, end in list_ends(keys, at=at).items()},
    }
    return [
        f"{what} {'ended' if end <= at else 'ends'} on {end:%Y-%m-%d}"
        for what, end in sorted(ends.items(), key=lambda each: each[1])
        if end - ALARM < at
    ]
