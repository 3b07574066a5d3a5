"""Verb: what a learner says to the offer of a talk."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from assessments.exceptions import NoTalkOffered
from assessments.history import attempt_history
from assessments.models import Attempt, TalkAnswer
from people.models import lock_learner


def answer_talk_offer(attempt: Attempt, *, wants_talk: bool, at: datetime) -> TalkAnswer:
    """Record that the learner takes or declines the talk that is offered after an attempt.

    It is answered for the latest try that did not pass. Raises NoTalkOffered when none is offered
    now, or not for this attempt.
    """
    with transaction.atomic():
        lock_learner(attempt.enrolment.learner_id)
        history = attempt_history(attempt.enrolment, attempt.quiz)
        if not history.is_talk_offered or attempt.pk != history.failures[-1].attempt_id:
            raise NoTalkOffered(attempt)
        return TalkAnswer.objects.create(attempt=attempt, wants_talk=wants_talk, at=at)
