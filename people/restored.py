"""What a database that was put back from a backup must be told before it is served again.

A backup knows nothing of what came after it. Each part of the site that has to act on that
registers a function under one of these hooks; nothing is served until all of them have run.
"""

from __future__ import annotations

from datetime import datetime

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session

RESTORED_HOOK = "after_restore"
"""Functions of `(*, at: datetime)`. Doing it twice does no harm."""
ERASED_HOOK = "find_erased"
"""Functions of nothing that give one line of text for everybody who was ever erased, by which alone
they can be told in an older copy: ids, never a name. The lines are noted beside the backups."""
ERASE_AGAIN_HOOK = "erase_again"
"""Functions of `(lines: Sequence[str], *, at: datetime)`, which erase those of them who are back. They
pass over whoever is not there or was erased already, and over a line that they cannot read."""


def end_every_session(*, at: datetime) -> None:
    """Sign everybody out: a session that had been ended since would be alive again."""
    UserSession.objects.all().delete()
    Session.objects.all().delete()
