"""Sitting a quiz in few words, by the verbs that the pages call."""

from random import Random

from django.urls import reverse
from django.utils import timezone

from assessments.attempting import (
    save_responses,
    start_attempt,
    submit_attempt,
)
from tests import make
from tests.make import NOON


def free_page(**rules):
    """A quiz that is open to whoever enrols."""
    return make.quiz_page(make.course(order="free"), make.quiz(**rules))


def enrolled_for(page):
    return make.enrolment(course=page.get_parent().specific)


def sit(enrolment, page, responses=None, *, at=NOON):
    """Start, give these responses (the right ones unless told), hand in."""
    attempt = start_attempt(enrolment, page, at=at, random=Random(1))
    given = make.right_responses(attempt) if responses is None else responses
    number = save_responses(attempt, given, base=0, at=at).number
    return submit_attempt(attempt, base=number, at=at)


def address(name, attempt):
    return reverse(f"assessments:{name}", args=[attempt.pk])


def give(attempt, responses, base=0):
    return save_responses(attempt, responses, base=base, at=timezone.now()).number


def hand_in(attempt, responses=None):
    number = give(attempt, make.right_responses(attempt) if responses is None else responses)
    return submit_attempt(attempt, base=number, at=timezone.now())


def page_of(attempt):
    return attempt.quiz.pages.get()
