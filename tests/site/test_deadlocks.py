"""Two of the staff at the same pages: one may have to be done once more, and nobody sees a fault."""

from __future__ import annotations

import threading
import time

import psycopg
import pytest
from django.db import OperationalError, close_old_connections, connection, connections, transaction
from django.http import Http404
from django.test import Client
from wagtail.actions.delete_page import DeletePageAction
from wagtail.models import Page

from lms.deadlocks import is_deadlock
from people.acts import CHAIN_LOCK
from tests import make

on_postgresql = pytest.mark.skipif(
    "connection.vendor != 'postgresql'", reason="SQLite lets only one write at a time"
)


def deadlock():
    error = OperationalError("deadlock detected")
    error.__cause__ = psycopg.errors.DeadlockDetected()
    return error


def chief(settings):
    settings.STAFF_NEED_SECOND_FACTOR = False
    browser = Client(raise_request_exception=False)
    browser.force_login(make.user(is_superuser=True))
    return browser


def fail_first(monkeypatch, times):
    """Deleting a page is taken back by the database so many times."""
    really = DeletePageAction.execute
    calls = []

    def execute(action, *args, **kwargs):
        calls.append(action)
        if len(calls) <= times:
            raise deadlock()
        return really(action, *args, **kwargs)

    monkeypatch.setattr(DeletePageAction, "execute", execute)
    return calls


@pytest.fixture
def page(db):
    return make.lesson(make.module(make.course()), "To go")


@pytest.mark.parametrize(("times", "status", "is_there"), [(1, 302, False), (2, 503, True)])
def test_it_is_done_once_more_and_then_said(settings, monkeypatch, page, times, status, is_there):
    browser = chief(settings)
    calls = fail_first(monkeypatch, times)
    answer = browser.post(f"/admin/pages/{page.pk}/delete/")
    assert answer.status_code == status
    assert len(calls) == 2
    assert Page.objects.filter(pk=page.pk).exists() == is_there
    if status == 503:
        assert "Nothing was lost" in answer.content.decode()


def test_what_another_deleted_meanwhile_is_not_found(settings, monkeypatch, page):
    browser = chief(settings)

    errors = iter([deadlock(), Http404()])

    def gone(action, *args, **kwargs):
        raise next(errors)

    monkeypatch.setattr(DeletePageAction, "execute", gone)
    assert browser.post(f"/admin/pages/{page.pk}/delete/").status_code == 404


@pytest.mark.parametrize(
    "error", [OperationalError("database is locked"), ValueError("other"), None]
)
def test_nothing_else_is_done_twice(error):
    assert is_deadlock(deadlock())
    assert not is_deadlock(error)


@on_postgresql
@pytest.mark.django_db(transaction=True)
def test_one_deletes_what_another_publishes(settings):
    """The one who deletes holds the log and wants the page; the other holds the page and wants
    the log."""
    page = make.lesson(make.module(make.course()), "To go")
    browser = chief(settings)
    has_page, outcome = threading.Event(), []

    def publish():
        try:
            with transaction.atomic():
                Page.objects.select_for_update().get(pk=page.pk)
                has_page.set()
                wait_until_somebody_waits()
                with connection.cursor() as cursor:
                    cursor.execute("SELECT pg_advisory_xact_lock(%s)", [CHAIN_LOCK])
            outcome.append("published")
        except OperationalError as error:
            outcome.append("taken back" if is_deadlock(error) else repr(error))
        finally:
            connections.close_all()

    other = threading.Thread(target=publish)
    other.start()
    assert has_page.wait(10)
    answer = browser.post(f"/admin/pages/{page.pk}/delete/")
    other.join(20)
    close_old_connections()
    assert answer.status_code == 302
    assert not Page.objects.filter(pk=page.pk).exists()
    assert outcome in (["published"], ["taken back"])


def wait_until_somebody_waits():
    deadline = time.monotonic() + 10
    question = "SELECT count(*) FROM pg_locks WHERE NOT granted"
    with connection.cursor() as cursor:
        while time.monotonic() < deadline:
            cursor.execute(question)
            if cursor.fetchone()[0]:
                return
            time.sleep(0.02)
