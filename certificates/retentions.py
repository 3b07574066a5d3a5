"""For how long a table of people is kept that a registrar uploaded."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from certificates.bulk.running import forget_bulk_issues
from certificates.models import BulkIssue
from people.retention import keep_for

DRAFT_DAYS = 7
BULK_DAYS = 182


def old_drafts(before: datetime) -> QuerySet[Any]:
    return BulkIssue.objects.drafts().filter(uploaded_at__lt=before)


keep_for(
    "bulk drafts",
    _("Tables of people that a registrar uploaded and did not start"),
    DRAFT_DAYS,
    _("they were uploaded"),
    expired=old_drafts,
)
keep_for(
    "bulk issues",
    _(
        "Tables of people who were issued an award, and accounts that were made for it and never "
        "used"
    ),
    BULK_DAYS,
    _("they were uploaded"),
    forget=forget_bulk_issues,
)
