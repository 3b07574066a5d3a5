"""The keys that the demonstration seals its certificates with."""

from __future__ import annotations

from datetime import datetime

from certificates.models import SealKey
from certificates.sealing.keys import start

WHO = "Peerwork demonstration"


def make_demonstration_keys(*, at: datetime) -> bool:
    """Make all three keys beside the database, where there are none; whether any were made.

    A real site makes its own by `manage.py seal_keys start`, with the root on a stick.
    """
    if SealKey.objects.exists():
        return False
    start(WHO, at=at)
    return True
