"""From a bare checkout: what is asked of the machine, what is said when it lacks something."""

from __future__ import annotations

import subprocess
import sys
from types import SimpleNamespace

import pytest

from tools import bootstrap


@pytest.fixture
def venv(tmp_path, monkeypatch):
    """A tree of its own, with locks and a virtual environment that is only a folder."""
    locks = {name: tmp_path / f"{name}.txt" for name in ("base", "dev")}
    for name, lock in locks.items():
        lock.write_text(f"# {name}\ndjango==5.2.19 \\\n    --hash=sha256:00\nsegno==1.6.6\n")
    (tmp_path / "bin").mkdir()
    monkeypatch.setattr(bootstrap, "VENV", tmp_path)
    monkeypatch.setattr(bootstrap, "VENV_PYTHON", tmp_path / "bin" / "python")
    monkeypatch.setattr(bootstrap, "REQUIREMENTS", locks)
    return tmp_path


def mark_installed(venv, name):
    stamp = bootstrap.stamp_for(bootstrap.REQUIREMENTS[name])
    (venv / f"{name}.installed").write_text(stamp)


# Packages ---------------------------------------------------------------------------------


def test_nothing_is_installed_in_a_new_tree(venv):
    assert not bootstrap.is_installed("base")
    assert not bootstrap.is_installed("dev")


def test_what_the_developers_have_is_enough_to_run_the_site(venv):
    mark_installed(venv, "dev")
    assert bootstrap.is_installed("base")
    assert bootstrap.is_installed("dev")


def test_what_runs_the_site_is_not_enough_to_test_it(venv):
    mark_installed(venv, "base")
    assert bootstrap.is_installed("base")
    assert not bootstrap.is_installed("dev")


@pytest.mark.parametrize("name", ["base", "dev"])
def test_a_lock_that_changed_is_installed_again(venv, name):
    mark_installed(venv, name)
    lock = bootstrap.REQUIREMENTS[name]
    lock.write_text(lock.read_text() + "pillow==12.0\n")
    assert not bootstrap.is_installed(name)


def test_another_python_installs_again(venv, monkeypatch):
    mark_installed(venv, "dev")
    monkeypatch.setattr(bootstrap.sys, "version_info", (4, 0, 0))
    assert not bootstrap.is_installed("dev")


class Pip:
    """Stands in for pip: prints what it is given, and ends with a code."""

    def __init__(self, lines, code):
        self.stdout = [f"{line}\n" for line in lines]
        self.returncode = code
        self.commands = []

    def __call__(self, command, **options):
        self.commands.append(command)
        return self

    def __enter__(self):
        return self

    def __exit__(self, *problem):
        return False


@pytest.fixture
def pip(venv, monkeypatch):
    monkeypatch.setattr(bootstrap, "make_venv", lambda: None)

    def stand_in(lines=(), code=0):
        fake = Pip(lines, code)
        monkeypatch.setattr(bootstrap.subprocess, "Popen", fake)
        return fake

    return stand_in


def test_packages_are_installed_by_their_hashes_once(venv, pip, capsys):
    fake = pip(["Collecting django", "Installing collected packages: django"])
    bootstrap.install_python_packages("base")
    bootstrap.install_python_packages("base")
    [command] = fake.commands
    assert "--require-hashes" in command
    assert "--no-deps" in command
    printed = capsys.readouterr().out
    assert "Installing 2 Python packages" in printed
    assert "putting them in place" in printed


def test_packages_that_could_not_be_installed_are_tried_again_and_pip_is_quoted(venv, pip):
    pip(["Collecting django", "ERROR: no route to host", "pkg is ignored"], code=1)
    with pytest.raises(bootstrap.CannotGoOn) as reason:
        bootstrap.install_python_packages("dev")
    assert "no route to host" in str(reason.value)
    assert "is ignored" not in str(reason.value)
    assert not bootstrap.is_installed("dev")


def test_long_installations_say_how_far_they_are(venv, pip, capsys):
    pip([f"Collecting package{n}" for n in range(45)])
    bootstrap.install_python_packages("dev")
    assert [line for line in capsys.readouterr().out.splitlines() if "found" in line] == [
        "  20 of 2 found",
        "  40 of 2 found",
    ]


# The virtual environment --------------------------------------------------------------------


@pytest.fixture
def ran(venv, monkeypatch):
    """The commands that were run, each of which ends with the code that it is given."""
    commands = []

    def run(command, **options):
        commands.append(list(command))
        return SimpleNamespace(returncode=run.code, stdout="said ", stderr="why")

    run.code = 0
    monkeypatch.setattr(bootstrap.subprocess, "run", run)
    monkeypatch.setattr(bootstrap, "can_run", lambda *command: True)
    return SimpleNamespace(commands=commands, run=run)


def test_an_environment_that_works_is_left_alone(venv, ran):
    bootstrap.VENV_PYTHON.touch()
    bootstrap.make_venv()
    assert ran.commands == []


def test_an_environment_whose_python_has_gone_is_made_again(venv, ran, monkeypatch):
    bootstrap.VENV_PYTHON.touch()
    monkeypatch.setattr(
        bootstrap, "can_run", lambda *command: command[0] != str(bootstrap.VENV_PYTHON)
    )
    bootstrap.make_venv()
    assert ran.commands == [[sys.executable, "-m", "venv", "--clear", str(venv)]]


def test_an_environment_that_cannot_be_made_says_why_and_what_to_install(venv, ran):
    ran.run.code = 1
    with pytest.raises(bootstrap.CannotGoOn, match="said why") as reason:
        bootstrap.make_venv()
    assert "apt-get install -y python3-venv" in str(reason.value)


def test_an_older_python_hands_over_to_a_newer_one(monkeypatch):
    started = []
    monkeypatch.setattr(bootstrap.sys, "version_info", (3, 9, 2))
    monkeypatch.setattr(bootstrap.shutil, "which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr(bootstrap.os, "execv", lambda path, words: started.append(path) or 1 / 0)
    with pytest.raises(ZeroDivisionError):  # the real one never comes back
        bootstrap.use_a_python_that_will_do()
    assert started == ["/usr/bin/python3.13"]


def test_a_machine_without_a_newer_python_is_told_which_to_install(monkeypatch):
    monkeypatch.setattr(bootstrap.sys, "version_info", (3, 9, 2))
    monkeypatch.setattr(bootstrap.shutil, "which", lambda name: None)
    with pytest.raises(bootstrap.CannotGoOn, match=r"3\.11 or newer"):
        bootstrap.use_a_python_that_will_do()


# The system ---------------------------------------------------------------------------------


@pytest.fixture
def machine(monkeypatch):
    """A Debian machine of somebody who may install, and what was run on it."""
    commands = []

    def run(command, **options):
        commands.append(" ".join(command))
        return subprocess.CompletedProcess(command, 0, "", "")

    monkeypatch.setattr(bootstrap, "lacks_program", lambda *names: False)
    monkeypatch.setattr(bootstrap.os, "geteuid", lambda: 0)
    monkeypatch.setattr(bootstrap.subprocess, "run", run)
    return commands


def wanted(*answers):
    """A package that is missing as each of these says, one after the other."""
    replies = iter(answers)
    return [("libpango-1.0-0", lambda: next(replies))]


def test_what_is_there_is_not_installed_again(machine):
    bootstrap.need_system_packages(wanted(False), "the fonts")
    assert machine == []


def test_what_is_missing_is_installed_and_looked_for_again(machine):
    bootstrap.need_system_packages(wanted(True, False), "the fonts")
    assert machine[0].startswith("apt-get update")
    assert machine[1].startswith("apt-get install")
    assert machine[1].endswith("libpango-1.0-0")


def test_what_stays_missing_is_named(machine):
    with pytest.raises(bootstrap.CannotGoOn, match=r"Install by hand: libpango-1\.0-0"):
        bootstrap.need_system_packages(wanted(True, True), "the fonts")


def test_somebody_who_may_not_install_is_given_the_one_command(machine, monkeypatch):
    monkeypatch.setattr(bootstrap.os, "geteuid", lambda: 1000)
    with pytest.raises(bootstrap.CannotGoOn, match="sudo sh -c 'apt-get update") as reason:
        bootstrap.install_system_packages(["chromium"], "a browser")
    assert "chromium" in str(reason.value)
    assert machine == []


def test_a_machine_without_apt_is_told_the_names(machine, monkeypatch):
    monkeypatch.setattr(bootstrap, "lacks_program", lambda *names: True)
    with pytest.raises(bootstrap.CannotGoOn, match="known on Debian as: chromium poppler-utils"):
        bootstrap.install_system_packages(["chromium", "poppler-utils"], "what the tests use")


def test_a_failed_installation_quotes_apt(machine, monkeypatch):
    monkeypatch.setattr(
        bootstrap.subprocess,
        "run",
        lambda command, **options: subprocess.CompletedProcess(command, 100, "", "E: no mirror"),
    )
    with pytest.raises(bootstrap.CannotGoOn, match="E: no mirror"):
        bootstrap.install_system_packages(["chromium"], "a browser")


def test_a_library_that_is_nowhere_is_missing():
    assert bootstrap.lacks_library("libnowhere-at-all.so.9")
    assert bootstrap.lacks_program("no-such-program-at-all")
    assert not bootstrap.lacks_program("no-such-program-at-all", "sh")


# Commands -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "port"), [("", "8000"), (" 8001 ", "8001"), ("1", "1"), ("65535", "65535")]
)
def test_a_port_is_what_was_asked_for_or_8000(monkeypatch, value, port):
    monkeypatch.setenv("PORT", value)
    assert bootstrap.chosen_port() == port


@pytest.mark.parametrize("value", ["0", "65536", "-1", "http", "80.0"])
def test_a_port_that_is_none_is_refused_with_an_example(monkeypatch, value):
    monkeypatch.setenv("PORT", value)
    with pytest.raises(bootstrap.CannotGoOn, match="from 1 to 65535"):
        bootstrap.chosen_port()


def run_main(monkeypatch, command, *words):
    monkeypatch.setattr(bootstrap, "COMMANDS", {"run": command})
    monkeypatch.setattr(bootstrap.sys, "argv", ["bootstrap.py", *words])
    return bootstrap.main()


def test_without_a_word_the_site_is_run(monkeypatch):
    started = []
    assert run_main(monkeypatch, lambda *words: started.append(words)) == 0
    assert started == [()]


def test_further_words_are_handed_on(monkeypatch):
    started = []
    assert run_main(monkeypatch, lambda *words: started.append(words), "run", "a", "b") == 0
    assert started == [("a", "b")]


def test_what_stands_in_the_way_is_said_without_a_traceback(monkeypatch, capsys):
    def stop():
        raise bootstrap.CannotGoOn("Install a newer Python.")

    assert run_main(monkeypatch, stop) == 1
    assert capsys.readouterr().err == "\nInstall a newer Python.\n\n"


def test_a_command_that_failed_gives_its_own_code(monkeypatch):
    def fail():
        raise subprocess.CalledProcessError(7, ["uv"])

    assert run_main(monkeypatch, fail) == 7


def test_ctrl_c_is_no_fault(monkeypatch, capsys):
    def interrupt():
        raise KeyboardInterrupt

    assert run_main(monkeypatch, interrupt) == 130
    assert "Stopped." in capsys.readouterr().err


@pytest.mark.parametrize("is_under_make", [True, False])
def test_only_under_make_does_the_site_end_with_what_started_it(monkeypatch, is_under_make):
    if is_under_make:
        monkeypatch.setenv("MAKELEVEL", "1")
    else:
        monkeypatch.delenv("MAKELEVEL", raising=False)
    monkeypatch.setattr(bootstrap.shutil, "which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr(bootstrap, "can_run", lambda *command: True)
    tied = ["/usr/bin/setpriv", "--pdeathsig", "TERM"]
    assert bootstrap.end_with_make() == (tied if is_under_make else [])
