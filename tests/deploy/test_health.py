"""The machine that watches the site learns what is not well; a visitor learns nothing."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from deploy import checking_files, health, verifying_log
from deploy.heartbeat import heartbeat_file
from tests.servers import ROOT, free_port
from tests.site.test_settings import GOOD

pytestmark = pytest.mark.django_db


@pytest.fixture
def with_a_worker(settings):
    """The background worker's part, as it is in production."""
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    heartbeat_file().touch()
    checking_files.note(checking_files.Findings(), at=timezone.now())
    verifying_log.verify_log(at=timezone.now())
    yield
    heartbeat_file().unlink(missing_ok=True)
    checking_files.note_file().unlink(missing_ok=True)
    verifying_log.note_file().unlink(missing_ok=True)


@pytest.fixture(autouse=True)
def roomy_disk(monkeypatch):
    """The disk of the machine that runs the tests is no part of what is tested."""
    monkeypatch.setattr(health, "disk", lambda: "ok")


def parts(client) -> dict[str, str]:
    return client.get("/readyz").json()["parts"]


def test_a_living_process_says_so_without_asking_the_database(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        answer = client.get("/livez")
    assert (answer.status_code, answer.content) == (200, b"ok")


def test_it_answers_by_any_name_and_without_https(settings):
    settings.SECURE_SSL_REDIRECT = True
    assert Client().get("/livez", headers={"host": "10.0.0.7:8000"}).status_code == 200


def test_a_site_that_is_well_is_ready(client, with_a_worker, monkeypatch):
    # How full the disk of this machine is says nothing of the site.
    monkeypatch.setattr(health, "disk", lambda: "ok")
    monkeypatch.setattr(health, "room", lambda: "ok")
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json() == {
        "ready": True,
        "state": "well",
        "parts": dict.fromkeys(
            (
                "database",
                "disk",
                "room",
                "clock",
                "migrations",
                "cache",
                "worker",
                "tasks",
                "mail",
                "certificates",
                "keys",
                "files",
                "log",
            ),
            "ok",
        ),
    }
    assert answer["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    "visitor",
    [
        {"REMOTE_ADDR": "203.0.113.9"},
        {"REMOTE_ADDR": "2001:db8::1"},
        {"REMOTE_ADDR": ""},
        {"REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_FOR": "203.0.113.9"},
        {"REMOTE_ADDR": "127.0.0.1", "HTTP_FORWARDED": "for=203.0.113.9"},
        {"REMOTE_ADDR": "203.0.113.9", "HTTP_AUTHORIZATION": "Bearer "},
        {"REMOTE_ADDR": "203.0.113.9", "HTTP_AUTHORIZATION": "Bearer wrong"},
    ],
)
def test_a_visitor_finds_no_such_page(client, visitor, settings):
    settings.READYZ_TOKEN = ""
    assert client.get("/readyz", **visitor).status_code == 404
    settings.READYZ_TOKEN = "a-token-of-the-operators"
    assert client.get("/readyz", **visitor).status_code == 404


def test_the_token_opens_it_from_elsewhere(client, settings):
    settings.READYZ_TOKEN = "a-token-of-the-operators"
    from_afar = {
        "REMOTE_ADDR": "203.0.113.9",
        "HTTP_AUTHORIZATION": "Bearer a-token-of-the-operators",
    }
    assert client.get("/readyz", **from_afar).status_code in {200, 503}


def test_a_worker_that_has_gone_quiet_is_named(client, with_a_worker):
    long_ago = time.time() - 3 * 60
    os.utime(heartbeat_file(), (long_ago, long_ago))
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["parts"]["worker"] == "silent for 3 minutes"
    heartbeat_file().unlink()
    assert "never run" in parts(client)["worker"]


def test_a_task_that_nobody_takes_is_named(client, with_a_worker):
    waiting = DBTaskResult.objects.create(
        task_path="certificates.tasks.draw", backend_name="default", args_kwargs={}
    )
    assert parts(client)["tasks"] == "ok"
    long_ago = timezone.now() - timedelta(minutes=25)
    DBTaskResult.objects.filter(pk=waiting.pk).update(enqueued_at=long_ago)
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["parts"]["tasks"] == "the oldest has waited 25 minutes"


def test_a_database_behind_the_code_is_named(client, monkeypatch):
    monkeypatch.setattr(health, "_seen_migrated", False)
    monkeypatch.setattr(health, "is_migrated", lambda: False)
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert "manage.py upgrade" in answer.json()["parts"]["migrations"]


def test_asking_writes_nothing(client, with_a_worker):
    with CaptureQueriesContext(connection) as queries:
        client.get("/readyz")
    assert all(query["sql"].lstrip().upper().startswith(("SELECT", "SHOW")) for query in queries)


# The cache --------------------------------------------------------------------------------------


def redis_at(port: int) -> dict:
    return {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": f"redis://127.0.0.1:{port}/0",
        }
    }


def test_a_redis_that_has_gone_is_named(client, with_a_worker, settings):
    settings.CACHES = redis_at(free_port())
    answer = client.get("/readyz")
    # All of it works, and slower.
    assert (answer.status_code, answer.json()["state"]) == (200, "degraded")
    assert answer.json()["parts"]["cache"] == "does not answer (ConnectionError)"
    assert answer.json()["parts"]["database"] == "ok"
    assert client.get("/readyz?strict").status_code == 503


def test_a_cache_table_that_is_missing_is_named(client, with_a_worker):
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE people_cache RENAME TO people_cache_elsewhere")
    assert parts(client)["cache"].startswith("does not answer")


def test_a_cache_that_takes_nothing_is_named(client, with_a_worker, settings):
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}
    assert parts(client)["cache"] == "forgets what it was given"


def test_a_redis_that_is_silent_is_not_waited_for():
    show = "s.CACHES['default']['OPTIONS']"
    program = f"import lms.settings.base as s; print(*{show}.items())"
    environment = {"PATH": os.environ["PATH"], **GOOD, "CACHE_URL": "redis://127.0.0.1:1/0"}
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", program],
        env=environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "('socket_connect_timeout', 5) ('socket_timeout', 5)"
