"""Whether an award is earned, and what is left. Pure: it reads the evidence alone."""

from __future__ import annotations

from collections.abc import Sequence

from certificates.evidence import RequirementEvidence


def is_met(evidence: Sequence[RequirementEvidence]) -> bool:
    """Whether every requirement is met. An award that asks for nothing is never earned."""
    return bool(evidence) and not unmet(evidence)


def unmet(evidence: Sequence[RequirementEvidence]) -> list[RequirementEvidence]:
    """The requirements still to meet, in the award's order."""
    return [item for item in evidence if item.met_on is None]
