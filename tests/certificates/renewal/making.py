"""Rules of awards, and what holders bring for a renewal, for the tests."""

from __future__ import annotations

from itertools import count
from typing import Any

from certificates.models import RenewalEvidence, RenewalRule
from certificates.renewal.rules import Rule
from certificates.renewal_evidence import Brought, add_evidence
from tests import make

_number = count(1)


def rule_of(award: Any, rule: Rule | None = None, **fields: Any) -> Any:
    """A version of the rule of an award, in force from the day of make.NOON."""
    number = award.renewal_rules.count() + 1
    return RenewalRule.objects.create(
        award=award,
        version=number,
        effective_on=fields.pop("effective_on", make.NOON.date()),
        terms=(rule or Rule(minutes=600)).to_json(),
        created_by=fields.pop("by", None) or make.user(full_name="Rosa Adeyemi"),
        created_at=fields.pop("at", make.NOON),
        **fields,
    )


def evidence(credential: Any, **fields: Any) -> Any:
    """Hours that a holder entered, ten of them unless it says otherwise."""
    at = fields.pop("at", make.NOON + make.DAY)
    brought = Brought(
        title=fields.pop("title", f"Ward listening {next(_number)}"),
        provider=fields.pop("provider", "River College"),
        done_on=fields.pop("done_on", at.date()),
        minutes=fields.pop("minutes", 600),
        **fields,
    )
    return add_evidence(credential, RenewalEvidence.Kind.HOURS, brought, at=at)
