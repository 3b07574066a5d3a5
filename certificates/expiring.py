"""What is current and soon runs out: worked out for whoever holds it or keeps the register.

Whoever checks a certificate reads that it is current, and until when: what runs out in two months
may be relied on today as much as any other.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from certificates.models import Award, Credential
from certificates.renewal_rules import renewal_opens_on
from certificates.standing import Standing, standing_of

USUAL_DAYS = 90
"""From how long before its last day a credential is said to expire, where its award opens no
window for a renewal."""


@dataclass(frozen=True)
class Expiring:
    """The word for what is current and soon runs out, in the place of a standing."""

    value: str
    label: str | Promise


EXPIRING = Expiring("expiring", _("Expiring"))
STANDING_CHOICES = [
    (Standing.CURRENT.value, Standing.CURRENT.label),
    (EXPIRING.value, EXPIRING.label),
    *[choice for choice in Standing.choices if choice[0] != Standing.CURRENT],
]
"""Every word that the register knows, in the order of a life."""


def closer_standing(credential: Credential, *, at: datetime) -> Standing | Expiring:
    """The standing in the words of the register: current, or expiring where it soon runs out.

    No query, when it was read by `with_standing()` and with its award and the award's rules.
    """
    word = standing_of(credential, at=at)
    if word != Standing.CURRENT:
        return word
    expires_from = begins_to_expire(credential, on=credential.issuer.date_at(at))
    is_soon = expires_from is not None and credential.issuer.date_at(at) >= expires_from
    return EXPIRING if is_soon else word


def begins_to_expire(credential: Credential, *, on: date) -> date | None:
    """From which day it is said to expire: the first on which it may be renewed, or `USUAL_DAYS`
    before its last one. None for one that never does."""
    last_day = credential.expires_on
    opens_on = renewal_opens_on(credential, on=on)
    if last_day is None or opens_on is None:
        return None
    return opens_on if opens_on < last_day else last_day - timedelta(days=USUAL_DAYS)


def expiring(credentials: QuerySet[Credential], *, at: datetime) -> QuerySet[Credential]:
    """Those of a query that are expiring.

    Few queries where awards have no rules of their own; of an award with rules its credentials
    that end within the widest window are read.
    """
    awards = Award.objects.select_related("issuer").prefetch_related("renewal_rules")
    soon = Q(pk=None)
    for award in awards:
        soon |= Q(award=award) & _of_award(award, award.issuer.date_at(at))
    return credentials.standing_as(Standing.CURRENT, at=at).filter(soon)  # type: ignore[attr-defined]  # of our queryset


def _of_award(award: Award, today: date) -> Q:
    """What is true of the credentials of an award that end within its window."""
    rules = [version.rule for version in award.renewal_rules.all()]
    if not rules:
        days = award.renewal_opens_days or USUAL_DAYS
        return Q(expires_on__lte=today + timedelta(days=days))
    widest = max([USUAL_DAYS, award.renewal_opens_days, *(rule.opens_days for rule in rules)])
    ending = Credential.objects.filter(
        award=award, expires_on__gte=today, expires_on__lte=today + timedelta(days=widest)
    )
    return Q(pk__in=[row.pk for row in _begun(ending.only(*READ), award, today)])


READ = ("pk", "award", "issued_on", "expires_on")


def _begun(rows: Iterable[Credential], award: Award, today: date) -> Iterable[Any]:
    for row in rows:
        row.award = award
        begins = begins_to_expire(row, on=today)
        if begins is not None and begins <= today:
            yield row
