"""Which tests run on which database, and in which order.

A run on SQLite runs them all. A test that asks no database need not run on PostgreSQL too, and of
a test with many cases the first is enough there: the others differ in what our own code does with
them, and what differs between databases is met by each test of its own. A test that asks for pages
need not either: what a page reads and does is done there by the tests of the domain, and by those
that walk over every address. `--every-case` runs them all.

The whole suite shares them out (`--share-out`): what the run on PostgreSQL takes is not run on
SQLite as well, but for what each database may answer otherwise (`runs_on_both`).
"""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client, TestCase, TransactionTestCase

TESTS = Path(__file__).resolve().parent

DATABASE_FIXTURES = {"db", "transactional_db", "site_template"}
"""`site_template` stands for the running site, which has a database of its own."""


LONG_FILES = (
    "test_drill.py",
    "test_odd_queries.py",
    "test_attempting_at_once.py",
    "test_serving.py",
    "test_final_bot.py",
    "test_races.py",
    "test_reads_only.py",
    "test_killed_worker.py",
    "test_killed_erasure.py",
    "test_going_back.py",
    "test_every_page.py",
    "test_whose_page.py",
    "test_text_size.py",
)
"""Files that take a minute or more in one process, in the order in which they begin.

The first makes the site that others copy. The next two need none, so that no process waits for it.
"""


ONE_DATABASE_WILL_DO = {
    "test_attached.py",
    "test_bench_certificates.py",
    "test_compression.py",
    "test_demonstration_commands.py",
    "test_drawings.py",
    "test_final_bot.py",
    "test_first_visit.py",
    "test_foreign_hosts.py",
    "test_going_back.py",
    "test_loading.py",
    "test_logs.py",
    "test_marking.py",
    "test_marking_properties.py",
    "test_pdf_hostile.py",
    "test_pdf_names.py",
    "test_pdf_ua.py",
    "test_pictures.py",
    "test_policy.py",
    "test_reads_only.py",
    "test_rebuilding.py",
    "test_redis_gone.py",
    "test_refusal_sentences.py",
    "test_refused_forms.py",
    "test_rendering_apart.py",
    "test_scripts_in_files.py",
    "test_second_library.py",
    "test_serving.py",
    "test_settings.py",
    "test_slow_clients.py",
    "test_spanish.py",
    "test_staff_lists.py",
    "test_staff_spanish.py",
    "test_standing_pages.py",
    "test_talks_loaded.py",
    "test_translated.py",
    "test_wallets.py",
    "test_worded.py",
    "test_workbook.py",
}
"""Files about what no database has a part in: the drawing of a file and its seals, the sum of marks,
the content of a picture, how the processes of a site are started and stopped, in which language a
page speaks and what the words are that we ship, which headers come with it, where the focus goes
after a refusal, what is done without Redis. They run on SQLite alone."""


WALKED_AGAIN = {
    "test_attempting_at_once.py",
    "test_copies_in_any_order.py",
    "test_editions_in_any_order.py",
    "test_final_bot.py",
    "test_going_back.py",
    "test_guessing.py",
    "test_kinds.py",
    "test_marking_properties.py",
    "test_matrix.py",
    "test_odd_queries.py",
    "test_page_records.py",
    "test_progress_properties.py",
    "test_reads_only.py",
    "test_refused_forms.py",
    "test_search_words.py",
    "test_staff_spanish.py",
    "test_text_rule_properties.py",
}
"""Files that walk the same ways hundreds of times: over every address, or with many examples."""

WALKS_OVER_PAGES = {
    "test_after_commit.py",
    "test_any_request.py",
    "test_canary_person.py",
    "test_learners.py",
    "test_matrix.py",
    "test_odd_queries.py",
    "test_page_records.py",
    "test_privacy.py",
    "test_query_counts.py",
    "test_query_plans.py",
    "test_races.py",
    "test_search.py",
    "test_search_words.py",
    "test_watching_pages.py",
}
"""Files that PostgreSQL runs though they ask for pages: they walk over every address, or read long
lists."""

ON_BOTH = {
    "test_after_commit.py",
    "test_query_counts.py",
    "test_query_plans.py",
    "test_races.py",
    "test_search.py",
    "test_search_words.py",
}
"""Files that are run on SQLite as well: how each database plans, waits and searches is its own."""

EACH_HAS_ITS_OWN = {"deploy"}
"""Folders of tests about what is done for each database in a way of its own, such as a backup."""

OF_NO_DOMAIN = {"deploy", "tools"}
"""Folders of tests that are about what runs the site and judges the tree."""


def opens_a_browser(item: pytest.Item) -> bool:
    """Whether a test opens a browser. Where one is open, no other test can run a loop of events."""
    return "playwright" in getattr(item, "fixturenames", ())


def needs_database(item: pytest.Item) -> bool:
    """Whether a test may use a database. pytest-django refuses it to any other."""
    test_class = getattr(item, "cls", None)
    return (
        item.get_closest_marker("django_db") is not None
        or not DATABASE_FIXTURES.isdisjoint(getattr(item, "fixturenames", ()))
        or (isinstance(test_class, type) and issubclass(test_class, TestCase | TransactionTestCase))
    )


def split_by_database(
    items: list[pytest.Item], *, every_case: bool = False
) -> tuple[list[pytest.Item], list[pytest.Item]]:
    """The tests for the second database, and the others; each in their order."""
    chosen: list[pytest.Item] = []
    others: list[pytest.Item] = []
    tests: set[str] = set()
    for item in items:
        test = item.nodeid.partition("[")[0]
        is_new = every_case or commits(item) or test not in tests
        is_chosen = asks_much(item) and is_new
        (chosen if is_chosen else others).append(item)
        if is_chosen:
            tests.add(test)
    return chosen, others


def runs_on_both(item: pytest.Item) -> bool:
    """Whether a test that runs on PostgreSQL is run on SQLite in the same run of the suite."""
    return (
        commits(item)
        or item.path.name in ON_BOTH
        or not EACH_HAS_ITS_OWN.isdisjoint(folders_of(item)[:1])
    )


def shared_out(items: list[pytest.Item]) -> tuple[list[pytest.Item], list[pytest.Item]]:
    """The tests that are for SQLite where PostgreSQL has its share, and the others; in order."""
    chosen, _rest = split_by_database(items)
    theirs = {item.nodeid for item in chosen if not runs_on_both(item)}
    return (
        [item for item in items if item.nodeid not in theirs],
        [item for item in items if item.nodeid in theirs],
    )


def commits(item: pytest.Item) -> bool:
    """Whether a test sees what is committed, and so how a database keeps two apart."""
    mark = item.get_closest_marker("django_db")
    return "transactional_db" in item.fixturenames or bool(mark and mark.kwargs.get("transaction"))


def asks_for_pages(item: pytest.Item) -> bool:
    """Whether a test asks for pages: by the fixture of a client, or in a file that makes one."""
    module = getattr(item, "module", None)
    return "client" in item.fixturenames or getattr(module, "Client", None) is Client


def asks_much(item: pytest.Item) -> bool:
    """Whether what a test finds out may be another thing on another database."""
    return (
        needs_database(item)
        and (not asks_for_pages(item) or commits(item) or item.path.name in WALKS_OVER_PAGES)
        and item.path.name not in ONE_DATABASE_WILL_DO
        and item.get_closest_marker("one_database") is None
    )


def turn_of(item: pytest.Item) -> int:
    """When a test's turn is: the long files have theirs first, and all others after them."""
    name = item.path.name
    return LONG_FILES.index(name) if name in LONG_FILES else len(LONG_FILES)


def is_measured(item: pytest.Item) -> bool:
    """Whether the branches that a test takes are counted.

    Counting nearly doubles what a test costs. What walks far takes no branch that no other test
    takes, or none that may be counted on: the floor is held without it.
    """
    return item.path.name not in WALKED_AGAIN and OF_NO_DOMAIN.isdisjoint(folders_of(item)[:1])


def folders_of(item: pytest.Item) -> tuple[str, ...]:
    """The path of a test below `tests/`; of one that stands elsewhere, nothing."""
    return item.path.relative_to(TESTS).parts if item.path.is_relative_to(TESTS) else ()
