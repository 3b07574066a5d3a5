"""Four rules that are shipped: what the public rules of certifying bodies say of a renewal.

They were read on 23 November 2026 and are retold here. Rules change, and no lawyer has reviewed
these: a body confirms its own before it relies on them. Where a public rule says nothing of
renewing late, a registrar may still renew, and the gap stays to be seen.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_noop

from certificates.renewal.rules import Category, Ends, LateStep, Rule, Years

HOUR = 60
AFTERWARDS = LateStep(None)
"""Renewing after the last day, with a gap and without an end."""


@dataclass(frozen=True)
class ShippedRule:
    """A rule with its name, and where it was read."""

    name: str
    title: str
    source: str
    rule: Rule
    signs_statement: bool = False


SHIPPED = (
    ShippedRule(
        name="icrc",
        title="IC&RC Peer Recovery",
        source="internationalcredentialing.org, Peer Recovery",
        rule=Rule(
            ends=Ends.ANNIVERSARY,
            months=24,
            late=(AFTERWARDS,),
            minutes=20 * HOUR,
            categories=(Category("ethics", gettext_noop("Ethics"), least=6 * HOUR),),
            once_in_cycle=False,
        ),
        signs_statement=True,
    ),
    ShippedRule(
        name="nebraska",
        title="Nebraska",
        source="206 NAC 7-002",
        rule=Rule(
            ends=Ends.FIXED_DAY,
            fixed_month=9,
            fixed_day=1,
            years=Years.ODD,
            late=(AFTERWARDS,),
            minutes=20 * HOUR,
            categories=(Category("ethics", gettext_noop("Ethics"), least=6 * HOUR),),
            once_in_cycle=True,
            waived_months=12,
            audit_percent=10,
        ),
    ),
    ShippedRule(
        name="north_carolina",
        title="North Carolina",
        source="pss.unc.edu",
        rule=Rule(
            ends=Ends.ANNIVERSARY,
            months=24,
            late=(LateStep(30, gettext_noop("a late fee"), keeps_dates=True),),
            minutes=20 * HOUR,
            once_in_cycle=False,
        ),
        signs_statement=True,
    ),
    ShippedRule(
        name="california",
        title="California (Medi-Cal)",
        source="capeercertification.org",
        rule=Rule(
            ends=Ends.ANNIVERSARY,
            months=24,
            opens_days=90,
            late=(AFTERWARDS,),
            minutes=20 * HOUR,
            categories=(
                Category("law-and-ethics", gettext_noop("Law and ethics"), least=6 * HOUR),
            ),
            once_in_cycle=False,
        ),
        signs_statement=True,
    ),
)
BY_NAME = {each.name: each for each in SHIPPED}
