"""Whether the account that a start runs as may use what is in VAR_DIR, said in one sentence.

Asked before the settings are read, which make a folder: a refusal must not leave one behind that
belongs to the wrong account. So it needs nothing of Django.
"""

from __future__ import annotations

import os
import pwd
from collections import deque
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

LEFT_OUT = {"lost+found", "keys", "backups"}
"""What in VAR_DIR may rightly be somebody else's, or another disk."""
MOST_LOOKED_AT = 2000


class WrongAccount(Exception):
    """The account may not use what the site keeps; `str()` says what, and what to do."""


class NotReachable(WrongAccount):
    def __init__(self, path: Path, var: Path) -> None:
        me, owner = account_name(os.geteuid()), owner_of(path)
        super().__init__(
            f"{path} belongs to {owner}, and the account {me}, which this runs as, may not read "
            f"and write it. If {me} is the account of the site, run as root: "
            f"chown -R {me}: {var}. If not, run this as that account; `peerwork` in place of "
            "`manage.py` does."
        )


class NoFolder(WrongAccount):
    def __init__(self, var: Path) -> None:
        me = account_name(os.geteuid())
        super().__init__(
            f"There is no folder {var}, and the account {me}, which this runs as, may not make it. "
            f"Run as root: install -d -m 0700 -o {me} {var}"
        )


class RootInSomebodysFolder(WrongAccount):
    def __init__(self, var: Path) -> None:
        owner = owner_of(var)
        super().__init__(
            f"{var} belongs to {owner}, who could not read what root writes there. Run this as "
            f"{owner}; `peerwork` in place of `manage.py` does."
        )


def insist_on_own_folder(var: Path, *, root_may: bool = False) -> None:
    """Pass where this process may read and write what is in VAR_DIR, or may make it.

    Root may do anything, and so leave behind what the account of the site cannot read: it is let
    in where the folder is its own, or where `root_may`. Raises WrongAccount.
    """
    if not os.path.lexists(var):
        if not os.access(nearest_folder(var), os.W_OK | os.X_OK):
            raise NoFolder(var)
        return
    if os.geteuid() == 0 and not root_may and is_somebody_elses(var):
        raise RootInSomebodysFolder(var)
    for path in islice(contents(var), MOST_LOOKED_AT):
        if not may_use(path):
            raise NotReachable(path, var)


def insist_on_the_sites_own_folder(code: Path) -> None:
    """The same of VAR_DIR, as the environment has it. Raises WrongAccount.

    A demonstration is somebody's own machine, where root may try whatever it likes.
    """
    var = Path(os.environ.get("VAR_DIR") or code / "var")
    insist_on_own_folder(var, root_may=bool(os.environ.get("DEMONSTRATION", "0").strip("0")))


def contents(var: Path) -> Iterator[Path]:
    """A folder and what is in it, what is nearest to it first. No link is followed."""
    waiting = deque([var])
    while waiting:
        path = waiting.popleft()
        yield path
        if path.is_dir() and not path.is_symlink() and os.access(path, os.R_OK | os.X_OK):
            inside = [path / name for name in sorted(os.listdir(path))]
            waiting.extend(each for each in inside if path != var or each.name not in LEFT_OUT)


def may_use(path: Path) -> bool:
    """Whether it can be read and written. What has just gone is in nobody's way."""
    try:
        status = path.stat()
    except FileNotFoundError:
        return True
    except OSError:
        return False
    rights = os.R_OK if status.st_uid == os.geteuid() else os.R_OK | os.W_OK
    if path.is_dir():
        rights |= os.W_OK | os.X_OK
    return os.access(path, rights) or not path.exists()


def is_somebody_elses(path: Path) -> bool:
    return path.stat().st_uid != os.geteuid()


def nearest_folder(path: Path) -> Path:
    """The folder above that there is."""
    return next(parent for parent in path.absolute().parents if parent.exists())


def owner_of(path: Path) -> str:
    try:
        return account_name(path.stat().st_uid)
    except OSError:
        return "somebody else"


def account_name(number: int) -> str:
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return str(number)
