"""The shipped site in two languages, for the tests that read it in either."""

from __future__ import annotations

from datetime import timedelta

from django.test import Client

from courses.models import CoursePage, LessonPage
from courses.outlines import outline_of
from courses.studying import record_done_elsewhere, record_visit
from courses.visits import Visit
from lms.models import ShippedPiece
from lms.shipped.demonstration import take
from lms.shipped.pieces import key_of
from lms.shipped.translated import build_translation
from tests.make import DAY, NOON

EN, ES = "en", "es"


def page(kind, piece, language=EN):
    return kind.objects.get(translation_key=key_of(piece), locale__language_code=language)


def lesson(code, language=EN):
    return page(LessonPage, f"lesson:{code}", language)


def reader(language, learner=None):
    client = Client(headers={"accept-language": language})
    if learner is not None:
        learner.language = language
        learner.save()
        client.force_login(learner)
    return client


def body(response):
    assert response.status_code == 200, response.status_code
    return response.content.decode()


def read_parts(place, page, at):
    """Every part of a lesson read for ten minutes, and its exercises ticked; when it is over."""
    for part in page.parts:
        visit = Visit(place.pk, page.translation_key, (part.key,), at)
        at += timedelta(minutes=10)
        record_visit(place, page, visit, answered=part.questions, goes_on=True, at=at)
        for exercise in part.exercises:
            record_done_elsewhere(place, page, exercise, at=at)
    return at


def come_again(*pieces):
    """Have some pieces come once more, as on a site that never had them; how many were made."""
    ShippedPiece.objects.filter(key__in=[f"es:{piece}" for piece in pieces]).delete()
    return build_translation(ES, at=NOON + DAY)


def complete_lessons(place, module):
    """Have somebody complete the lessons of a module of the course, by its number from 0."""
    for step in outline_of(page(CoursePage, "course")).modules[module].steps:
        if step.kind.name == "lesson":
            place.completions.create(page_key=step.key, page_id=step.page_id, completed_at=NOON)


def take_by_turns(place):
    """Take every step of the course, one in English and the next in Spanish; when it is over."""
    english, spanish = (
        {step.key: step for step in outline_of(page(CoursePage, "course", language)).steps}
        for language in (EN, ES)
    )
    assert list(english) == list(spanish)
    at = NOON
    for number, key in enumerate(english):
        step = (spanish if number % 2 else english)[key]
        at += DAY
        take(place, step.kind.name, step.page_id, at=at)
    return at
