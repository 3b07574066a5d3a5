"""A database that stays busy is a short wait for the visitor and not a fault."""

from __future__ import annotations

import sqlite3
from contextlib import closing, contextmanager

import psycopg
import pytest
from django.db import OperationalError, connection
from django.urls import reverse

from lms.views import errors
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
