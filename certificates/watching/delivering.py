"""Verbs of the worker: delivering news to webhooks, with growing pauses, and giving up after a day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from django.db.models import F

from certificates.models import Delivery, Webhook
from certificates.watching import outgoing
from certificates.watching.webhooks import body_of, headers_of

PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 180, 360))
"""After each try that failed; the last of them from then on."""
GIVEN_UP_AFTER = timedelta(hours=24)
MOST_AT_ONCE = 50
SECONDS_AT_ONCE = timedelta(seconds=30)
"""How much of the worker one webhook has at a time. The next sweep rings again."""
RUNG_FOR = timedelta(minutes=5)
"""After which another worker is rung for: the first one died."""


def ring(webhook: Webhook, *, at: datetime) -> bool:
    """Take a webhook in hand for a worker. False where another did."""
    free = Webhook.objects.to_ring_for(at).filter(pk=webhook.pk)
    return bool(free.update(rung_until=at + RUNG_FOR))


def deliver_waiting(webhook_id: int, *, clock: Callable[[], datetime]) -> int:
    """Deliver what waits, the oldest first, until one does not arrive. Say how much arrived."""
    webhook = Webhook.objects.filter(pk=webhook_id).first()
    begun, arrived = clock(), 0
    if webhook is None or (webhook.rests_until and webhook.rests_until > begun):
        return 0
    waiting = webhook.deliveries.filter(state=Delivery.State.WAITING)
    waiting = waiting.select_related("event__watch__credential").order_by("queued_at", "pk")
    for delivery in waiting[:MOST_AT_ONCE]:
        if clock() - begun > SECONDS_AT_ONCE or not _deliver(webhook, delivery, at=clock()):
            break
        arrived += 1
    Webhook.objects.filter(pk=webhook.pk).update(rung_until=None)
    return arrived


def _deliver(webhook: Webhook, delivery: Delivery, *, at: datetime) -> bool:
    body = body_of(delivery.event)
    sent = outgoing.send(webhook.url, body, headers_of(webhook, delivery.event, body, at=at))
    tried = {"tries": F("tries") + 1, "tried_at": at, "answer": sent.code}
    rows, webhooks = Delivery.objects.filter(pk=delivery.pk), Webhook.objects.filter(pk=webhook.pk)
    if sent.arrived:
        rows.update(state=Delivery.State.DELIVERED, **tried)
        webhooks.update(failures=0, rests_until=None)
        return True
    rows.update(**tried)
    webhook.failures += 1
    pause = PAUSES[min(webhook.failures, len(PAUSES)) - 1]
    webhooks.update(failures=webhook.failures, rests_until=at + pause)
    give_up(webhook, at=at)
    return False


def give_up(webhook: Webhook, *, at: datetime) -> int:
    """Give up what has waited for a day while nothing arrived."""
    waiting = webhook.deliveries.filter(state=Delivery.State.WAITING)
    return waiting.filter(queued_at__lte=at - GIVEN_UP_AFTER).update(state=Delivery.State.GIVEN_UP)
