"""Verbs: watching certificates, ending it, objecting to it. The rule is in decision 0156."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from certificates.many import CheckedNumber
from certificates.models import Credential, Watch, WatchEvent, WatchWish
from certificates.models.watching import WatchReason
from certificates.standing import Standing, standing_of
from certificates.watching.exceptions import TooManyWatched
from certificates.watching.queueing import add_event
from people.models import Organisation, User

MOST_WATCHED = 2000
WATCHABLE = (Standing.CURRENT, Standing.SUSPENDED, Standing.EXPIRED, Standing.REVOKED)
"""Of the others nothing can change any more."""


class Outcome(models.TextChoices):
    """What became of a number that an organisation wants to watch."""

    ADDED = "added", _("Watched from now on")
    ALREADY = "already", _("Watched already")
    OBJECTED = "objected", _("The holder does not want it watched")
    OVER = "over", _("It no longer counts, so there is nothing to watch")
    NONE = "none", _("There is no certificate with this number")


@dataclass(frozen=True)
class WatchedNumber:
    """A line of what was to be watched, and what became of it."""

    checked: CheckedNumber
    outcome: Outcome


@transaction.atomic
def watch_numbers(
    organisation: Organisation,
    checked: Sequence[CheckedNumber],
    *,
    reason: WatchReason,
    by: User,
    at: datetime,
) -> list[WatchedNumber]:
    """Watch the certificates of numbers that were checked. Raises TooManyWatched.

    An organisation to which the holder objected does not watch it again, unless they allow it.
    """
    codes = {each.credential.code for each in checked if each.credential}
    # The same numbers sent twice at once: the second waits, and finds them watched.
    Organisation.objects.select_for_update().get(pk=organisation.pk)
    rows = Credential.objects.filter(code__in=codes).with_standing()
    credentials = {each.code: each for each in rows}
    refused = _refused(organisation, credentials.values())
    watched = set(organisation.watches.open().values_list("credential__code", flat=True))
    answers, fresh = [], []
    for each in checked:
        credential = credentials.get(each.credential.code) if each.credential else None
        outcome = _outcome(credential, watched=watched, refused=refused, at=at)
        if credential is not None and outcome == Outcome.ADDED:
            watched.add(credential.code)
            fresh.append(_watch_of(credential, organisation, reason=reason, by=by, at=at))
        answers.append(WatchedNumber(each, outcome))
    if len(watched) > MOST_WATCHED and fresh:
        raise TooManyWatched(MOST_WATCHED)
    Watch.objects.bulk_create(fresh)
    return answers


def _refused(organisation: Organisation, credentials: Collection[Credential]) -> set[str]:
    """The codes of those whose holder does not want it: this organisation, or any."""
    objected = organisation.watches.objected().filter(credential__in=list(credentials))
    holders = {each.holder_id for each in credentials}
    closed = set(
        WatchWish.objects.filter(person__in=holders, allowed=False).values_list("person", flat=True)
    )
    codes = {each.code for each in credentials if each.holder_id in closed}
    return codes | set(objected.values_list("credential__code", flat=True))


def _outcome(
    credential: Credential | None, *, watched: set[str], refused: set[str], at: datetime
) -> Outcome:
    if credential is None:
        return Outcome.NONE
    if credential.code in watched:
        return Outcome.ALREADY
    if standing_of(credential, at=at) not in WATCHABLE:
        return Outcome.OVER
    return Outcome.OBJECTED if credential.code in refused else Outcome.ADDED


def _watch_of(
    credential: Credential,
    organisation: Organisation,
    *,
    reason: WatchReason,
    by: User,
    at: datetime,
) -> Watch:
    return Watch(
        organisation=organisation,
        credential=credential,
        reason=reason,
        added_by=by,
        added_at=at,
        standing=standing_of(credential, at=at).value,
        seen_number=max((event.number for event in credential.events.all()), default=0),
    )


def end_watch(organisation: Organisation, watch_id: int, *, at: datetime) -> bool:
    """Have an organisation stop watching. False where it does not watch that."""
    watches = organisation.watches.open().filter(pk=watch_id)
    return bool(watches.update(ended_at=at, ended_by=Watch.EndedBy.ORGANISATION))


@transaction.atomic
def object_to(holder: User, watch_id: int, *, at: datetime) -> bool:
    """End a watch as its holder; the organisation is told, and cannot begin again by itself."""
    watch = Watch.objects.open().of_holder(holder).filter(pk=watch_id).first()
    return watch is not None and _end_as_holder(watch, at=at)


def allow_again(holder: User, watch_id: int) -> bool:
    """Take an objection back. The organisation is not told; it may watch again if it wants."""
    rows = Watch.objects.objected().of_holder(holder).filter(pk=watch_id)
    return bool(rows.update(ended_by=Watch.EndedBy.TAKEN_BACK))


@transaction.atomic
def keep_wishes(holder: User, *, letters: bool, allowed: bool, at: datetime) -> None:
    """Keep what a holder wants of watching. Where it is not allowed, all that watch are ended."""
    WatchWish.objects.update_or_create(
        person=holder, defaults={"letters": letters, "allowed": allowed}
    )
    for watch in [] if allowed else list(Watch.objects.open().of_holder(holder)):
        _end_as_holder(watch, at=at, is_objection=False)


def _end_as_holder(watch: Watch, *, at: datetime, is_objection: bool = True) -> bool:
    """End it once. An objection to one organisation stays; a closed door opens for all again."""
    by = Watch.EndedBy.HOLDER if is_objection else Watch.EndedBy.CLOSED
    ended = Watch.objects.open().filter(pk=watch.pk).update(ended_at=at, ended_by=by)
    if ended:
        add_event(watch, WatchEvent.Kind.ENDED, at=at)
    return bool(ended)
