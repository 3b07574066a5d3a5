"""What a quiz page shows to whoever is asking."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.timezone import get_current_timezone_name
from django.utils.translation import get_language
from wagtail.models import Page

from assessments.asked_in import AskedIn, asked_by_quiz
from assessments.blueprint import PaperSize
from assessments.exception_words import exception_in_words
from assessments.history import attempt_history
from assessments.marking import shown_percent
from assessments.models import QuizPage
from assessments.published import published_quiz
from assessments.terms import Terms, terms_for
from courses.editions import cached, edition_for
from courses.exceptions import StepIsAway
from courses.page_context import place_of, unread_lessons
from courses.progress import StepOutline
from courses.trainers import trainers_in_words

Context = dict[str, Any]


def page_context(request: HttpRequest, page: Page) -> Context:
    """What the template of a quiz page is given; nothing for any other page."""
    if not isinstance(page, QuizPage):
        return {}
    if getattr(request, "is_preview", False):
        rules = render_rules(page, terms_for(page.quiz, None), paper_size=None)
        return {"state": "preview", "quiz": page.quiz, "rules": rules}
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
        "state": state,
        "missing": progress.missing_for(key) if progress else [],
        "unread": unread_lessons(progress, key) if progress else [],
        "attempts": [],
        "may_start": False,
        "why_not": "",
        "open_attempt": None,
    }
    context["asked_in"] = asked_where_begun(request, page, context["outline"].step(key))
    terms = terms_for(quiz, None)
    if place.enrolment is not None:
        history = attempt_history(place.enrolment, quiz)
        step = place.outline.step(key)
        away = StepIsAway(step) if step is not None and step.is_away else None
        terms, refusal = history.terms, away or history.refusal(at)
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
            "history": history,
            "talk_with": trainers_in_words(place.outline.trainer_ids)
            if refusal and (history.is_paused or history.is_talk_needed)
            else "",
            "talk_words": quiz.talk_words_in(get_language())
            if refusal and (history.is_paused or history.is_talk_needed)
            else "",
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
    context["rules"] = cached_rules(page, terms, edition_for(request))
    return context


def asked_where_begun(
    request: HttpRequest, page: QuizPage, step: StepOutline | None
) -> AskedIn | None:
    """What is said where a quiz begins to readers of another language than its source."""
    language = step.subject_language if step else ""
    if not language or language == get_language():
        return None
    return asked_by_quiz(page.quiz_id, edition_for(request), language)


def cached_rules(page: QuizPage, terms: Terms, edition: int) -> SafeString:
    """How a quiz goes, in words: the same for all who sit it on the same terms."""
    size = published_quiz(page.quiz_id, edition).paper_size
    # What is said depends on no more of an exception than its terms, and of a row no more.
    terms = replace(terms, exception=None)
    key = (page.pk, get_language(), get_current_timezone_name(), page.quiz.pass_percent, terms)
    return cached(edition, ("quiz_rules", *key), lambda: render_rules(page, terms, paper_size=size))


def render_rules(page: QuizPage, terms: Terms, *, paper_size: PaperSize | None) -> SafeString:
    context = {
        "minutes": page.minutes,
        "pass_percent": page.quiz.pass_percent,
        "paper_size": paper_size,
        "terms": terms,
    }
    return render_to_string("assessments/_quiz_rules.html", context)
