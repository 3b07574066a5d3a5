"""The bench of first visits tells what a browser saw: of real pages, and of nothing else."""

from __future__ import annotations

from contextlib import closing
from itertools import islice

import pytest

from bench import first_visit
from bench.__main__ import options
from bench.client import Answer, WrongAnswer
from bench.first_visit import (
    OBSERVE,
    PHONE,
    VISITS,
    Bounds,
    Sight,
    Visit,
    missed,
    reader,
    see,
    summed_up,
)
from bench.first_visit_table import as_row, as_table, heaviest
from bench.rows import ROWS, Share, turns
from tests.browser import learners

MEASURED = {
    "name": "lesson",
    "title": "part of a lesson",
    "queries": 7,
    "server": 5.4,
    "lcp": 812.3,
    "usual_lcp": 955.5,
    "largest": "p.lead",
    "shift": 0,
    "moved": [],
    "kilobytes": 42.04,
    "requests": 10,
    "files": {"/a.css": 14_000, "/": 8_000, "/b.js": 20_000},
    "warm_lcp": 640.2,
    "warm_kilobytes": 8.0,
    "target": "LCP ≤ 1200 ms",
    "missed": [],
}


def figures(**others):
    return {**MEASURED, **others}


# Verdicts ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("bounds", "seen", "sentences"),
    [
        (Bounds(), {}, []),
        (Bounds(), {"lcp": 1200, "kilobytes": 60}, []),
        (Bounds(), {"lcp": 1201}, ["LCP 1201 ms"]),
        (Bounds(), {"kilobytes": 60.1}, ["60.1 kB"]),
        (Bounds(), {"shift": 0.003, "moved": ["p.lead"]}, ["CLS 0.0030 (p.lead)"]),
        (Bounds(queries=8), {"queries": 8}, []),
        (Bounds(queries=8), {"queries": 9}, ["9 queries"]),
        (Bounds(server=60), {"server": 60}, []),
        (Bounds(server=60), {"server": 61}, ["61 ms of the server"]),
        (Bounds(queries=1, server=1), {"queries": None, "server": 0.5}, []),
        (
            Bounds(),
            {"lcp": 4000, "kilobytes": 130, "shift": 0.5, "moved": ["a.", "b."]},
            ["LCP 4000 ms", "130.0 kB", "CLS 0.5000 (a., b.)"],
        ),
    ],
)
def test_what_is_over_its_bound_is_said_with_its_figure(bounds, seen, sentences):
    assert missed(bounds, figures(**seen)) == sentences


@pytest.mark.parametrize(
    ("bounds", "words"),
    [
        (Bounds(), "LCP ≤ 1200 ms, ≤ 60 kB, CLS 0"),
        (Bounds(queries=8), "LCP ≤ 1200 ms, ≤ 60 kB, CLS 0, ≤ 8 queries"),
        (Bounds(kilobytes=90, server=60), "LCP ≤ 1200 ms, ≤ 90 kB, CLS 0, ≤ 60 ms of the server"),
    ],
)
def test_a_bound_is_said_in_words(bounds, words):
    assert str(bounds) == words


def sight(lcp, *, shift=0.0, moved=(), size=20_000):
    return Sight(lcp, "h1.", shift, list(moved), {"/": size})


def test_of_some_rounds_it_takes_the_least_and_tells_the_median_and_the_worst_shift():
    seen = [
        (sight(900), sight(500, size=4_000)),
        (sight(700, shift=0.2, moved=["img."]), sight(480, size=5_000)),
        (sight(2500), sight(800, shift=0.1, moved=["p.lead"], size=6_000)),
    ]
    row = summed_up(VISITS[0], {"queries": {"home": 1}}, 3.0, seen)
    assert (row["lcp"], row["usual_lcp"], row["warm_lcp"]) == (700, 900, 480)
    assert (row["kilobytes"], row["warm_kilobytes"]) == (20, 5)
    assert (row["shift"], row["moved"]) == (0.2, ["img.", "p.lead"])
    assert row["queries"] == 1
    assert row["missed"] == ["CLS 0.2000 (img., p.lead)"]


def test_a_page_whose_queries_nobody_counted_has_none():
    row = summed_up(VISITS[0], {"queries": {}}, 3.0, [(sight(900), sight(500))])
    assert row["queries"] is None
    assert row["missed"] == []


def test_the_pages_that_the_bound_is_for_are_measured():
    names = [visit.name for visit in VISITS]
    assert len(names) == len(set(names))
    assert {"home", "course", "lesson", "paper", "turn", "verify", "held"} <= set(names)
    by_name = {visit.name: visit.bounds for visit in VISITS}
    assert by_name["lesson"] == Bounds(lcp=1200, kilobytes=60, queries=8)
    assert by_name["turn"].server == 60


# The table --------------------------------------------------------------------------------


def test_a_row_has_a_cell_for_each_heading():
    heading, line, row = as_table([MEASURED]).splitlines()
    assert heading.count("|") == line.count("|") == row.count("|")
    assert row.startswith("| part of a lesson | 7 | 5 | 812 | 956 | 0 | 42.0 | 10 | 640 | 8.0 |")
    assert row.endswith("| LCP ≤ 1200 ms | yes |")


def test_a_row_says_what_it_missed_and_leaves_empty_what_was_not_counted():
    row = as_row(figures(queries=None, shift=0.0042, missed=["LCP 1824 ms", "61.0 kB"]))
    assert "None" not in row
    assert "| 0.004 |" in row
    assert row.endswith("| **missed**: LCP 1824 ms, 61.0 kB |")


def test_what_is_heavy_stands_first():
    assert heaviest(MEASURED, 2) == ["  20.0 kB  /b.js", "  14.0 kB  /a.css"]


def test_it_is_chosen_by_its_name(monkeypatch):
    monkeypatch.setattr("sys.argv", ["bench", "first-visit", "--rounds", "2"])
    chosen = options()
    assert (chosen.what, chosen.rounds) == ("first-visit", 2)


# Replies ----------------------------------------------------------------------------------

MOMENT = b"""<form><input type="hidden" name="turn" value="3" autocomplete="off">
<button class="talk__reply" name="reply" value="2" lang="en">Yes.</button>
<button class="talk__reply" name="reply" value="1" lang="en">No.</button></form>"""


def test_the_reader_gives_another_reply_at_each_turn_with_its_number():
    assert Answer(200, {}, MOMENT).turn() == [("turn", "3"), ("reply", "1")]
    later = MOMENT.replace(b'value="3"', b'value="4"')
    assert Answer(200, {}, later).turn() == [("turn", "4"), ("reply", "2")]
    assert Answer(200, {}, b"<main>It has closed.</main>").turn() == []


def test_a_turn_is_a_row_of_the_bench_too():
    row = next(row for row in ROWS if row.name == "turn")
    assert row.script is turns
    assert row.target.cpu == 60


# In a browser -----------------------------------------------------------------------------


@pytest.fixture
def phone(new_context):
    context = new_context(**PHONE)
    context.add_init_script(OBSERVE)
    return context


def served(context, body):
    """A page of the test's own, which nobody has to serve."""
    page = f"<!doctype html><title>A page</title>{body}"
    context.route("**/*", lambda route: route.fulfill(content_type="text/html", body=page))
    return "http://127.0.0.1:9/"


MOVE = """<script>
addEventListener("load", () => setTimeout(() => {
  const late = document.createElement("div");
  late.style.height = "200px";
  document.body.prepend(late);
}, 900));
</script>"""


def test_a_page_that_moves_is_noticed_with_what_moved(phone):
    address = served(phone, "<h1>It moves</h1><p>Down.</p>" + MOVE)
    seen = see(phone, address, "It moves")
    assert seen.shift > 0.01
    assert seen.moved
    assert seen.lcp > 0


def test_a_page_that_stays_does_not_move(phone):
    seen = see(phone, served(phone, "<h1>It stays</h1>"), "It stays")
    assert (seen.shift, seen.moved) == (0, [])
    assert seen.largest == "h1."


@pytest.mark.parametrize(
    ("body", "shows", "words"),
    [
        ("<h1>Another page</h1>", "What was asked for", "without 'What was asked for'"),
        ("<i hidden>What was asked for</i>", "What was asked for", "nothing was painted"),
    ],
)
def test_another_page_or_an_empty_one_stops_it(phone, body, shows, words):
    with pytest.raises(WrongAnswer, match=words):
        see(phone, served(phone, body), shows)


def test_a_page_that_is_not_found_stops_it(phone, site_server):
    with pytest.raises(WrongAnswer, match="404"):
        see(phone, f"{site_server.url}/nowhere/", "")


def test_a_first_visit_is_heavier_than_the_next_and_waits_for_the_network(phone, site_server):
    cold, warm = (see(phone, f"{site_server.url}/", "</footer>") for _ in range(2))
    files = {address.rpartition("/static/")[2].partition(".")[0] for address in cold.requests}
    assert {"css/site", "js/site"} <= files
    assert cold.kilobytes > warm.kilobytes > 0
    # The page itself, and then its style: each waits 150 ms before it comes.
    assert cold.lcp >= 300
    assert not any("/static/css" in address for address in warm.requests)


def test_a_reader_reads_as_whom_it_was_told(browser, site_server, bring_learner):
    facts = {"learners": [{"sessionid": bring_learner.session}], "graduate": {}}
    for whose, is_signed_in in (("learner", True), ("visitor", False)):
        with reader(browser, whose, site_server.url, facts) as context:
            page = context.new_page()
            page.goto(f"{site_server.url}/accounts/")
            page.goto(f"{site_server.url}/learn/")
            assert ("/accounts/login/" not in page.url) is is_signed_in


@pytest.fixture
def bring_learner(site_server):
    return learners.bring(site_server, "first-visit", up_to="quiz:FPS-2")


FACTS = """
from courses.models import CoursePage
from courses.outlines import outline_of
from django.urls import reverse
from lms.shipped.pieces import key_of
outline = outline_of(CoursePage.objects.get(translation_key=key_of("course"), locale__language_code="en"))
talk = next(step for step in outline.modules[0].steps if step.kind.name == "conversation")
path = "/" + talk.url.split("://", 1)[-1].partition("/")[2]
answer = {"conversation": path, "begin": reverse("practice:start", args=[talk.key])}
"""


TURNS = 40
"""More than a conversation has, though the first reply is chosen each time."""

PLAYS = """
from practice.models import Play
plays = Play.objects.filter(enrolment__learner__email=arguments[0])
answer = [play.turns.count() for play in plays]
"""


def test_a_conversation_is_held_turn_by_turn_and_begun_again_at_its_end(site_server, bring_learner):
    facts = site_server.ask(FACTS) | {"learners": [{"sessionid": bring_learner.session}]}
    before = site_server.ask(PLAYS, bring_learner.email)
    with closing(turns(site_server.port, facts, Share(0, 1))) as acts:
        took = list(islice(acts, 1 + TURNS))
    assert took[0] == 0
    assert all(0 < seconds < 30 for seconds in took[1:])
    after = site_server.ask(PLAYS, bring_learner.email)
    assert len(after) > len(before) + 1
    assert sum(after) == sum(before) + TURNS


def test_the_server_is_asked_by_the_script_of_its_page(site_server, bring_learner, monkeypatch):
    monkeypatch.setattr(first_visit, "ASKED", 3)
    facts = site_server.ask(FACTS) | {"learners": [{"sessionid": bring_learner.session}] * 2}
    visit = Visit("turn", "turn", "learner", "play", "", script=turns)
    assert 0 < first_visit.server_time(visit, site_server.port, facts) < 30_000
    page = Visit("home", "home", "visitor", "/", "</footer>")
    assert 0 < first_visit.server_time(page, site_server.port, facts) < 30_000
