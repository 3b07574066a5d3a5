"""How many functions are called for each act: a figure that no neighbour on the machine disturbs.

`make bench ARGS=calls`. Processor time on a machine that others use may be twice as much a minute
later. The calls of Python's functions, and of the functions in C that it calls, are the same each
time: a change of a few per cent shows. They are a measure of work and not of time.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from cProfile import Profile
from functools import partial
from random import Random
from typing import Any
from unittest import mock

from django.conf import settings
from django.test import Client

from bench.caches import whole_attempt

WARMING = 12
"""How many learners sit the quiz first, so that whatever is cached has been read."""
MEASURED = 10
PAGES = {"lesson": "lesson", "learn": "/learn/"}


def calls_of(ask: Callable[..., Any], *sent: Any) -> tuple[float, Any]:
    """How many functions were called to answer, and the answer."""
    profile = Profile()
    response = profile.runcall(ask, *sent)
    # Typed without it, and there in every version.
    return float(sum(entry.callcount for entry in profile.getstats())), response


def measure(facts: dict[str, Any]) -> dict[str, float]:
    """The calls of each part of an attempt, of a whole one, and of some pages, on average.

    Each attempt is another learner's first, and the papers are drawn alike each time.
    """
    # One for all: its first request loads the middleware.
    client = Client(headers={"host": settings.BASE_URL.split("://", 1)[1]})
    learners = facts["learners"][: WARMING + MEASURED]
    with mock.patch("assessments.attempting.SystemRandom", side_effect=partial(Random, 1)):
        counts = [acts_of(client, cookies, facts) for cookies in learners]
    sums: dict[str, float] = defaultdict(float)
    for count in counts[WARMING:]:
        for name, calls in count.items():
            sums[name] += calls / MEASURED
    return dict(sums)


def acts_of(client: Client, cookies: dict[str, str], facts: dict[str, Any]) -> dict[str, float]:
    """The calls of each act of the learner whose cookies these are."""
    client.cookies.load(cookies)
    calls = whole_attempt(client, facts, cost_of=calls_of)
    calls["attempt"] = sum(calls.values())
    for name, path in PAGES.items():
        calls[name], response = calls_of(client.get, facts.get(path, path))
        assert response.status_code == 200, (path, response.status_code)
    return calls
