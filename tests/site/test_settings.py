"""A site that was told something wrong does not start, and says what to set."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from lms.checks import has_wal_reset_fix, sqlite_is_sound
from tests.servers import MANAGE, ROOT

KEY = "Zq3vT8wK1rXb6uYc9nMd2eJf5gHa7sLp0oIiUjRtEyWqBvCxNzPm4kDl"
GOOD = {
    "BASE_URL": "https://learn.example.org",
    "SECRET_KEY": KEY,
    "DATABASE_URL": "postgres://peerwork@127.0.0.1:1/peerwork",
    "EMAIL_URL": "smtp+tls://peerwork:password@mail.example.org:587",
}


def settings_say(show: str = "''", **settings: str) -> str:
    """What reading the settings prints: a value, or why they cannot be read."""
    environment = {name: value for name, value in (GOOD | settings).items() if value}
    program = f"""
from django.core.exceptions import ImproperlyConfigured
try:
    import lms.settings.base as settings
    print({show})
except ImproperlyConfigured as reason:
    print("refused:", reason)
"""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", program],
        env={"PATH": os.environ["PATH"], **environment},
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.mark.parametrize(
    ("environment", "names"),
    [
        ({"SECRET_KEY": ""}, "SECRET_KEY"),
        ({"SECRET_KEY": "short"}, "SECRET_KEY"),
        ({"SECRET_KEY": "django-insecure-" + "x" * 60}, "SECRET_KEY"),
        ({"SECRET_KEY": "please-change-me-" + "x" * 60}, "SECRET_KEY"),
        ({"SECRET_KEY": "x" * 60}, "SECRET_KEY"),
        ({"SECRET_KEY": "0123456789abcdef" * 4 + " "}, "SECRET_KEY"),
        ({"SECRET_KEY": "01" * 30}, "SECRET_KEY"),
        ({"SECRET_KEY": "your-" + KEY}, "SECRET_KEY"),
        ({"SECRET_KEY": "Secret_Key" + KEY}, "SECRET_KEY"),
        ({"SECRET_KEY": "example" + KEY}, "SECRET_KEY"),
        ({"SECRET_KEY": "Sample" + KEY}, "SECRET_KEY"),
        ({"SECRET_KEY": KEY + "  # python -c 'import secrets'"}, "SECRET_KEY"),
        ({"BASE_URL": ""}, "BASE_URL"),
        ({"BASE_URL": "learn.example.org"}, "BASE_URL"),
        ({"BASE_URL": "http://learn.example.org"}, "https"),
        ({"BASE_URL": "ftp://learn.example.org"}, "BASE_URL"),
        ({"BASE_URL": "https://["}, "BASE_URL"),
        ({"BASE_URL": "https://"}, "BASE_URL"),
        ({"BASE_URL": "https://learn.example.org/peerwork"}, "BASE_URL"),
        ({"BASE_URL": "https://learn.example.org?a=b"}, "BASE_URL"),
        ({"BASE_URL": "https://ada@learn.example.org"}, "BASE_URL"),
        ({"BASE_URL": "https://learn.example.org:port"}, "BASE_URL"),
        ({"BASE_URL": "https://learn.example.org:70000"}, "BASE_URL"),
        ({"BASE_URL": "https://learn example.org"}, "BASE_URL"),
        ({"EMAIL_URL": ""}, "EMAIL_URL"),
        ({"EMAIL_URL": "mail.example.org"}, "EMAIL_URL"),
        ({"EMAIL_URL": "smtp://a:b@c:d"}, "EMAIL_URL"),
        ({"EMAIL_URL": "smtp+tls://"}, "EMAIL_URL"),
        ({"EMAIL_URL": "smtp+ssl://name:password@:465"}, "EMAIL_URL"),
        ({"EMAIL_URL": " "}, "EMAIL_URL"),
        ({"ALLOWED_HOSTS": "*"}, "ALLOWED_HOSTS"),
        ({"DEMONSTRATION": "1"}, "DEMONSTRATION"),
        ({"DATABASE_URL": "garbage"}, "DATABASE_URL"),
        ({"DATABASE_URL": "mysql://a@b/c"}, "DATABASE_URL"),
        ({"CACHE_URL": "garbage"}, "CACHE_URL"),
        ({"TASKS": "garbage"}, "TASKS"),
        ({"TRUSTED_PROXIES": "many"}, "TRUSTED_PROXIES"),
        ({"TRUSTED_PROXIES": "-1"}, "TRUSTED_PROXIES"),
        ({"CONN_MAX_AGE": "-1"}, "CONN_MAX_AGE"),
        ({"DEMONSTRATION": "maybe"}, "DEMONSTRATION"),
        ({"STAFF_NEED_SECOND_FACTOR": "required"}, "STAFF_NEED_SECOND_FACTOR"),
        ({"LOG_LEVEL": "loud"}, "LOG_LEVEL"),
    ],
)
def test_what_is_missing_or_unsafe_is_refused_by_name(environment, names):
    answer = settings_say(**environment)
    assert answer.startswith("refused:")
    assert names in answer


def test_what_is_refused_does_not_repeat_a_secret():
    for environment in (
        {"SECRET_KEY": "hunter2"},
        {"BASE_URL": "https://ada:hunter2@learn.example.org"},
        {"EMAIL_URL": "smtq://peerwork:hunter2@mail.example.org"},
        {"EMAIL_URL": "smtp://peerwork:hunter2@mail.example.org:port"},
        {"DATABASE_URL": "postgras://peerwork:hunter2@db.example.org/peerwork"},
        {"CACHE_URL": "redos://peerwork:hunter2@cache.example.org"},
    ):
        assert "hunter2" not in settings_say(**environment)


@pytest.mark.parametrize(
    "key",
    [
        KEY,
        "0c1d9a3f5b7e2846" + "5f0e9d8c7b6a4321" * 3,  # as openssl rand -hex 32 gives
        "h2@k!x9^p_4zq&7w(e1)r5t=y8u+i3o*a6s-d0f$gjlcvbnm#%h2@k",  # as Django makes them
    ],
)
def test_a_key_drawn_at_random_is_taken_however_it_is_written(key):
    assert settings_say("settings.SECRET_KEY", SECRET_KEY=key) == key


def test_on_and_off_may_be_said_in_any_of_the_usual_words():
    for word in ("1", "true", "True", "YES", "on"):
        assert settings_say("settings.STAFF_NEED_SECOND_FACTOR", STAFF_NEED_SECOND_FACTOR=word) == (
            "True"
        )
    for word in ("0", "false", "False", "no", "Off"):
        assert settings_say("settings.STAFF_NEED_SECOND_FACTOR", STAFF_NEED_SECOND_FACTOR=word) == (
            "False"
        )


@pytest.mark.parametrize("level", ["debug", "Warning", "ERROR"])
def test_a_level_may_be_written_in_any_case(level):
    assert settings_say("settings.LOGGING['root']['level']", LOG_LEVEL=level) == level.upper()


def test_an_address_is_taken_for_the_same_however_it_is_written():
    for written in (
        "https://Learn.Example.org/",
        " https://learn.example.org",
        "HTTPS://learn.example.org:",
    ):
        assert settings_say("settings.BASE_URL", BASE_URL=written) == GOOD["BASE_URL"]
    assert settings_say("settings.BASE_URL", BASE_URL="https://[2001:db8::1]:8443") == (
        "https://[2001:db8::1]:8443"
    )


def test_a_command_says_the_sentence_and_nothing_else(tmp_path):
    done = subprocess.run(
        [*MANAGE, "check"],
        env={"PATH": os.environ["PATH"], "VAR_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1
    assert done.stderr.startswith("Peerwork cannot start. BASE_URL is not set.")
    assert "Traceback" not in done.stderr


def test_served_by_https_every_cookie_is_bound_to_this_host():
    assert settings_say("settings.SESSION_COOKIE_NAME") == "__Host-session"
    assert settings_say("settings.CSRF_COOKIE_NAME") == "__Host-csrf"
    assert settings_say("settings.SESSION_COOKIE_SECURE and settings.CSRF_COOKIE_SECURE") == "True"


def test_only_a_loopback_address_may_do_without_https():
    for address in ("http://127.0.0.1:8000", "http://localhost:8000"):
        assert settings_say("settings.SECURE_SSL_REDIRECT", BASE_URL=address) == "False"
    assert settings_say("settings.SECURE_SSL_REDIRECT") == "True"
    assert settings_say("settings.SECURE_HSTS_SECONDS") == str(60 * 60 * 24 * 365)


def test_a_real_site_asks_its_staff_for_a_second_factor():
    assert settings_say("settings.STAFF_NEED_SECOND_FACTOR") == "True"


def test_the_deployment_checks_find_nothing():
    done = subprocess.run(
        [*MANAGE, "check", "--deploy", "--fail-level", "WARNING"],
        env={"PATH": os.environ["PATH"], **GOOD},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr


# D02: the fault in SQLite -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("version", "sound"),
    [
        ((3, 40, 1), False),
        ((3, 44, 5), False),
        ((3, 44, 6), True),
        ((3, 45, 1), False),
        ((3, 50, 6), False),
        ((3, 50, 7), True),
        ((3, 51, 2), False),
        ((3, 51, 3), True),
        ((3, 52, 0), True),
        ((4, 0, 0), True),
    ],
)
def test_the_releases_of_sqlite_that_can_corrupt_a_file_are_known(version, sound):
    assert has_wal_reset_fix(version) is sound


@pytest.mark.parametrize(
    ("engine", "version", "warned"),
    [
        ("django.db.backends.sqlite3", (3, 40, 1), ["lms.W001"]),
        ("django.db.backends.sqlite3", (3, 51, 3), []),
        ("django.db.backends.postgresql", (3, 40, 1), []),
    ],
)
def test_an_operator_is_warned_of_a_faulty_sqlite_and_of_nothing_else(
    settings, monkeypatch, engine, version, warned
):
    settings.DEMONSTRATION = False
    monkeypatch.setitem(settings.DATABASES["default"], "ENGINE", engine)
    monkeypatch.setattr("sqlite3.sqlite_version_info", version)
    assert [warning.id for warning in sqlite_is_sound()] == warned


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"BACKUP_DIR": "/backup"}, "belong together"),
        ({"BACKUP_KEY": "age1abc"}, "belong together"),
        ({"BACKUP_DIR": "backup", "BACKUP_KEY": "age1abc"}, "whole path"),
    ],
)
def test_half_a_backup_is_refused(given, words):
    said = settings_say(**given)
    assert said.startswith("refused:")
    assert words in said


def test_a_whole_one_and_none_are_taken():
    for given in ({"BACKUP_DIR": "/backup", "BACKUP_KEY": "age1abc"}, {}):
        assert settings_say("settings.BACKUP_DIR", **given) == given.get("BACKUP_DIR", "")
