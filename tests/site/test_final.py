"""The final that comes with the course: a bank of its own, drawn fairly, and passed honestly."""

from collections import Counter
from random import Random

import pytest
from django.db.models import Count

from assessments.attempting import times_met
from assessments.blueprint import paper_size
from assessments.drawing import draw_paper
from assessments.models import Attempt, Draw, PaperItem, Question, Quiz, QuizPage
from assessments.models.quizzes import Feedback
from certificates.models import Credential
from courses.models import LessonPage
from lms.shipped import demonstration
from lms.shipped.pieces import key_of
from tests import make
from tests.make import NOON

pytestmark = pytest.mark.django_db


@pytest.fixture
def final(shipped_site):
    return QuizPage.objects.get(translation_key=key_of("quiz:final")).quiz


def drawn(final, times_met, seed):
    return draw_paper(
        final.blueprint(),
        pass_percent=final.pass_percent,
        random=Random(seed),
        times_met=times_met,
    ).items


def questions_on(items):
    return list(Question.objects.non_polymorphic().filter(pk__in=[i.question for i in items]))


def test_it_asks_thirty_held_back_questions_by_the_blueprint(final):
    items = drawn(final, {}, 1)
    asked = questions_on(items)
    assert all(question.held_back for question in asked)
    beside = Counter(q.module.code for q in asked if not q.red_line)
    assert beside == {"FPS-1": 2, "FPS-2": 4, "FPS-3": 4, "FPS-4": 3, "FPS-5": 2, "FPS-6": 3}
    red_lines = {"A11", "A30", *(f"A{n}" for n in range(33, 42)), "A58"}
    assert {item.code for item in items if item.red_line} == red_lines
    size = paper_size(final.blueprint(), Question.objects.bank_entries())
    assert (size.questions, size.red_lines) == (30, 12)


def test_all_sixty_of_its_bank_are_there_and_lead_to_the_lesson_to_read_again(shipped_site):
    bank = Question.objects.filter(held_back=True).prefetch_related("competencies", "lesson")
    assert len(bank) == 60
    for question in bank:
        assert question.lesson, question.code
        assert question.competencies.all(), question.code
        question.validate_publishable()
    crisis = Question.objects.get(code="A11")
    assert (crisis.lesson, crisis.lesson_part) == (LessonPage.objects.get(code="4.5"), 1)
    pairs = bank.exclude(pair="").values_list("pair").annotate(of=Count("pk"))
    assert sorted(of for _pair, of in pairs) == [2] * 8


def test_no_other_quiz_that_ships_can_ask_any_of_them(shipped_site, final):
    held_back = [entry for entry in Question.objects.bank_entries() if entry.held_back]
    open_bank = [entry for entry in Question.objects.bank_entries() if not entry.held_back]
    for quiz in Quiz.objects.exclude(pk=final.pk):
        assert not any(row.may_ask(entry) for row in quiz.blueprint() for entry in held_back)
    assert not any(row.may_ask(entry) for row in final.blueprint() for entry in open_bank)


def test_every_paper_of_boundaries_and_of_the_final_carries_the_shipped_red_lines(shipped_site):
    sizes = {
        piece: paper_size(quiz.blueprint(), Question.objects.bank_entries())
        for piece in ("FPS-1", "FPS-4", "FPS-6", "final")
        for quiz in [QuizPage.objects.get(translation_key=key_of(f"quiz:{piece}")).quiz]
    }
    assert {piece: (size.questions, size.red_lines) for piece, size in sizes.items()} == {
        "FPS-1": (8, 0),
        "FPS-4": (12, 6),
        "FPS-6": (10, 0),
        "final": (30, 12),
    }
    red_lines = Question.objects.filter(red_line=True)
    assert all(question.retry_text and question.lesson for question in red_lines)
    lessons = {question.lesson.code for question in red_lines}
    assert lessons == {"1.2", "4.3", "4.4", "4.5", "6.5"}


def test_module_quizzes_ship_with_what_fits_shown_once_passed_and_promise_no_time(
    shipped_site, final
):
    others = Quiz.objects.exclude(pk=final.pk)
    assert set(others.values_list("feedback", flat=True)) == {Feedback.AFTER_PASSING}
    assert (final.feedback, final.held_back) == (Feedback.SKILLS, True)
    for page in QuizPage.objects.all():
        assert "time limit" not in page.introduction


@pytest.mark.parametrize("seed", range(5))
def test_nobody_meets_a_question_twice_while_one_is_left_that_they_have_not_met(final, seed):
    """Red lines excepted. It holds row by row, over as many papers as a person ever sits."""
    met = Counter()
    rows = [row for row in final.blueprint() if row.is_random]
    entries = Question.objects.bank_entries()
    red_lines = {entry.question for entry in entries if entry.red_line}
    for paper in range(6):
        before = dict(met)
        chosen = [item.question for item in drawn(final, met, 100 * seed + paper)]
        for row in rows:
            pool = {e.question for e in entries if row.may_ask(e)} - red_lines
            on_paper = pool.intersection(chosen)
            seldom = min(before.get(question, 0) for question in pool)
            least = {question for question in pool if before.get(question, 0) == seldom}
            assert len(on_paper & least) == min(len(least), row.count)
        met.update(chosen)


@pytest.mark.parametrize("seed", range(20))
def test_of_a_pair_a_first_paper_asks_only_one(final, seed):
    pairs = Counter(q.pair for q in questions_on(drawn(final, {}, seed)) if q.pair)
    assert set(pairs.values()) <= {1}


def test_what_was_met_on_an_earlier_run_of_the_course_counts_as_met(final):
    page = final.pages.get()
    learner = make.user()
    course = page.get_parent().specific
    first = make.enrolment(learner, course)
    paper = draw_paper(
        final.blueprint(), pass_percent=final.pass_percent, random=Random(1), times_met={}
    )
    attempt = Attempt.objects.create(
        enrolment=first, quiz=final, number=1, pass_percent=75, started_at=NOON
    )
    PaperItem.objects.add_paper(attempt, paper.items)
    type(first).objects.filter(pk=first.pk).update(withdrawn_at=NOON)
    assert times_met(learner.pk) == {item.question: 1 for item in paper.items}


def test_the_graduate_of_the_demonstration_passes_it_honestly(shipped_site):
    demonstration.make(at=NOON)
    graduate = demonstration.User.objects.get(email="graduate@peerwork.example")
    attempt = Attempt.objects.get(enrolment__learner=graduate, quiz__held_back=True)
    result = attempt.results.get()
    assert (result.passed, result.red_lines, result.red_lines_missed) == (True, 12, 0)
    assert Credential.objects.filter(holder=graduate).exists()


def test_rows_of_the_final_read_their_quiz(final):
    """A row of another quiz with the same words would ask none of them."""
    row = final.draws.exclude(module=None).first()
    twin = Draw(quiz=Quiz(title="Practice"), module=row.module, count=row.count).row()
    entries = [e for e in Question.objects.bank_entries() if row.row().may_ask(e)]
    assert entries
    assert not any(twin.may_ask(entry) for entry in entries)
