"""News from courses that ends attempts, and the names of quizzes for what is kept of them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.dispatch import receiver
from django.http import HttpRequest
from django.urls import Resolver404, resolve
from django.utils.translation import get_language

from assessments.models import Attempt
from courses.models import Enrolment
from courses.signals import enrolment_retaken
from people.models import User
from people.signals import page_named


@receiver(enrolment_retaken, dispatch_uid="abandon_open_attempts")
def abandon_open_attempts(*, enrolment: Enrolment, at: datetime, **kwargs: Any) -> None:
    """What was not handed in before a course was begun again is never marked."""
    attempts = Attempt.objects.open().filter(enrolment=enrolment)
    attempts.update(state=Attempt.State.ABANDONED)


@receiver(page_named, dispatch_uid="name_quiz_of_page")
def name_quiz_of_page(*, request: HttpRequest, path: str, **kwargs: Any) -> str:
    """The title of the quiz of which a page shows an attempt of whoever is signed in."""
    if not isinstance(request.user, User):
        return ""
    try:
        match = resolve(path)
    except Resolver404:
        return ""
    key = match.kwargs.get("attempt_id") if match.app_names == ["assessments"] else None
    attempt = key and Attempt.objects.by(request.user).filter(pk=key).select_related("quiz").first()
    return attempt.quiz.title_in(get_language()) if attempt else ""
