"""What one credential still needs to be renewed: its rule and what its holder brought, read together."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.crypto import salted_hmac

from certificates.models import (
    Credential,
    RenewalEvidence,
    RenewalRule,
    StatementVersion,
)
from certificates.renewal.checklist import Facts, Outlook, outlook
from certificates.renewal.rules import Phase, Rule
from certificates.renewal_rules import rule_of


@dataclass(frozen=True)
class Renewal:
    """The rule that a credential is renewed by, what its holder brought, and what follows.

    `statement` is the text that is to be signed again, and None where the rule names none or
    none is published.
    """

    version: RenewalRule
    outlook: Outlook
    evidence: list[RenewalEvidence]
    statement: StatementVersion | None = None
    is_sampled: bool = False

    @property
    def rule(self) -> Rule:
        return self.version.rule

    @property
    def statement_title(self) -> str:
        """The title of what is signed again."""
        return str(self.statement.statement) if self.statement else self.rule.statement


def renewal_of(credential: Credential, *, at: datetime) -> Renewal | None:
    """How the renewal of a credential stands, or None where it has no rule.

    One query, or two more where the rule has a statement signed; and those of `rule_of`.
    """
    today = credential.issuer.date_at(at)
    version = rule_of(credential, on=today)
    if version is None or credential.expires_on is None:
        return None
    rule = version.rule
    evidence = list(credential.renewal_evidence.all())
    statement = _newest_text(rule.statement, at=at)
    is_sampled = is_in_sample(credential, rule) and _may_know(credential, rule, at=at)
    facts = Facts(
        issued_on=credential.issued_on,
        expires_on=credential.expires_on,
        is_first=credential.cycle == 1,
        signed_on=today if _is_signed(credential, statement) else None,
        is_sampled=is_sampled,
    )
    entries = [each.entry for each in evidence]
    seen = outlook(rule, facts, entries, on=today)
    return Renewal(version, seen, evidence, statement, is_sampled)


def _newest_text(slug: str, *, at: datetime) -> StatementVersion | None:
    if not slug:
        return None
    texts = StatementVersion.objects.filter(statement__slug=slug, published_at__lte=at)
    return texts.select_related("statement").order_by("-published_at").first()


def _is_signed(credential: Credential, statement: StatementVersion | None) -> bool:
    """Whether the newest text was signed for this renewal. One that was never published asks for
    nothing that anybody could do, and does not count as signed."""
    if statement is None:
        return False
    return bool(credential.renewal_signatures.filter(version=statement).exists())


def is_in_sample(credential: Credential, rule: Rule) -> bool:
    """Whether a renewal is one of those that are looked at closely: by chance, and always the same.

    A corrected name does not draw anew.
    """
    if rule.audit_percent is None:
        return False
    renewal = f"{credential.holder_id}.{credential.award_id}.{credential.cycle}"
    number = int(salted_hmac("sample of renewals", renewal).hexdigest()[:8], 16)
    return number % 100 < rule.audit_percent


def _may_know(credential: Credential, rule: Rule, *, at: datetime) -> bool:
    """A holder learns that they are in the sample when the window opens, and not before."""
    last_day = credential.expires_on
    today = credential.issuer.date_at(at)
    return last_day is not None and rule.phase(last_day, on=today) != Phase.EARLY
