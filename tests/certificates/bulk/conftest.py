"""A registrar, an award and a table of people to issue it to."""

from datetime import UTC, datetime

import pytest

from certificates.bulk.lines import TypedLine, TypedLines
from certificates.bulk.running import store_bulk
from certificates.models import BulkIssue
from tests import make

NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)


@pytest.fixture
def registrar(db):
    return make.registrar(full_name="Rosa Adeyemi")


@pytest.fixture
def award(db):
    return make.award(name="Bridge award", valid_months=24)


@pytest.fixture
def upload(registrar, award):
    """Store a table whose lines are given as cells by the name of their column."""

    def store(*lines, **fields):
        typed = [TypedLine(number, cells) for number, cells in enumerate(lines, 2)]
        return store_bulk(
            TypedLines(typed, ()),
            **{
                "file_name": "list.csv",
                "award": award,
                "evidence": "Attended in Leeds.",
                "words": "",
                "attested_by": "",
                "at_once": False,
                "by": registrar,
                "at": NOW,
                **fields,
            },
        )

    return store


@pytest.fixture
def member(db):
    """Somebody with an account that they use."""

    def come_in(email="", **fields):
        return make.user(email, last_login=NOW, **fields)

    return come_in


def only_bulk():
    return BulkIssue.objects.get()
