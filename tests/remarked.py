"""What the tests of re-marking share: a quiz with a wrong key, and sittings of it."""

from __future__ import annotations

from assessments.attempting import save_responses, submit_attempt
from assessments.corrections import Way
from assessments.models import (
    Attempt,
    Mark,
    PaperItem,
    Question,
    Result,
)
from assessments.remarking import (
    RemarkPlan,
    begin_remarking,
    carry_on,
)
from courses.models import CoursePage
from tests import make
from tests.make import DAY, NOON

LATER = NOON + DAY
REASON = "The key of this question was wrong."


def page_with_a_wrong_key():
    """A quiz of four single choice questions; the first has a wrong key."""
    course = make.course(order="free")
    questions = [make.single_choice(code=f"K{n}") for n in range(4)]
    return make.quiz_page(make.module(course), make.quiz(questions), title="Boundaries")


def question_of(page) -> Question:
    return page.quiz.draws.first().question


def sit(page, *, first=0, wrong=0, learner=None, hand_in=True, at=NOON) -> Attempt:
    """A sitting in which the first question gets its option number `first`, as its author
    counts, and the last `wrong` questions get their worst."""
    attempt = make.attempt(
        page=page, enrolment=learner and make.enrolment(learner, course_of(page))
    )
    responses = make.right_responses(attempt)
    by_code = {item.code: item for item in attempt.paper.items}
    responses[by_code["K0"].id] = option(by_code["K0"], first)
    for number in range(4 - wrong, 4):
        responses[by_code[f"K{number}"].id] = option(by_code[f"K{number}"], 2)
    save_responses(attempt, responses, base=0, at=at)
    if hand_in:
        submit_attempt(attempt, base=1, at=at)
    return Attempt.objects.get(pk=attempt.pk)


def course_of(page):
    return CoursePage.objects.ancestor_of(page).get()


def option(item, source):
    return next(o.id for o in item.options if o.source == source)


def correct(question):
    """Publish the question with its last option right in place of its first."""
    question = Question.objects.get(pk=question.pk)
    blocks = [block.value for block in question.options]
    question.options = [
        ("option", {**block, "fraction": opposite["fraction"]})
        for block, opposite in zip(blocks, reversed(blocks), strict=True)
    ]
    question.save()
    question.save_revision().publish()
    return Question.objects.get(pk=question.pk)


def plan_for(page, way=Way.VERSION, **fields):
    return RemarkPlan(way=way, question=question_of(page), **fields)


def run(plan, *, at=LATER, by=None, reason=REASON):
    remarking = begin_remarking(plan, by=by or make.user(), reason=reason, at=at)
    carry_on(remarking, at=at)
    remarking.refresh_from_db()
    return remarking


def outcomes(remarking):
    return dict(remarking.attempts.values_list("attempt", "outcome"))


def snapshot():
    """Every row of evidence that there was, as it was."""
    return [
        list(model.objects.order_by("pk").values()) for model in (PaperItem, Result, Mark, Attempt)
    ]
