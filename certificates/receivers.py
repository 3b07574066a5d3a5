"""News from courses that may earn somebody an award."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.dispatch import receiver

from certificates.issuing import try_to_issue
from courses.signals import evidence_landed
from people.models import User


@receiver(evidence_landed, dispatch_uid="issue_what_was_earned")
def issue_what_was_earned(*, learner: User, at: datetime, **kwargs: Any) -> None:
    """In the transaction of the evidence, and never at its cost."""
    try_to_issue(learner, at=at)
