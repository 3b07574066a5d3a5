"""A database that takes no write is a short wait with nothing lost, at whichever door."""

from __future__ import annotations

import resource
import sqlite3
import time
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import psycopg
import pytest
from django.core.cache import DEFAULT_CACHE_ALIAS, cache, caches
from django.core.cache.backends.db import DatabaseCache
from django.db import InternalError, OperationalError, connection
from django.test import Client
from django.urls import reverse

from courses.models import Enrolment
from lms.views import errors
from tests import make

on_sqlite = pytest.mark.skipif(
    "connection.vendor != 'sqlite'", reason="these are SQLite's own ways to refuse"
)


@contextmanager
def locked():
    connection.cursor().execute("PRAGMA busy_timeout = 100")
    with closing(sqlite3.connect(connection.settings_dict["NAME"])) as other:
        other.execute("BEGIN IMMEDIATE")
        yield


@contextmanager
def read_only():
    connection.cursor().execute("PRAGMA query_only = ON")
    yield
    connection.cursor().execute("PRAGMA query_only = OFF")


@contextmanager
def no_room_at_commit():
    """The log of SQLite may not grow, as on a disk without room: each statement goes through, and
    what was written is refused when it is committed.
    """
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode")
    assert cursor.fetchone() == ("wal",)
    cursor.execute("CREATE TABLE IF NOT EXISTS filler (content BLOB)")
    cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # so that it is written on at its end
    log = Path(connection.settings_dict["NAME"] + "-wal")
    # So large that nothing else which the tests write is larger.
    while log.stat().st_size < 2**20:
        cursor.execute("INSERT INTO filler VALUES (zeroblob(100000))")
    usual, most = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (log.stat().st_size, most))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (usual, most))
        cursor.execute("DROP TABLE filler")


@contextmanager
def disk_full():
    """No page of the file is free, and none may be added."""
    cursor = connection.cursor()
    cursor.execute("CREATE TABLE IF NOT EXISTS filler (content BLOB)")
    cursor.execute("PRAGMA page_count")
    [pages] = cursor.fetchone()
    cursor.execute(f"PRAGMA max_page_count = {pages}")
    with suppress(OperationalError):
        for size in (4000, 4000, 100, 100, 10, 10) * 2000:
            cursor.execute("INSERT INTO filler VALUES (zeroblob(%s))", [size])
        raise AssertionError("The disk was never full.")
    yield
    cursor.execute("PRAGMA max_page_count = 1073741823")
    cursor.execute("DROP TABLE filler")


def doors(course):
    """Forms that write, by name: where they are sent, and what is typed."""
    newcomer = {"email": "new@peerwork.example", "full_name": "Zoë", "agreement": "on"}
    return {
        "sign in": ("/accounts/login/", {"login": "ada@peerwork.example", "password": "no"}),
        "code": ("/accounts/login/code/", {"email": "ada@peerwork.example"}),
        "reset": ("/accounts/password/reset/", {"email": "ada@peerwork.example"}),
        "sign up": ("/accounts/signup/", {**newcomer, "password1": "quiet-river-stone"}),
        "enrol": (reverse("courses:enrol"), {"course": course.pk}),
    }


@on_sqlite
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("outage", [locked, read_only, no_room_at_commit])
def test_every_form_says_that_nothing_was_lost_and_never_many_times(outage):
    course = make.full_course()
    learner = make.user("ada@peerwork.example")
    forms = doors(course)
    signed_in = Client(raise_request_exception=False)
    signed_in.force_login(learner)
    with outage():
        for name, (url, fields) in forms.items():
            by = signed_in if name == "enrol" else Client(raise_request_exception=False)
            answer = by.post(url, fields)
            page = answer.content.decode()
            assert "many times" not in page
            assert answer.status_code != 429
            assert answer.status_code == 503, name
            assert answer["Retry-After"] == "5"
            assert "Nothing was lost" in page, name
        assert Client().get("/").status_code in {200, 404}
    assert signed_in.post(*forms["enrol"]).status_code == 302


@on_sqlite
@pytest.mark.django_db(transaction=True)
def test_a_full_disk_loses_nothing_and_the_site_goes_on_when_there_is_room():
    """Small rows find room in the pages of the file for a while; then one does not."""
    course = make.full_course()
    learners = [Client(raise_request_exception=False) for _ in range(80)]
    for learner in learners:
        learner.force_login(make.user())
    place = reverse("courses:enrol"), {"course": course.pk}
    enrolled = 0
    with disk_full():
        for learner in learners:
            answer = learner.post(*place)
            if answer.status_code == 503:
                break
            assert answer.status_code == 302
            enrolled += 1
        else:
            raise AssertionError("The disk was never full.")
    assert "Nothing was lost" in answer.content.decode()
    assert Enrolment.objects.count() == enrolled
    assert learner.post(*place).status_code == 302
    assert Enrolment.objects.count() == enrolled + 1
    assert connection.cursor().execute("PRAGMA integrity_check").fetchone() == ("ok",)


@on_sqlite
@pytest.mark.django_db(transaction=True)
def test_what_was_typed_stays_and_can_be_sent_again():
    course = make.full_course()
    client = Client(raise_request_exception=False)
    client.force_login(make.user())
    with read_only():
        page = client.post(
            reverse("courses:enrol"), {"course": course.pk, "words": 'Sam said "<no>"'}
        ).content.decode()
    assert f'<form method="post" action="{reverse("courses:enrol")}">' in page
    assert f'name="course" value="{course.pk}"' in page
    assert "Sam said &quot;&lt;no&gt;&quot;" in page
    assert "Send it again" in page


@on_sqlite
@pytest.mark.django_db(transaction=True)
def test_a_password_is_never_written_into_a_page():
    client = Client(raise_request_exception=False)
    with read_only():
        page = client.post(
            "/accounts/login/", {"login": "ada@peerwork.example", "password": "secret-words"}
        ).content.decode()
    assert "secret-words" not in page
    assert "Send it again" not in page


@on_sqlite
@pytest.mark.django_db(transaction=True)
def test_a_count_that_cannot_be_stored_is_no_limit_reached():
    assert cache.add("one", 1)
    assert not cache.add("one", 1)
    started = time.monotonic()
    with read_only(), pytest.raises(OperationalError, match="readonly"):
        cache.add("two", 1)
    assert time.monotonic() - started < 5


def fault(kind, words, cause):
    error = kind(words)
    error.__cause__ = cause
    return error


def test_each_way_in_which_a_database_refuses_is_known():
    sqlite = sqlite3.OperationalError()
    for words in (
        "database is locked",
        "attempt to write a readonly database",
        "database or disk is full",
        "disk I/O error",
        "unable to open database file",
    ):
        assert errors.is_busy(fault(OperationalError, words, sqlite))
    assert not errors.is_busy(fault(OperationalError, "no such column: x", sqlite))
    read_only_transaction = psycopg.errors.ReadOnlySqlTransaction()
    assert errors.is_busy(fault(InternalError, "read-only transaction", read_only_transaction))
    aborted = psycopg.errors.InFailedSqlTransaction()
    assert not errors.is_busy(fault(InternalError, "aborted", aborted))
    too_many = psycopg.errors.TooManyConnections()
    assert errors.is_busy(fault(OperationalError, "too many clients already", too_many))


@on_sqlite
@pytest.mark.django_db(transaction=True)
def test_what_the_cache_could_not_commit_is_raised_and_no_count_is_taken_for_full():
    shared = caches[DEFAULT_CACHE_ALIAS]
    shared.set("there", 1)
    with no_room_at_commit():
        with pytest.raises(OperationalError, match="disk"):
            shared.add("new", 1)
        with pytest.raises(OperationalError, match="disk"):
            shared.set("there", 2)
        assert not shared.add("there", 3)
    assert shared.get("there") == 1
    assert shared.add("new", 1)
    assert not shared.add("new", 2)


@pytest.mark.django_db
def test_a_lock_that_its_holder_lets_go_at_that_moment_is_no_full_disk(monkeypatch):
    """Whoever signs in takes turns by such a lock, and many do so at once."""
    shared = caches[DEFAULT_CACHE_ALIAS]
    shared.add("lock", True)
    put = DatabaseCache._base_set

    def put_while_it_is_let_go(mode, key, *more):
        is_done = put(shared, mode, key, *more)
        shared.delete("lock")
        return is_done

    monkeypatch.setattr(shared, "_base_set", put_while_it_is_let_go)
    assert not shared.add("lock", True)
    assert shared.add("lock", True)
