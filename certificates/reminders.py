"""Verbs: reminding a holder, once at each of the days they chose, that a credential runs out."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.db.models.query import QuerySet

from certificates.models import Credential, HolderRequest, RenewalReminder
from certificates.notices import post_reminder_email
from certificates.renewal.reminding import STAGES, next_reminder_on, stage_on
from certificates.standing import Standing, standing_of


def plan_reminders(credential: Credential) -> None:
    """Remind the holder of a new credential at the days they chose for the one before it."""
    if credential.expires_on is None:
        return
    earlier = RenewalReminder.objects.filter(credential=credential.follows_id).first()
    stages = earlier.stages if earlier else list(STAGES)
    RenewalReminder.objects.create(
        credential=credential,
        stages=stages,
        next_on=next_reminder_on(stages, credential.expires_on, after=credential.issued_on),
    )
    if earlier:
        RenewalReminder.objects.filter(pk=earlier.pk).update(next_on=None)


@transaction.atomic
def choose_stages(credential: Credential, stages: list[int], *, at: datetime) -> None:
    """Remind a holder at these days before the last day from now on; with none, never."""
    chosen = [stage for stage in STAGES if stage in stages]
    today = credential.issuer.date_at(at)
    next_on = (
        next_reminder_on(chosen, credential.expires_on, after=today)
        if credential.expires_on
        else None
    )
    RenewalReminder.objects.update_or_create(
        credential=credential, defaults={"stages": chosen, "next_on": next_on}
    )


def due_reminders(at: datetime) -> QuerySet[RenewalReminder]:
    """The reminders whose day has come, with what sending them reads."""
    due: QuerySet[RenewalReminder] = RenewalReminder.objects.due(at.date())
    return due.select_related("credential__issuer", "credential__holder").prefetch_related(
        "credential__events", "credential__requests"
    )


def send_reminder(reminder: RenewalReminder, *, at: datetime) -> bool:
    """Write to one holder, unless there is nothing to remind them of. Whether they have the letter.

    However often it is called, each of the chosen days has one letter. One that has to wait stays
    due until then.
    """
    credential = reminder.credential
    today = credential.issuer.date_at(at)
    last_day = credential.expires_on
    if last_day is None:
        return False
    stage = stage_on(reminder.stages, last_day, on=today)
    is_sent = False
    if stage is not None and _is_worth_a_letter(credential, at=at):
        is_sent = post_reminder_email(credential, stage, at=at)
        if not is_sent:
            return False
    _advance(reminder, last_day, today)
    return is_sent


def _is_worth_a_letter(credential: Credential, *, at: datetime) -> bool:
    """Whether the holder can do something about it, and has not done it."""
    is_asked = any(
        each.kind == HolderRequest.Kind.RENEWAL and not each.decision
        for each in credential.requests.all()
    )
    is_current = standing_of(credential, at=at) == Standing.CURRENT
    return is_current and credential.holder.is_active and not is_asked


def _advance(reminder: RenewalReminder, last_day: date, today: date) -> None:
    """Set the next day; where somebody chose other days meanwhile, those stay."""
    next_on = next_reminder_on(reminder.stages, last_day, after=today)
    RenewalReminder.objects.filter(pk=reminder.pk, next_on=reminder.next_on).update(next_on=next_on)
