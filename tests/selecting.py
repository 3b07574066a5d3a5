"""Which tests run on which database: one that asks none need not run on both."""

from __future__ import annotations

import pytest
from django.test import TestCase, TransactionTestCase

DATABASE_FIXTURES = {"db", "transactional_db", "site_template"}
"""`site_template` stands for the running site, which has a database of its own."""


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
    asking = [item for item in items if needs_database(item)]
    return asking, [item for item in items if not needs_database(item)]
