"""On the second database runs whatever may use one, and nothing that may not."""

from __future__ import annotations

from itertools import count
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.test import Client, SimpleTestCase, TestCase, TransactionTestCase

from tests.selecting import (
    LONG_FILES,
    ON_BOTH,
    ONE_DATABASE_WILL_DO,
    WALKED_AGAIN,
    WALKS_OVER_PAGES,
    is_measured,
    needs_database,
    opens_a_browser,
    shared_out,
    split_by_database,
    turn_of,
)

TESTS = Path(__file__).parent.parent
NUMBERS = count()


def item(*fixtures, marker="", test_class=None, file="test_of_something.py", test="", **options):
    mark = SimpleNamespace(kwargs=options)
    return SimpleNamespace(
        nodeid=f"tests/{file}::{test or next(NUMBERS)}",
        path=TESTS / file,
        fixturenames=fixtures,
        cls=test_class,
        get_closest_marker=lambda name: mark if marker == name else None,
    )


@pytest.mark.parametrize(
    ("test", "needs"),
    [
        (item(), False),
        (item("tmp_path", "monkeypatch"), False),
        (item(marker="django_db"), True),
        (item("client", "db"), True),
        (item("transactional_db"), True),
        (item("site_server", "site_template"), True),
        (item(test_class=TestCase), True),
        (item(test_class=TransactionTestCase), True),
        (item(test_class=SimpleTestCase), False),
        (item(test_class=object), False),
        (SimpleNamespace(get_closest_marker=lambda name: None), False),
    ],
)
def test_a_test_needs_a_database_where_it_says_so(test, needs):
    assert needs_database(test) is needs


def test_every_test_is_on_one_side_in_its_order():
    tests = [item("db"), item(), item(marker="django_db"), item("tmp_path")]
    asking, others = split_by_database(tests)
    assert asking == [tests[0], tests[2]]
    assert others == [tests[1], tests[3]]


def test_one_test_of_a_file_may_run_on_one_database_alone():
    tests = [item("db"), item("db", marker="one_database")]
    assert split_by_database(tests) == ([tests[0]], [tests[1]])


def test_of_a_test_with_many_cases_the_first_runs_on_the_second_database():
    tests = [item("db", test=f"test_it[{case}]") for case in ("one", "two")]
    other = item("db", test="test_another[two]")
    assert split_by_database([*tests, other]) == ([tests[0], other], [tests[1]])
    assert split_by_database([*tests, other], every_case=True) == ([*tests, other], [])


def test_a_test_that_asks_for_pages_runs_on_the_second_where_it_walks_far_or_commits():
    by_fixture = item("db", "client")
    by_import = item("db")
    by_import.module = SimpleNamespace(Client=Client)
    walk = item("db", "client", file=min(WALKS_OVER_PAGES))
    committing = item("client", marker="django_db", transaction=True)
    of_the_domain = item("db")
    of_the_domain.module = SimpleNamespace()
    tests = [by_fixture, by_import, walk, committing, of_the_domain]
    assert split_by_database(tests) == ([walk, committing, of_the_domain], [by_fixture, by_import])


@pytest.mark.parametrize("name", sorted({*ON_BOTH, *WALKS_OVER_PAGES}))
def test_every_file_of_pages_that_runs_there_is_one(name):
    assert list(TESTS.rglob(name))


def test_a_case_that_stays_on_one_database_is_not_the_first():
    tests = [
        item("db", test="test_it[one]", marker="one_database"),
        item("db", test="test_it[two]"),
    ]
    assert split_by_database(tests) == ([tests[1]], [tests[0]])


@pytest.mark.parametrize("committing", [("transactional_db",), ()])
def test_where_others_see_what_a_test_commits_every_case_runs_on_both(committing):
    options = {} if committing else {"marker": "django_db", "transaction": True}
    tests = [item(*committing, test=f"test_it[{case}]", **options) for case in ("one", "two")]
    assert split_by_database(tests) == (tests, [])


def test_what_postgresql_runs_is_left_to_it_but_for_what_each_may_answer_otherwise():
    of_the_domain = item("db", test="test_it[one]")
    second_case = item("db", test="test_it[two]")
    page = item("db", "client")
    asks_none = item("tmp_path")
    committing = item("transactional_db")
    walk = item("db", "client", file=min(ON_BOTH))
    backup = item("db", file="deploy/test_backups.py")
    tests = [of_the_domain, second_case, page, asks_none, committing, walk, backup]
    assert shared_out(tests) == (tests[1:], [of_the_domain])


def test_between_them_the_two_databases_run_every_test(request):
    tests = [each for each in request.session.items if not opens_a_browser(each)]
    on_sqlite, left = shared_out(tests)
    on_postgresql, _others = split_by_database(tests)
    assert {*on_sqlite, *on_postgresql} == {*tests}
    assert {*left} <= {*on_postgresql}


def test_a_test_with_a_browser_is_one_of_that_part():
    assert opens_a_browser(item("page", "playwright"))
    assert not opens_a_browser(item("page"))


@pytest.mark.parametrize("file", sorted(ONE_DATABASE_WILL_DO))
def test_what_no_database_has_a_part_in_runs_on_one(file):
    tests = [item("db", file=file), item("db")]
    assert split_by_database(tests) == ([tests[1]], [tests[0]])


@pytest.mark.parametrize("name", sorted({*ONE_DATABASE_WILL_DO, *LONG_FILES}))
def test_every_file_that_is_named_is_one(name):
    assert len(list(TESTS.rglob(name))) == 1


@pytest.mark.parametrize("name", sorted(WALKED_AGAIN))
def test_every_file_that_is_not_measured_is_there(name):
    assert list(TESTS.rglob(name))


@pytest.mark.parametrize(
    ("path", "counted"),
    [
        (TESTS / "people" / "test_acts.py", True),
        (TESTS / "site" / "test_after_commit.py", True),
        (TESTS.parent / "assessments" / "kinds" / "matching" / "tests.py", True),
        (TESTS / "site" / "test_matrix.py", False),
        (TESTS / "deploy" / "test_health.py", False),
        (TESTS / "tools" / "test_audit.py", False),
    ],
)
def test_branches_are_counted_where_a_test_is_about_the_domains(path, counted):
    assert is_measured(SimpleNamespace(path=path)) is counted


def test_this_very_test_is_not_measured(request):
    """So the mark is on it where the suite counts branches."""
    if request.config.pluginmanager.hasplugin("_cov"):
        assert request.node.get_closest_marker("no_cover")


def test_long_files_come_first_in_their_order_and_the_rest_as_it_was():
    files = ["b.py", LONG_FILES[1], "a.py", LONG_FILES[0]]
    tests = sorted([item(file=file) for file in files], key=turn_of)
    assert [test.path.name for test in tests] == [*LONG_FILES[:2], "b.py", "a.py"]


def test_while_the_first_file_makes_the_site_the_next_waits_for_none():
    first, second, third, *_ = [next(TESTS.rglob(name)).read_text() for name in LONG_FILES]
    assert "site_template" in first
    assert not [
        text for text in (second, third) if "site_template" in text or "site_server" in text
    ]


def test_this_very_test_needs_none(request):
    assert not needs_database(request.node)


@pytest.mark.django_db
def test_this_very_test_needs_one(request):
    assert needs_database(request.node)
