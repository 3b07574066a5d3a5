"""How it went: the marked paper, as far as its quiz lets a learner see it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from assessments.asked_in import asked_in
from assessments.exception_words import exception_in_words
from assessments.history import AttemptHistory, attempt_history
from assessments.items import Item
from assessments.marking import shown_percent
from assessments.models import Attempt, Mark, RedLineRecord, RemarkedAttempt, Result
from assessments.models.quizzes import Feedback
from assessments.recording import PaperAsMarked, latest_result, paper_as_marked
from assessments.views.finding import SeeOther, ShownItem, attempt_context, own_attempt, private
from assessments.views.red_lines import MissedRedLine, missed_red_lines, red_line_records
from assessments.views.skills import lesson_steps, module_skills, named_strengths
from courses.outlines import progress_of
from courses.privacy import as_open_to
from courses.progress import Outline, Progress, StepOutline
from courses.trainers import trainers_in_words
from people.http import SignedInRequest, login_required

TRIES_BEFORE_A_TALK = 2


@dataclass(frozen=True)
class MarkedItem(ShownItem):
    """An item of a marked paper. `record` says how a missed red line came to be in place.

    `mark` is None where it would tell which answer was right.
    """

    mark: Mark | None
    record: RedLineRecord | None
    show_key: bool
    lesson: StepOutline | None

    @property
    def is_folded(self) -> bool:
        """Whether it is shown as one line to open: all of it was right."""
        return self.mark is not None and self.mark.fraction == 1


@dataclass(frozen=True)
class Visible:
    """What of a marked paper its learner sees, by the quiz's feedback policy.

    What is right on a red line is shown once the quiz is passed, whatever the policy. Of a paper
    with held-back questions none is ever shown, nor a figure before the quiz is passed, nor which
    red lines are missed while more than those is missing: each would tell what was right.
    """

    review: bool
    key: bool
    red_line_key: bool
    red_lines: bool
    figures: bool
    by_module: bool
    by_competency: bool

    @classmethod
    def by(
        cls, policy: str, *, passed: bool, held_back: bool = False, nearly_there: bool = False
    ) -> Visible:
        key = policy == Feedback.FULL or (policy == Feedback.AFTER_PASSING and passed)
        key = key and not held_back
        review = policy in {Feedback.FULL, Feedback.AFTER_PASSING} and not held_back
        return cls(
            review=review,
            key=key,
            red_line_key=key and passed,
            red_lines=nearly_there or key,
            figures=not held_back or passed,
            by_module=policy != Feedback.SCORE and not review,
            by_competency=review,
        )

    @property
    def hides_figures(self) -> bool:
        return not self.figures

    def shows_key_of(self, item: Item) -> bool:
        return self.red_line_key if item.red_line else self.key


@private
@login_required
@require_safe
def result(request: SignedInRequest, attempt_id: UUID) -> HttpResponse:
    attempt = own_attempt(request, attempt_id)
    if attempt.is_open:
        return SeeOther(reverse("assessments:attempt", args=[attempt.pk]))
    if attempt.is_retry:
        return SeeOther(reverse("assessments:result", args=[attempt.retry_of_id]))
    context = result_context(request, attempt, timezone.now())
    if not context:  # left as it was, when its course was begun again
        return to_quiz_page(request, attempt)
    return render(request, "assessments/attempt_result.html", context)


def result_context(
    request: SignedInRequest,
    attempt: Attempt,
    at: datetime,
    *,
    looks_on: bool = False,
    language: str | None = None,
) -> dict[str, Any]:
    """What the page of a result says to its learner; nothing, while there is none.

    Its questions are in `language`, else in the reader's. Whoever `looks_on` is told the same, and always what was answered: without a mark or a key
    that the learner is not shown.
    """
    result = latest_result(attempt)
    if result is None:
        return {}
    paper = paper_as_marked(attempt, result)
    pass_percent = result.pass_percent or attempt.pass_percent
    history = attempt_history(attempt.enrolment, attempt.quiz)
    held_back = attempt.quiz.held_back or attempt.paper.is_held_back
    visible = Visible.by(
        attempt.quiz.feedback,
        passed=history.passed,
        held_back=held_back,
        nearly_there=result.is_nearly_there,
    )
    context = attempt_context(request, attempt)
    progress = as_open_to(request, progress_of(attempt.enrolment, context["outline"]))
    may_go_on = attempt.enrolment.is_open(at)
    records = red_line_records(attempt) if result.red_lines else {}
    missed = (
        missed_red_lines(attempt, paper.marks, records, progress) if result.red_lines_missed else []
    )
    marked = MarkedPaper(attempt, paper, records, progress, visible, language or get_language())
    questions = marked.questions() if visible.review or looks_on else []
    return {
        **context,
        **next_try(attempt, context["outline"], history, result, at),
        **marked.skills(missed, tells=not held_back or history.tells_skills(attempt.pk)),
        "result": result,
        "percent": shown_percent(
            result.percent, pass_percent, result.passed or result.reached_pass_mark
        ),
        "pass_percent": pass_percent,
        # The first result is of the hand-in; a re-marking adds a later one.
        "looked_at_again": looked_at_again(attempt) if result.number > 1 else [],
        "shown": visible,
        "questions": questions,
        "asked_in": asked_in([question.item for question in questions], context["language"]),
        "missed": missed if visible.red_lines else [],
        "retry": attempt.retries.open().first() if result.is_nearly_there else None,
        "exception": exception_in_words(history.terms),
        "history": history,
        "progress": progress if may_go_on else None,
        "next_step": progress.next_step if may_go_on else None,
    }


def next_try(
    attempt: Attempt, outline: Outline, history: AttemptHistory, result: Result, at: datetime
) -> dict[str, Any]:
    """Whether another try may be begun now, and whether a talk is offered before it, with whom."""
    has_more_to_do = not history.passed and not result.is_nearly_there
    offer_a_talk = has_more_to_do and len(history.failures) >= TRIES_BEFORE_A_TALK
    may_talk = offer_a_talk or (result.red_lines_missed and not history.passed)
    return {
        "refusal": history.refusal(at),
        "offer_a_talk": offer_a_talk,
        "talk_words": attempt.quiz.talk_words_in(get_language()) if offer_a_talk else "",
        "talk_with": trainers_in_words(outline.trainer_ids) if may_talk else "",
    }


def to_quiz_page(request: SignedInRequest, attempt: Attempt) -> HttpResponse:
    """Where the quiz is taken now; the page of its course, once it has been taken down."""
    context = attempt_context(request, attempt)
    step = context["step"]
    return SeeOther(step.url if step else context["outline"].url)


@dataclass(frozen=True)
class MarkedPaper:
    """A marked paper as its learner may see it. `records` is by paper item."""

    attempt: Attempt
    paper: PaperAsMarked
    records: Mapping[int, RedLineRecord]
    progress: Progress
    visible: Visible
    language: str | None

    def questions(self) -> list[MarkedItem]:
        """Each item with what was given and, once its key may be seen, what that earned."""
        paper, lessons = self.paper, lesson_steps(self.paper.items, self.progress)
        return [
            MarkedItem(
                number=row.place,
                item=paper.items[row.pk].in_language(self.language),
                given=paper.responses.get(row.key),
                mark=paper.marks.get(row.pk) if show_key else None,
                record=self.records.get(row.pk),
                show_key=show_key,
                lesson=lessons.get(row.pk),
            )
            for row in self.attempt.paper_items
            for show_key in [self.visible.shows_key_of(row.item)]
        ]

    def skills(self, missed: list[MissedRedLine], *, tells: bool) -> dict[str, Any]:
        """How each skill went, as far as the quiz and the tries so far allow it."""
        missed_keys = {line.row.key for line in missed}
        strengths, skills_by_module = [], []
        if self.visible.by_competency:
            strengths = named_strengths(
                self.attempt,
                self.paper.items,
                self.paper.marks,
                self.progress,
                missed=missed_keys,
                show_key=self.visible.key,
            )
        elif self.visible.by_module and tells:
            skills_by_module = module_skills(
                self.attempt, self.paper.items, self.paper.marks, self.progress, missed=missed_keys
            )
        return {
            "strengths": strengths,
            "told_skills": skills_by_module,
            "tells_no_more": self.visible.by_module and not tells,
            # Questions that no module of the course is named for: there is a way on all the same.
            "names_no_skill": self.visible.by_module and tells and not skills_by_module,
        }


def looked_at_again(attempt: Attempt) -> list[RemarkedAttempt]:
    """The re-markings that gave an attempt a new result, the latest first. One query."""
    rows = RemarkedAttempt.objects.applied().filter(attempt=attempt, new_result__isnull=False)
    return list(rows.select_related("remarking", "old_result", "new_result").order_by("-done_at"))
