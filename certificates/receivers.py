"""News from courses that may earn somebody an award."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.dispatch import receiver

from assessments.models import Attempt, Remarking, Result
from assessments.signals import result_remarked
from certificates.issuing import try_to_issue
from certificates.reviews import raise_reviews
from courses.signals import evidence_landed
from people.models import User


@receiver(evidence_landed, dispatch_uid="issue_what_was_earned")
def issue_what_was_earned(*, learner: User, at: datetime, **kwargs: Any) -> None:
    """In the transaction of the evidence, and never at its cost."""
    try_to_issue(learner, at=at)


@receiver(result_remarked, dispatch_uid="raise_reviews_of_what_rests_on_it")
def raise_reviews_of_what_rests_on_it(
    *,
    attempt: Attempt,
    before: Result,
    after: Result,
    remarking: Remarking,
    at: datetime,
    **kwargs: Any,
) -> None:
    """In the transaction of the new result, so that none is missed."""
    raise_reviews(attempt, before=before, after=after, remarking=remarking, at=at)
