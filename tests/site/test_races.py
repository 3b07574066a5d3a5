"""Many at once, over HTTP, against the production server: one result, one place, one credential."""

from __future__ import annotations

import subprocess
import sys
import textwrap

import pytest

from tests.servers import ROOT
from tests.site.clients import SIGN_IN, Client, all_at_once

pytestmark = pytest.mark.race

LEARNER = (
    SIGN_IN
    + """
from django.utils import timezone
from assessments.attempting import save_responses, start_attempt, submit_attempt
from courses.enrolling import complete_lesson, enrol
from assessments.models import Attempt, QuizPage, ResponseStep, Result
from courses.models import CoursePage, Enrolment, LessonPage
from courses.outlines import outline_of
from lms.shipped.demonstration import take
from lms.shipped.pieces import key_of

def learner(email, full_name="Ada Okafor"):
    user, _ = User.objects.get_or_create(email=email, defaults={"full_name": full_name})
    return user

def place(user):
    return enrol(user, CoursePage.objects.get(translation_key=key_of("course"), locale__language_code="en"), at=timezone.now())

def open_quiz(user, piece="quiz:FPS-1"):
    page = QuizPage.objects.get(translation_key=key_of(piece), locale__language_code="en")
    return start_attempt(place(user), page, at=timezone.now())
"""
)


@pytest.fixture
def client(site_server):
    def client(email):
        key = site_server.ask(
            LEARNER + "learner(arguments[0]); answer = session_of(arguments[0])", email
        )
        return Client(site_server.port, key)

    return client


def test_fifty_submissions_of_one_attempt_give_one_result(site_server, client):
    ada = client("submits@peerwork.example")
    attempt = site_server.ask(
        LEARNER
        + """
attempt = open_quiz(learner(arguments[0]))
responses = {item.id: item.right_response() for item in attempt.paper.items}
saved = save_responses(attempt, responses, base=0, at=timezone.now())
answer = {"id": attempt.pk, "base": saved.number}
""",
        "submits@peerwork.example",
    )
    address = f"/quizzes/{attempt['id']}/submit/"
    replies = all_at_once([lambda: ada.post(address, base=attempt["base"])] * 50)
    later = ada.post(address, base=attempt["base"])
    assert {reply.status // 100 for reply in replies} == {3}
    assert {reply.location for reply in [*replies, later]} == {f"/quizzes/{attempt['id']}/result/"}
    results = site_server.ask(
        LEARNER
        + "answer = list(Result.objects.filter(attempt=arguments[0]).values_list('number', 'passed'))",
        attempt["id"],
    )
    assert results == [[1, True]]


def test_fifty_starts_open_one_attempt_that_all_land_on(site_server, client):
    ada = client("starts@peerwork.example")
    page = site_server.ask(
        LEARNER + "place(learner(arguments[0])); answer = key_of('quiz:FPS-1')",
        "starts@peerwork.example",
    )
    replies = all_at_once([lambda: ada.post(f"/quizzes/start/{page}/")] * 50)
    assert {reply.status // 100 for reply in replies} == {3}
    assert len({reply.location for reply in replies}) == 1
    count = "answer = Attempt.objects.filter(enrolment__learner__email=arguments[0]).count()"
    assert site_server.ask(LEARNER + count, "starts@peerwork.example") == 1


def test_a_limit_of_three_holds_against_thirty_at_once(fresh_site_server):
    key, page = fresh_site_server.ask(
        LEARNER
        + """
place(learner(arguments[0]))
page = QuizPage.objects.select_related("quiz").get(translation_key=key_of("quiz:FPS-1"), locale__language_code="en")
page.quiz.attempts_allowed = 3
page.quiz.save()
answer = [session_of(arguments[0]), page.translation_key]
""",
        "limit@peerwork.example",
    )
    ada = Client(fresh_site_server.port, key)

    def start_and_submit():
        statuses = []
        for _ in range(2):
            started = ada.post(f"/quizzes/start/{page}/")
            statuses.append(started.status)
            if started.location.startswith("/quizzes/"):
                submitted = ada.post(f"{started.location}submit/", base=0)
                statuses.append(submitted.status)
        return statuses

    statuses = {status for pair in all_at_once([start_and_submit] * 30) for status in pair}
    assert all(status < 500 for status in statuses)
    count = "answer = Attempt.objects.filter(enrolment__learner__email=arguments[0]).count()"
    assert fresh_site_server.ask(LEARNER + count, "limit@peerwork.example") == 3


def test_nothing_is_stored_later_than_the_hand_in(site_server, client):
    ada = client("saves@peerwork.example")
    attempt = site_server.ask(
        LEARNER
        + """
attempt = open_quiz(learner(arguments[0]))
item = next(i for i in attempt.paper.items if i.kind in {"single_choice", "true_false"})
answer = {"id": attempt.pk, "field": item.field_name, "options": [o.id for o in item.options]}
""",
        "saves@peerwork.example",
    )
    save, submit = f"/quizzes/{attempt['id']}/save/", f"/quizzes/{attempt['id']}/submit/"

    def saving(number):
        chosen = attempt["options"][number % len(attempt["options"])]
        return lambda: ada.post(save, base=number // 40, **{attempt["field"]: chosen})

    def handing_in():
        for base in range(8):
            reply = ada.post(submit, base=base)
            if reply.status // 100 == 3:
                return reply
        return reply

    calls = [saving(number) for number in range(100)]
    calls.insert(60, handing_in)
    replies = all_at_once(calls)
    assert all(reply.status < 500 for reply in replies)
    late = site_server.ask(
        LEARNER
        + """
attempt = Attempt.objects.get(pk=arguments[0])
if attempt.submitted_at is None:
    submit_attempt(attempt, base=attempt.save_number, at=timezone.now())
    attempt.refresh_from_db()
steps = ResponseStep.objects.filter(item__attempt=attempt)
numbers = sorted(steps.values_list("number", flat=True))
answer = [steps.filter(at__gt=attempt.submitted_at).count(), numbers, attempt.save_number]
""",
        attempt["id"],
    )
    assert late[0] == 0
    assert late[1] == list(range(1, late[2] + 1))


def test_enrolling_and_finishing_fifty_times_at_once_is_done_once(site_server, client):
    ada = client("enrols@peerwork.example")
    course, lesson = site_server.ask(
        LEARNER
        + """
answer = [
    CoursePage.objects.get(translation_key=key_of("course"), locale__language_code="en").pk,
    LessonPage.objects.get(translation_key=key_of("lesson:1.1"), locale__language_code="en").pk,
]
"""
    )
    enrolled = all_at_once([lambda: ada.post("/learn/enrol/", course=course)] * 50)
    finished = all_at_once([lambda: ada.post("/learn/lessons/finish/", lesson=lesson)] * 50)
    assert {reply.status // 100 for reply in [*enrolled, *finished]} == {3}
    counts = site_server.ask(
        LEARNER
        + """
mine = Enrolment.objects.filter(learner__email=arguments[0])
answer = [mine.count(), mine.get().completions.filter(page_id=arguments[1]).count()]
""",
        "enrols@peerwork.example",
        lesson,
    )
    assert counts == [1, 1]


@pytest.mark.drill
def test_fifty_last_pieces_of_evidence_earn_one_credential(fresh_site_server):
    """The last lesson, the final assessment and the signature, all missing, land at once."""
    server = fresh_site_server
    records = server.ask(
        LEARNER
        + """
from certificates.models import StatementVersion, Wording
user = learner(arguments[0])
enrolment = place(user)
outline = outline_of(enrolment.course)
for step in outline.steps[:-1]:
    take(enrolment, step.kind.name, step.page_id, at=timezone.now())
attempt = open_quiz(user, "quiz:final")
responses = {item.id: item.right_response() for item in attempt.paper.items}
saved = save_responses(attempt, responses, base=0, at=timezone.now())
# The last lesson is taken back, so that three different pieces are missing together.
last = [step for step in outline.steps if step.kind.name == "lesson"][-1]
module = next(module for module in outline.modules if last in module.steps)
from courses.models import Completion
Completion.objects.filter(enrolment=enrolment, page_key__in=[last.key, module.key]).delete()
answer = {
    "session": session_of(arguments[0]),
    "attempt": attempt.pk,
    "base": saved.number,
    "lesson": last.page_id,
    "version": StatementVersion.objects.get(language="en").pk,
    "wording": next(w.pk for w in Wording.objects.filter(version__language="en") if not w.asks_whom),
}
""",
        "last@peerwork.example",
    )
    ada = Client(server.port, records["session"])
    pieces = [
        lambda: ada.post("/learn/lessons/finish/", lesson=records["lesson"]),
        lambda: ada.post(f"/quizzes/{records['attempt']}/submit/", base=records["base"]),
        lambda: ada.post(
            "/certificates/statements/code-of-ethics/",
            version=records["version"],
            wording=records["wording"],
            typed_name="Ada Okafor",
        ),
    ]
    replies = all_at_once([pieces[number % 3] for number in range(50)])
    assert {reply.status // 100 for reply in replies} == {3}
    held = "from certificates.models import Credential\nanswer = [[c.number, c.pdf_sha256] for c in Credential.objects.filter(holder__email=arguments[0])]"
    assert len(server.ask(held, "last@peerwork.example")) == 1
    letters = set(server.mail.glob("*")) if server.mail.exists() else set()
    server.start_worker()
    server.wait_until(lambda: server.ask(held, "last@peerwork.example")[0][1], seconds=60)
    server.stop_worker()
    server.manage("sweep", "--after-restart")
    new = [path.read_text() for path in set(server.mail.glob("*")) - letters]
    assert sum(text.count("To: last@peerwork.example") for text in new) == 1
    assert len(server.ask(held, "last@peerwork.example")) == 1


def test_wrong_passwords_at_once_are_checked_no_more_than_allowed(site_server):
    visitor = Client(site_server.port)
    replies = all_at_once(
        [
            lambda: visitor.post(
                "/accounts/login/", login="graduate@peerwork.example", password="not it"
            )
        ]
        * 50
    )
    assert all(reply.status < 500 for reply in replies)
    checked = sum("do not go together" in reply.body for reply in replies)
    refused = sum("pausing it for five minutes" in reply.body for reply in replies)
    assert checked <= 6, checked
    assert checked + refused == 50


def test_a_class_of_sixty_signs_in_from_one_address_within_a_minute(fresh_site_server):
    emails = [f"class{number}@peerwork.example" for number in range(60)]
    fresh_site_server.ask(
        """
from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from people.models import User
password = make_password("a-long-enough-password")
people = User.objects.bulk_create([User(email=e, full_name="Ada Okafor", password=password) for e in arguments[0]])
EmailAddress.objects.bulk_create([EmailAddress(user=u, email=u.email, verified=True, primary=True) for u in people])
""",
        emails,
    )
    visitor = Client(fresh_site_server.port)
    replies = all_at_once(
        [
            lambda email=email: visitor.post(
                "/accounts/login/", login=email, password="a-long-enough-password"
            )
            for email in emails
        ]
    )
    assert [reply.location for reply in replies] == ["/learn/"] * 60


ISSUE = """
import sys
import django
django.setup()
from django.utils import timezone
from certificates.issuing import issue_by_hand
from certificates.models import Award
from people.models import User
award = Award.objects.get()
registrar = User.objects.get(email="registrar@peerwork.example")
part = int(sys.argv[1])
for holder in User.objects.filter(email__startswith=f"holder{part}-"):
    issue_by_hand(award, holder, evidence="Seen on paper.", by=registrar, at=timezone.now())
"""


@pytest.mark.drill
def test_eight_processes_issue_two_thousand_distinct_numbers(fresh_site_server):
    fresh_site_server.ask(
        """
from people.models import User
User.objects.bulk_create(
    User(email=f"holder{part}-{n}@peerwork.example", full_name=f"Holder {part} {n}", password="!")
    for part in range(8) for n in range(250)
)
"""
    )
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", textwrap.dedent(ISSUE), str(part)],
            cwd=ROOT,
            env=fresh_site_server.env,
            stderr=subprocess.PIPE,
            text=True,
        )
        for part in range(8)
    ]
    for process in processes:
        _, errors = process.communicate(timeout=300)
        assert process.returncode == 0, errors
    issued = fresh_site_server.ask(
        """
from certificates.models import Credential
held = Credential.objects.filter(holder__email__startswith="holder")
answer = [held.count(), held.values("code").distinct().count()]
"""
    )
    assert issued == [2000, 2000]
