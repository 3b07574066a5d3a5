"""What is done inside the site's own process, such as `python -m bench.inside people`.

Each prints one JSON object. The environment says which site, as it does to `manage.py`.
"""

from __future__ import annotations

import json
import statistics
import sys
from collections.abc import Callable
from datetime import timedelta
from time import perf_counter, process_time
from typing import Any

import django

django.setup()

# Models can only be imported once Django is ready, which as a script we have to see to.
from allauth.account.models import EmailAddress  # noqa: E402  Django is set up above
from django.conf import settings  # noqa: E402  Django is set up above
from django.db import connection  # noqa: E402  Django is set up above
from django.test import Client  # noqa: E402  Django is set up above
from django.test.utils import CaptureQueriesContext  # noqa: E402  Django is set up above
from django.urls import reverse  # noqa: E402  Django is set up above
from django.utils import timezone  # noqa: E402  Django is set up above

from assessments.models import QuizPage  # noqa: E402  Django is set up above
from bench import caches, calls, certifying, grown  # noqa: E402  Django is set up above
from bench.client import Answer  # noqa: E402  Django is set up above
from certificates.badges.addresses import key_address  # noqa: E402  Django is set up above
from certificates.badges.documents import jwt_claims  # noqa: E402  Django is set up above
from certificates.badges.making import make_badge, signed_document  # noqa: E402  Django is set up above
from certificates.badges.texts import parsed, serialised  # noqa: E402  Django is set up above
from certificates.badges.tokens import signed_jwt  # noqa: E402  Django is set up above
from certificates.models import Badge, Credential  # noqa: E402  Django is set up above
from certificates.pdf import render_certificate  # noqa: E402  Django is set up above
from certificates.preparing import public_url  # noqa: E402  Django is set up above
from certificates.sealing.sealing import seal  # noqa: E402  Django is set up above
from courses.models import Completion, CoursePage, Enrolment, Opening  # noqa: E402  Django is set up above
from courses.outlines import outline_of  # noqa: E402  Django is set up above
from people.models import User  # noqa: E402  Django is set up above

LEARNERS = 200
DOMAIN = "bench.example"
PASSWORD = "a-long-walk-by-the-sea"
QUESTIONS = 10


def people() -> dict[str, Any]:
    """A class of learners half way through the course, and where everything is.

    Each has finished the first module and the lessons of the second, so its quiz is open.
    """
    course = CoursePage.objects.live().filter(locale__language_code="en").get()
    outline = outline_of(course)
    first, second = outline.modules[:2]
    lesson, quiz = (
        second.lessons[0],
        next(step for step in second.steps if step.kind.name == "quiz"),
    )
    talk = next(step for step in first.steps if step.kind.name == "conversation")
    make_repeatable(QuizPage.objects.get(pk=quiz.page_id))
    make_learners(course, [first, *first.steps, *second.lessons], [first, second])
    graduate = User.objects.get(email="graduate@peerwork.example")
    credential = Credential.objects.get(holder=graduate)
    learners = User.objects.filter(email__endswith="@" + DOMAIN).order_by("pk")
    return {
        "learners": [session_of(learner) for learner in learners],
        "emails": [learner.email for learner in learners],
        "password": PASSWORD,
        "graduate": session_of(graduate),
        "home": "/",
        "course": path_of(outline.url),
        "catalogue": path_of(course.get_parent().url),
        "course_title": outline.title,
        "lesson": path_of(lesson.url),
        "quiz": path_of(quiz.url),
        "conversation": path_of(talk.url),
        "begin": reverse("practice:start", args=[talk.key]),
        "start": reverse("assessments:start_attempt", args=[quiz.key]),
        "verify": reverse("certificates:verify_number", args=[credential.number]),
        "number": credential.number,
        "name": credential.name,
        "pdf": reverse("certificates:pdf", args=[credential.number]),
    }


def opened() -> dict[str, Any]:
    """A paper and a conversation that the last learner has begun, and the graduate's certificate."""
    facts = json.load(sys.stdin)
    learner = Client(headers={"host": settings.BASE_URL.split("://", 1)[1]})
    learner.cookies.load(facts["learners"][-1])
    play = learner.post(facts["begin"])["Location"]
    # One reply in, it shows what was said before and how the person took it.
    assert learner.post(play, dict(Answer(200, {}, learner.get(play).content).turn()))
    return {
        "paper": learner.post(facts["start"])["Location"],
        "play": play,
        "held": reverse("certificates:held", args=[facts["number"]]),
    }


def make_repeatable(page: QuizPage) -> None:
    """The quiz as shipped, of ten questions, that one may sit again and again, and pass.

    Passing costs more than not passing: what it completes is worked out and recorded.
    """
    quiz = page.quiz
    quiz.attempts_allowed, quiz.wait_minutes, quiz.pass_percent = None, 0, 0
    quiz.save()
    count = sum(quiz.draws.values_list("count", flat=True))
    assert count == QUESTIONS, f"{page.title} asks {count} questions."


def make_learners(course: CoursePage, done: list[Any], opened: list[Any]) -> None:
    now = timezone.now()
    model = User(email="-")
    model.set_password(PASSWORD)
    learners = User.objects.bulk_create(
        User(email=f"{number}@{DOMAIN}", full_name=f"Learner {number}", password=model.password)
        for number in range(LEARNERS)
    )
    EmailAddress.objects.bulk_create(
        EmailAddress(user=learner, email=learner.email, verified=True, primary=True)
        for learner in learners
    )
    enrolments = Enrolment.objects.bulk_create(
        Enrolment(
            learner=learner,
            course=course,
            course_key=course.translation_key,
            enrolled_at=now - timedelta(days=30),
        )
        for learner in learners
    )
    Completion.objects.bulk_create(
        Completion(enrolment=enrolment, page_id=step.page_id, page_key=step.key, completed_at=now)
        for enrolment in enrolments
        for step in done
    )
    Opening.objects.bulk_create(
        Opening(enrolment=enrolment, page_key=step.key, opened_at=now)
        for enrolment in enrolments
        for step in opened
    )


def session_of(person: User) -> dict[str, str]:
    """The cookie of somebody who has signed in."""
    client = Client()
    client.force_login(person)
    name = settings.SESSION_COOKIE_NAME
    return {name: client.cookies[name].value}


def path_of(url: str) -> str:
    return "/" + url.split("://", 1)[-1].partition("/")[2]


def queries() -> dict[str, int]:
    """How many queries each request makes, once what is published has been read."""
    facts = json.load(sys.stdin)
    visitor, learner, graduate = Client(), Client(), Client()
    learner.cookies.load(facts["learners"][-1])
    graduate.cookies.load(facts["graduate"])
    # The site must see a page asked for under its own host.
    for client in (visitor, learner, graduate):
        client.defaults["HTTP_HOST"] = settings.BASE_URL.split("://", 1)[1]
    pages = {
        "home": (visitor, facts["home"]),
        "course": (visitor, facts["course"]),
        "lesson": (learner, facts["lesson"]),
        "learn": (learner, "/learn/"),
        "quiz": (learner, facts["quiz"]),
        "verify": (visitor, facts["verify"]),
        "pdf": (graduate, facts["pdf"]),
    }
    counts = {name: queries_of(client.get, path) for name, (client, path) in pages.items()}
    counts["held"] = queries_of(graduate.get, reverse("certificates:held", args=[facts["number"]]))
    return counts | {"turn": turn_queries(learner, facts)} | attempt_queries(learner, facts)


def turn_queries(learner: Client, facts: dict[str, Any]) -> int:
    """Those of one reply and the page that it leads to, once one was given."""
    play = learner.post(facts["begin"], {"afresh": "1"})["Location"]
    for _ in range(2):
        moment = Answer(200, {}, learner.get(play).content)
        with CaptureQueriesContext(connection) as caught:
            assert learner.post(play, dict(moment.turn())).status_code == 303
            assert learner.get(play).status_code == 200
    return len(caught)


def attempt_queries(learner: Client, facts: dict[str, Any]) -> dict[str, int]:
    counts = {"introduction": queries_of(learner.get, facts["quiz"])}
    with CaptureQueriesContext(connection) as caught:
        page = learner.post(facts["start"])["Location"]
    counts["start"] = len(caught)
    counts["paper"] = queries_of(learner.get, page)
    paper = Answer(200, {}, learner.get(page).content)
    for name, nth in (("one save", 0), ("autosave", 1)):
        fields: dict[str, list[str]] = {"base": [str(nth)]}
        for key, value in paper.choices(nth=nth):
            fields.setdefault(key, []).append(value)
        with CaptureQueriesContext(connection) as caught:
            assert learner.post(page + "save/", fields).status_code == 200
        counts[name] = len(caught)
    counts["summary"] = queries_of(learner.get, page + "finish/")
    with CaptureQueriesContext(connection) as caught:
        assert learner.post(page + "submit/", {"base": "2"}).status_code == 303
    counts["submit"] = len(caught)
    counts["result"] = queries_of(learner.get, page + "result/")
    once = ("introduction", "start", "paper", "one save", "summary", "submit", "result")
    counts["attempt"] = sum(counts[name] for name in once)
    return counts


def queries_of(get: Any, path: str) -> int:
    get(path)
    with CaptureQueriesContext(connection) as caught:
        response = get(path)
    assert response.status_code == 200, (path, response.status_code)
    return len(caught)


def certificate() -> dict[str, float]:
    """How long one certificate takes to sign, draw and seal, in milliseconds, once the first was."""
    credential = Credential.objects.select_related("issuer", "mark").get(
        holder__email="graduate@peerwork.example"
    )
    make_badge(credential, at=timezone.now())
    badge = credential.badges.select_related("key").latest("made_at")
    seconds, cpu = [], []
    for _ in range(12):
        began, worked = perf_counter(), process_time()
        address = public_url(credential)
        credential.attached = signed_anew(badge)
        drawn = seal(
            render_certificate(credential, verify_url=address),
            number=credential.number,
            address=address,
            at=timezone.now(),
        )
        seconds.append(perf_counter() - began)
        cpu.append(process_time() - worked)
        assert drawn.content.startswith(b"%PDF-")
        assert drawn.key is not None
        assert b"/EmbeddedFile" in drawn.content
    warm = sorted(seconds[2:])
    return {
        "p50": statistics.median(warm) * 1000,
        "p95": warm[-1] * 1000,
        "cpu": statistics.median(cpu[2:]) * 1000,
    }


def signed_anew(badge: Badge) -> Badge:
    """What the worker signs before it draws: the badge as JSON and as a token. Nothing is stored."""
    unsigned = parsed(badge.document)
    del unsigned["proof"]
    did = unsigned["issuer"]["id"]
    at = timezone.now()
    signed = signed_document(unsigned, badge.key, did, at=at)
    token = signed_jwt(jwt_claims(unsigned), badge.key, kid=key_address(did, badge.key))
    return Badge(document=serialised(signed), jwt=token, made_at=at)


def each_cache() -> dict[str, dict[str, float]]:
    """What each page costs with every cache on, with each off alone, and with all off."""
    caches.use_selective_cache()
    return caches.measure(json.load(sys.stdin))


def each_call() -> dict[str, float]:
    """How many functions are called for each act."""
    return calls.measure(json.load(sys.stdin))


def each_list() -> dict[str, dict[str, float]]:
    """What each page costs that could grow with the number of learners."""
    return grown.measure(json.load(sys.stdin))


def of_certificates(measure: Callable[[int], Any]) -> Callable[[], Any]:
    """The same, of as many certificates as whoever asks says."""
    return lambda: measure(json.load(sys.stdin)["count"])


if __name__ == "__main__":
    tasks = {
        "people": people,
        "queries": queries,
        "opened": opened,
        "certificate": certificate,
        "caches": each_cache,
        "calls": each_call,
        "grown": each_list,
        "issue": of_certificates(certifying.issue),
        "made": of_certificates(certifying.wait_until_made),
        "checks": of_certificates(certifying.measure_checks),
    }
    print(json.dumps(tasks[sys.argv[1]]()))
