#!/usr/bin/env -S python3 -I
"""`peerwork COMMAND …`: `manage.py COMMAND …` as the account of the site, with its settings.

They are read from /etc/peerwork.env as systemd reads them, so that a command is told the same as
the running site and nothing of the shell that it was typed in. Root becomes the account that owns
VAR_DIR. It needs no package and no settings of Django: it runs before there are any.
"""

from __future__ import annotations

import os
import pwd
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FILE = Path("/etc/peerwork.env")
USUAL = {
    "VAR_DIR": "/var/lib/peerwork",
    "MALLOC_ARENA_MAX": "1",
    "PYTHONDONTWRITEBYTECODE": "1",
}
"""What the units of systemd set beside the file."""
OF_THE_TERMINAL = ("PATH", "TERM", "LANG", "LC_ALL", "TZ", "EDITOR")
NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
BLANKS = " \t\n\r"


class CannotRun(Exception):
    """`str()` says why, and what to do."""


class Unreadable(CannotRun):
    """A line of the file that is no setting."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(f"line {line} {reason}")


# The file -----------------------------------------------------------------------------------


@dataclass
class Text:
    """What is still to be read, and in which line that is."""

    rest: Iterator[str]
    line: int = 1

    def next(self) -> str:
        """The next character; "" at the end."""
        character = next(self.rest, "")
        self.line += character == "\n"
        return character


@dataclass
class Value:
    """A value as far as it was read. Blanks at its end count only where they were quoted."""

    text: str = ""
    blanks: str = ""

    def add(self, characters: str, *, quoted: bool = False) -> None:
        if characters and characters in BLANKS and not quoted:
            self.blanks += characters
            return
        self.text += self.blanks + characters
        self.blanks = ""


def read_settings(content: str) -> dict[str, str]:
    """The settings of a file, as systemd reads an EnvironmentFile.

    Lines that begin with # or ; are comments, a value may hold blanks, < and >, and nothing in it
    stands for anything else. Quotes around it and a backslash before a character go. What systemd
    would pass over without a word raises Unreadable.
    """
    text, settings = Text(iter(content)), {}
    while first := text.next():
        if first in "#;":
            while text.next() not in ("\n", ""):
                pass
        elif first not in BLANKS:
            name = read_name(text, first)
            settings[name] = read_value(text)
    return settings


def read_name(text: Text, first: str) -> str:
    line, name = text.line, first
    while (character := text.next()) != "=":
        if character in ("\n", ""):
            raise Unreadable(line, "has no = sign: write NAME=value.")
        name += character
    name = name.rstrip()
    if not NAME.fullmatch(name):
        raise Unreadable(line, f"begins with {name!r}, which is no name of a setting.")
    return name


def read_value(text: Text) -> str:
    """The rest of a line, and of those that a backslash joins to it."""
    value, begun = Value(), False
    while (character := text.next()) not in ("\n", ""):
        if not begun and character in "'\"":
            read_quoted(text, character, value)
        elif begun or character not in BLANKS:
            begun = True
            is_escape = character == "\\"
            if is_escape:
                character = text.next().replace("\n", "")
            value.add(character, quoted=is_escape)
    return value.text


def read_quoted(text: Text, quote: str, value: Value) -> None:
    line = text.line
    value.add("", quoted=True)
    while (character := text.next()) != quote:
        if not character:
            raise Unreadable(line, f"begins a quotation with {quote} that never ends.")
        if character == "\\" and quote == '"':
            escaped = text.next()
            character = {"\n": ""}.get(escaped, escaped if escaped in '"\\`$' else "\\" + escaped)
        value.add(character, quoted=True)


def settings_of(path: Path) -> dict[str, str]:
    """Raises CannotRun."""
    try:
        return read_settings(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise CannotRun(
            f"There is no {path}. docs/operators.md says under Installing what to write into it."
        ) from None
    except PermissionError:
        raise CannotRun(f"Only root may read {path}. Run this as root, or with sudo.") from None
    except UnicodeDecodeError:
        raise CannotRun(f"{path} is not written in UTF-8.") from None
    except Unreadable as reason:
        raise CannotRun(f"{path} cannot be read: {reason}") from None


# The account --------------------------------------------------------------------------------


def account_of(var: Path) -> pwd.struct_passwd:
    """Who owns VAR_DIR, which is the account of the site.

    Raises CannotRun where there is no such folder, or where it is root's.
    """
    mend = f"Run as root: install -d -m 0700 -o peerwork {var}"
    try:
        account = pwd.getpwuid(var.stat().st_uid)
    except FileNotFoundError:
        raise CannotRun(f"There is no folder {var} (VAR_DIR). {mend}") from None
    except KeyError:
        raise CannotRun(f"{var} (VAR_DIR) belongs to no account of this machine. {mend}") from None
    if account.pw_uid == 0:
        raise CannotRun(
            f"{var} (VAR_DIR) belongs to root, and the site never runs as root. Make the account "
            f"as docs/operators.md says, and run as root: chown -R peerwork: {var}"
        )
    return account


def become(account: pwd.struct_passwd) -> None:
    """Be that account from here on, with its groups, and write what only it can read.

    Raises CannotRun for whoever is neither root nor that account.
    """
    if os.geteuid() == 0:
        os.initgroups(account.pw_name, account.pw_gid)
        os.setgid(account.pw_gid)
        os.setuid(account.pw_uid)
    elif os.geteuid() != account.pw_uid:
        raise CannotRun(f"Run this as root, or as {account.pw_name}, the account of the site.")
    os.umask(0o077)


def environment_for(
    account: pwd.struct_passwd, settings: Mapping[str, str], shell: Mapping[str, str]
) -> dict[str, str]:
    """What a command is told: the settings, and of the shell no more than what a terminal needs."""
    terminal = {name: shell[name] for name in OF_THE_TERMINAL if name in shell}
    itself = {"HOME": account.pw_dir, "USER": account.pw_name, "LOGNAME": account.pw_name}
    return terminal | itself | USUAL | dict(settings)


def run(arguments: list[str], *, file: Path = FILE) -> None:
    """Become `manage.py` with these arguments. Raises CannotRun."""
    python, manage = ROOT / ".venv" / "bin" / "python", ROOT / "manage.py"
    settings = USUAL | settings_of(file)
    account = account_of(Path(settings["VAR_DIR"]))
    become(account)
    for path in (python, manage):
        if not os.access(path, os.R_OK):
            own = os.path.realpath(path)
            if not own.startswith(f"{ROOT}/"):
                raise CannotRun(
                    f"{path} leads to {own}, which the account {account.pw_name} may not read. Make "
                    "the environment with a Python that every account may run, such as "
                    f"/usr/bin/python3: rm -r {ROOT}/.venv, then step 2 in docs/operators.md."
                )
            raise CannotRun(
                f"There is no {path}, or the account {account.pw_name} may not read it. Install "
                f"the packages as docs/operators.md says, and run as root: chmod -R a+rX {ROOT}"
            )
    environment = environment_for(account, settings, os.environ)
    os.execve(python, [str(python), str(manage), *arguments], environment)  # noqa: S606  it is our own manage.py, and no shell


def main() -> None:
    try:
        run(sys.argv[1:])
    except CannotRun as reason:
        sys.exit(f"Peerwork cannot start. {reason}")


if __name__ == "__main__":
    main()
