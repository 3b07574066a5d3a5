"""Whether an award is earned, asked of its evidence alone."""

from datetime import date

import pytest

from certificates.eligibility import is_met, unmet
from certificates.evidence import RequirementEvidence
from certificates.models import Requirement

DAY = date(2026, 11, 23)


def evidence(*met):
    return [
        RequirementEvidence(Requirement(), f"Requirement {n}", DAY if is_met else None, None)
        for n, is_met in enumerate(met)
    ]


@pytest.mark.parametrize(
    ("met", "earned"),
    [((), False), ((True,), True), ((False,), False), ((True, False), False), ((True, True), True)],
)
def test_an_award_is_earned_when_every_requirement_is_met_and_there_is_one(met, earned):
    assert is_met(evidence(*met)) == earned


def test_what_is_left_is_told_in_the_order_of_the_award():
    assert [requirement.text for requirement in unmet(evidence(False, True, False))] == [
        "Requirement 0",
        "Requirement 2",
    ]
