"""What a page costs somebody who opens it for the first time, on a slow phone and a slow network.

`make bench ARGS=first-visit`. Chromium is given the network and the processor that Lighthouse calls
slow 4G and a phone of the middle: each request waits 150 ms, 1.6 Mbit/s come down and 750 kbit/s go
up, and the processor is four times slower. *Cold* is with nothing in the browser's cache, *warm* the
next visit. The network is made slow inside the browser, so that connecting to the site is not in
the figures: over a real one it costs two or three times 150 ms more, once.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from bench.client import WrongAnswer
from bench.rows import Script, Share, SiteFacts, turns, visits
from tests.browsers import USUAL, launch_options

PHONE: dict[str, Any] = {
    "viewport": {"width": 360, "height": 740},
    "device_scale_factor": 2,
    "is_mobile": True,
    "has_touch": True,
}
SLOW_4G = {
    "offline": False,
    "latency": 150,
    "downloadThroughput": 1_600_000 / 8,
    "uploadThroughput": 750_000 / 8,
}
TIMES_SLOWER = 4
LATE = 800
"""For how many milliseconds it is watched whether anything still moves."""
ROUNDS = 5
ASKED = 9
"""How often the server is asked for a page without a browser."""

OBSERVE = """
window.firstVisit = { lcp: 0, largest: "", shift: 0, moved: [] };
const nameOf = (node) => (node ? `${node.nodeName.toLowerCase()}.${node.className ?? ""}` : "?");
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) {
    Object.assign(window.firstVisit, { lcp: entry.startTime, largest: nameOf(entry.element) });
  }
}).observe({ type: "largest-contentful-paint", buffered: true });
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) {
    // Nobody touches this phone: what the browser puts down to input is a shift too.
    window.firstVisit.shift += entry.value;
    window.firstVisit.moved.push(...entry.sources.map((source) => nameOf(source.node)));
  }
}).observe({ type: "layout-shift", buffered: true });
"""

READ_ON = """
async () => {
  const settled = () => new Promise((done) => setTimeout(done, 60));
  for (let top = 0; top < document.documentElement.scrollHeight; top += innerHeight) {
    scrollTo({ top, behavior: "instant" });
    await settled();
  }
}
"""


@dataclass(frozen=True)
class Bounds:
    """What one page must reach on a first visit. Nothing may move on any of them."""

    lcp: float = 1200
    kilobytes: float = 60
    queries: int | None = None
    server: float | None = None

    def __str__(self) -> str:
        words = [
            f"LCP ≤ {self.lcp:g} ms",
            f"≤ {self.kilobytes:g} kB",
            "CLS 0",
            self.queries and f"≤ {self.queries} queries",
            self.server and f"≤ {self.server:g} ms of the server",
        ]
        return ", ".join(word for word in words if word)


@dataclass(frozen=True)
class Visit:
    """A page that somebody opens: whose, where it is, and what must be on it."""

    name: str
    title: str
    whose: str
    path: str
    shows: str
    bounds: Bounds = Bounds()
    script: Script | None = None

    def server_script(self) -> Script:
        return self.script or visits(self.whose, self.path, self.shows)


VISITS = (
    Visit("home", "home", "visitor", "home", "</footer>"),
    Visit("course", "course page", "visitor", "course", "course_title"),
    Visit("lesson", "part of a lesson", "learner", "lesson", 'id="lesson"', Bounds(queries=8)),
    Visit("paper", "paper of a quiz", "learner", "paper", "of 10</span>"),
    Visit("turn", "conversation turn", "learner", "play", 'name="reply"', Bounds(server=60), turns),
    Visit("verify", "certificate checked", "visitor", "verify", "name", Bounds(queries=3)),
    Visit("held", "certificate, its holder's", "graduate", "held", "name"),
)


@dataclass
class Sight:
    """What the browser saw of one visit."""

    lcp: float
    largest: str
    shift: float
    moved: list[str]
    requests: dict[str, float] = field(default_factory=dict)

    @property
    def kilobytes(self) -> float:
        return sum(self.requests.values()) / 1000


def measure(
    port: int, facts: SiteFacts, rounds: int, tell: Callable[[str], None]
) -> list[dict[str, Any]]:
    """The figures of each page of `VISITS`. Raises WrongAnswer where a page is another one."""
    figures = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(**launch_options())
        try:
            for visit in VISITS:
                tell(f"  {visit.title} ...")
                server = server_time(visit, port, facts)
                seen = [both_visits(browser, visit, port, facts) for _ in range(rounds)]
                figures.append(summed_up(visit, facts, server, seen))
        finally:
            browser.close()
    return figures


def server_time(visit: Visit, port: int, facts: SiteFacts) -> float:
    """The least that an act took, without a browser or a slow network, in milliseconds."""
    # The last learner has the paper and the play that a browser will open; a script, its own.
    count = len(facts["learners"])
    share = Share(count - 2 if visit.script else count - 1, count)
    with closing(visit.server_script()(port, facts, share)) as acts:
        return min(islice(acts, 1, 1 + ASKED)) * 1000


def both_visits(browser: Browser, visit: Visit, port: int, facts: SiteFacts) -> tuple[Sight, Sight]:
    """A visit with nothing in the cache, and the next one."""
    address = f"http://127.0.0.1:{port}"
    with reader(browser, visit.whose, address, facts) as context:
        path, shows = facts.get(visit.path, visit.path), facts.get(visit.shows, visit.shows)
        return see(context, address + path, shows), see(context, address + path, shows)


@contextmanager
def reader(
    browser: Browser, whose: str, address: str, facts: SiteFacts
) -> Iterator[BrowserContext]:
    """A phone on which a visitor, the last learner or the graduate reads."""
    options: dict[str, Any] = {**USUAL, **PHONE}
    context = browser.new_context(**options)
    cookies = {"learner": facts["learners"][-1], "graduate": facts["graduate"]}.get(whose, {})
    context.add_cookies(
        [{"name": name, "value": value, "url": address} for name, value in cookies.items()]
    )
    context.add_init_script(OBSERVE)
    try:
        yield context
    finally:
        context.close()


def see(context: BrowserContext, address: str, shows: str) -> Sight:
    """Open a page, let it settle, and read on to its end."""
    page = context.new_page()
    requests = slowed_down(page)
    response = page.goto(address, wait_until="load")
    if response is None or response.status != 200 or shows not in response.text():
        status = response.status if response else "no answer"
        raise WrongAnswer(f"GET {address}: {status}, without {shows!r}")
    page.wait_for_load_state("networkidle")
    lcp, largest = page.evaluate("() => [firstVisit.lcp, firstVisit.largest]")
    page.evaluate(READ_ON)
    page.wait_for_timeout(LATE)
    page.wait_for_load_state("networkidle")
    shift, moved = page.evaluate("() => [firstVisit.shift, firstVisit.moved]")
    page.close()
    if not lcp:
        raise WrongAnswer(f"GET {address}: nothing was painted")
    return Sight(lcp, largest, shift, sorted(set(moved)), requests)


def slowed_down(page: Page) -> dict[str, float]:
    """Slow a page's network and processor. Fills in what came over the network, by address."""
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", SLOW_4G)
    session.send("Emulation.setCPUThrottlingRate", {"rate": TIMES_SLOWER})
    addresses: dict[str, str] = {}
    requests: dict[str, float] = {}

    def asked(event: dict[str, Any]) -> None:
        addresses[event["requestId"]] = event["request"]["url"]

    def arrived(event: dict[str, Any]) -> None:
        # What came from the browser's own cache has no bytes.
        if event["encodedDataLength"]:
            address = addresses.get(event["requestId"], "?")
            requests[address] = requests.get(address, 0) + event["encodedDataLength"]

    session.on("Network.requestWillBeSent", asked)
    session.on("Network.loadingFinished", arrived)
    return requests


def summed_up(
    visit: Visit, facts: SiteFacts, server: float, seen: list[tuple[Sight, Sight]]
) -> dict[str, Any]:
    """The least of some rounds, which neighbours on the machine disturb least, and the median.

    Of what moved it is the most, since nothing may.
    """
    cold, warm = [first for first, _ in seen], [second for _, second in seen]
    figures: dict[str, Any] = {
        "name": visit.name,
        "title": visit.title,
        "queries": facts["queries"].get(visit.name),
        "server": server,
        "lcp": min(sight.lcp for sight in cold),
        "usual_lcp": statistics.median(sight.lcp for sight in cold),
        "largest": cold[-1].largest,
        "shift": max(sight.shift for sight in cold + warm),
        "moved": sorted({name for sight in cold + warm for name in sight.moved}),
        "kilobytes": statistics.median(sight.kilobytes for sight in cold),
        "requests": len(cold[-1].requests),
        "files": cold[-1].requests,
        "warm_lcp": min(sight.lcp for sight in warm),
        "warm_kilobytes": statistics.median(sight.kilobytes for sight in warm),
        "target": str(visit.bounds),
    }
    return figures | {"missed": missed(visit.bounds, figures)}


def missed(bounds: Bounds, figures: dict[str, Any]) -> list[str]:
    """Each figure that is over its bound, in words."""
    over = [
        (figures["lcp"] > bounds.lcp, f"LCP {figures['lcp']:.0f} ms"),
        (figures["kilobytes"] > bounds.kilobytes, f"{figures['kilobytes']:.1f} kB"),
        (figures["shift"] > 0, f"CLS {figures['shift']:.4f} ({', '.join(figures['moved'])})"),
        (
            bounds.queries is not None and (figures["queries"] or 0) > bounds.queries,
            f"{figures['queries']} queries",
        ),
        (
            bounds.server is not None and figures["server"] > bounds.server,
            f"{figures['server']:.0f} ms of the server",
        ),
    ]
    return [words for is_over, words in over if is_over]
