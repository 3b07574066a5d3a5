"""For how long what accounts leave behind is kept: sessions, counts, and what was never finished."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from allauth.account.models import EmailAddress, EmailConfirmation
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.core.cache import caches
from django.core.cache.backends.db import DatabaseCache
from django.db import connection
from django.db.models import Exists, OuterRef, ProtectedError, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from people.models import Letter, OrganisationInvitation, SetAsideForm, User
from people.retention import keep_for

UNCONFIRMED_DAYS = 30


def expired_sessions(before: datetime) -> QuerySet[Any]:
    return Session.objects.filter(expire_date__lt=before)


def ended_sign_ins(before: datetime) -> QuerySet[Any]:
    """The records of sign-ins whose session is over."""
    sessions = Session.objects.filter(session_key=OuterRef("session_key"))
    return UserSession.objects.filter(~Exists(sessions), created_at__lt=before)


def old_forms(before: datetime) -> QuerySet[Any]:
    return SetAsideForm.objects.filter(set_aside_at__lt=before)


def old_letters(before: datetime) -> QuerySet[Any]:
    """What is known of letters that were sent before then, or first tried and never sent."""
    return Letter.objects.filter(Q(sent_at__lt=before) | Q(sent_at=None, first_tried_at__lt=before))


def old_invitations(before: datetime) -> QuerySet[Any]:
    return OrganisationInvitation.objects.filter(ends_at__lt=before)


def old_confirmations(before: datetime) -> QuerySet[Any]:
    return EmailConfirmation.objects.filter(created__lt=before)


def unconfirmed_accounts(before: datetime) -> QuerySet[Any]:
    """Accounts that somebody began, whose address was never confirmed, and nobody ever came in to.

    Those that staff made, to invite somebody, are not among them.
    """
    confirmed = EmailAddress.objects.filter(user=OuterRef("pk"), verified=True)
    return User.objects.filter(
        ~Exists(confirmed), last_login=None, agreed_at__lt=before, erased_at=None
    )


def forget_unconfirmed(before: datetime) -> int:
    """Delete them; one on which a record rests after all stays."""
    number = 0
    for person in unconfirmed_accounts(before):
        try:
            person.delete()
        except ProtectedError:
            continue
        number += 1
    return number


def forget_counts(before: datetime) -> int:
    """Delete the counts of tries that are over. The cache itself does so only when it is full."""
    cache = caches["default"]
    if not isinstance(cache, DatabaseCache):
        return 0
    table = connection.ops.quote_name(cache._table)  # type: ignore[attr-defined]
    over = connection.ops.adapt_datetimefield_value(before.replace(microsecond=0))
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {table} WHERE expires < %s", [over])  # noqa: S608
        return int(cursor.rowcount)


keep_for(
    "counts of tries",
    _("How often a password, a code or a number was tried, by address and network"),
    0,
    _("after an hour at most"),
    forget=forget_counts,
)
keep_for(
    "sessions",
    _("What keeps you signed in, and what you typed to sign up"),
    0,
    _("you sign out; or after 2 hours without a click, or 14 days if you chose to stay signed in"),
    expired=expired_sessions,
)
keep_for(
    "sign-ins",
    _("Where you were signed in: browser, time and network address"),
    1,
    _("you signed out there, or its time was over"),
    expired=ended_sign_ins,
)
keep_for(
    "confirmations",
    _("Links that confirm an address"),
    7,
    _("they were sent"),
    expired=old_confirmations,
)
keep_for(
    "forms set aside",
    _("What you sent and could not be saved at the time"),
    30,
    _("you sent it"),
    expired=old_forms,
)
keep_for(
    "invitations to organisations",
    _("The address that an organisation invited"),
    1,
    _("the invitation ended, two weeks after it was sent at most"),
    expired=old_invitations,
)
keep_for(
    "letters",
    _("That a letter was sent to you, without its words and your address"),
    30,
    _("it was sent, or first tried"),
    expired=old_letters,
)
keep_for(
    "unconfirmed accounts",
    _("Accounts whose address was never confirmed"),
    UNCONFIRMED_DAYS,
    _("they were begun"),
    expired=unconfirmed_accounts,
    forget=forget_unconfirmed,
)
