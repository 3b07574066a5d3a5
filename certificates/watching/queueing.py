"""Verbs: finding out that a standing changed, and putting down what organisations are to be told."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.db import transaction

from certificates.models import (
    Delivery,
    DigestWish,
    Watch,
    WatchEvent,
    Webhook,
)
from certificates.standing import standing_of
from people.models import Organisation


def watches_to_look_at(at: datetime) -> Iterator[Watch]:
    """Those whose certificate may have another standing, with what working it out reads."""
    watches = Watch.objects.maybe_changed(at).select_related("credential__issuer")
    return iter(watches.prefetch_related("credential__events").order_by("pk"))


@transaction.atomic
def note_change(watch: Watch, *, at: datetime) -> bool:
    """Put down that the standing of a watched certificate changed, once. Whether it did.

    What changed and changed back between two looks is no news.
    """
    standing = standing_of(watch.credential, at=at).value
    numbers = [event.number for event in watch.credential.events.all()]
    same = Watch.objects.open().filter(
        pk=watch.pk, standing=watch.standing, seen_number=watch.seen_number
    )
    is_first = same.update(standing=standing, seen_number=max(numbers, default=0))
    if not is_first or standing == watch.standing:
        return False
    add_event(watch, WatchEvent.Kind.CHANGED, after=standing, at=at)
    return True


def add_event(watch: Watch, kind: WatchEvent.Kind, *, at: datetime, after: str = "") -> WatchEvent:
    """Put down news of a watch, for the digest and, where there is one, for the webhook."""
    event = WatchEvent.objects.create(
        organisation_id=watch.organisation_id,
        watch=watch,
        kind=kind,
        before=watch.standing,
        after=after,
        at=at,
    )
    queue_for_webhook(event, at=at)
    return event


def queue_for_webhook(event: WatchEvent, *, at: datetime) -> Delivery | None:
    """Put a piece of news before the webhook of its organisation, if it has one."""
    webhook = Webhook.objects.filter(organisation=event.organisation_id).first()
    if webhook is None:
        return None
    return Delivery.objects.create(webhook=webhook, event=event, queued_at=at)


def is_anybody_told(organisation: Organisation) -> bool:
    """Whether a change reaches anybody: a member by letter, or a program."""
    wishes = DigestWish.objects.filter(membership__organisation=organisation)
    return wishes.exists() or Webhook.objects.filter(organisation=organisation).exists()
