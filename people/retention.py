"""Nothing is kept for ever: for how long each kind of record is kept, and how it is forgotten.

Each app says it of its own kinds in its `retentions.py`. The privacy page shows what is said
here, and `manage.py forget_expired` does it: there is no other list.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from people.fates import Words

log = logging.getLogger(__name__)

BATCH = 500
"""How many rows are deleted in one transaction, so that nobody waits long behind it."""


@dataclass(frozen=True)
class Retention:
    """For how long one kind of record is kept, counted from what `since` says.

    `expired` gives the rows whose time is over at a moment. `forget` takes the place of deleting
    them, where more is to be done.
    """

    name: str
    what: Words
    days: float
    since: Words
    expired: Callable[[datetime], QuerySet[Any]] | None = None
    forget: Callable[[datetime], int] | None = None

    @property
    def length(self) -> str:
        """Its length in words, such as “30 days”."""
        if self.days == 0:
            return _("until it is over")
        if self.days < 1:
            hours = round(self.days * 24)
            return ngettext("%(n)d hour", "%(n)d hours", hours) % {"n": hours}
        if self.days % 365 == 0:
            years = int(self.days // 365)
            return ngettext("%(n)d year", "%(n)d years", years) % {"n": years}
        days = int(self.days)
        return ngettext("%(n)d day", "%(n)d days", days) % {"n": days}

    def before(self, at: datetime) -> datetime:
        """What is older than this is forgotten at a moment."""
        return at - timedelta(days=self.days)

    def run(self, at: datetime) -> int:
        """Forget what is expired, and say how much it was. Doing it again does no harm."""
        before = self.before(at)
        if self.forget is not None:
            return self.forget(before)
        return _delete(self.expired(before)) if self.expired is not None else 0

    def count(self, at: datetime) -> int | None:
        """How much is expired; None where only doing it tells."""
        return self.expired(self.before(at)).count() if self.expired is not None else None


def _delete(rows: QuerySet[Any]) -> int:
    """Delete rows a batch at a time; say how many, without those that went with them."""
    number = 0
    while keys := list(rows.values_list("pk", flat=True)[:BATCH]):
        rows.model._base_manager.filter(pk__in=keys).delete()
        number += len(keys)
    return number


_retentions: dict[str, Retention] = {}


def keep_for(name: str, what: Words, days: float, since: Words, **how: Any) -> None:
    """Say for how long a kind of record is kept. What is said last counts."""
    _retentions[name] = Retention(name, what, days, since, **how)


def every_retention() -> list[Retention]:
    """What is said of every kind, the shortest first."""
    return sorted(_retentions.values(), key=lambda each: (each.days, each.name))


def forget_expired(at: datetime) -> tuple[dict[str, int], int]:
    """Forget all whose time is over: how much of each kind, and how many kinds failed.

    Each is done by itself: one that fails stops no other.
    """
    numbers, failed = {}, 0
    for retention in every_retention():
        try:
            numbers[retention.name] = retention.run(at)
        except Exception:
            log.exception("Forgetting %s failed; it is tried again.", retention.name)
            failed += 1
    return numbers, failed
