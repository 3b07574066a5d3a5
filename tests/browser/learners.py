"""People for the browser to be, each brought in one go to where a test begins."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Locator, Page

from tests.servers import SiteServer
from tests.site.clients import SIGN_IN

PASSWORD = "peerwork-demo"

BRING = (
    SIGN_IN
    + """
from random import Random
from time import time
from allauth.account.models import EmailAddress
from django.utils import timezone
from assessments.attempting import save_responses, start_attempt, times_met
from assessments.drawing import draw_paper
from assessments.models import Question, QuizPage
from courses.enrolling import enrol
from courses.models import CoursePage
from courses.outlines import outline_of
from lms.shipped.demonstration import take
from lms.shipped.pieces import key_of

def kinds_asked_by(quiz):
    rows = quiz.blueprint()
    may_ask = [e.question for e in Question.objects.bank_entries() if any(r.may_ask(e) for r in rows)]
    return {question.freeze().kind for question in Question.objects.filter(pk__in=may_ask)}

def started(enrolment, page, kinds):
    # The first paper, of those that could be drawn, that asks questions of all these kinds.
    rules = {"pass_percent": page.quiz.pass_percent, "times_met": times_met(enrolment.learner_id)}
    for seed in range(200):
        paper = draw_paper(page.quiz.blueprint(), random=Random(seed), **rules)
        if kinds <= {item.kind for item in paper.items}:
            return start_attempt(enrolment, page, at=at, random=Random(seed))
    raise LookupError(kinds)

at = timezone.now()
course = CoursePage.objects.get(translation_key=key_of("course"), locale__language_code="en")
outline = outline_of(course)
answer = []
for told in arguments[0]:
    person, is_new = User.objects.get_or_create(
        email=told["email"], defaults={"full_name": told["full_name"]}
    )
    if is_new:
        person.set_password(told["password"])
        person.save()
        EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    attempt = None
    if told["up_to"]:
        enrolment = enrol(person, course, at=at)
        stop = key_of(told["up_to"])
        for step in outline.steps:
            if step.key == stop:
                break
            take(enrolment, step.kind.name, step.page_id, at=at)
    if told["begun"]:
        page = QuizPage.objects.get(translation_key=key_of(told["begun"]), locale__language_code="en")
        attempt = started(enrolment, page, kinds_asked_by(page.quiz) if told["every_kind"] else set())
        if told["answered"]:
            rightly = {item.id: item.right_response() for item in attempt.paper.items}
            save_responses(attempt, rightly, base=0, at=at)
    key = session_of(told["email"])
    session = SessionStore(key)
    session["account_authentication_methods"] = [{"method": "password", "at": time()}]
    session.save()
    answer.append({"session": key, "attempt": attempt and attempt.pk})
"""
)

KEY_OF_PAPER = """
from assessments.models import Attempt
paper = Attempt.objects.get(pk=arguments[0]).paper
answer = [
    {
        "id": item.id,
        "kind": item.kind,
        "field": item.field_name,
        "right": item.right_response(),
        "form": item.to_form(item.right_response()),
    }
    for item in paper.items
]
"""

OUTLINE = """
from courses.models import CoursePage
from courses.outlines import outline_of
from lms.shipped.pieces import key_of
outline = outline_of(CoursePage.objects.get(translation_key=key_of("course"), locale__language_code="en"))
answer = {
    "course": outline.url,
    "modules": [{"url": one.url, "title": one.title} for one in outline.modules],
    "steps": [{"url": one.url, "kind": one.kind.name, "title": one.title} for one in outline.steps],
}
"""


@dataclass(frozen=True)
class Learner:
    """Someone with an account, and perhaps a quiz that they have begun."""

    email: str
    full_name: str
    session: str
    attempt: str = ""

    def sign_in(self, page: Page, site: SiteServer) -> None:
        """As if they had come with their password a moment ago."""
        page.context.add_cookies([{"name": "sessionid", "value": self.session, "url": site.url}])


def bring(
    site: SiteServer,
    email: str,
    full_name: str = "Ada Okafor",
    *,
    up_to: str = "",
    begun: str = "",
    every_kind: bool = False,
    answered: bool = False,
) -> Learner:
    """Someone who did every step of the course before the piece `up_to`, such as `quiz:FPS-1`.

    With `begun` they have that quiz open, with a paper of `every_kind` of question that it may ask, and with
    everything `answered` rightly.
    """
    fields = {
        "email": f"{email}@peerwork.example",
        "full_name": full_name,
        "password": PASSWORD,
        "up_to": up_to or begun,
        "begun": begun,
        "every_kind": every_kind,
        "answered": answered,
    }
    (record,) = site.ask(BRING, [fields])
    return Learner(fields["email"], full_name, record["session"], record["attempt"] or "")


def outline(site: SiteServer) -> dict[str, Any]:
    """The addresses of the course, its modules and its steps, in order."""
    return site.ask(OUTLINE)


# Answering ---------------------------------------------------------------------------------


def key_of_paper(site: SiteServer, attempt: str) -> list[dict[str, Any]]:
    """What earns the whole mark of every item, as only the server knows it."""
    return site.ask(KEY_OF_PAPER, attempt)


def answer_rightly(page: Page, paper: list[dict[str, Any]]) -> None:
    """Answer a whole paper as somebody would who knows it all."""
    for item in paper:
        answer_one(page, item)


def answer_one(page: Page, item: dict[str, Any]) -> None:
    """Fill in the fields of any kind; where a script has made buttons of them, press those."""
    question = page.locator(f"#item-{item['id']}")
    if not question.is_visible():
        # It stands in another section of a long paper.
        page.evaluate("(place) => { location.hash = place; }", f"item-{item['id']}")
        question.wait_for(state="visible")
    if question.locator(".order__button").count():
        put_in_order(question, item)
        return
    for name, values in item["form"].items():
        for value in values:
            fill_in(question.locator(f"[name='{name}']"), value)


def fill_in(field: Locator, value: str) -> None:
    """Choose, tick or type a value, whichever the field asks for."""
    if field.first.evaluate("(one) => one.matches('select')"):
        field.select_option(value)
    elif field.first.evaluate("(one) => ['radio', 'checkbox'].includes(one.type)"):
        field.and_(field.page.locator(f"[value='{value}']")).check()
    else:
        field.fill(value)


def put_in_order(question: Locator, item: dict[str, Any]) -> None:
    """With the buttons that move a step up and down."""
    wanted = sorted(item["right"], key=item["right"].__getitem__)
    moved = False
    for place, step in enumerate(wanted):
        while (at := places(question, item).index(step)) > place:
            question.locator(f"li:nth-child({at + 1}) .order__button[data-by='-1']").click()
            moved = True
    if not moved:  # it was shown in order: say so, by moving one down and back
        question.locator("li:nth-child(1) .order__button[data-by='1']").click()
        question.locator("li:nth-child(2) .order__button[data-by='-1']").click()


def places(question: Locator, item: dict[str, Any]) -> list[str]:
    """The steps as they stand now."""
    names = question.locator("select").evaluate_all("all => all.map((one) => one.name)")
    return [name.removeprefix(f"{item['field']}-") for name in names]
