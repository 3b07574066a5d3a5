"""For how long what comes back is kept after its day."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from people.retention import keep_for
from practice.models import DueReturn

YEAR = 365


def old_returns(before: datetime) -> QuerySet[Any]:
    """Those that were due before the day of a moment, answered or not."""
    return DueReturn.objects.filter(due_on__lt=before.date())


keep_for(
    "returns",
    _("One-minute replies that came back to you"),
    YEAR,
    _("the day on which they were due"),
    expired=old_returns,
)
