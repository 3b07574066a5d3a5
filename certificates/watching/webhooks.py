"""Webhooks of organisations: setting them, their secret, and what is sent to them.

Signed as Standard Webhooks asks (https://www.standardwebhooks.com): HMAC-SHA256 over the id, the
moment and the body.
"""

from __future__ import annotations

import hmac
import json
from base64 import b64encode
from datetime import datetime
from hashlib import sha256
from secrets import token_urlsafe
from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.crypto import salted_hmac

from certificates.models import Delivery, WatchEvent, Webhook
from certificates.watching.exceptions import NoWebhookYet
from certificates.watching.queueing import queue_for_webhook
from people.act_kinds import ActKind
from people.acts import record_act
from people.models import Organisation, User

MARK = "whsec_"


@transaction.atomic
def set_webhook(
    organisation: Organisation, url: str, *, by: User, at: datetime
) -> tuple[Webhook, str]:
    """Have a program told at an address from now on; gives the row and its secret.

    A new address has a new secret. What still waits goes to the new address.
    """
    webhook, _is_new = Webhook.objects.update_or_create(
        organisation=organisation,
        defaults={
            "url": url,
            "salt": token_urlsafe(32),
            "set_at": at,
            "set_by": by,
            "failures": 0,
            "rests_until": None,
            "rung_until": None,
        },
    )
    record_act(ActKind.WEBHOOK_SET, webhook, by=by, at=at)
    return webhook, secret_of(webhook)


@transaction.atomic
def replace_secret(webhook: Webhook, *, by: User, at: datetime) -> str:
    """Give a webhook another secret. The old one signs nothing more."""
    webhook.salt = token_urlsafe(32)
    Webhook.objects.filter(pk=webhook.pk).update(salt=webhook.salt)
    record_act(ActKind.WEBHOOK_SET, webhook, by=by, at=at)
    return secret_of(webhook)


@transaction.atomic
def end_webhook(webhook: Webhook, *, by: User, at: datetime) -> None:
    """Send nothing there any more. Its log goes with it."""
    record_act(ActKind.WEBHOOK_ENDED, webhook, by=by, at=at)
    webhook.delete()


def send_test(organisation: Organisation, *, at: datetime) -> Delivery:
    """Put a test before the webhook. Raises NoWebhookYet."""
    event = WatchEvent.objects.create(organisation=organisation, kind=WatchEvent.Kind.TEST, at=at)
    delivery = queue_for_webhook(event, at=at)
    if delivery is None:
        event.delete()
        raise NoWebhookYet
    Webhook.objects.filter(organisation=organisation).update(rests_until=None)
    return delivery


def send_again(webhook: Webhook, delivery_id: int, *, at: datetime) -> bool:
    """Have what was given up tried anew. False where there is none."""
    given_up = webhook.deliveries.filter(pk=delivery_id, state=Delivery.State.GIVEN_UP)
    waits = given_up.update(state=Delivery.State.WAITING, queued_at=at, tries=0)
    if waits:
        Webhook.objects.filter(pk=webhook.pk).update(rests_until=None, failures=0)
    return bool(waits)


# What is sent ----------------------------------------------------------------------------------


def secret_bytes(webhook: Webhook) -> bytes:
    """The secret, worked out from the site's own key, so that no copy of the database holds it."""
    return salted_hmac("certificates.webhooks", webhook.salt, algorithm="sha256").digest()


def secret_of(webhook: Webhook) -> str:
    """The secret as an organisation keeps it."""
    return MARK + b64encode(secret_bytes(webhook)).decode()


def body_of(event: WatchEvent) -> bytes:
    """What is sent of a piece of news: the same bytes at each try. No name is in it."""
    facts: dict[str, Any] = {}
    if event.watch is not None:
        number = event.watch.credential.number
        check_at = reverse("certificates:verify_number", args=[number])
        facts = {
            "number": number,
            "standing_before": event.before or None,
            "standing": event.after or None,
            "check_url": settings.BASE_URL + check_at,
        }
    sent = {
        "id": str(event.pk),
        "type": event.kind,
        "timestamp": event.at.isoformat(timespec="seconds"),
        "data": facts,
    }
    return json.dumps(sent, separators=(",", ":")).encode()


def headers_of(webhook: Webhook, event: WatchEvent, body: bytes, *, at: datetime) -> dict[str, str]:
    moment = str(int(at.timestamp()))
    return {
        "Content-Type": "application/json",
        "User-Agent": "Peerwork-Webhooks/1",
        "webhook-id": str(event.pk),
        "webhook-timestamp": moment,
        "webhook-signature": signature(secret_bytes(webhook), str(event.pk), moment, body),
    }


def signature(secret: bytes, event_id: str, moment: str, body: bytes) -> str:
    signed = f"{event_id}.{moment}.".encode() + body
    return "v1," + b64encode(hmac.new(secret, signed, sha256).digest()).decode()
