"""For how long what comes back is kept once it has closed, or nobody came for it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from people.retention import keep_for
from practice.models import DueReturn

YEAR = 365


def old_returns(before: datetime) -> QuerySet[Any]:
    """Those that closed before a moment, and those that were due before it and never opened."""
    untouched = Q(closed_at=None, due_on__lt=before.date())
    return DueReturn.objects.filter(Q(closed_at__lt=before) | untouched)


keep_for(
    "returns",
    _("One-minute replies that came back to you"),
    YEAR,
    _("you answered or put them away, or they were due"),
    expired=old_returns,
)
