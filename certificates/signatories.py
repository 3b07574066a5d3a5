"""Who signs a certificate that is issued on a day."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef

from certificates.models import MOST_SIGNATORIES, Award, Signatory, SignatorySet


def signing(award: Award, *, on: date) -> list[Signatory]:
    """Those who sign an award on a day, in their order. One query.

    They are those whom the award chose; where it chose none, or none of them signs on the day,
    they are all of its issuer who do.
    """
    chosen = Award.signatories.through.objects.filter(award=award.pk, signatory=OuterRef("pk"))
    rows = Signatory.objects.filter(issuer=award.issuer_id).annotate(is_chosen=Exists(chosen))
    signing_today = list(rows.signing_on(on).order_by("sort_order", "pk"))
    of_the_award = [row for row in signing_today if row.is_chosen]
    return (of_the_award or signing_today)[:MOST_SIGNATORIES]


def frozen_signatories(award: Award, *, on: date) -> dict[str, Any]:
    """The columns of a credential that say who signed it, as it is issued on a day."""
    signatories = signing(award, on=on)
    return _columns(award, signatories, SignatorySet.of(signatories) if signatories else None)


def sample_signatories(award: Award, *, on: date) -> dict[str, Any]:
    """The same for a sample, of which nothing is stored."""
    signatories = signing(award, on=on)
    return _columns(
        award, signatories, SignatorySet.unsaved_of(signatories) if signatories else None
    )


def _columns(
    award: Award, signatories: list[Signatory], row: SignatorySet | None
) -> dict[str, Any]:
    """The first of them is the signatory; without any it is whom the issuer names."""
    issuer = award.issuer
    first = signatories[0] if signatories else None
    return {
        "signatory_name": first.name if first else issuer.signatory_name,
        "signatory_role": first.role if first else issuer.signatory_role,
        "signatories": row,
    }
