"""`serve` and `upgrade`: what is done before the site starts, and what is said instead."""

from __future__ import annotations

import io
import os

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError

from deploy import processes, upgrading
from deploy.management.commands import serve, upgrade


class Steps(list):
    """What was done, in order."""

    def record(self, name, result=None):
        def step(*args, **kwargs):
            self.append(name)
            return result

        return step


@pytest.fixture
def steps(monkeypatch, settings, tmp_path):
    """Every part that the commands call, recorded and not done; a site that is up to date."""
    done = Steps()
    settings.VAR_DIR = tmp_path / "var"
    settings.DEMONSTRATION = True
    monkeypatch.setenv("LISTEN_ON", "0.0.0.0")
    for name in ("migrate", "collect_static", "insist_on_being_up_to_date"):
        monkeypatch.setattr(upgrading, name, done.record(name))
    monkeypatch.setattr(upgrading, "is_migrated", lambda: True)
    monkeypatch.setattr(upgrading, "static_is_collected", lambda: True)
    monkeypatch.setattr(upgrading, "migration_count", lambda: 3)
    monkeypatch.setattr(processes, "insist_on_a_free_port", done.record("port"))
    monkeypatch.setattr(processes, "become_supervisor", done.record("supervisor"))
    monkeypatch.setattr(serve.connections, "close_all", done.record("disconnect"))
    monkeypatch.setattr(serve, "settle_address", done.record("address"))
    monkeypatch.setattr(upgrade, "settle_address", done.record("address"))
    monkeypatch.setattr(serve, "call_command", done.record("demo"))
    monkeypatch.setattr(serve, "make_demonstration_keys", lambda at: False)
    monkeypatch.setattr(serve.demonstration, "is_made", lambda: True)
    monkeypatch.setattr(serve.demonstration, "summary", lambda **kwargs: {})
    monkeypatch.setattr(serve.demo.Command, "describe", done.record("sign-ins"))
    return done


def run(*args):
    output = io.StringIO()
    call_command(*args, stdout=output)
    return output.getvalue()


# Serving --------------------------------------------------------------------------------


def test_a_site_is_served_once_it_is_up_to_date_and_its_port_is_free(steps):
    assert run("serve") == ""
    assert steps == ["port", "insist_on_being_up_to_date", "disconnect", "supervisor"]
    assert os.environ["LISTEN_ON"] == "0.0.0.0"


@pytest.mark.parametrize(
    ("part", "reason"),
    [
        ("insist_on_being_up_to_date", upgrading.NotUpToDate()),
        ("insist_on_being_up_to_date", upgrading.DatabaseIsNewer(["lms.0009_x"])),
        ("insist_on_being_up_to_date", upgrading.DatabaseUnreachable(OperationalError("away"))),
        ("insist_on_a_free_port", processes.PortInUse(8000)),
        ("insist_on_a_free_port", processes.PortRefused("192.0.2.1", 80, "no")),
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_stands_in_the_way_is_said_and_nothing_is_started(steps, monkeypatch, part, reason):
    def stop(*args):
        raise reason

    module = processes if part == "insist_on_a_free_port" else upgrading
    monkeypatch.setattr(module, part, stop)
    with pytest.raises(CommandError) as problem:
        run("serve")
    assert str(problem.value) == str(reason)
    assert "supervisor" not in steps


@pytest.mark.parametrize(("proxies", "warned"), [(0, True), (1, False)])
def test_on_a_public_address_without_a_proxy_it_says_so(steps, settings, capsys, proxies, warned):
    settings.TRUSTED_PROXIES = proxies
    call_command("serve")
    assert ("no proxy is said to stand before it" in capsys.readouterr().err) is warned
    assert steps[-1] == "supervisor"


def test_a_port_that_is_no_number_is_said_and_nothing_is_started(steps, monkeypatch):
    monkeypatch.setenv("PORT", "http")
    with pytest.raises(CommandError, match="PORT is 'http'"):
        run("serve")
    assert steps == []


# The demonstration ----------------------------------------------------------------------


def test_the_demonstration_is_for_a_site_that_is_one(steps, settings):
    settings.DEMONSTRATION = False
    with pytest.raises(CommandError, match="needs DEMONSTRATION=1"):
        run("serve", "--demonstration")
    assert steps == []


def test_a_demonstration_has_public_passwords_so_this_machine_alone_reaches_it(steps):
    run("serve", "--demonstration")
    assert os.environ["LISTEN_ON"] == "127.0.0.1"
    assert steps[-1] == "supervisor"


def test_the_first_start_does_everything_and_the_second_nothing(steps, monkeypatch):
    monkeypatch.setattr(upgrading, "is_migrated", lambda: False)
    monkeypatch.setattr(upgrading, "static_is_collected", lambda: False)
    output = run("serve", "--demonstration")
    assert steps == [
        "port",
        "migrate",
        "demo",
        "address",
        "collect_static",
        "sign-ins",
        "disconnect",
        "supervisor",
    ]
    for words in ("database up to date ...", "demonstration ...", "pages load ...", "/courses/"):
        assert words in output
    steps.clear()
    monkeypatch.setattr(upgrading, "is_migrated", lambda: True)
    monkeypatch.setattr(upgrading, "static_is_collected", lambda: True)
    assert "..." not in run("serve", "--demonstration")
    assert steps == ["port", "address", "sign-ins", "disconnect", "supervisor"]


@pytest.mark.parametrize("change", ["content", "people"])
def test_the_demonstration_is_loaded_again_when_it_changed_or_is_gone(steps, monkeypatch, change):
    run("serve", "--demonstration")
    assert "demo" in steps
    steps.clear()
    if change == "content":
        monkeypatch.setattr(upgrading, "folder_stamp", lambda folder: "another")
    else:
        monkeypatch.setattr(serve.demonstration, "is_made", lambda: False)
    run("serve", "--demonstration")
    assert "demo" in steps


def test_a_release_that_loads_more_of_the_same_texts_loads_the_demonstration_again(
    steps, monkeypatch
):
    """Texts lay in the folder of the content for a while before anything read them."""
    stamped = []
    monkeypatch.setattr(upgrading, "folder_stamp", lambda folder: stamped.append(folder) or "one")
    run("serve", "--demonstration")
    (folder,) = stamped
    assert (folder / "worded.py").exists()
    assert (folder / "content").is_dir()


def test_what_python_compiled_changes_no_stamp(tmp_path):
    (tmp_path / "loading.py").write_text("1")
    before = upgrading.folder_stamp(tmp_path)
    (tmp_path / "__pycache__").mkdir()
    (tmp_path / "__pycache__" / "loading.pyc").write_bytes(b"1")
    assert upgrading.folder_stamp(tmp_path) == before
    (tmp_path / "loading.py").write_text("22")
    assert upgrading.folder_stamp(tmp_path) != before


@pytest.mark.parametrize("part", ["is_migrated", "migrate"])
@pytest.mark.parametrize("vendor", ["sqlite", "postgresql"])
def test_a_database_that_cannot_be_brought_up_to_date_says_how_to_start_afresh(
    steps, monkeypatch, settings, part, vendor
):
    def fail():
        raise OperationalError("no such column")

    monkeypatch.setattr(upgrading, "is_migrated", lambda: False)
    monkeypatch.setattr(upgrading, part, fail)
    monkeypatch.setattr(serve.connection, "vendor", vendor)
    with pytest.raises(CommandError, match="no such column") as problem:
        run("serve", "--demonstration")
    # Only where all of it is a folder of ours can it be put aside.
    assert (f"mv {settings.VAR_DIR} " in str(problem.value)) is (vendor == "sqlite")
    assert "supervisor" not in steps


def test_a_demonstration_that_cannot_be_loaded_is_tried_again_next_time(
    steps, monkeypatch, settings, caplog
):
    def fail(*args, **kwargs):
        raise ValueError("half a course")

    monkeypatch.setattr(serve, "call_command", fail)
    with pytest.raises(CommandError, match="half a course"):
        run("serve", "--demonstration")
    assert "could not be loaded" in caplog.text
    assert not (settings.VAR_DIR / "demonstration.loaded").exists()


# Upgrading ------------------------------------------------------------------------------


@pytest.mark.parametrize("collected", [True, False])
def test_a_dry_run_says_what_is_owed_and_does_nothing(steps, monkeypatch, collected):
    monkeypatch.setattr(upgrading, "static_is_collected", lambda: collected)
    output = run("upgrade", "--dry-run")
    assert "Migrations to apply: 3." in output
    assert f"Static files: {'up to date' if collected else 'to collect'}." in output
    assert steps == []


@pytest.mark.parametrize(
    ("migrated", "collected", "done", "words"),
    [
        (True, True, ["migrate", "address"], "are up to date"),
        (False, True, ["migrate", "address"], "have been brought up to date"),
        (True, False, ["migrate", "address", "collect_static"], "have been brought up to date"),
        (False, False, ["migrate", "address", "collect_static"], "have been brought up to date"),
    ],
)
def test_an_upgrade_says_whether_there_was_anything_to_do(
    steps, monkeypatch, migrated, collected, done, words
):
    monkeypatch.setattr(upgrading, "is_migrated", lambda: migrated)
    monkeypatch.setattr(upgrading, "static_is_collected", lambda: collected)
    assert words in run("upgrade")
    assert steps == done


def test_an_older_version_leaves_a_newer_database_alone(steps, monkeypatch):
    def newer():
        raise upgrading.DatabaseIsNewer(["courses.9999_rooms"])

    monkeypatch.setattr(upgrading, "is_migrated", newer)
    with pytest.raises(CommandError, match=r"courses\.9999_rooms"):
        run("upgrade")
    assert steps == []
