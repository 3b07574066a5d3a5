"""For how long what was brought for a renewal, and what a registrar uploaded, is kept."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from certificates.bulk.running import forget_bulk_issues
from certificates.models import (
    BulkChange,
    BulkIssue,
    CheckCount,
    RenewalEvidence,
    ShareLink,
    Watch,
    WatchEvent,
)
from people.retention import keep_for

YEARS_DAYS = 4 * 365
"""The longest that a public rule asks for: docs/registrars.md."""
DRAFT_DAYS = 7
BULK_DAYS = 182
LINK_DAYS = 90
COUNT_DAYS = 3 * 365
WATCH_DAYS = 365


def old_evidence(before: datetime) -> QuerySet[Any]:
    """What was brought, before then, for credentials that were renewed or ran out before then."""
    over = Q(credential__followed_by__issued_at__lt=before) | Q(
        credential__expires_on__lt=before.date()
    )
    return RenewalEvidence.objects.filter(over, entered_at__lt=before)


def forget_evidence(before: datetime) -> int:
    """Delete it with its files."""
    number = 0
    for evidence in old_evidence(before).order_by("entered_at").iterator(chunk_size=200):
        if evidence.file:
            evidence.file.delete(save=False)
        evidence.delete()
        number += 1
    return number


keep_for(
    "evidence for renewals",
    _("Hours and papers that you brought for a renewal"),
    YEARS_DAYS,
    _("the certificate was renewed or ran out"),
    expired=old_evidence,
    forget=forget_evidence,
)


def old_drafts(before: datetime) -> QuerySet[Any]:
    return BulkIssue.objects.drafts().filter(uploaded_at__lt=before, proposals=None)


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


def old_change_drafts(before: datetime) -> QuerySet[Any]:
    return BulkChange.objects.drafts().filter(made_at__lt=before, proposals=None)


def old_changes(before: datetime) -> QuerySet[Any]:
    return BulkChange.objects.filter(made_at__lt=before).over()


keep_for(
    "bulk change drafts",
    _("Lists of certificates to change that a registrar did not start"),
    DRAFT_DAYS,
    _("they were made"),
    expired=old_change_drafts,
)
keep_for(
    "bulk changes",
    _("Lists of certificates that were changed together"),
    BULK_DAYS,
    _("they were made"),
    expired=old_changes,
)


def ended_links(before: datetime) -> QuerySet[Any]:
    return ShareLink.objects.filter(Q(ends_at__lt=before) | Q(stopped_at__lt=before))


keep_for(
    "links to certificates",
    _("Links by which you showed a certificate, and how often they were opened"),
    LINK_DAYS,
    _("they ended"),
    expired=ended_links,
)


def old_counts(before: datetime) -> QuerySet[Any]:
    return CheckCount.objects.filter(month__lt=before.date())


keep_for(
    "counts of checks",
    _("How often your certificates were checked, by month"),
    COUNT_DAYS,
    _("the month began"),
    expired=old_counts,
)


def ended_watches(before: datetime) -> QuerySet[Any]:
    """What was watched; an objection stays as long as the organisation could begin again."""
    return Watch.objects.filter(ended_at__lt=before).exclude(ended_by=Watch.EndedBy.HOLDER)


keep_for(
    "ended watches",
    _("That an organisation watched a certificate, after it stopped"),
    WATCH_DAYS,
    _("it stopped"),
    expired=ended_watches,
)


def old_news(before: datetime) -> QuerySet[Any]:
    return WatchEvent.objects.filter(at__lt=before)


keep_for(
    "news of watched certificates",
    _("What organisations were told of certificates that they watch, and the log of it"),
    WATCH_DAYS,
    _("it happened"),
    expired=old_news,
)
