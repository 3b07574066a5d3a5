"""A verb: noting something about a credential, which changes nothing of its standing."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from certificates.exceptions import DayIsOver, ReasonNeeded, TheirOwnCredential
from certificates.models import Credential, CredentialNote
from people.act_kinds import ActKind
from people.acts import record_act
from people.models import User


@transaction.atomic
def write_note(
    credential: Credential,
    *,
    text: str,
    by: User,
    at: datetime,
    look_again_on: date | None = None,
) -> CredentialNote:
    """Note something about a credential. Whoever writes has looked, so earlier days are done.

    Raises ReasonNeeded for one without words, TheirOwnCredential, or DayIsOver.
    """
    if not text.strip():
        raise ReasonNeeded
    if credential.holder_id == by.pk:
        raise TheirOwnCredential
    if look_again_on is not None and look_again_on <= credential.issuer.date_at(at):
        raise DayIsOver
    close_days(credential, at=at)
    note: CredentialNote = CredentialNote.objects.create(
        credential=credential,
        text=text.strip(),
        written_by=by,
        written_at=at,
        look_again_on=look_again_on,
    )
    record_act(ActKind.NOTED, credential, by=by, person=credential.holder_id, at=at)
    return note


def close_days(credential: Credential, *, at: datetime) -> None:
    """Record that whatever was to be looked at again about a credential has been."""
    CredentialNote.objects.filter(credential=credential, closed_at=None).update(closed_at=at)
