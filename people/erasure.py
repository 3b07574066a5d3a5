"""Verbs: asking that an account be erased, undoing that, and erasing it, step by step.

Erasing is done by `manage.py forget_expired`, which the scheduler runs. It may be killed at any
moment and goes on from the step it was at: each step does no harm when it is done again.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from people.erasures_file import ErasedAccount, accounts_in, line_of, note, noted
from people.fates import ModelFate, every_fate, every_step
from people.letters_of_closing import send_letter
from people.models import Erasure, User
from people.sessions import end_sessions

log = logging.getLogger(__name__)

LETTER = "letter"
LETTER_WAITS = timedelta(days=1)
"""For how long the last step waits for a mail server, so that the last letter can be sent."""


class CannotClose(Exception):
    """An account that cannot be closed, and why, in words for its person."""


class LastAdministrator(CannotClose):
    def __str__(self) -> str:
        return _(
            "You are the only administrator of this site. Make somebody else one first, so that "
            "it is not left alone."
        )


class LetterWaits(Exception):
    """The last letter could not be sent yet; erasing goes on when it could, or after a day."""


def refuse_last_administrator(person: User) -> None:
    """Raise LastAdministrator for the only active administrator."""
    others = User.objects.filter(is_superuser=True, is_active=True).exclude(pk=person.pk)
    if person.is_superuser and not others.exists():
        raise LastAdministrator


@transaction.atomic
def ask_to_erase(person: User, *, at: datetime, pause: timedelta | None = None) -> Erasure:
    """Close an account: it is signed out everywhere, and erased when the pause is over.

    Signing in until then undoes it. Asking again changes nothing. Raises LastAdministrator.
    """
    refuse_last_administrator(person)
    pause = timedelta(days=settings.ERASURE_PAUSE_DAYS) if pause is None else pause
    erasure, is_new = Erasure.objects.get_or_create(
        person_id=person.pk,
        joined_at=person.joined_at,
        defaults={"asked_at": at, "due_at": at + pause},
    )
    end_sessions(person)
    if is_new and pause:

        def say_when() -> None:
            _send("asked", person, erasure)

        transaction.on_commit(say_when, robust=True)
    return erasure


def waiting_erasure(person: User) -> Erasure | None:
    """What somebody asked and can still undo."""
    return Erasure.objects.waiting().filter(person_id=person.pk, joined_at=person.joined_at).first()


def undo(person: User) -> bool:
    """Take back what somebody asked; say whether there was anything to take back, still."""
    waiting = Erasure.objects.waiting().filter(person_id=person.pk, joined_at=person.joined_at)
    if not waiting.delete()[0]:
        return False

    def say_that_it_stays() -> None:
        _send("undone", person)

    transaction.on_commit(say_that_it_stays, robust=True)
    return True


def _send(name: str, person: User, erasure: Erasure | None = None) -> None:
    try:
        send_letter(name, person, due_at=erasure.due_at if erasure else None)
    except Exception as error:
        # Its text may hold the address.
        log.error("A letter on closing an account was not sent: %s", type(error).__name__)


# Erasing ----------------------------------------------------------------------------------


def erase_due(clock: Callable[[], datetime]) -> tuple[int, int]:
    """Erase every account whose pause is over; say how many were done, and how many failed."""
    done = failed = 0
    for erasure in Erasure.objects.due(clock()).order_by("due_at"):
        try:
            done += carry_on(erasure, at=clock())
        except LetterWaits:
            continue
        except Exception:
            log.exception("Erasing the account %s failed; it goes on next time.", erasure.person_id)
            failed += 1
    return done, failed


def carry_on(erasure: Erasure, *, at: datetime) -> bool:
    """Begin to erase an account, or go on; say whether it is done by this. Raises LetterWaits."""
    person = User.objects.filter(pk=erasure.person_id, joined_at=erasure.joined_at).first()
    if person is None:  # the account was never in this database, or is gone from it
        return bool(Erasure.objects.filter(pk=erasure.pk).update(erased_at=at, begun_at=at))
    if not _begin(erasure, person, at):
        return False
    for name, step in every_step():
        if name not in erasure.done_steps:
            with transaction.atomic():
                step(person)
                _record(erasure, name)
    if LETTER not in erasure.done_steps:
        _send_last_letter(erasure, person, at)
        _record(erasure, LETTER)
    with transaction.atomic():
        forget_account(person, at=at)
        erasure.erased_at = at
        erasure.save(update_fields=["erased_at"])
    return True


def _begin(erasure: Erasure, person: User, at: datetime) -> bool:
    """Close the account for good, unless its person signed in meanwhile. Noted before anything goes."""
    if erasure.begun_at is None:
        with transaction.atomic():
            if not Erasure.objects.waiting().filter(pk=erasure.pk).update(begun_at=at):
                return False
            User.objects.filter(pk=person.pk).update(is_active=False)
            erasure.begun_at = at
    # After the commit, and each time: one that is killed in between is noted when it goes on.
    note(erasure)
    end_sessions(person)
    return True


def _record(erasure: Erasure, name: str) -> None:
    erasure.done_steps = [*erasure.done_steps, name]
    erasure.save(update_fields=["done_steps"])


def _send_last_letter(erasure: Erasure, person: User, at: datetime) -> None:
    """Say that it is done. A mail server that is away is waited for, and not for ever."""
    if person.erased_at is not None:
        return
    try:
        send_letter("done", person)
    except Exception as error:
        log.error("The last letter to an account was not sent: %s", type(error).__name__)
        if erasure.begun_at is not None and at < erasure.begun_at + LETTER_WAITS:
            raise LetterWaits from error


ERASED_HOST = "erased.invalid"
"""The host of the addresses that erased accounts have. Nothing can be sent there."""


def forget_account(person: User, *, at: datetime) -> None:
    """Take the person out of the account itself. Its row stays, since records lead to it."""
    with override(settings.LANGUAGE_CODE):
        name = _("Closed account %(number)d") % {"number": person.pk}
    User.objects.filter(pk=person.pk).update(
        email=f"{person.pk}@{ERASED_HOST}",
        full_name=name,
        search_words="",
        password=make_password(None),
        language=settings.LANGUAGE_CODE,
        time_zone="UTC",
        last_login=None,
        agreed_at=None,
        is_active=False,
        is_superuser=False,
        erased_at=at,
    )


# For staff, and after a backup was put back -------------------------------------------------


@dataclass(frozen=True)
class PlannedStep:
    """What erasing somebody would do to one kind of record."""

    fate: ModelFate
    rows: int


def plan(person: User) -> list[PlannedStep]:
    """What erasing somebody would do, without doing any of it."""
    return [
        PlannedStep(fate, rows)
        for fate in every_fate()
        if fate.is_about_people and (rows := fate.rows_of(person).count())
    ]


def replay_erasures(clock: Callable[[], datetime]) -> int:
    """Erase again whoever was erased before and is here, as after a backup was put back.

    It reads the file of erasures, beside the database, and the table. Run it before the site
    serves anybody. No letter is sent. Says how many accounts were erased again; one that somebody
    else has under the same number is left alone.
    """
    return sum(_erase_again(account, at=clock()) for account in list(_every_erased()))


def erased_lines() -> list[str]:
    """Everybody who was erased, a line each, to be noted beside the backups."""
    return [line_of(account) for account in _every_erased()]


def erase_again(lines: Iterable[str], *, at: datetime) -> None:
    """Erase those of the lines who are back, after a backup was put back. No letter is sent."""
    for account in dict.fromkeys(accounts_in(lines)):
        _erase_again(account, at=at)


def replay_after_restore(*, at: datetime) -> None:
    """As `replay_erasures`, at one moment."""
    replay_erasures(lambda: at)


def _every_erased() -> dict[ErasedAccount, None]:
    accounts = dict.fromkeys(noted())
    begun = Erasure.objects.exclude(begun_at=None)
    for row in begun:
        if row.begun_at is not None:
            accounts[ErasedAccount(row.person_id, row.joined_at, row.begun_at)] = None
    return accounts


def _erase_again(account: ErasedAccount, *, at: datetime) -> bool:
    person = User.objects.filter(pk=account.person_id, joined_at=account.joined_at).first()
    if person is None or person.erased_at is not None:
        return False
    erasure, _is_new = Erasure.objects.update_or_create(
        person_id=account.person_id,
        joined_at=account.joined_at,
        defaults={"begun_at": account.begun_at, "done_steps": [LETTER], "erased_at": None},
        create_defaults={
            "asked_at": account.begun_at or at,
            "due_at": account.begun_at or at,
            "begun_at": account.begun_at,
            "done_steps": [LETTER],
        },
    )
    User.objects.filter(pk=person.pk).update(is_active=False)
    return carry_on(erasure, at=at)
