"""The keys that the demonstration seals its certificates with."""

from __future__ import annotations

from datetime import datetime

from certificates.models import SealKey
from certificates.sealing.keys import add_signing_keys, start

WHO = "Peerwork demonstration"


def make_demonstration_keys(*, at: datetime) -> bool:
    """Make every key beside the database, where there are none; whether any were made.

    A real site makes its own by `manage.py seal_keys start`, with the root on a stick.
    """
    if SealKey.objects.exists():
        return bool(add_signing_keys(at=at))
    start(WHO, at=at)
    add_signing_keys(at=at)
    return True
