"""What a page costs on a site with ten thousand learners, beside what it costs on an empty one.

`make bench ARGS=grown`. Each page is asked for in one process, without a server or a socket, and
the figure is the least of some rounds, of processor time: on PostgreSQL that of the process which
answers the connection is added. It works alone there, so that its time is all there is.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from time import process_time
from typing import Any

from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from assessments.models import Attempt, Question, Quiz
from certificates.models import Credential
from certificates.standing import Standing
from courses.models import CoursePage
from lms.sweeping import sweep
from people.models import User

ROUNDS = 9

Act = Callable[[], object]
Clock = Callable[[], float]


def measure(facts: dict[str, Any]) -> dict[str, dict[str, float]]:
    """Milliseconds and queries of each act, by name."""
    settings.STAFF_NEED_SECOND_FACTOR = False
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            # As it does by itself, while there is nothing else to do.
            cursor.execute("VACUUM ANALYZE")
            cursor.execute("SET max_parallel_workers_per_gather = 0")
    clock = processor_time()
    return {name: figures_of(act, clock) for name, act in acts(facts).items()}


def processor_time() -> Clock:
    """Seconds of processor time so far, of this process and of the one that answers it."""
    if connection.vendor == "sqlite":
        return process_time
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (pid,) = cursor.fetchone()
    # The first figure is the nanoseconds on a processor (proc(5)).
    spent = Path(f"/proc/{pid}/schedstat")
    return lambda: process_time() + int(spent.read_text().split()[0]) / 1e9


def figures_of(act: Act, clock: Clock) -> dict[str, float]:
    act()
    with CaptureQueriesContext(connection) as caught:
        act()
    queries = len(caught)
    times = []
    for _ in range(ROUNDS):
        began = clock()
        act()
        times.append((clock() - began) * 1000)
    return {"ms": min(times), "queries": queries}


def acts(facts: dict[str, Any]) -> dict[str, Act]:
    """What is measured: pages for a learner and a visitor, lists for staff, and the sweep."""
    learner, visitor, staff = client(), client(), client()
    learner.cookies.load(facts["learners"][-1])
    staff.force_login(User.objects.get(email="admin@peerwork.example"))
    pages = {
        "lesson": page(learner, facts["lesson"]),
        "learner's page": page(learner, "/learn/"),
        "quiz introduction": page(learner, facts["quiz"]),
        "verify": page(visitor, facts["verify"]),
    }
    lists = {f"staff: {name}": page(staff, path) for name, path in staff_addresses().items()}
    return pages | lists | {"sweep, nothing owed": lambda: sweep(timezone.now, dry_run=True)}


def client() -> Client:
    return Client(headers={"host": settings.BASE_URL.split("://", 1)[1]})


def page(browser: Client, path: str) -> Act:
    def get_page() -> None:
        response = browser.get(path)
        assert response.status_code in {200, 302}, (path, response.status_code)

    return get_page


def staff_addresses() -> dict[str, str]:
    """Every list that grows with the learners, with its filters, and each page about one of them."""
    return {
        "front": reverse("wagtailadmin_home"),
        **lists_of_learners(),
        **lists_of_tries(),
        **lists_of_credentials(),
        **pages_of_content(),
        "people": reverse("wagtailusers_users:index"),
        "people, by name": reverse("wagtailusers_users:index") + "?q=amara",
    }


def lists_of_learners() -> dict[str, str]:
    learners = reverse("learners:index")
    person = Attempt.objects.counted().select_related("enrolment").latest("started_at").enrolment
    return {
        "learners": learners,
        "learners, last page": f"{learners}?p={User.objects.count() // 60 + 1}",
        "learners, by name": f"{learners}?q=amara",
        "learners, complete": f"{learners}?state=complete",
        "learners, under way": f"{learners}?state=under_way",
        "learners, quiet": f"{learners}?seen=quiet",
        "learners, by last seen": f"{learners}?ordering=seen_at",
        "one learner": reverse("learners:learner", args=[person.learner_id]),
    }


def lists_of_tries() -> dict[str, str]:
    tries = reverse("attempts:index")
    attempt = Attempt.objects.counted().filter(state="handed_in").latest("started_at")
    return {
        "tries": tries,
        "tries, page 100": f"{tries}?p=100",
        "tries, by name": f"{tries}?q=amara",
        "tries, of a quiz": f"{tries}?quiz={attempt.quiz_id}",
        "tries, nearly there": f"{tries}?outcome=waiting",
        "tries, talk": f"{tries}?outcome=talk",
        "tries, passed": f"{tries}?outcome=passed",
        "one try": reverse("attempts:inspect", args=[attempt.pk]),
    }


def lists_of_credentials() -> dict[str, str]:
    register = reverse("credentials:index")
    credential = Credential.objects.latest("issued_at")
    return {
        "register": register,
        "register, page 100": f"{register}?p=100",
        "register, by name": f"{register}?q=amara",
        "register, by number": f"{register}?q={credential.number}",
        "register, of a year": f"{register}?year={credential.issued_on.year}",
        **{
            f"register, {standing.value}": f"{register}?standing={standing.value}"
            for standing in Standing
        },
        "one credential": reverse("credentials:inspect", args=[credential.pk]),
    }


def pages_of_content() -> dict[str, str]:
    """What rests on a quiz, a question or a course is counted before it is deleted."""
    attempt = Attempt.objects.counted().filter(state="handed_in").latest("started_at")
    quiz, question = attempt.quiz, attempt.items.first().question  # type: ignore[union-attr]
    course = CoursePage.objects.live().first()
    assert isinstance(question, Question)
    assert course is not None
    of_quiz, of_question = Quiz.snippet_viewset, type(question).snippet_viewset
    return {
        "quizzes": reverse(of_quiz.get_url_name("list")),
        "question bank": reverse("questions:index"),
        "usage of a question": reverse(of_question.get_url_name("usage"), args=[question.pk]),
        "re-mark a question": reverse("remarking:question", args=[question.pk]),
        "delete a quiz": reverse(of_quiz.get_url_name("delete"), args=[quiz.pk]),
        "delete a question": reverse(of_question.get_url_name("delete"), args=[question.pk]),
        "delete a course": reverse("wagtailadmin_pages:delete", args=[course.pk]),
    }
