"""What runs supervisor hands on its words and its end, and lets nothing outlive it."""

from __future__ import annotations

import json
import logging
import os
import signal
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deploy import processes
from deploy.logs import FAILED_REQUEST, PrivateJsonFormatter, frames, private_message

RUN = [sys.executable, str(processes.SUPERVISE)]


def supervised(*command):
    return subprocess.run([*RUN, *command], capture_output=True, text=True, timeout=30)


@pytest.mark.parametrize("code", [0, 1, 3])
def test_it_ends_as_what_it_runs_ends(code):
    assert supervised("sh", "-c", f"exit {code}").returncode == code


def test_all_that_is_printed_is_handed_on_in_its_order():
    result = supervised("sh", "-c", "echo one; echo two >&2; echo three")
    assert result.stderr == "one\ntwo\nthree\n"
    assert result.stdout == ""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_it_stops_what_it_runs_when_it_is_told(number):
    waiting = "trap 'echo stopping; exit 7' TERM; echo ready; while :; do sleep 0.05; done"
    with subprocess.Popen([*RUN, "sh", "-c", waiting], stderr=subprocess.PIPE, text=True) as runs:
        assert runs.stderr.readline() == "ready\n"
        runs.send_signal(number)
        assert runs.stderr.read().endswith("stopping\n")
        assert runs.wait(timeout=20) == 7


# Handing over -----------------------------------------------------------------------------


@pytest.fixture
def handed_over(monkeypatch, settings, tmp_path):
    """What would have become of this process: the program, its arguments, its environment."""
    calls = []
    settings.VAR_DIR = tmp_path
    monkeypatch.setattr(processes.os, "execve", lambda *call: calls.append(call))
    monkeypatch.setenv("PATH", "/usr/bin")
    processes.become_supervisor()
    [call] = calls
    return call


def test_the_parts_find_their_folder_and_this_python(handed_over, tmp_path):
    program, arguments, environment = handed_over
    assert program == arguments[0] == sys.executable
    assert arguments[1] == str(processes.SUPERVISE)
    assert environment["VAR_DIR"] == str(tmp_path)
    folder = os.path.dirname(sys.executable)
    assert environment["PATH"] == f"{folder}{os.pathsep}/usr/bin"
    assert environment["END_WITH_SUPERVISOR"] == " ".join(processes.end_with_parent())


def test_supervisor_reads_our_configuration(handed_over):
    _, arguments, _ = handed_over
    assert arguments[arguments.index("-c") + 1] == str(processes.CONFIGURATION)
    assert processes.CONFIGURATION.is_file()
    assert ("--user" in arguments) == (os.geteuid() == 0)


@pytest.mark.parametrize(
    ("program", "code", "prefix"),
    [
        (None, 0, []),
        ("/usr/bin/setpriv", 1, []),
        ("/usr/bin/setpriv", 0, ["setpriv", "--pdeathsig", "KILL"]),
    ],
)
def test_a_command_is_tied_to_its_parent_where_the_system_can(monkeypatch, program, code, prefix):
    monkeypatch.setattr(processes.shutil, "which", lambda name: program)
    monkeypatch.setattr(
        processes.subprocess,
        "run",
        lambda command, **options: subprocess.CompletedProcess(command, code),
    )
    assert processes.end_with_parent.__wrapped__("KILL") == prefix


# Lines of the log -------------------------------------------------------------------------


def record(message="Hello", *, level=logging.INFO, exc_info=None, **fields):
    log_record = logging.LogRecord("site", level, __file__, 1, message, (), exc_info)
    for name, value in fields.items():
        setattr(log_record, name, value)
    return log_record


@given(st.text(max_size=80))
def test_one_message_is_one_line_whatever_is_in_it(message):
    line = PrivateJsonFormatter().format(record(message.replace("%", "")))
    assert "\n" not in line
    assert "\r" not in line
    assert json.loads(line)["level"] == "INFO"


@given(st.dictionaries(st.sampled_from(["user", "email", "form", "sql", "token"]), st.text()))
def test_what_was_added_to_a_record_stays_out_of_its_line(fields):
    line = json.loads(PrivateJsonFormatter().format(record(**fields)))
    assert not set(fields) & set(line)


@pytest.mark.parametrize("name", ["credential", "attempt", "task_id", "duration_ms", "status_code"])
def test_the_ids_by_which_an_operator_looks_things_up_are_there(name):
    assert json.loads(PrivateJsonFormatter().format(record(**{name: 42})))[name] == 42


def fail_with_a_name():
    raise ValueError("Ada Okafor")


def test_an_exception_says_its_kind_and_where_and_never_its_words():
    try:
        fail_with_a_name()
    except ValueError:
        line = PrivateJsonFormatter().format(record(level=logging.ERROR, exc_info=sys.exc_info()))
    parsed = json.loads(line)
    assert parsed["exception"] == "ValueError"
    assert parsed["traceback"][-1].endswith("fail_with_a_name")
    assert "Okafor" not in line


def test_without_a_traceback_there_are_no_frames():
    assert frames(None) == []


def test_what_the_web_server_says_of_a_failed_request_ends_before_the_address():
    message = f"{FAILED_REQUEST} /verify/PSW-2345-6789-BCDF/"
    assert private_message(record(message)) == f"{FAILED_REQUEST}."
