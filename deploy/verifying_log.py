"""Whether the log of acts is what was written, and whether it agrees with the records.

Where the chain ended is noted in the folder of the site's data and in its own log, outside the
database: whoever could write the whole chain anew, or cut off its end, cannot do it unseen.
"""

from __future__ import annotations

import json
import logging
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path

from django.conf import settings
from wagtail import hooks

from deploy.backups.manifest import as_json
from deploy.backups.sealing import written_whole
from people.acts import FAULTS_HOOK, Checked, Head, check_chain, missing_guards

logger = logging.getLogger(__name__)

EVERY = timedelta(hours=24)
MOST_FAULTS = 20
"""How many faults of one kind are named; there may be as many as rows."""


@dataclass(frozen=True)
class LastCheck:
    at: datetime
    head: Head
    faults: int


def verify_log(*, at: datetime) -> Checked:
    """Go along the chain, compare it with the records, and note where it ended."""
    last = last_check()
    known = last.head if last is not None else Head()
    checked = check_chain(known)
    faults = list(checked.faults)
    faults += [
        f"The database does not refuse changes: {name} is missing." for name in missing_guards()
    ]
    for find in hooks.get_hooks(FAULTS_HOOK):
        faults += islice(find(), MOST_FAULTS)
    # Of a broken chain, where it ended when it was whole is worth more.
    _note(known if checked.faults else checked.head, len(faults), at=at)
    logger.info("The log of acts ends at %s with %s.", checked.head.number, checked.head.hash)
    for fault in faults:
        logger.error("The log of acts: %s", fault)
    return Checked(checked.head, tuple(faults))


def _note(head: Head, faults: int, *, at: datetime) -> None:
    summary = {
        "at": at.isoformat(),
        "number": head.number,
        "hash": head.hash,
        "faults": faults,
    }
    with written_whole(note_file()) as file:
        file.write(as_json(summary))


def last_check() -> LastCheck | None:
    """What the last check found; None where there was none."""
    with suppress(OSError, ValueError, KeyError, TypeError):
        noted = json.loads(note_file().read_text())
        head = Head(noted["number"], noted["hash"])
        return LastCheck(datetime.fromisoformat(noted["at"]), head, noted["faults"])
    return None


def is_due(*, at: datetime) -> bool:
    last = last_check()
    return last is None or at - last.at >= EVERY


def forget_where_it_ended(*, at: datetime) -> None:
    """A backup that is put back ends earlier; the log says itself that it was."""
    note_file().unlink(missing_ok=True)


def note_file() -> Path:
    return Path(settings.VAR_DIR) / "log.checked"
