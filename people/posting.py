"""Sending letters: each thing once, with growing pauses where mail fails, and never a flood.

A letter that cannot be sent is tried again after each of `PAUSES` and then given up; the staff
pages list those. No person has more than so many letters in a day, and the site sends no more
than so many in an hour: beyond that letters wait. The last part of an hour's letters is for
those about accounts, so that a flood of other mail keeps nobody out.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import uuid4

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils.crypto import salted_hmac

from people.folding import plain_address
from people.models import Letter, User

log = logging.getLogger(__name__)

PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240, 720, 1440))
"""After each try that failed; after the last of them a letter is given up."""
PAUSE_OF_A_FLOOD = timedelta(minutes=10)
"""How long a letter waits when there were too many."""
SHARE_OF_ACCOUNTS = 5
"""One letter in so many of an hour's is kept for accounts."""
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)

_last_alarm: dict[str, datetime] = {}


def post(
    write: Callable[[], EmailMessage],
    *,
    thing: str,
    kind: Letter.Kind,
    person: User | None,
    at: datetime,
    address: str = "",
) -> bool:
    """Write and send the letter about one thing, unless it must wait or was given up.

    `thing` names what the letter is about, and there is one letter for it. One to nobody who is
    known here names its `address`. Whether it was sent. An error of the mail server is recorded and raised. Call it as often as you like,
    from one worker at a time.
    """
    address = person.email if person else address
    letter, _created = Letter.objects.get_or_create(
        thing=thing,
        defaults={
            "kind": kind,
            "person": person,
            "recipient": recipient_of(address),
            "first_tried_at": at,
            "next_try_at": at,
        },
    )
    if letter.sent_at:
        return True
    if letter.given_up_at or (letter.next_try_at and letter.next_try_at > at):
        return False
    if is_flood(address, at=at):
        Letter.objects.filter(pk=letter.pk).update(next_try_at=at + PAUSE_OF_A_FLOOD)
        return False
    try:
        write().send()
    except Exception as error:
        _record_failure(letter, error, at)
        raise
    Letter.objects.filter(pk=letter.pk).update(sent_at=at, next_try_at=None, problem="")
    return True


def _record_failure(letter: Letter, error: Exception, at: datetime) -> None:
    tries = letter.tries + 1
    is_last = tries > len(PAUSES)
    Letter.objects.filter(pk=letter.pk).update(
        tries=tries,
        next_try_at=None if is_last else at + PAUSES[tries - 1],
        given_up_at=at if is_last else None,
        problem=type(error).__name__[:80],
    )
    if is_last:
        log.error("Letter %s could not be sent after %s tries", letter.pk, tries)


def send_again(letter_id: int, *, at: datetime) -> bool:
    """Have a letter that was given up tried anew. False where there is none."""
    letters = Letter.objects.filter(pk=letter_id, sent_at=None).exclude(given_up_at=None)
    return bool(letters.update(given_up_at=None, next_try_at=at, tries=0))


def resting_letters(prefix: str, *, at: datetime) -> set[str]:
    """What the letters that are not to be tried now are about, of those that begin so."""
    resting = Letter.objects.resting(at).filter(thing__startswith=prefix)
    return set(resting.values_list("thing", flat=True))


# Letters about an account, which are sent at once or not at all ------------------------------


def account_letters_wait(*, at: datetime) -> bool:
    """Whether so many letters were sent within an hour that none more is."""
    return _sent_since(at - HOUR) >= settings.LETTERS_AN_HOUR


def may_send_account_letter(address: str, *, is_expected: bool, at: datetime) -> bool:
    """Whether a letter about an account may be sent now.

    One that is expected, because a device of the account's owner asks for it, always may.
    """
    if is_expected:
        return True
    if account_letters_wait(at=at):
        _alarm("breaker", at, "No more letters about accounts are sent within this hour")
        return False
    sent = Letter.objects.filter(
        recipient=recipient_of(address), kind=Letter.Kind.ACCOUNT, sent_at__gt=at - DAY
    )
    if sent.count() >= 2 * settings.LETTERS_PER_PERSON_A_DAY:
        log.warning("A letter about an account was left out: too many within a day")
        return False
    return True


def record_account_letter(address: str, person: User | None, *, at: datetime) -> None:
    """Count a letter about an account that was sent."""
    Letter.objects.create(
        thing=f"account.{uuid4()}",
        kind=Letter.Kind.ACCOUNT,
        person=person if person and person.pk else None,
        recipient=recipient_of(address),
        tries=1,
        first_tried_at=at,
        sent_at=at,
    )


# Ceilings ------------------------------------------------------------------------------------


def is_flood(address: str, *, at: datetime) -> bool:
    """Whether an ordinary letter to this address must wait: too many went to it, or to all."""
    of_all = settings.LETTERS_AN_HOUR - settings.LETTERS_AN_HOUR // SHARE_OF_ACCOUNTS
    if _sent_since(at - HOUR) >= of_all:
        _alarm("flood", at, "So many letters were sent within an hour that others wait")
        return True
    to_one = Letter.objects.filter(recipient=recipient_of(address), sent_at__gt=at - DAY)
    if to_one.exclude(kind=Letter.Kind.ACCOUNT).count() >= settings.LETTERS_PER_PERSON_A_DAY:
        log.warning("A letter waits: one person had too many within a day")
        return True
    return False


def _sent_since(moment: datetime) -> int:
    return Letter.objects.filter(sent_at__gt=moment).count()


def _alarm(name: str, at: datetime, words: str) -> None:
    """Log an error, once in ten minutes for each process."""
    last = _last_alarm.get(name)
    if last is None or not timedelta() <= at - last < PAUSE_OF_A_FLOOD:
        _last_alarm[name] = at
        log.error("%s (LETTERS_AN_HOUR is %s).", words, settings.LETTERS_AN_HOUR)


def recipient_of(address: str) -> str:
    """What stands for an address in the count of letters."""
    return salted_hmac("letters", plain_address(address)).hexdigest()[:32]
