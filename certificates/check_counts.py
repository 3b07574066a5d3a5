"""How often certificates are checked: by month, for their holders, and without who asked."""

from __future__ import annotations

import logging
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime

from django.db import DatabaseError
from django.db.models import F

from certificates.models import CheckCount, Credential

log = logging.getLogger(__name__)

MONTHS_SHOWN = 12


@dataclass(frozen=True)
class MonthOfChecks:
    """A month, by its first day, and how often a certificate was checked in it."""

    month: date
    number: int


def count_checks_of(codes: Collection[str], *, at: datetime) -> None:
    """Count that these certificates were checked, by one statement, and never at the cost of the
    answer: where it cannot be written, it is not counted.
    """
    counted = set(codes)
    if not counted:
        return
    month = month_of(at)
    try:
        rows = CheckCount.objects.filter(credential__code__in=counted, month=month)
        if rows.update(number=F("number") + 1) < len(counted):
            _begin_month(counted, month)
    except DatabaseError:
        log.exception("Checks of certificates could not be counted")


def _begin_month(codes: set[str], month: date) -> None:
    """The first check of a month makes its row."""
    known = CheckCount.objects.filter(credential__code__in=codes, month=month)
    missing = codes - set(known.exclude(number=0).values_list("credential", flat=True))
    CheckCount.objects.bulk_create(
        [CheckCount(credential_id=code, month=month, number=1) for code in sorted(missing)],
        ignore_conflicts=True,
    )


def month_of(at: datetime) -> date:
    return at.astimezone(UTC).date().replace(day=1)


def checks_by_month(credential: Credential) -> list[MonthOfChecks]:
    """How often it was checked in its latest months with a check, newest first."""
    rows = CheckCount.objects.filter(credential=credential).order_by("-month")[:MONTHS_SHOWN]
    return [MonthOfChecks(row.month, row.number) for row in rows]
