"""The rule of an award: which version counts for a credential, and the verb that sets a new one."""

from __future__ import annotations

from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.db.models import Max

from certificates.models import Award, Credential, RenewalRule, version_in_force
from certificates.renewal.rules import Rule
from certificates.renewal_exceptions import RuleChanged, RuleInThePast
from people.act_kinds import ActKind
from people.acts import record_act
from people.models import User


def rule_of(credential: Credential, *, on: date) -> RenewalRule | None:
    """The version of its award's rule that a credential is renewed by on a day.

    None where it does not expire, or no rule was ever set for it: then the months and the window
    of the award count. One query, or none where `award__renewal_rules` was read before.
    """
    if credential.expires_on is None:
        return None
    versions = list(credential.award.renewal_rules.all())
    return version_in_force(versions, issued_on=credential.issued_on, today=on)


def renewal_opens_on(credential: Credential, *, on: date) -> date | None:
    """The first day on which a credential may be renewed, or None for one that does not expire."""
    if credential.expires_on is None:
        return None
    version = rule_of(credential, on=on)
    if version is None:
        return credential.award.renewal_opens_on(credential.expires_on)
    return version.rule.opens_on(credential.expires_on)


def first_last_day(award: Award, issued_on: date) -> date | None:
    """The last day of a credential that is issued for the first time on a day, or None for always."""
    versions = list(RenewalRule.objects.of_award(award.pk))
    in_force = version_in_force(versions, issued_on=issued_on, today=issued_on)
    return in_force.rule.term_end(issued_on) if in_force else award.valid_until(issued_on)


@transaction.atomic
def set_rule(
    award: Award,
    rule: Rule,
    *,
    effective_on: date,
    by: User,
    at: datetime,
    for_holders_too: bool = False,
    began_as: str = "",
    last_seen: int | None = None,
) -> RenewalRule:
    """Add a version of the rule of an award. What was there before stays as it was.

    `last_seen` is the newest version that the registrar's page showed. Raises RuleInThePast, or
    RuleChanged where another registrar was first.
    """
    if effective_on < award.issuer.date_at(at):
        raise RuleInThePast
    newest = RenewalRule.objects.filter(award=award).aggregate(newest=Max("version"))["newest"] or 0
    if last_seen is not None and last_seen != newest:
        raise RuleChanged
    try:
        with transaction.atomic():
            version = RenewalRule.objects.create(
                award=award,
                version=newest + 1,
                effective_on=effective_on,
                for_holders_too=for_holders_too,
                terms=rule.to_json(),
                began_as=began_as,
                created_by=by,
                created_at=at,
            )
    except IntegrityError as collision:
        raise RuleChanged from collision
    record_act(ActKind.CREATED, version, by=by, at=at)
    return version
