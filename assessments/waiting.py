"""Which learners wait for somebody: nearly there, or glad of a talk."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from assessments.models import Attempt, QuizException, Result, TalkAnswer


def nearly_there(attempts: QuerySet[Attempt]) -> Any:
    """The tries that miss nothing but red lines, at a quiz passed in no other try either."""
    return _still_to_pass(attempts).nearly_there()


def asking_for_a_talk(attempts: QuerySet[Attempt]) -> Any:
    """The tries after which their learner asked for a talk, which nobody has recorded since."""
    requests = TalkAnswer.objects.filter(wants_talk=True)
    talked = QuizException.objects.filter(
        enrolment=OuterRef("enrolment"),
        quiz=OuterRef("quiz"),
        talked=True,
        at__gte=OuterRef("talk_answer__at"),
    )
    wanted = attempts.filter(pk__in=requests.values("attempt"))
    return _still_to_pass(wanted).filter(~Exists(talked))


def _still_to_pass(attempts: Any) -> Any:
    passed = Result.objects.filter(
        attempt__enrolment=OuterRef("enrolment"), attempt__quiz=OuterRef("quiz"), passed=True
    )
    return attempts.filter(
        ~Exists(passed), enrolment__withdrawn_at=None, enrolment__retaken_at=None
    )
