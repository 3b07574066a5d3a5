"""What changed, and how it is delivered, for the tests of watching."""

from __future__ import annotations

import base64
import hashlib
import hmac

from certificates.watching.delivering import deliver_waiting
from certificates.watching.queueing import note_change, watches_to_look_at
from tests.make import DAY, NOON

URL = "https://hooks.example.org/peerwork?x=1"
LATER = NOON + DAY


def look(at=LATER):
    """What a sweep finds of the watched certificates."""
    return [note_change(watch, at=at) for watch in watches_to_look_at(at)]


def deliver(hook, at=LATER):
    return deliver_waiting(hook.pk, clock=lambda: at)


def verified(secret, headers, body):
    """What a receiver does, by the description alone."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    expected = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    return headers["webhook-signature"] == f"v1,{expected}"
