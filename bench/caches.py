"""Each cache of the content alone, on and off: what it saves of each page, in one process.

`make bench ARGS=caches`. Pages are asked for in turn with every cache on, with one of them off,
and with all of them off, round after round, so that whatever else the machine does meets all
of them alike. The figure is the processor time of the site's own code for one page.
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
    gc.collect()
    gc.freeze()  # as the server does once it has started
    for act in pages.values():
        act()
    variants = {"none": frozenset[str]()}
    variants |= {name: frozenset({name}) for name in sorted(SelectiveCache.names)}
    variants["all"] = frozenset(SelectiveCache.names)
    return {
        name: measure_page(
            act,
            variants,
            times_in_a_round=ATTEMPTS_IN_A_ROUND if name == "attempt" else PAGES_IN_A_ROUND,
        )
        for name, act in pages.items()
    }


def measure_page(
    act: Callable[[], None], variants: dict[str, frozenset[str]], *, times_in_a_round: int
) -> dict[str, float]:
    times: dict[str, list[float]] = {name: [] for name in variants}
    for _ in range(ROUNDS):
        for name, off in variants.items():
            with without(off):
                began = process_time()
                for _ in range(times_in_a_round):
                    act()
                times[name].append((process_time() - began) / times_in_a_round * 1000)
    return {name: min(each) for name, each in times.items()}


def acts(facts: dict[str, Any]) -> dict[str, Callable[[], None]]:
    """What is measured, by name: a page asked for, or a whole attempt."""
    host = settings.BASE_URL.split("://", 1)[1]
    visitor, learner = Client(headers={"host": host}), Client(headers={"host": host})
    learner.cookies.load(facts["learners"][-1])

    def page(client: Client, path: str) -> Callable[[], None]:
        def get_page() -> None:
            response = client.get(path)
            assert response.status_code == 200, (path, response.status_code)

        return get_page

    return {
        "home": page(visitor, facts["home"]),
        "course": page(visitor, facts["course"]),
        "lesson": page(learner, facts["lesson"]),
        "learn": page(learner, "/learn/"),
        "quiz": page(learner, facts["quiz"]),
        "attempt": lambda: whole_attempt(learner, facts),
    }


def whole_attempt(learner: Client, facts: dict[str, Any]) -> None:
    """From the introduction to the result, ten questions answered."""
    assert learner.get(facts["quiz"]).status_code == 200
    page = learner.post(facts["start"])["Location"]
    paper = Answer(200, {}, learner.get(page).content)
    fields: dict[str, list[str]] = {"base": [paper.hidden("base")]}
    for key, value in paper.choices():
        fields.setdefault(key, []).append(value)
    saved = learner.post(page + "save/", fields)
    assert saved.status_code == 200, saved.content
    assert learner.get(page + "finish/").status_code == 200
    number = str(saved.json()["number"])
    assert learner.post(page + "submit/", {"base": number}).status_code == 303
    assert learner.get(page + "result/").status_code == 200
