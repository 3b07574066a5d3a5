"""Sign a statement. Its evidence is the signature under any version of the text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db.models import OuterRef
from django.db.models.query import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from certificates.requirements.base import Applicant, Evidence, RequirementKind
from certificates.requirements.statement.models import (
    Attestation,
    Statement,
    StatementFields,
    StatementVersion,
)
from people.models import User
from people.rows import rows_where


class StatementKind(RequirementKind):
    name = "statement"
    label = gettext_lazy("Sign this statement")
    fields = StatementFields
    action = gettext_lazy("Read and sign")
    is_quick = True

    def text(self, requirement: StatementFields) -> str:
        # The titles of what is shipped are in our catalogue; others are as they were written.
        title = _(_statement_of(requirement).title)
        return _("Sign the statement “%(title)s”") % {"title": title}

    def evidence(
        self, applicant: Applicant, requirements: Sequence[StatementFields]
    ) -> Mapping[int, Evidence]:
        signed = _signed_by(applicant.learner)
        return {
            row.pk: _evidence(self.text(row), _statement_of(row), signed) for row in requirements
        }

    def met_by(self, requirement: StatementFields, learner: OuterRef) -> QuerySet[Attestation]:
        return Attestation.objects.filter(learner=learner, version__statement=requirement.statement)


KIND = StatementKind()


def _statement_of(requirement: StatementFields) -> Statement:
    """The statement that a requirement of this kind always names; a constraint says so."""
    assert requirement.statement is not None  # noqa: S101
    return requirement.statement


def _signed_by(learner: User) -> Mapping[int, datetime]:
    """When each statement was last signed. Two queries at most.

    A signature under an earlier version still stands: what a person has shown is never taken
    back because the text was improved.
    """
    signatures = sorted(
        rows_where(Attestation, learner=learner.pk), key=lambda signature: signature.signed_at
    )
    ids = [signature.version_id for signature in signatures]
    versions = rows_where(StatementVersion, id=ids) if ids else ()
    statements = {version.pk: version.statement_id for version in versions}
    return {statements[each.version_id]: each.signed_at for each in signatures}


def _evidence(text: str, statement: Statement, signed: Mapping[int, datetime]) -> Evidence:
    signed_at = signed.get(statement.pk)
    return Evidence(
        text=text,
        url=reverse("certificates:sign", args=[statement.slug]),
        met_at=signed_at,
        how_far=_("signed already") if signed_at else _("not signed yet"),
    )
