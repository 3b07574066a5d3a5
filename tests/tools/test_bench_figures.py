"""The bench tells what it measured: its tables, its verdicts, and the reader that it stands on."""

from __future__ import annotations

import os
import subprocess
import sys
from itertools import groupby

import pytest
from django.template.loader import render_to_string

from assessments.kinds import KINDS
from bench import cache_table
from bench.__main__ import missed
from bench.call_table import as_table as calls_table
from bench.calls import calls_of
from bench.client import Answer
from bench.report import as_table, set_out, verdict
from bench.rows import ROWS, Row, Share, Target
from tests import make
from tests.servers import ROOT


def row(**figures):
    return {
        "title": "a lesson",
        "clients": 16,
        "p50": 12.34,
        "p95": 45.6,
        "rate": 150.4,
        "cpu": 6.5,
        "queries": 5,
        "target": "≥ 100/s",
        **figures,
    }


def report(*rows, **more):
    return {
        "at": "2026-11-23T12:00:00+00:00",
        "machine": "2 processors",
        "database": "SQLite",
        "rows": list(rows),
        "memory": {"web": {"pss": 210.4, "rss": 400.2, "processes": 3}},
        **more,
    }


# Verdicts ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("target", "figures", "sentences"),
    [
        (Target(), {"rate": 1, "cpu": 900, "p95": 900}, []),
        (Target(rate=100), {"rate": 100, "cpu": 1, "p95": 1}, []),
        (Target(rate=100), {"rate": 50, "cpu": 1, "p95": 1}, ["50% of the rate"]),
        (Target(cpu=10), {"rate": 1, "cpu": 20, "p95": 1}, ["200% of the CPU"]),
        (Target(p95=100), {"rate": 1, "cpu": 1, "p95": 150}, ["150% of the p95"]),
        (
            Target(rate=10, cpu=10, p95=10),
            {"rate": 5, "cpu": 20, "p95": 30},
            ["50% of the rate", "200% of the CPU", "300% of the p95"],
        ),
    ],
)
def test_a_figure_that_missed_its_target_says_by_how_much(target, figures, sentences):
    assert missed(Row("lesson", "a lesson", lambda *_: iter(()), target), figures) == sentences


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"target": "", "missed": []}, ""),
        ({"target": "≥ 1/s", "missed": []}, "yes"),
        ({"target": "≥ 1/s", "missed": ["50% of the rate"]}, "50% of the rate"),
        ({"target": "x", "missed": ["a", "b"]}, "a, b"),
    ],
)
def test_a_verdict_is_yes_or_what_was_missed(fields, words):
    assert verdict(fields) == words


@pytest.mark.parametrize(
    ("target", "words"),
    [
        (Target(), ""),
        (Target(rate=100), "≥ 100/s"),
        (Target(cpu=2.5), "≤ 2.5 ms CPU"),
        (Target(rate=60, cpu=25, p95=400), "≥ 60/s, ≤ 25 ms CPU, p95 ≤ 400 ms"),
    ],
)
def test_a_target_is_said_in_words(target, words):
    assert str(target) == words


# Tables -----------------------------------------------------------------------------------


def test_a_row_shows_its_figures_and_its_target_once():
    text = as_table(report(row(clients=1), row(missed=[])))
    first, second = [line for line in text.splitlines() if line.startswith("a lesson")]
    assert "12.3" in first
    assert "45.6" in first
    assert "150" in first
    assert "≥ 100/s" not in first
    assert second.split()[-3:] == ["≥", "100/s", "yes"]


@pytest.mark.parametrize(("rate", "shown"), [(150.4, "150"), (20.0, "20"), (3.14159, "3.1")])
def test_a_slow_rate_is_shown_more_finely(rate, shown):
    [line] = [line for line in as_table(report(row(rate=rate))).splitlines() if "a lesson" in line]
    assert shown in line.split()


def test_a_page_whose_queries_are_not_counted_leaves_the_place_empty():
    assert "None" not in as_table(report(row(queries=None)))


@pytest.mark.parametrize(("cpu", "words"), [(60.0, "yes"), (90.0, "120% of the CPU")])
def test_a_certificate_is_judged_by_its_own_bound(cpu, words):
    certificate = {"p50": 50.0, "p95": 80.0, "cpu": cpu}
    assert words in as_table(report(row(), certificate=certificate))


def test_memory_stands_below_with_what_it_must_reach():
    last = as_table(report(row())).splitlines()[-1]
    assert last.startswith("memory, web: 210 MB in 3 processes (400 MB")
    assert last.endswith("≤ 350 MB")


def test_columns_stand_under_their_headings():
    line = ("a", "1", "2", "3", "4", "5", "6", "t", "yes")
    assert set_out(line, [3, 2, 2, 2, 2, 2, 2, 2, 5]) == "a     1   2   3   4   5   6  t   yes"


@pytest.mark.parametrize(
    ("figures", "name", "shown"),
    [
        ({"none": 2.0, "outline": 2.0}, "none", "2.00"),
        ({"none": 2.0, "outline": 2.2}, "outline", "2.20 +10% "),
        ({"none": 2.0, "outline": 2.4}, "outline", "2.40 +20%*"),
        ({"none": 2.0, "outline": 1.8}, "outline", "1.80 -10% "),
    ],
)
def test_a_cache_is_marked_where_it_earns_its_place(figures, name, shown):
    assert cache_table.cell(figures, name) == shown


def test_every_cache_has_a_row_and_every_page_a_column():
    figures = {
        "lesson": {"none": 1.0, "outline": 1.5, "body": 1.0},
        "home": {"none": 2.0, "outline": 2.0, "body": 2.0},
    }
    lines = cache_table.as_table(figures).splitlines()
    assert lines[0].split() == ["off", "lesson", "home"]
    assert [line.split()[0] for line in lines[1:]] == ["none", "outline", "body"]


# Clients ----------------------------------------------------------------------------------


def test_clients_share_the_learners_and_leave_none_out():
    learners = list(range(10))
    shares = [Share(number, 3).of_all(learners) for number in range(3)]
    assert sorted(learner for share in shares for learner in share) == learners
    assert not set(shares[0]) & set(shares[1])


def test_every_row_has_a_name_of_its_own():
    names = [each.name for each in ROWS]
    assert len(names) == len(set(names))
    assert all(each.title for each in ROWS)


PAPER = b"""<form><input type="hidden" name="csrfmiddlewaretoken" value="tok">
<input type="hidden" name="base" value="4">
<input type="radio" name="item-a" value="a1"><input type="radio" name="item-a" value="a2">
<input type="checkbox" name="item-b" value="b1">
<select id="s" name="item-c"><option value="">-</option><option value="c1">x</option>
<option value="c2">y</option></select></form>"""


def test_a_reader_finds_the_hidden_fields_and_chooses_in_every_field():
    answer = Answer(200, {b"location": b"/next/"}, PAPER)
    assert (answer.hidden("base"), answer.hidden("csrfmiddlewaretoken")) == ("4", "tok")
    assert answer.location == "/next/"
    assert answer.choices() == [("item-a", "a1"), ("item-b", "b1"), ("item-c", "c1")]
    assert answer.choices(nth=1) == [("item-a", "a2"), ("item-b", "b1"), ("item-c", "c2")]


def test_a_field_that_is_not_there_is_no_answer():
    with pytest.raises(KeyError):
        Answer(200, {}, b"<form></form>").hidden("base")


@pytest.mark.parametrize("kind", KINDS)
def test_the_reader_answers_a_question_of_each_kind_in_full_and_then_otherwise(kind):
    item = make.item(kind)
    page = render_to_string(item.ask_template, {"item": item, "given": None}).encode()
    given = [responses_to(item, Answer(200, {}, page).choices(nth=nth)) for nth in (0, 1)]
    assert all(item.is_complete(response) for response in given)
    assert given[0] != given[1]


def responses_to(item, fields):
    by_name = groupby(sorted(fields), key=lambda pair: pair[0])
    return item.read({name: [value for _, value in pairs] for name, pairs in by_name})


# Calls ------------------------------------------------------------------------------------


def test_calls_are_counted_alike_each_time_with_those_into_c():
    def ask(times):
        return [abs(-number) for number in range(times)]

    few, many = calls_of(ask, 10), calls_of(ask, 110)
    assert few == calls_of(ask, 10)
    assert many[0] - few[0] == 100
    assert few[1] == list(range(10))


def test_the_table_of_calls_names_each_act():
    lines = calls_table({"start": 19821.0, "attempt": 192834.2}).splitlines()
    assert lines[2:] == ["| start | 19,821 |", "| attempt | 192,834 |"]


# Starting ---------------------------------------------------------------------------------


def test_the_bench_starts_by_itself_without_the_settings_of_a_site():
    """Its own process measures from outside: it must need none of the site's modules."""
    done = subprocess.run(
        [sys.executable, "-m", "bench", "--help"],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert "calls" in done.stdout
