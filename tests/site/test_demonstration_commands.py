"""After `make run`, every other command knows the demonstration without being told."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from tests.servers import MANAGE
from tools import bootstrap

CHOSEN = {
    "DJANGO_SETTINGS_MODULE": "lms.settings.base",
    "DEMONSTRATION": "1",
    "BASE_URL": "http://127.0.0.1:8123",
    "PORT": "8123",
    "SECRET_KEY": "Zq3vT8wK1rXb6uYc9nMd2eJf5gHa7sLp0oIiUjRtEyWqBvCxNzPm4kDl",
    "LOG_LEVEL": "WARNING",
}
SHOW = ("shell", "--no-imports", "-c")


def run_manage(var: Path, *arguments: str, **settings: str) -> subprocess.CompletedProcess:
    """A command in a shell that was told no more than where things are kept."""
    return subprocess.run(
        [*MANAGE, *arguments],
        env={"PATH": os.environ["PATH"], "VAR_DIR": str(var), **settings},
        cwd="/",
        capture_output=True,
        text=True,
        timeout=120,
    )


@pytest.fixture
def var(tmp_path):
    """Where `make run` was."""
    bootstrap.write_down(CHOSEN | {"VAR_DIR": str(tmp_path)}, tmp_path)
    return tmp_path


def test_the_demonstration_says_its_people_and_credentials_as_json_and_nothing_else(site_server):
    bootstrap.write_down(site_server.env, site_server.var)
    done = run_manage(site_server.var, "demo", "--json")
    assert done.returncode == 0, done.stderr
    summary = json.loads(done.stdout)
    assert {entry["role"] for entry in summary["accounts"]} >= {"learner", "registrar", "admin"}
    assert all(
        entry["url"].startswith(f"{site_server.url}/verify/") for entry in summary["credentials"]
    )


PEOPLE = {
    "learner",
    "graduate",
    "trainer",
    "course-trainer",
    "assessor",
    "registrar",
    "organisation",
    "admin",
}


def test_the_people_of_the_demonstration_keep_their_addresses(site_server):
    bootstrap.write_down(site_server.env, site_server.var)
    accounts = json.loads(run_manage(site_server.var, "demo", "--json").stdout)["accounts"]
    assert {one["role"] for one in accounts} == PEOPLE
    assert {one["email"] for one in accounts} == {f"{role}@peerwork.example" for role in PEOPLE}


def test_an_ordinary_trainer_teaches_the_course_and_nothing_was_done_tomorrow(site_server):
    bootstrap.write_down(site_server.env, site_server.var)
    code = """
from django.utils import timezone
from assessments.access import attempts_seen_by
from courses.access import enrolments_seen_by
from courses.models import Completion, CoursePage
from people.models import User
trainer = User.objects.get(email="course-trainer@peerwork.example")
course = CoursePage.objects.get(live=True, locale__language_code="en")
print([group.name for group in trainer.groups.all()])
print(enrolments_seen_by(trainer).count() >= 2, attempts_seen_by(trainer).count() >= 2)
print(course.contact_name, course.contact_email)
# Another test brings a learner of its own to this site.
theirs = Completion.objects.exclude(enrolment__learner__email="first-visit@peerwork.example")
print(theirs.exists(), theirs.filter(completed_at__gt=timezone.now()).count())
"""
    lines = run_manage(site_server.var, *SHOW, code).stdout.splitlines()
    assert lines == [
        "['Trainers']",
        "True True",
        "Lucía Romero, your trainer course-trainer@peerwork.example",
        "True 0",
    ]


def test_a_sweep_needs_to_be_told_nothing_either(site_server):
    bootstrap.write_down(site_server.env, site_server.var)
    done = run_manage(site_server.var, "sweep", "--dry-run")
    assert done.returncode == 0, done.stderr


def test_what_the_environment_says_wins(var):
    done = run_manage(
        var,
        *SHOW,
        "from django.conf import settings as s; print(s.BASE_URL, s.LOG_LEVEL)",
        LOG_LEVEL="error",
    )
    assert done.stdout.split() == ["http://127.0.0.1:8123", "ERROR"]
    environment = {**CHOSEN, "BASE_URL": "http://localhost:9000"}
    done = run_manage(
        var, *SHOW, "from django.conf import settings as s; print(s.BASE_URL)", **environment
    )
    assert done.stdout.split() == ["http://localhost:9000"]


@pytest.mark.parametrize("command", ["serve", "db_worker", "schedule"])
def test_a_production_that_forgot_its_address_does_not_run_as_a_demonstration(var, command):
    done = run_manage(var, command)
    assert done.returncode == 1
    assert done.stderr.startswith("Peerwork cannot start. BASE_URL is not set.")


def test_a_database_of_another_site_is_not_taken_for_the_demonstrations(var):
    done = run_manage(var, "demo", DATABASE_URL="postgres://peerwork@127.0.0.1:1/production")
    assert done.returncode == 1
    assert done.stderr.startswith("Peerwork cannot start. BASE_URL is not set.")


def test_what_was_chosen_is_for_nobody_else_to_read_and_can_be_read_by_a_shell(tmp_path):
    settings = CHOSEN | {
        "VAR_DIR": "/a folder/with 'quotes'",
        "DATABASE_URL": "postgres://a:$b#c@d/e",
    }
    bootstrap.write_down(settings | {"HOME": "/root"}, tmp_path)
    file = tmp_path / "demonstration.env"
    assert file.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["demonstration.env"]
    script = f'set -a; . {file}; printf "%s\\n" "$VAR_DIR" "$DATABASE_URL"'
    done = subprocess.run(["sh", "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == [settings["VAR_DIR"], settings["DATABASE_URL"]]
    assert "HOME=" not in file.read_text()


# The secret ---------------------------------------------------------------------------------


def test_the_secret_is_made_once_and_readable_by_nobody_else(tmp_path):
    var = tmp_path / "var"
    secret = bootstrap.secret_key(var)
    assert len(secret) >= 50
    assert bootstrap.secret_key(var) == secret
    assert (var / "secret_key").stat().st_mode & 0o777 == 0o600
    assert [path.name for path in var.iterdir()] == ["secret_key"]


@pytest.mark.parametrize("left", ["", "\n"])
def test_a_secret_that_a_crash_left_empty_is_made_again(tmp_path, left):
    (tmp_path / "secret_key").write_text(left)
    assert len(bootstrap.secret_key(tmp_path)) >= 50


def test_a_secret_that_cannot_be_written_leaves_nothing_half_made(tmp_path, monkeypatch):
    def full(*arguments):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(bootstrap.os, "replace", full)
    with pytest.raises(OSError, match="No space left"):
        bootstrap.secret_key(tmp_path)
    assert list(tmp_path.iterdir()) == []
