"""A module that is kept on a phone, for the browser."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress

from playwright.sync_api import Error, Page, expect

from tests.browsers import PHONE

# Chromium forgets about a cut for the scripts of a page that a worker answered, and lets what is sent
# while a page is left go past it. So no script of ours reaches the network while this cookie is set.
MARK = "tests-cut"
FAILS_WHILE_CUT = f"""
(() => {{
  const {{ fetch }} = window;
  window.fetch = (...request) =>
    document.cookie.includes("{MARK}=1")
      ? Promise.reject(new TypeError("Failed to fetch"))
      : fetch(...request);
}})();
"""
WITH_WORKER = {**PHONE, "service_workers": "allow"}
CAN_TAKE = 60_000

FIND = """
from courses.models import LessonPage, ModulePage
from practice.models import ConversationPage
place = Enrolment.objects.get(learner__email=arguments[0])
progress = progress_of(place)
step = next(s for s in progress.outline.steps if s.key == key_of(arguments[1]))
module = progress.outline.module_of(step.key)
conversations = [s for s in module.steps if s.kind.name == "conversation"]
quizzes = [s for s in module.steps if s.kind.name == "quiz"]
later = [s for s in module.steps if s.kind.name == "lesson" and s.key != step.key]
answer = {
    "lesson": step.url, "lesson_id": step.page_id, "module": module.url,
    "title": module.title, "later": later[-1].url if later else "",
    "conversation": conversations[0].url if conversations else "",
    "quiz": quizzes[0].url if quizzes else "",
}
"""
IMPORTS = """
from courses.models import Enrolment
from courses.outlines import progress_of
from lms.shipped.pieces import key_of
"""

REFLECTIONS = """
from courses.models import Reflection
rows = Reflection.objects.filter(learner__email=arguments[0]).order_by("saved_at")
answer = [[row.text, row.number] for row in rows]
"""

PLAYS = """
from practice.models import Play
plays = Play.objects.filter(enrolment__learner__email=arguments[0]).order_by("number")
answer = [[str(play.pk), play.turns.count(), play.state] for play in plays]
"""

REWRITE = """
from courses.models import LessonPage
page = LessonPage.objects.get(pk=arguments[0])
page.title = arguments[1]
page.save_revision().publish()
answer = page.title
"""


def places(site, learner, code: str) -> dict[str, str]:
    """Where a shipped lesson is, and what else is in its module."""
    return site.ask(IMPORTS + FIND, learner.email, code)


def keep(page: Page, module: str) -> None:
    """Keep a module on this phone, and wait until it lies there and the worker answers."""
    page.goto(module)
    page.locator("[data-offline-keep]").click()
    expect(page.locator("[data-offline-state]")).to_contain_text(
        "This module is on this phone.", timeout=CAN_TAKE
    )
    page.wait_for_function("navigator.serviceWorker.controller !== null")


def cut(page: Page) -> None:
    """Cut the network, for the pages and for their scripts."""
    page.add_init_script(FAILS_WHILE_CUT)
    page.evaluate(FAILS_WHILE_CUT)
    page.context.add_cookies([{"name": MARK, "value": "1", "url": page.url}])
    page.context.set_offline(True)


def mend(page: Page) -> None:
    """Have the network back, as a page hears of it."""
    page.context.clear_cookies(name=MARK)
    page.context.set_offline(False)
    with suppress(Error):  # it may be on its way to the site already
        page.evaluate("dispatchEvent(new Event('online'))")


def until(is_so: Callable[[], bool], seconds: float = 60) -> None:
    """Wait until something is so."""
    end = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < end, "it did not come about"
        time.sleep(0.2)


def caches(page: Page) -> list[str]:
    """The names of what is cached here by ours."""
    return page.evaluate(
        "caches.keys().then((names) => names.filter((n) => n.startsWith('peerwork-')))"
    )


def cached_text(page: Page) -> str:
    """Every word that lies in the caches of this phone."""
    return page.evaluate(
        """async () => {
          const texts = [];
          for (const name of await caches.keys()) {
            const cache = await caches.open(name);
            for (const request of await cache.keys()) {
              const response = await cache.match(request);
              texts.push(request.url + " " + await response.text());
            }
          }
          return texts.join("\\n");
        }"""
    )


def waiting_here(page: Page) -> list[str]:
    """The names of what waits on this phone to be sent."""
    return page.evaluate(
        "Object.keys(localStorage).filter((key) => key.startsWith('peerwork:waiting:'))"
    )
