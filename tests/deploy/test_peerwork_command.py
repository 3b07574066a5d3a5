"""`peerwork COMMAND`: the settings as systemd reads them, the account that owns VAR_DIR, and one
sentence where either cannot be had."""

from __future__ import annotations

import os
import pwd
import subprocess
import sys
from types import SimpleNamespace

import pytest

from deploy import peerwork
from deploy.peerwork import CannotRun, Unreadable, read_settings
from tests.servers import ROOT

pytestmark = pytest.mark.one_database
SITE = pwd.struct_passwd(("peerwork", "x", 4711, 4712, "", "/var/lib/peerwork", "/bin/false"))


@pytest.mark.parametrize(
    ("line", "value"),
    [
        # What systemd 252 makes of each was looked up with its own reader of such files.
        ("A=Peerwork <no-reply@learn.example.org>", "Peerwork <no-reply@learn.example.org>"),
        ("A=letters may be read on the way", "letters may be read on the way"),
        ("A = blanks at both ends   ", "blanks at both ends"),
        ("A=", ""),
        ("A=a # no comment", "a # no comment"),
        ("A=it's $HOME `here`; & (there)", "it's $HOME `here`; & (there)"),
        ('A="quoted # x  "', "quoted # x  "),
        ("A='it is \"so\" \\'", 'it is "so" \\'),
        ("A=\"a\" 'b'c d  ", "abc d"),
        ("A=a \\\"b\\\" 'c'", "a \"b\" 'c'"),
        (r'A="x\"y\nz\\"', 'x"y\\nz\\'),
        ("A=a\\\nb", "ab"),
        ("A=\\\n   k", "   k"),
        ('A="two\\\nhalves"', "twohalves"),
        ("A=tail\\   ", "tail "),
        ('A="two\nlines"', "two\nlines"),
        ("A=dos\r", "dos"),
    ],
)
def test_a_value_is_what_systemd_makes_of_it(line, value):
    assert read_settings(f"# first\n; second\n\n{line}\nB=2\n") == {"A": value, "B": "2"}


def test_the_last_of_two_counts_and_a_file_may_end_without_a_line_end():
    assert read_settings("A=1\nA=2") == {"A": "2"}
    assert read_settings("") == {}


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("A=1\nBASE_URL\n", "line 2 has no = sign"),
        ("A=1\n\nexport B=2", "line 3 begins with 'export B', which is no name"),
        ("A=1\nB='open\nC=3\n", "line 2 begins a quotation with ' that never ends"),
        ('A="open \\', 'line 1 begins a quotation with " that never ends'),
    ],
)
def test_what_systemd_passes_over_without_a_word_is_said_with_its_line(content, words):
    with pytest.raises(Unreadable) as refused:
        read_settings(content)
    assert words in str(refused.value)


def test_a_file_that_cannot_be_read_is_said_in_words(tmp_path, monkeypatch):
    file = tmp_path / "peerwork.env"
    with pytest.raises(CannotRun, match=r"There is no .*peerwork.env.*Installing"):
        peerwork.settings_of(file)
    file.write_bytes(b"A=\xff")
    with pytest.raises(CannotRun, match="UTF-8"):
        peerwork.settings_of(file)
    file.write_text("A")
    with pytest.raises(CannotRun, match=r"peerwork.env cannot be read: line 1"):
        peerwork.settings_of(file)

    def refuse(self, **options):
        raise PermissionError

    monkeypatch.setattr(peerwork.Path, "read_text", refuse)
    with pytest.raises(CannotRun, match=r"Only root may read .* Run this as root"):
        peerwork.settings_of(file)


def owned_by(monkeypatch, number):
    monkeypatch.setattr(peerwork.Path, "stat", lambda self: SimpleNamespace(st_uid=number))


def test_the_account_is_whoever_owns_the_folder(monkeypatch, tmp_path):
    somebody = next(each for each in pwd.getpwall() if each.pw_uid)
    owned_by(monkeypatch, somebody.pw_uid)
    assert peerwork.account_of(tmp_path).pw_uid == somebody.pw_uid


@pytest.mark.parametrize(
    ("number", "words"),
    [(0, "belongs to root, and the site never runs as root"), (59999, "belongs to no account")],
)
def test_a_folder_of_root_or_of_nobody_is_refused(monkeypatch, tmp_path, number, words):
    owned_by(monkeypatch, number)
    with pytest.raises(CannotRun, match=words):
        peerwork.account_of(tmp_path)


def test_a_folder_that_is_not_there_is_refused_with_the_command_that_makes_it(tmp_path):
    with pytest.raises(CannotRun, match=r"install -d -m 0700 -o peerwork .*/none"):
        peerwork.account_of(tmp_path / "none")


def test_root_becomes_the_account_with_its_groups_before_it_gives_up_being_root(monkeypatch):
    steps = []
    for name in ("initgroups", "setgid", "setuid", "umask"):
        monkeypatch.setattr(os, name, lambda *args, name=name: steps.append((name, *args)))
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    peerwork.become(SITE)
    assert steps == [
        ("initgroups", "peerwork", 4712),
        ("setgid", 4712),
        ("setuid", 4711),
        ("umask", 0o077),
    ]


def test_somebody_else_is_refused_and_the_account_itself_is_not(monkeypatch):
    monkeypatch.setattr(os, "umask", lambda mask: None)
    monkeypatch.setattr(os, "geteuid", lambda: 4711)
    peerwork.become(SITE)
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    with pytest.raises(CannotRun, match="as root, or as peerwork"):
        peerwork.become(SITE)


def test_nothing_of_the_shell_gets_in_but_what_a_terminal_needs():
    shell = {"PATH": "/bin", "TERM": "xterm", "BASE_URL": "http://elsewhere", "PYTHONPATH": "/x"}
    told = peerwork.environment_for(SITE, {"BASE_URL": "https://a.example"}, shell)
    assert told["BASE_URL"] == "https://a.example"
    assert (told["PATH"], told["USER"], told["HOME"]) == ("/bin", "peerwork", "/var/lib/peerwork")
    assert "PYTHONPATH" not in told


def test_what_the_units_set_beside_the_file_is_set_here_too():
    unit = (ROOT / "deploy" / "systemd" / "peerwork-web.service").read_text()
    (line,) = [each for each in unit.splitlines() if each.startswith("Environment=")]
    assert dict(pair.split("=") for pair in line.split("=", 1)[1].split()) == peerwork.USUAL
    assert f"EnvironmentFile={peerwork.FILE}" in unit


def test_it_becomes_manage_py_with_the_settings_of_the_file(monkeypatch, tmp_path):
    file, started = tmp_path / "peerwork.env", []
    file.write_text(f"VAR_DIR={tmp_path}\nDEFAULT_FROM_EMAIL=Peerwork <a@b.example>\n")
    monkeypatch.setattr(peerwork, "account_of", lambda var: SITE)
    monkeypatch.setattr(peerwork, "become", lambda account: None)
    monkeypatch.setattr(os, "execve", lambda *call: started.append(call))
    monkeypatch.setattr(peerwork.os, "access", lambda path, mode: True)
    peerwork.run(["upgrade", "--dry-run"], file=file)
    ((python, arguments, environment),) = started
    assert arguments == [str(python), str(ROOT / "manage.py"), "upgrade", "--dry-run"]
    assert environment["DEFAULT_FROM_EMAIL"] == "Peerwork <a@b.example>"
    monkeypatch.setattr(peerwork.os, "access", lambda path, mode: False)
    for real, words in (
        (str, "account peerwork may not read it"),
        (lambda path: "/root/own/bin/python3", "leads to /root/own/bin/python3"),
    ):
        monkeypatch.setattr(peerwork.os.path, "realpath", real)
        with pytest.raises(CannotRun, match=words):
            peerwork.run(["upgrade"], file=file)


def test_as_a_program_it_says_one_line_and_needs_no_package():
    command = [sys.executable, "-I", "-S", "-c"]
    script = (
        "import runpy, sys; from pathlib import Path\n"
        f"space = runpy.run_path({str(ROOT / 'deploy' / 'peerwork.py')!r})\n"
        "space['run'].__kwdefaults__['file'] = Path('/nowhere/peerwork.env')\n"
        "space['main']()"
    )
    done = subprocess.run([*command, script], capture_output=True, text=True)
    assert done.returncode == 1
    assert done.stderr.startswith("Peerwork cannot start. There is no /nowhere/peerwork.env.")
    assert done.stderr.count("\n") == 1
    assert os.access(ROOT / "deploy" / "peerwork.py", os.X_OK)
