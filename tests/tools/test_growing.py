"""A grown site is what the verbs would have left: its pages open, and nothing is owed in it."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from bench.grown_table import FLAT, STAFF, SWEEP, as_table, bound_of
from tests.servers import ROOT

SIZE = ["--learners", "6", "--responses", "300", "--credentials", "12"]


def grow(server, *size, **settings):
    return subprocess.run(
        [sys.executable, "-m", "bench.growing", *size],
        cwd=ROOT,
        env=server.env | settings,
        capture_output=True,
        text=True,
        timeout=300,
    )


COUNTED = """
from assessments.models import Attempt, Mark, PaperItem, ResponseStep, Result
from certificates.models import Credential
from people.models import User
of = User.objects.filter(email__endswith="@grown.example")
answer = {
    "learners": of.count(),
    "tries": Attempt.objects.filter(enrolment__learner__in=of).count(),
    "responses": ResponseStep.objects.filter(item__attempt__enrolment__learner__in=of).count(),
    "marks": Mark.objects.filter(item__attempt__enrolment__learner__in=of).count(),
    "passed": Result.objects.filter(attempt__enrolment__learner__in=of, passed=True).count(),
    "credentials": Credential.objects.filter(holder__in=of).count(),
}
"""

LOOKED_AT = """
from django.conf import settings
from django.test import Client
from assessments.models import Attempt
from assessments.recording import mark_attempt
from certificates.models import Credential
from people.models import User
host = settings.BASE_URL.split("://", 1)[1]
learner = User.objects.get(email="0@grown.example")
browser = Client(headers={"host": host})
browser.force_login(learner)
attempt = Attempt.objects.filter(enrolment__learner=learner).order_by("pk").first()
credential = Credential.objects.filter(holder=learner).latest("issued_at")
pages = ["/learn/", f"/quizzes/attempts/{attempt.pk}/result/", f"/verify/{credential.number}/"]
result = attempt.results.get()
answer = [
    [browser.get(page).status_code for page in pages],
    mark_attempt(attempt).score == result.score,
    credential.follows.followed_by == credential,
]
"""


def test_a_site_grows_to_the_size_that_was_asked_for_and_owes_nothing(site_server):
    done = grow(site_server, *SIZE)
    assert done.returncode == 0, done.stderr
    assert "6 of 6 learners" in done.stderr
    assert json.loads(done.stdout)["seconds"] >= 0
    counted = site_server.ask(COUNTED)
    assert counted["learners"] == 6
    assert counted["credentials"] == 12
    assert counted["responses"] == counted["marks"] >= 300
    assert 0 < counted["passed"] < counted["tries"]
    statuses, marked_alike, followed = site_server.ask(LOOKED_AT)
    assert statuses[0] == statuses[2] == 200
    assert marked_alike
    assert followed
    swept = site_server.manage("sweep", "--dry-run")
    assert "Found 0 awards to issue, 0 certificates to make" in swept
    assert "0 courses to complete" in swept
    # What is there is gone on with, and not made again.
    assert grow(site_server, *SIZE).returncode == 0
    assert site_server.ask(COUNTED) == counted


def test_no_site_of_real_people_is_filled(site_server):
    before = site_server.ask("from people.models import User\nanswer = User.objects.count()")
    mail = "smtp+tls://name:password@mail.example.org:587"
    refused = grow(site_server, *SIZE, DEMONSTRATION="", EMAIL_URL=mail)
    assert refused.returncode == 2
    assert "no demonstration" in refused.stderr
    after = site_server.ask("from people.models import User\nanswer = User.objects.count()")
    assert after == before


# The table ---------------------------------------------------------------------------------


def figures(ms, queries=5):
    return {"ms": ms, "queries": queries}


def test_each_act_has_its_bound():
    assert bound_of("lesson") == FLAT
    assert bound_of("staff: register") == STAFF
    assert bound_of("sweep, nothing owed") == SWEEP


@pytest.mark.parametrize(
    ("bound", "empty", "grown", "kept"),
    [
        (FLAT, 4.0, 4.4, True),
        (FLAT, 4.0, 4.5, False),
        (STAFF, 10, 300, True),
        (STAFF, 10, 301, False),
        (SWEEP, 1, 100, True),
        (SWEEP, 1, 101, False),
    ],
)
def test_a_bound_is_kept_up_to_its_figure_and_no_further(bound, empty, grown, kept):
    assert bound.is_kept(empty, grown) is kept


def test_the_table_says_what_was_missed_and_where_queries_grew():
    empty = {"lesson": figures(4.0), "staff: tries": figures(40)}
    grown = {"lesson": figures(6.0), "staff: tries": figures(120, queries=7)}
    heading, lesson, tries = as_table(empty, grown).splitlines()
    assert heading.split()[:2] == ["empty", "ms"]
    assert lesson.split() == ["lesson", "4.0", "6.0", "1.50", "5", "≤", "1.1", "x", "missed"]
    assert tries.split()[-1] == "yes"
    assert "5 → 7" in tries
