"""What erasure does to proof: the marks stay for the counts, and what was answered is blanked."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import Case, Value, When
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from assessments.models import (
    Attempt,
    CorrectedItem,
    EnrolmentException,
    Mark,
    PaperItem,
    QuizException,
    RedLineRecord,
    RemarkedAttempt,
    Remarking,
    RemarkNotice,
    ResponseStep,
    Result,
    TalkAnswer,
)
from assessments.models.kinds import QUESTION_KINDS
from people.copies import add_section
from people.fates import NO_WORDS, Fate, decide, keep
from people.models import User

COUNTS = _(
    "How questions serve is counted from it, and a certificate rests on it. It leads to a number, "
    "and no longer to you."
)
PAPER = _("It is the question as it was asked. What you answered is blanked.")
State = Attempt.State

keep(
    _("It is the course itself, and about nobody."),
    "assessments.QuestionTag",
    "assessments.TaggedQuestion",
    "assessments.Question",
    "assessments.QuestionWords",
    *(kind._meta.label for kind in QUESTION_KINDS),
    "assessments.Quiz",
    "assessments.QuizWords",
    "assessments.Draw",
    "assessments.QuizPage",
)
decide(
    Attempt,
    Fate.ANONYMISE,
    COUNTS,
    person=("enrolment__learner",),
    # What was begun is not handed in any more.
    blanks={
        "state": Case(
            When(state__in=[State.IN_PROGRESS, State.OVERDUE], then=Value(State.ABANDONED.value)),
            default="state",
        )
    },
)
decide(PaperItem, Fate.KEEP, PAPER, person=("attempt__enrolment__learner",), stays=("*",))
decide(
    ResponseStep,
    Fate.ANONYMISE,
    _("What you answered is blanked, since words of yours may be in it."),
    person=("item__attempt__enrolment__learner",),
    by=("actor",),
    blanks={"response": None},
)
decide(
    Result,
    Fate.ANONYMISE,
    COUNTS,
    person=("attempt__enrolment__learner",),
    by=("decided_by",),
    blanks={"reason": NO_WORDS},
)
decide(Mark, Fate.KEEP, COUNTS, person=("result__attempt__enrolment__learner",))
decide(
    QuizException,
    Fate.ANONYMISE,
    COUNTS,
    person=("enrolment__learner",),
    by=("actor",),
    blanks={"reason": NO_WORDS},
    copied=(
        "quiz__title",
        "extra_attempts",
        "no_wait",
        "talked",
        "extra_minutes",
        "opens_at",
        "closes_at",
        "reason",
        "at",
    ),
)
decide(
    EnrolmentException,
    Fate.ANONYMISE,
    COUNTS,
    person=("enrolment__learner",),
    by=("actor",),
    blanks={"reason": NO_WORDS},
    copied=("enrolment__course__title", "ended_at", "ends_at", "reason", "at"),
)
decide(
    RedLineRecord,
    Fate.ANONYMISE,
    COUNTS,
    person=("item__attempt__enrolment__learner",),
    by=("actor", "taken_back_by"),
    blanks={"reason": NO_WORDS, "taken_back_reason": NO_WORDS},
    copied=("item__attempt__quiz__title", "how", "at", "taken_back_at"),
)
decide(
    Remarking,
    Fate.KEEP,
    _("What was decided stays, with who decided it by number alone."),
    by=("decided_by",),
    stays=("content", "reason"),
)
decide(
    RemarkedAttempt,
    Fate.ANONYMISE,
    COUNTS,
    person=("attempt__enrolment__learner",),
    blanks={"refusal": NO_WORDS},
)
decide(CorrectedItem, Fate.KEEP, PAPER, person=("item__attempt__enrolment__learner",), stays=("*",))
decide(
    RemarkNotice,
    Fate.DELETE,
    _("Nobody is to be written to any more."),
    person=("learner",),
    copied=("notified_at",),
)
decide(
    TalkAnswer,
    Fate.KEEP,
    COUNTS,
    person=("attempt__enrolment__learner",),
    copied=("attempt__quiz__title", "wants_talk", "at"),
)


# In the copy ------------------------------------------------------------------------------


def tries_of(person: User) -> Iterator[dict[str, Any]]:
    """Every try of somebody at a quiz: what was asked, what they answered, and the results.

    Never a key or feedback: those are told when the quiz tells them. In the language of the
    moment, where what was asked has words in it.
    """
    tries = Attempt.objects.by(person).select_related("quiz").order_by("started_at", "pk")
    tries = tries.prefetch_related("quiz__other_words")
    for attempt in tries.iterator(chunk_size=100):
        yield {
            "quiz": attempt.quiz.title_in(get_language()),
            "number": attempt.number,
            "state": attempt.get_state_display(),
            "started_at": attempt.started_at,
            "submitted_at": attempt.submitted_at,
            "results": list(
                attempt.results.values("number", "score", "out_of", "passed", "marked_at")
            ),
            "answers": list(_answers_in(attempt)),
        }


def _answers_in(attempt: Attempt) -> Iterator[dict[str, Any]]:
    steps = ResponseStep.objects.filter(item__attempt=attempt).order_by("number")
    given = {step.item_id: step.response for step in steps}
    for row in attempt.paper_items:
        content = row.item.in_language(get_language()).to_json()
        yield {
            "question": content["stem"],
            "answer": answer_in_words(content, given.get(row.pk)),
        }


def answer_in_words(content: dict[str, Any], response: Any) -> list[str]:
    """An answer with the words of what was chosen in place of its ids."""
    words = dict(_worded_ids(content))
    return [words.get(each, each) for each in _values_in(response)]


def _worded_ids(content: Any) -> Iterator[tuple[str, str]]:
    """Every id of a frozen question with its words, wherever it stands."""
    if isinstance(content, dict):
        if isinstance(content.get("id"), str) and isinstance(content.get("text"), str):
            yield content["id"], content["text"]
        content = list(content.values())
    for each in content if isinstance(content, list) else []:
        yield from _worded_ids(each)


def _values_in(response: Any) -> Iterator[str]:
    if isinstance(response, dict):
        for name, value in response.items():
            yield from _values_in(name)
            yield from _values_in(value)
    elif isinstance(response, list):
        for each in response:
            yield from _values_in(each)
    elif response not in (None, ""):
        yield str(response)


add_section("tries", _("Your tries at quizzes"), tries_of)
