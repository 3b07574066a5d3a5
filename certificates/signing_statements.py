"""A verb: signing a statement, such as a code of ethics."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from certificates.exceptions import NamesDiffer, TextChanged
from certificates.issuing import try_to_issue
from certificates.models import Attestation, StatementVersion
from certificates.names import with_a_letter
from people.models import User, lock_learner
from people.names import clean_name

ALIKE = str.maketrans(
    {"’": "'", "‘": "'", "ʼ": "'", "`": "'", "´": "'", "‐": "-", "‑": "-", "–": "-"}
)
"""Marks that keyboards and phones put for one another."""


def same_name(typed: str, name: str) -> bool:
    """Whether two names are one: any case, any spacing, any kind of apostrophe or hyphen."""

    def plain(text: str) -> str:
        return clean_name(text.casefold().translate(ALIKE))

    return plain(typed) == plain(name)


def newest_version(statement_slug: str, *, at: datetime) -> StatementVersion | None:
    """The text of a statement that is to be signed now."""
    return (
        StatementVersion.objects.filter(statement__slug=statement_slug, published_at__lte=at)
        .select_related("statement")
        .order_by("-published_at")
        .first()
    )


@transaction.atomic
def sign_statement(
    learner: User, version: StatementVersion, *, typed_name: str, at: datetime
) -> Attestation:
    """Keep a learner's signature under a statement, once, and issue what that completes.

    Signing the same version again changes nothing. A name that our faces cannot print signs
    like any other: the certificate waits for a font or another spelling, the signature does
    not. Raises NamesDiffer, HolderHasNoName, NameHasNoLetter, and TextChanged when what they
    read is no longer the newest.
    """
    newest = newest_version(version.statement.slug, at=at)
    if newest is not None and newest.pk != version.pk:
        raise TextChanged(newest)
    with_a_letter(learner.full_name)
    if not same_name(typed_name, learner.full_name):
        raise NamesDiffer(learner.full_name)
    lock_learner(learner.pk)
    attestation, signed_now = Attestation.objects.get_or_create(
        learner=learner,
        version=version,
        defaults={"typed_name": clean_name(typed_name), "signed_at": at},
    )
    if signed_now:
        try_to_issue(learner, at=at)
    return attestation
