"""Each cache of the content alone, on and off: what it saves of each page, in one process.

`make bench ARGS=caches`. Pages are asked for in turn with every cache on, with one of them off,
and with all of them off, round after round, so that whatever else the machine does meets all
of them alike. The figure is the processor time of the site's own code for one page. Of an
attempt, its start and its hand-in are also shown alone.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import process_time
from typing import Any

from django.conf import settings
from django.core.cache import caches
from django.test import Client

from bench.client import Answer
from courses.editions import CONTENT
from courses.value_cache import ValueCache

ROUNDS = 7
PAGES_IN_A_ROUND = 8
ATTEMPTS_IN_A_ROUND = 1
OF_AN_ATTEMPT = {"attempt", "start", "submit"}

Act = Callable[[], float]
"""Something that is measured. It gives the seconds of processor time that it took."""


class SelectiveCache(ValueCache):
    """The cache of the content, of which some can be turned off by name. It notes all names."""

    off: frozenset[str] = frozenset()
    names: set[str] = set()

    def get(self, key: str, default: Any = None, version: int | None = None) -> Any:
        name = key.split(".")[2]
        self.names.add(name)
        return default if name in self.off else super().get(key, default, version)


def use_selective_cache() -> None:
    """Put it in place of the site's own. Call it before anything is cached."""
    backend = f"{SelectiveCache.__module__}.{SelectiveCache.__qualname__}"
    settings.CACHES[CONTENT] = {**settings.CACHES[CONTENT], "BACKEND": backend}
    assert isinstance(caches[CONTENT], SelectiveCache)


@contextmanager
def without(names: frozenset[str]) -> Iterator[None]:
    SelectiveCache.off = names
    try:
        yield
    finally:
        SelectiveCache.off = frozenset()


def measure(facts: dict[str, Any]) -> dict[str, dict[str, float]]:
    """Milliseconds of each page with every cache on ("none off"), each off alone, and all off."""
    pages = acts(facts)
    # As the server does once it has started: see deploy/gunicorn.conf.py.
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 50)
    for act in pages.values():
        act()
    variants = {"none": frozenset[str]()}
    variants |= {name: frozenset({name}) for name in sorted(SelectiveCache.names)}
    variants["all"] = frozenset(SelectiveCache.names)
    return {
        name: measure_page(
            act,
            variants,
            times_in_a_round=ATTEMPTS_IN_A_ROUND if name in OF_AN_ATTEMPT else PAGES_IN_A_ROUND,
        )
        for name, act in pages.items()
    }


def measure_page(
    act: Act, variants: dict[str, frozenset[str]], *, times_in_a_round: int
) -> dict[str, float]:
    times: dict[str, list[float]] = {name: [] for name in variants}
    for _ in range(ROUNDS):
        for name, off in variants.items():
            with without(off):
                seconds = [act() for _ in range(times_in_a_round)]
                times[name].append(sum(seconds) / times_in_a_round * 1000)
    return {name: min(each) for name, each in times.items()}


def acts(facts: dict[str, Any]) -> dict[str, Act]:
    """What is measured, by name: a page asked for, a whole attempt, or a part of one."""
    host = settings.BASE_URL.split("://", 1)[1]
    visitor, learner = Client(headers={"host": host}), Client(headers={"host": host})
    learner.cookies.load(facts["learners"][-1])

    def page(client: Client, path: str) -> Act:
        def get_page() -> float:
            began = process_time()
            response = client.get(path)
            assert response.status_code == 200, (path, response.status_code)
            return process_time() - began

        return get_page

    return {
        "home": page(visitor, facts["home"]),
        "course": page(visitor, facts["course"]),
        "lesson": page(learner, facts["lesson"]),
        "learn": page(learner, "/learn/"),
        "quiz": page(learner, facts["quiz"]),
        "catalogue": page(learner, facts["catalogue"]),
        "attempt": lambda: sum(whole_attempt(learner, facts).values()),
        "start": lambda: whole_attempt(learner, facts)["start"],
        "submit": lambda: whole_attempt(learner, facts)["submit"],
    }


def seconds_of(ask: Callable[..., Any], *sent: Any) -> tuple[float, Any]:
    """The seconds of processor time that an answer took, and the answer."""
    began = process_time()
    response = ask(*sent)
    return process_time() - began, response


def whole_attempt(
    learner: Client,
    facts: dict[str, Any],
    *,
    cost_of: Callable[..., tuple[float, Any]] = seconds_of,
) -> dict[str, float]:
    """From the introduction to the result, ten questions answered: what each part cost."""
    costs: dict[str, float] = {}

    def timed(part: str, ask: Callable[..., Any], *sent: Any, status: int = 200) -> Any:
        costs[part], response = cost_of(ask, *sent)
        assert response.status_code == status, (part, response.status_code)
        return response

    timed("introduction", learner.get, facts["quiz"])
    page = timed("start", learner.post, facts["start"], status=303)["Location"]
    paper = Answer(200, {}, timed("paper", learner.get, page).content)
    fields: dict[str, list[str]] = {"base": [paper.hidden("base")]}
    for key, value in paper.choices():
        fields.setdefault(key, []).append(value)
    saved = timed("save", learner.post, page + "save/", fields)
    summary = timed("summary", learner.get, page + "finish/")
    assert b"answered all 10 questions" in summary.content
    number = str(saved.json()["number"])
    timed("submit", learner.post, page + "submit/", {"base": number}, status=303)
    timed("result", learner.get, page + "result/")
    return costs
