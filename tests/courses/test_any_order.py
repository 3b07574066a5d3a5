"""Whatever is called in whatever order, the rules hold (Q16)."""

from __future__ import annotations

import random
from decimal import Decimal
from uuid import uuid4

import pytest
import time_machine
from django.urls import reverse

from assessments.models import Attempt, PaperItem, QuizPage, ResponseStep, Result
from courses.models import Completion, CoursePage, Enrolment, LessonPage, Opening
from courses.outlines import progress_of
from tests import make
from tests.courses.reading import reflecting_lesson, signed_in
from tests.make import DAY, HOUR, NOON

pytestmark = pytest.mark.django_db


class Walk:
    """A learner, or a script of theirs, who calls anything at any moment."""

    calls = [
        "enrol", "withdraw", "ends", "look", "finish_lesson", "reflect", "start", "start", "save",
        "page", "finish", "submit", "submit", "result",
    ]  # fmt: skip

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.course = make.course(order="in_order")
        for _ in range(2):
            module = make.module(self.course)
            reflecting_lesson(module)
            quiz = make.quiz([make.true_false()], attempts_allowed=2, pass_percent=Decimal(50))
            make.quiz_page(module, quiz)
        make.edition(self.course)
        self.course = CoursePage.objects.get(pk=self.course.pk)
        self.lessons = list(LessonPage.objects.descendant_of(self.course).order_by("path"))
        self.quizzes = list(QuizPage.objects.descendant_of(self.course).order_by("path"))
        self.learner = make.user()
        self.browser = signed_in(self.learner)
        self.now = NOON

    def one_of(self, choices):
        return self.random.choice(list(choices))

    def an_attempt(self):
        attempts = list(Attempt.objects.filter(enrolment__learner=self.learner))
        return self.one_of(attempts) if attempts else None

    def step(self):
        name = self.one_of(self.calls)
        return name, getattr(self, name)()

    def enrol(self):
        return self.browser.post(reverse("courses:enrol"), {"course": self.course.pk})

    def withdraw(self):
        place = Enrolment.objects.filter(learner=self.learner).first()
        key = place.pk if place and self.random.random() < 0.5 else uuid4()
        return self.browser.post(reverse("courses:withdraw", args=[key]))

    def ends(self):
        """An administrator moves the end of the place, or takes it away."""
        end = self.one_of([None, None, None, self.now - HOUR, self.now + DAY])
        Enrolment.objects.filter(learner=self.learner).update(ends_at=end)
        return self.browser.get("/learn/")

    def look(self):
        page = self.one_of([self.course, *self.lessons, *self.quizzes])
        return self.browser.get(page.url)

    def finish_lesson(self):
        return self.browser.post(
            reverse("courses:complete_lesson"), {"lesson": self.one_of(self.lessons).pk}
        )

    def reflect(self):
        lesson = self.one_of(self.lessons)
        return self.browser.post(
            reverse("courses:save_reflection"),
            {
                "lesson": lesson.pk,
                "block": lesson.body[1].id,
                f"text-{lesson.body[1].id}": self.one_of(["", "a", "b"]),
                f"number-{lesson.body[1].id}": self.one_of([0, 1, 2]),
            },
        )

    def start(self):
        key = self.one_of(self.quizzes).translation_key
        return self.browser.post(reverse("assessments:start_attempt", args=[key]))

    def on_an_attempt(self, name, *, post):
        attempt = self.an_attempt()
        url = reverse(name, args=[attempt.pk if attempt else uuid4()])
        if not post:
            return self.browser.get(url)
        form = {"base": self.one_of(["0", "1", "2", "", "-1", "x"])}
        if attempt:
            form["base"] = self.one_of([form["base"], attempt.save_number, attempt.save_number])
            if self.random.random() < 0.7:
                form = make.paper_form(attempt, make.right_responses(attempt), **form)
        return self.browser.post(url, form)

    def save(self):
        return self.on_an_attempt("assessments:save_attempt", post=True)

    def page(self):
        return self.on_an_attempt("assessments:attempt", post=self.random.random() < 0.5)

    def submit(self):
        return self.on_an_attempt("assessments:submit", post=True)

    def finish(self):
        return self.on_an_attempt("assessments:finish", post=False)

    def result(self):
        return self.on_an_attempt("assessments:result", post=False)


def evidence():
    """What was ever recorded; it may grow and never shrinks or changes."""
    return {
        "completions": set(Completion.objects.values_list("page_key", "completed_at")),
        "openings": set(Opening.objects.values_list("page_key", "opened_at")),
        "results": set(Result.objects.values_list("attempt_id", "score", "passed", "marked_at")),
        "responses": set(ResponseStep.objects.values_list("item", "number", "at", "state")),
        "papers": set(PaperItem.objects.values_list("attempt_id", "place", "key", "revision")),
        "handed in": set(
            Attempt.objects.exclude(submitted_at=None).values_list(
                "pk", "submitted_at", "save_number"
            )
        ),
    }


def hold_the_rules(walk, was_open, before, after):
    for name, rows in before.items():
        assert rows <= after[name], f"{name} was taken back"
    if not was_open:
        assert after == before, "something was recorded on a closed place"
    assert Enrolment.objects.filter(learner=walk.learner).count() <= 1
    done = {key for key, _ in after["completions"]}
    first, second = walk.course.get_children().order_by("path")
    if second.translation_key in {key for key, _ in after["openings"]}:
        assert first.translation_key in done, "the second module opened before its time"
    for quiz_page in walk.quizzes:
        attempts = Attempt.objects.filter(quiz=quiz_page.quiz)
        assert attempts.open().count() <= 1
        assert attempts.count() <= 2
        passed = Result.objects.filter(attempt__quiz=quiz_page.quiz, passed=True).exists()
        assert (quiz_page.translation_key in done) == passed
    assert Result.objects.count() == Attempt.objects.exclude(submitted_at=None).count()
    for attempt in Attempt.objects.exclude(submitted_at=None):
        late = ResponseStep.objects.filter(item__attempt=attempt, at__gt=attempt.submitted_at)
        assert not late.exists()
    if (place := Enrolment.objects.filter(learner=walk.learner).first()) is not None:
        assert progress_of(place).is_complete == (walk.course.translation_key in done)


@pytest.mark.parametrize("seed", range(4))
def test_calling_anything_in_any_order_stays_within_the_rules(seed):
    with time_machine.travel(NOON, tick=False) as clock:
        walk = Walk(seed)
        replies = set()
        for _ in range(70):
            walk.now += HOUR
            clock.move_to(walk.now)
            was_open = Enrolment.objects.filter(learner=walk.learner).open(walk.now).exists()
            before = evidence()
            name, response = walk.step()
            assert response.status_code < 500, name
            if name == "enrol":
                was_open = Enrolment.objects.filter(learner=walk.learner).open(walk.now).exists()
            hold_the_rules(walk, was_open, before, evidence())
            replies.add((name, response.status_code))
        assert len(replies) > 8
