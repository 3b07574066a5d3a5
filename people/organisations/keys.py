"""Keys by which programs of an organisation ask: making, finding and ending them, and their quota."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from secrets import choice, token_urlsafe

from django.conf import settings
from django.db import transaction
from django.db.models import Case, F, Q, Value, When
from django.utils.crypto import constant_time_compare

from people.act_kinds import ActKind
from people.acts import record_act
from people.models import ApiKey, Organisation, User
from people.organisations.exceptions import QuotaReached, TooManyKeys

MOST_KEYS = 10
MARK = "pwk_"
"""Begins each key, so that whoever finds one in a file, or scans for leaks, knows what it is."""
PREFIX_SYMBOLS = "23456789bcdfghjkmnpqrstvwxyz"
PREFIX_LENGTH = 8
KEY = re.compile(
    rf"{MARK}(?P<prefix>[{PREFIX_SYMBOLS}]{{{PREFIX_LENGTH}}})_(?P<secret>[\w-]{{43}})"
)
NOTED_AGAIN = timedelta(hours=1)
"""A use is noted no more often than this, so that asking costs no write each time."""


@transaction.atomic
def make_key(
    organisation: Organisation, name: str, *, by: User, at: datetime
) -> tuple[ApiKey, str]:
    """Make a key; gives its row, and the key itself, which nobody can read again.

    Raises TooManyKeys.
    """
    if organisation.api_keys.in_use().count() >= MOST_KEYS:
        raise TooManyKeys(MOST_KEYS)
    prefix = "".join(choice(PREFIX_SYMBOLS) for _ in range(PREFIX_LENGTH))
    secret = token_urlsafe(32)
    key = organisation.api_keys.create(
        name=name, prefix=prefix, sha256=_hash(secret), made_at=at, made_by=by
    )
    record_act(ActKind.KEY_MADE, key, by=by, at=at)
    return key, f"{MARK}{prefix}_{secret}"


@transaction.atomic
def end_key(key: ApiKey, *, by: User, at: datetime) -> None:
    """End a key: it opens nothing from then on. One that is ended stays so."""
    if ApiKey.objects.in_use().filter(pk=key.pk).update(ended_at=at):
        record_act(ActKind.KEY_ENDED, key, by=by, at=at)


def find_key(text: str) -> ApiKey | None:
    """The key in use that somebody shows, with its organisation, in one query; else None."""
    match = KEY.fullmatch(text)
    if match is None or not text.isascii():
        return None
    keys = ApiKey.objects.in_use().select_related("organisation")
    key = keys.filter(prefix=match["prefix"]).first()
    is_right = key is not None and constant_time_compare(key.sha256, _hash(match["secret"]))
    return key if is_right else None


def _hash(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()


def note_use(key: ApiKey, *, at: datetime) -> None:
    """Note that a key was used, unless that was noted within the hour."""
    if key.last_used_at is None or key.last_used_at <= at - NOTED_AGAIN:
        ApiKey.objects.filter(pk=key.pk).update(last_used_at=at)


# The quota -----------------------------------------------------------------------------------


def count_checks(organisation: Organisation, number: int, *, at: datetime) -> None:
    """Count numbers that are asked for, all or none, by one statement that two at once cannot pass.

    Raises QuotaReached where they are more than the day has room for.
    """
    today, quota = at.astimezone(UTC).date(), settings.API_CHECKS_A_DAY
    is_today = Q(counted_on=today)
    if number <= quota:
        has_room = ~is_today | Q(counted_on=None) | Q(counted__lte=quota - number)
        counted = Organisation.objects.filter(has_room, pk=organisation.pk).update(
            counted=Case(When(is_today, then=F("counted") + number), default=Value(number)),
            counted_on=today,
        )
        if counted:
            return
    raise QuotaReached(quota, opens_at(at))


def opens_at(at: datetime) -> datetime:
    """When the quota begins anew: the next midnight, in UTC."""
    midnight = at.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight + timedelta(days=1)


def checks_of_today(organisation: Organisation, *, at: datetime) -> int:
    """How many numbers were asked for today."""
    is_today = organisation.counted_on == at.astimezone(UTC).date()
    return organisation.counted if is_today else 0
