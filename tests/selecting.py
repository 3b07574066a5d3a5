"""Which tests run on which database, and in which order.

A test that asks no database need not run on both.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import TestCase, TransactionTestCase

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
)
"""Files that take a minute or more in one process, in the order in which they begin.

The first makes the site that others copy. The next two need none, so that no process waits for it.
"""


ONE_DATABASE_WILL_DO = {
    "test_compression.py",
    "test_drawings.py",
    "test_final_bot.py",
    "test_foreign_hosts.py",
    "test_going_back.py",
    "test_logs.py",
    "test_marking.py",
    "test_marking_properties.py",
    "test_pdf_hostile.py",
    "test_pdf_names.py",
    "test_pdf_ua.py",
    "test_pictures.py",
    "test_policy.py",
    "test_reads_only.py",
    "test_refusal_sentences.py",
    "test_refused_forms.py",
    "test_rendering_apart.py",
    "test_scripts_in_files.py",
    "test_serving.py",
    "test_settings.py",
    "test_slow_clients.py",
    "test_spanish.py",
    "test_staff_lists.py",
    "test_staff_spanish.py",
}
"""Files about what no database has a part in: the drawing of a file, the sum of marks, the content
of a picture, how the processes of a site are started and stopped, in which language a page speaks,
which headers come with it, where the focus goes after a refusal. They run on SQLite alone."""


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

OF_NO_DOMAIN = {"deploy", "tools"}
"""Folders of tests that are about what runs the site and judges the tree."""


def needs_database(item: pytest.Item) -> bool:
    """Whether a test may use a database. pytest-django refuses it to any other."""
    test_class = getattr(item, "cls", None)
    return (
        item.get_closest_marker("django_db") is not None
        or not DATABASE_FIXTURES.isdisjoint(getattr(item, "fixturenames", ()))
        or (isinstance(test_class, type) and issubclass(test_class, TestCase | TransactionTestCase))
    )


def split_by_database(
    items: list[pytest.Item],
) -> tuple[list[pytest.Item], list[pytest.Item]]:
    """The tests that may use a database, and the others; each in their order."""
    asking = [item for item in items if asks_much(item)]
    return asking, [item for item in items if not asks_much(item)]


def asks_much(item: pytest.Item) -> bool:
    """Whether what a test finds out may be another thing on another database."""
    return (
        needs_database(item)
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
    folders = item.path.relative_to(TESTS).parts if item.path.is_relative_to(TESTS) else ()
    return item.path.name not in WALKED_AGAIN and OF_NO_DOMAIN.isdisjoint(folders[:1])
