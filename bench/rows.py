"""What is measured: each row is something a person does, and what must be shown for it."""

from __future__ import annotations

import json
from collections.abc import Callable, Generator
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from itertools import count
from time import perf_counter
from typing import Any

from bench.client import Answer, Client, timed

SiteFacts = dict[str, Any]
Script = Callable[[int, SiteFacts, "Share"], Generator[float, None, None]]

READY_FOR_ONE = 60


@dataclass(frozen=True)
class Share:
    """Which of several clients this is, and so which learners are its own."""

    number: int
    of: int

    def of_all(self, learners: list[Any]) -> list[Any]:
        return learners[self.number :: self.of]


@dataclass(frozen=True)
class Target:
    """What must be reached with sixteen clients: so many a second, for so much of the server."""

    rate: float | None = None
    cpu: float | None = None
    p95: float | None = None

    def __str__(self) -> str:
        targets = [
            self.rate and f"≥ {self.rate:g}/s",
            self.cpu and f"≤ {self.cpu:g} ms CPU",
            self.p95 and f"p95 ≤ {self.p95:g} ms",
        ]
        return ", ".join(filter(None, targets))


@dataclass(frozen=True)
class Row:
    """A script is run by each client. It gets ready until its first yield, and from then on
    yields how many seconds each act took, for as long as it is asked."""

    name: str
    title: str
    script: Script
    target: Target = Target()


def visits(visitor_kind: str, path: str, shows: str) -> Script:
    """The same page again and again, by a visitor or by somebody signed in."""

    def script(port: int, facts: SiteFacts, share: Share) -> Generator[float, None, None]:
        with closing(Client(port)) as client:
            if visitor_kind == "learner":
                client.cookies = dict(share.of_all(facts["learners"])[0])
            elif visitor_kind == "graduate":
                client.cookies = dict(facts["graduate"])
            address = facts.get(path, path)
            shown = facts.get(shows, shows)
            client.get(address, shown)
            yield 0
            while True:
                yield timed(client.get, address, shown)

    return script


# An attempt, act by act ------------------------------------------------------------------


def begin(client: Client, facts: SiteFacts) -> str:
    """The address of a new paper."""
    introduction = client.get(facts["quiz"], 'class="facts"')
    csrf = introduction.hidden("csrfmiddlewaretoken")
    return client.post(facts["start"], [("csrfmiddlewaretoken", csrf)]).location


def save(client: Client, page: str, paper: Answer, *, base: int, nth: int = 0) -> int:
    """Send what the page's script sends when an answer changes: the whole form.

    It gives back the number of the newest save, which the next one must name.
    """
    csrf = paper.hidden("csrfmiddlewaretoken")
    fields = [("csrfmiddlewaretoken", csrf), ("base", str(base)), *paper.choices(nth=nth)]
    reply = client.post(page + "save/", fields, status=200, shows='"saved"')
    return json.loads(reply.body)["number"]


def hand_in(client: Client, page: str, csrf: str, base: int) -> None:
    client.post(page + "submit/", [("csrfmiddlewaretoken", csrf), ("base", str(base))])


def whole_attempt(client: Client, facts: SiteFacts) -> None:
    page = begin(client, facts)
    paper = client.get(page, "of 10</span>")
    number = save(client, page, paper, base=int(paper.hidden("base")))
    summary = client.get(page + "finish/", "answered all 10 questions")
    hand_in(client, page, summary.hidden("csrfmiddlewaretoken"), number)
    client.get(page + "result/", 'id="review"')


def as_learner(port: int, cookies: dict[str, str], client: Client | None) -> Client:
    """The same connection in another learner's name."""
    client = client or Client(port)
    client.cookies = dict(cookies)
    return client


def attempts(port: int, facts: SiteFacts, share: Share) -> Generator[float, None, None]:
    learners = share.of_all(facts["learners"])
    client = None
    for number in count(-1):
        client = as_learner(port, learners[number % len(learners)], client)
        took = timed(whole_attempt, client, facts)
        yield took if number >= 0 else 0


def autosaves(port: int, facts: SiteFacts, share: Share) -> Generator[float, None, None]:
    # The last of a client's own: the paper stays open, in nobody's way.
    client = as_learner(port, share.of_all(facts["learners"])[-1], None)
    page = begin(client, facts)
    paper = client.get(page, "of 10</span>")
    base = int(paper.hidden("base"))
    yield 0
    for number in count():
        yield timed(partial(save, client, page, paper, base=base + number, nth=base + number))


def submits(port: int, facts: SiteFacts, share: Share) -> Generator[float, None, None]:
    """Papers that were answered beforehand are handed in one after another, until none is left."""
    client = None
    papers = []
    for cookies in share.of_all(facts["learners"])[:-1][:READY_FOR_ONE]:
        client = as_learner(port, cookies, client)
        page = begin(client, facts)
        paper = client.get(page, "of 10</span>")
        # One that was left over from an earlier load has been saved before.
        number = save(client, page, paper, base=int(paper.hidden("base")))
        papers.append((dict(client.cookies), page, paper.hidden("csrfmiddlewaretoken"), number))
    yield 0
    for cookies, page, csrf, number in papers:
        client = as_learner(port, cookies, client)
        yield timed(hand_in, client, page, csrf, number)


def turns(port: int, facts: SiteFacts, share: Share) -> Generator[float, None, None]:
    """Replies in a conversation, each with the page that it leads to; begun again at its end."""
    with closing(Client(port)) as client:
        client.cookies = dict(share.of_all(facts["learners"])[0])
        # The form stands on the page of the conversation, and with it the token of every form.
        form = client.get(facts["conversation"], 'action="/practice/start/')
        csrf = form.hidden("csrfmiddlewaretoken")
        begin = [("csrfmiddlewaretoken", csrf), ("afresh", "1")]
        page = client.post(facts["begin"], begin).location
        moment = client.get(page, 'name="reply"')
        yield 0
        while True:
            began = perf_counter()
            client.post(page, [("csrfmiddlewaretoken", csrf), *moment.turn()])
            moment = client.get(page, "</main>")
            yield perf_counter() - began
            if not moment.turn():
                page = client.post(facts["begin"], begin).location
                moment = client.get(page, 'name="reply"')


def sign_ins(port: int, facts: SiteFacts, share: Share) -> Generator[float, None, None]:
    """People who sign in from many networks: from one, the limit would rightly stop them."""
    emails = share.of_all(facts["emails"])
    client = Client(port)
    csrf = client.get("/accounts/login/", 'name="login"').hidden("csrfmiddlewaretoken")
    cookies = dict(client.cookies)
    yield 0
    for number in count():
        client.cookies = dict(cookies)
        client.get_referring_page = f"10.{share.number}.{number // 250}.{1 + number % 250}"
        fields = [
            ("csrfmiddlewaretoken", csrf),
            ("login", emails[number % len(emails)]),
            ("password", facts["password"]),
        ]
        yield timed(partial(client.post, "/accounts/login/", fields, status=302))


ROWS = (
    Row("home", "home, visitor", visits("visitor", "home", "</footer>")),
    Row(
        "course",
        "course page, visitor",
        visits("visitor", "course", "course_title"),
        Target(rate=800),
    ),
    Row(
        "lesson",
        "lesson, signed in",
        visits("learner", "lesson", 'id="lesson"'),
        Target(rate=460, cpu=4),
    ),
    Row(
        "learn",
        "learner's page, /learn/",
        visits("learner", "/learn/", "learn-card"),
        Target(rate=330, cpu=6),
    ),
    Row(
        "quiz",
        "quiz introduction, signed in",
        visits("learner", "quiz", 'class="facts"'),
        Target(rate=250),
    ),
    Row("attempt", "whole attempt, 10 questions", attempts, Target(cpu=64)),
    Row("autosave", "autosave of 10 answers", autosaves),
    Row("submit", "hand in and mark", submits),
    Row("turn", "turn of a conversation", turns, Target(cpu=60)),
    Row(
        "verify",
        "certificate checked, visitor",
        visits("visitor", "verify", "name"),
        Target(rate=450, p95=60),
    ),
    Row("pdf", "certificate downloaded", visits("graduate", "pdf", "%PDF-"), Target(rate=400)),
    Row("sign-in", "sign-in, Argon2id", sign_ins, Target(rate=30)),
)
