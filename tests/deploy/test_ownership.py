"""A start as the wrong account says in one sentence whose folder it is, and what to do."""

from __future__ import annotations

import os
import secrets
import subprocess

import pytest

from deploy import ownership
from tests.servers import MANAGE, ROOT, WEB

pytestmark = pytest.mark.one_database


@pytest.fixture
def var(tmp_path):
    folder = tmp_path / "var"
    (folder / "static").mkdir(parents=True)
    (folder / "static" / "staticfiles.json").write_text("{}")
    (folder / "peerwork.sqlite3").write_text("")
    return folder


def refuse(monkeypatch, *names):
    """As though the account could not use what has these names."""
    usual = os.access

    def access(path, mode):
        return os.path.basename(path) not in names and usual(path, mode)

    monkeypatch.setattr(os, "access", access)


def test_a_folder_of_its_own_lets_it_in(var):
    ownership.insist_on_own_folder(var)


@pytest.mark.parametrize("name", ["var", "peerwork.sqlite3", "static", "staticfiles.json"])
def test_whatever_it_may_not_use_is_named_with_the_command_that_mends_it(monkeypatch, var, name):
    refuse(monkeypatch, name)
    with pytest.raises(ownership.WrongAccount) as refused:
        ownership.insist_on_own_folder(var)
    me = ownership.account_name(os.geteuid())
    assert f"{name} belongs to {me}" in str(refused.value)
    assert f"chown -R {me}: {var}" in str(refused.value)


@pytest.mark.parametrize("name", sorted(ownership.LEFT_OUT))
def test_what_may_be_somebody_elses_is_left_alone(monkeypatch, var, name):
    (var / name).mkdir()
    refuse(monkeypatch, name)
    ownership.insist_on_own_folder(var)


def test_what_has_just_gone_is_in_nobodys_way(var):
    assert ownership.may_use(var / "peerwork.sqlite3-wal")


def test_a_folder_that_cannot_be_made_is_said_with_the_command_that_makes_it(monkeypatch, tmp_path):
    ownership.insist_on_own_folder(tmp_path / "new" / "var")
    assert not (tmp_path / "new").exists()
    refuse(monkeypatch, tmp_path.name)
    with pytest.raises(ownership.WrongAccount, match=r"install -d -m 0700 -o .*/new/var"):
        ownership.insist_on_own_folder(tmp_path / "new" / "var")


def test_root_is_kept_out_of_somebody_elses_folder_but_for_a_demonstration(monkeypatch, var):
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(ownership, "is_somebody_elses", lambda path: True)
    monkeypatch.setattr(ownership, "may_use", lambda path: True)
    with pytest.raises(ownership.WrongAccount, match="could not read what root writes"):
        ownership.insist_on_own_folder(var)
    ownership.insist_on_own_folder(var, root_may=True)


@pytest.mark.parametrize(("value", "may"), [(None, False), ("", False), ("0", False), ("1", True)])
def test_the_folder_and_the_demonstration_are_read_from_the_environment(
    monkeypatch, tmp_path, value, may
):
    calls = []
    monkeypatch.delenv("VAR_DIR", raising=False)
    monkeypatch.delenv("DEMONSTRATION", raising=False)
    if value is not None:
        monkeypatch.setenv("DEMONSTRATION", value)
    monkeypatch.setattr(
        ownership, "insist_on_own_folder", lambda var, root_may: calls.append((var, root_may))
    )
    ownership.insist_on_the_sites_own_folder(tmp_path)
    monkeypatch.setenv("VAR_DIR", "/var/lib/peerwork")
    ownership.insist_on_the_sites_own_folder(tmp_path)
    assert [(str(var), root_may) for var, root_may in calls] == [
        (str(tmp_path / "var"), may),
        ("/var/lib/peerwork", may),
    ]


def test_an_account_without_a_name_is_given_by_its_number(tmp_path):
    assert ownership.account_name(59999) == "59999"
    assert ownership.owner_of(tmp_path / "none") == "somebody else"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder away")
@pytest.mark.parametrize("command", [[*MANAGE, "upgrade"], WEB], ids=["manage.py", "web"])
def test_root_is_told_in_one_line_and_leaves_nothing_behind(tmp_path, command):
    os.chown(tmp_path, 65534, 65534)
    environment = {
        "PATH": os.environ["PATH"],
        "BASE_URL": "https://learn.example.org",
        "EMAIL_URL": "consolemail://",
        "SECRET_KEY": secrets.token_urlsafe(64),
        "VAR_DIR": str(tmp_path),
    }
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert done.returncode
    assert done.stderr.startswith(f"Peerwork cannot start. {tmp_path} belongs to ")
    assert done.stderr.count("\n") == 1
    assert list(tmp_path.iterdir()) == []
