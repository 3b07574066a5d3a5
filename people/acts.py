"""The log of acts that count: one chain, in which each act is joined to the one before by its hash.

An act is written in the transaction of what was done, by `record_act`, and never changed. It holds
ids, kinds and a time, so erasure has nothing to take out of it. A row that was changed, left out or
slipped in breaks the chain, which `check_chain` goes along.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from django.db import connection, models, transaction
from wagtail.log_actions import get_active_log_context

from people.act_kinds import ActKind
from people.models import Act, User

CHAIN_LOCK = 0x7065657277_6F726B
"""The number of PostgreSQL's advisory lock under which the chain grows."""
GUARDS = ("acts_are_not_changed", "acts_are_not_deleted")
"""The triggers of the database that refuse to change the log, and to delete from it."""
NO_HASH = "0" * 64
"""What the first act is joined to."""
ROWS_AT_ONCE = 2000

FAULTS_HOOK = "find_log_faults"
"""By this hook an app compares its own records with the log: a function of nothing that gives a
sentence for each record that the log says otherwise of, or nothing of."""

Subject = models.Model | tuple[str, str]
"""What an act was done to: a record, or its kind and id."""


@dataclass(frozen=True)
class Entry:
    """An act before it has its place in the chain."""

    kind: str
    at: datetime
    actor_id: int | None
    person_id: int | None
    subject_kind: str
    subject_id: str


_waiting: ContextVar[list[Entry] | None] = ContextVar("acts waiting for their place", default=None)


def record_act(
    kind: ActKind,
    subject: Subject,
    *,
    by: User | int | None,
    at: datetime,
    person: User | int | None = None,
) -> None:
    """Write into the log that somebody did something; `person` is whom it concerns.

    It stands or falls with the transaction around it. Nobody else can write an act until that is
    over, so call it when there is no other lock left to take, or within `acts_last`.
    """
    entry = Entry(str(kind), at, _key(by), _key(person), *_named(subject))
    waiting = _waiting.get()
    if waiting is not None:
        waiting.append(entry)
        return
    append_to_chain([entry])


def _key(person: User | int | None) -> int | None:
    return person.pk if isinstance(person, User) else person


def _named(subject: Subject) -> tuple[str, str]:
    if isinstance(subject, tuple):
        return subject
    return subject._meta.label_lower, str(subject.pk)


def record_restored_backup(*, at: datetime) -> None:
    """Write that a backup was put back: what was done since it was made is not in the log."""
    record_act(ActKind.BACKUP_RESTORED, ("people.act", str(last_link()[0])), by=None, at=at)


def whoever_is_at_work() -> User | None:
    """Whose staff page this is, where it is one; None for the site itself."""
    user = get_active_log_context().user
    return user if isinstance(user, User) else None


@contextmanager
def acts_last() -> Iterator[None]:
    """Write the acts of what is done within at its end: for what locks many records on its way.

    Two who hold what the other waits for would wait for ever, so the chain is the last that
    anybody takes. What raises writes none.
    """
    if _waiting.get() is not None:
        yield
        return
    entries: list[Entry] = []
    token = _waiting.set(entries)
    try:
        yield
    finally:
        _waiting.reset(token)
    append_to_chain(entries)


def append_to_chain(entries: list[Entry]) -> None:
    """Join some acts to the end of the chain, in their order."""
    if not entries:
        return
    # No savepoint: an act that cannot be written takes what was done back with it.
    with transaction.atomic(savepoint=False):
        _lock_chain()
        number, previous = last_link()
        rows = []
        for entry in entries:
            number += 1
            previous = link_hash(previous, number, entry)
            rows.append(Act(number=number, hash=previous, **entry.__dict__))
        for row in rows:
            row.save(force_insert=True)


def _lock_chain() -> None:
    """Wait until nobody else is writing an act. SQLite lets only one transaction write at all."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [CHAIN_LOCK])


def last_link() -> tuple[int, str]:
    """The number and the hash of the last act."""
    last = Act.objects.order_by("-number").values_list("number", "hash").first()
    return last or (0, NO_HASH)


def link_hash(previous: str, number: int, entry: Entry | Act) -> str:
    """The hash of an act at its place: over all that it says, and the hash before it."""
    content: list[Any] = [
        previous,
        number,
        entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        entry.kind,
        entry.actor_id,
        entry.person_id,
        entry.subject_kind,
        entry.subject_id,
    ]
    return sha256(json.dumps(content, ensure_ascii=True).encode()).hexdigest()


# Checking -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Head:
    """Where the chain ended when somebody looked."""

    number: int = 0
    hash: str = NO_HASH


@dataclass(frozen=True)
class Checked:
    """Where a chain ends, and what is wrong with it: a sentence each, the first that was met."""

    head: Head
    faults: tuple[str, ...] = ()


def check_chain(known: Head = Head()) -> Checked:
    """Go along the whole chain. `known` is where it ended once: it must still pass through there."""
    number, previous = 0, NO_HASH
    for act in Act.objects.order_by("number").iterator(chunk_size=ROWS_AT_ONCE):
        if act.number != number + 1:
            return _broken(number, previous, f"Act {number + 1} is missing.")
        if act.hash != link_hash(previous, act.number, act):
            return _broken(number, previous, f"Act {act.number} is not what was written.")
        number, previous = act.number, act.hash
        if number == known.number and previous != known.hash:
            return _broken(number, previous, f"Act {number} was another when last checked.")
    if number < known.number:
        return _broken(number, previous, f"The log ends at {number}, and had {known.number} acts.")
    return Checked(Head(number, previous))


def missing_guards() -> list[str]:
    """The triggers that should refuse changes of the log, and are not there."""
    catalogue = "pg_trigger" if connection.vendor == "postgresql" else "sqlite_master"
    column = "tgname" if connection.vendor == "postgresql" else "name"
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {column} FROM {catalogue} WHERE {column} IN (%s, %s)",  # noqa: S608  names of ours
            list(GUARDS),
        )
        there = {row[0] for row in cursor.fetchall()}
    return [name for name in GUARDS if name not in there]


def _broken(number: int, hash: str, fault: str) -> Checked:
    return Checked(Head(number, hash), (fault,))
