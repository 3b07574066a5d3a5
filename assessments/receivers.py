"""News from courses that ends attempts."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.dispatch import receiver

from assessments.models import Attempt
from courses.models import Enrolment
from courses.signals import enrolment_retaken


@receiver(enrolment_retaken, dispatch_uid="abandon_open_attempts")
def abandon_open_attempts(*, enrolment: Enrolment, at: datetime, **kwargs: Any) -> None:
    """What was not handed in before a course was begun again is never marked."""
    attempts = Attempt.objects.open().filter(enrolment=enrolment)
    attempts.update(state=Attempt.State.ABANDONED)
