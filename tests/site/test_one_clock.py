"""Every deadline is read from one clock, the site's own; the database's is never mixed in.

Two machines of one site whose clocks differ by more than two seconds say so at /readyz
(deploy/health.py), and a grace of a minute lies between what a page says and what is refused.
"""

from __future__ import annotations

import ast
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings

from assessments.attempting import hand_in_overdue, start_attempt, submit_attempt
from assessments.models import Attempt
from assessments.terms import GRACE
from courses.models import Enrolment
from tests import make
from tests.make import NOON

APPS = ("people", "courses", "assessments", "practice", "certificates", "lms", "deploy")

OF_THE_DATABASE = {"Now", "CurrentTimestamp", "TransactionNow"}
IN_WORDS = ("clock_timestamp", "current_timestamp", "statement_timestamp", "now()")

MAY_READ_IT = {
    "courses/fates.py": "when an erased person's place ended, by which nothing is decided",
    "deploy/health.py": "it compares the two clocks",
}


def clocks_read_in(tree):
    """The ways in which code asks a database for the time."""
    for node in ast.walk(tree):
        name = getattr(node, "id", None) or getattr(node, "attr", None)
        if name in OF_THE_DATABASE:
            yield name
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            text = node.value.lower()
            if "select" in text or "update " in text or "where" in text:
                yield from (words for words in IN_WORDS if words in text)


def test_no_code_of_ours_reads_the_clock_of_the_database():
    readers = set()
    for app in APPS:
        for path in (Path(settings.BASE_DIR) / app).rglob("*.py"):
            if "migrations" not in path.parts and any(clocks_read_in(ast.parse(path.read_text()))):
                readers.add(str(path.relative_to(settings.BASE_DIR)))
    assert readers == set(MAY_READ_IT)


def test_what_reads_a_clock_is_seen():
    for code in (
        "f(Now())",
        "functions.Now()",
        "run('SELECT now()')",
        "x = 'UPDATE t SET a=now()'",
    ):
        assert list(clocks_read_in(ast.parse(code))), code
    assert not list(clocks_read_in(ast.parse("timezone.now()")))


@pytest.fixture
def place(db):
    page = make.quiz_page(make.module(make.course()), make.quiz(time_limit_minutes=10))
    return make.enrolment(course=page.get_parent().get_parent().specific), page


class TestAClockThatIsSetBack:
    """A machine is told the right time, and it is five minutes earlier than it thought."""

    BACK = timedelta(minutes=5)

    @pytest.fixture
    def attempt(self, place):
        enrolment, page = place
        return start_attempt(enrolment, page, at=NOON)

    def test_what_was_begun_is_neither_ended_nor_begun_again(self, attempt, place):
        enrolment, page = place
        again = start_attempt(enrolment, page, at=NOON - self.BACK)
        assert again.pk == attempt.pk
        assert hand_in_overdue(attempt, at=NOON - self.BACK) is None
        assert Attempt.objects.get().is_open

    def test_it_ends_when_its_time_is_up_by_the_clock_and_not_before(self, attempt):
        limit = NOON + timedelta(minutes=10) + GRACE
        assert hand_in_overdue(attempt, at=limit) is None
        assert hand_in_overdue(attempt, at=limit + timedelta(seconds=1)) is not None
        assert hand_in_overdue(attempt, at=limit - self.BACK) is None
        assert not Attempt.objects.get().is_open

    def test_what_is_handed_in_by_it_counts(self, attempt):
        result = submit_attempt(attempt, base=0, at=NOON - self.BACK)
        assert result.attempt_id == attempt.pk
        assert not Attempt.objects.get().is_open

    def test_a_place_is_not_open_and_over_by_two_clocks(self, place):
        enrolment, _page = place
        Enrolment.objects.filter(pk=enrolment.pk).update(ends_at=NOON)
        assert Enrolment.objects.open(NOON - self.BACK).filter(pk=enrolment.pk).exists()
        assert not Enrolment.objects.open(NOON + self.BACK).filter(pk=enrolment.pk).exists()
