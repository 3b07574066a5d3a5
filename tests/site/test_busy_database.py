"""A database that stays busy is a short wait for the visitor and not a fault."""

from __future__ import annotations

import sqlite3
from contextlib import closing, contextmanager

import psycopg
import pytest
from django.db import OperationalError, connection, transaction
from django.urls import reverse

from lms.views import errors
from people.models import User
from tests import make


@contextmanager
def nobody_else_can_write():
    """Someone holds what every write needs, and this connection will not wait long for it."""
    if connection.vendor == "sqlite":
        connection.cursor().execute("PRAGMA busy_timeout = 100")
        with closing(sqlite3.connect(connection.settings_dict["NAME"])) as other:
            other.execute("BEGIN IMMEDIATE")
            yield
    else:
        connection.cursor().execute("SET lock_timeout = 100")
        with psycopg.connect(
            **connection.get_connection_params() | {"cursor_factory": None}
        ) as other:
            other.execute("LOCK courses_enrolment IN ACCESS EXCLUSIVE MODE")
            yield
            other.rollback()
        connection.cursor().execute("SET lock_timeout = 0")


@pytest.mark.django_db(transaction=True)
def test_a_writer_who_waited_in_vain_is_asked_to_come_back(client):
    course = make.full_course()
    client.force_login(make.user())
    client.raise_request_exception = False
    enrol, place = reverse("courses:enrol"), {"course": course.pk}
    with nobody_else_can_write():
        answer = client.post(enrol, place)
    assert answer.status_code == 503
    assert answer["Retry-After"] == "5"
    assert "Busy for a moment" in answer.content.decode()
    assert client.post(enrol, place).status_code == 302


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL locks rows, not the file")
@pytest.mark.django_db(transaction=True)
def test_a_transaction_takes_its_turn_before_it_reads():
    """Else two that read first and write later would each wait for the other, and both fail."""
    with (
        closing(sqlite3.connect(connection.settings_dict["NAME"], timeout=0)) as other,
        transaction.atomic(),
    ):
        User.objects.count()
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            other.execute("BEGIN IMMEDIATE")


@pytest.mark.skipif(connection.vendor != "sqlite", reason="settings of SQLite")
@pytest.mark.django_db(transaction=True)
def test_a_reader_waits_for_no_writer_and_a_power_cut_loses_nothing_that_was_answered():
    with connection.cursor() as cursor:
        values = {}
        for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout"):
            cursor.execute(f"PRAGMA {name}")
            values[name] = cursor.fetchone()[0]
    full = 2
    assert values["journal_mode"] == "wal"
    assert values["synchronous"] == full
    assert values["foreign_keys"] == 1
    assert values["busy_timeout"] >= 20_000
    with nobody_else_can_write():
        assert User.objects.count() == 0


def fault(words: str, cause: Exception) -> OperationalError:
    error = OperationalError(words)
    error.__cause__ = cause
    return error


def test_only_what_waiting_can_mend_is_called_busy():
    assert errors.is_busy(fault("database is locked", sqlite3.OperationalError()))
    assert errors.is_busy(fault("too many clients already", psycopg.OperationalError()))
    assert not errors.is_busy(fault("no such table: page", sqlite3.OperationalError()))
    assert not errors.is_busy(ValueError("database is locked"))
    assert not errors.is_busy(None)
