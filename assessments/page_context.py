"""What a quiz page shows to whoever is asking."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Page

from assessments.exception_words import exception_in_words
from assessments.history import attempt_history
from assessments.marking import shown_percent
from assessments.models import QuizPage
from assessments.published import published_quiz
from assessments.terms import terms_for
from courses.editions import edition_for
from courses.exceptions import StepIsAway
from courses.page_context import place_of, unread_lessons

Context = dict[str, Any]


def page_context(request: HttpRequest, page: Page) -> Context:
    """What the template of a quiz page is given; nothing for any other page."""
    if not isinstance(page, QuizPage):
        return {}
    if getattr(request, "is_preview", False):
        return {"state": "preview", "quiz": page.quiz}
    return quiz(request, page, timezone.now())


def quiz(request: HttpRequest, page: QuizPage, at: datetime) -> Context:
    place = place_of(request, page, at)
    key = page.translation_key
    progress = place.progress if place.may_read else None
    state = progress.state_of(key) if progress else "closed"
    quiz = page.quiz
    context: Context = {
        "outline": place.outline,
        "module": place.outline.module_of(key),
        "enrolment": place.enrolment,
        "may_enrol": place.may_enrol,
        "progress": progress,
        "quiz": quiz,
        "paper_size": published_quiz(quiz.pk, edition_for(request)).paper_size,
        "terms": terms_for(quiz, None),
        "state": state,
        "missing": progress.missing_for(key) if progress else [],
        "unread": unread_lessons(progress, key) if progress else [],
        "attempts": [],
        "may_start": False,
        "why_not": "",
        "open_attempt": None,
    }
    if place.enrolment is not None:
        history = attempt_history(place.enrolment, quiz)
        step = place.outline.step(key)
        away = StepIsAway(step) if step is not None and step.is_away else None
        refusal = away or history.refusal(at)
        context |= {
            "attempts": [
                {
                    "number": one.number,
                    "url": reverse("assessments:result", args=[one.attempt_id]),
                    "submitted_at": one.submitted_at,
                    "percent": None
                    if one.percent is None
                    else shown_percent(one.percent, quiz.pass_percent, one.reached),
                    "passed": one.passed,
                    "is_nearly_there": one.is_nearly_there,
                    "open": False,
                }
                for one in history.handed_in
            ],
            "terms": history.terms,
            "history": history,
            # Of held-back questions a figure would tell which answers were right.
            "shows_figures": history.passed or not quiz.held_back,
            "exception": exception_in_words(history.terms),
            "nearly_there": history.nearly_there,
            "passed_attempt": next((past for past in history.handed_in if past.passed), None),
            "may_start": state in {"open", "done"} and refusal is None,
            "why_not": str(refusal or ""),
            "open_attempt": reverse("assessments:attempt", args=[history.open.attempt_id])
            if history.open
            else None,
        }
    return context
