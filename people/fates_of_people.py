"""What erasure does to accounts, and to what the library of accounts keeps beside them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from allauth.account.models import EmailAddress, EmailConfirmation
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.cache import caches
from django.core.cache.backends.db import DatabaseCache
from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from people.fates import Fate, add_step, decide, keep
from people.models import (
    Act,
    ApiKey,
    Erasure,
    Letter,
    Membership,
    Organisation,
    OrganisationInvitation,
    SetAsideForm,
    User,
)
from people.organisations.joining import hand_over

SIGNING_IN = _("It is how you sign in, and is of no use without you.")
YOURS = _("It is yours alone.")


def own_confirmations(person: User) -> QuerySet[Any]:
    return EmailConfirmation.objects.filter(email_address__user=person)


def invitations_of(person: User) -> QuerySet[Any]:
    """The invitations that went to somebody's address. Who sent one is a number afterwards."""
    return OrganisationInvitation.objects.filter(email=person.email)


def hand_over_organisations(person: User) -> None:
    hand_over(person, at=timezone.now())


def sessions_of(person: User) -> QuerySet[Any]:
    """The sessions in which somebody is signed in, or in which their address stands.

    Each is read: what a session holds is not to be asked for. It takes a second for 10,000.
    """
    keys = []
    for session in Session.objects.iterator():
        values = session.get_decoded()
        is_theirs = str(values.get("_auth_user_id", "")) == str(person.pk)
        if is_theirs or person.email.lower() in str(values).lower():
            keys.append(session.pk)
    return Session.objects.filter(pk__in=keys)


def forget_in_cache(person: User) -> None:
    """Delete what is counted under somebody's address, such as wrong passwords."""
    cache = caches["default"]
    if isinstance(cache, DatabaseCache):
        table = connection.ops.quote_name(cache._table)  # type: ignore[attr-defined]
        with connection.cursor() as cursor:
            # A key may hold any of the signs that LIKE takes for others.
            cursor.execute(
                f"DELETE FROM {table} WHERE cache_key LIKE %s ESCAPE '!'",  # noqa: S608
                [f"%{_escaped(person.email)}%"],
            )
    else:
        cache.delete(f"sign-in:{person.email}")


def _escaped(text: str) -> str:
    return text.replace("!", "!!").replace("%", "!%").replace("_", "!_")


def forget_letters(person: User) -> None:
    """Delete the letters to somebody that a demonstration kept in place of sending them."""
    folder = getattr(settings, "EMAIL_FILE_PATH", None)
    for path in Path(folder).glob("*.log") if folder and Path(folder).is_dir() else []:
        if person.email.lower().encode() in path.read_bytes().lower():
            path.unlink(missing_ok=True)


decide(
    User,
    Fate.ANONYMISE,
    _("Records that have to stay lead to an account. It is left with a number and nothing else."),
    person=("pk",),
    blanks={"email": "", "full_name": "", "search_words": "", "password": "!", "time_zone": "UTC"},
    copied=("email", "full_name", "language", "time_zone", "joined_at", "agreed_at", "last_login"),
)
decide(User.groups.through, Fate.DELETE, SIGNING_IN, person=("user",), copied=("group__name",))
decide(User.user_permissions.through, Fate.DELETE, SIGNING_IN, person=("user",))
decide(
    SetAsideForm,
    Fate.DELETE,
    YOURS,
    person=("owner",),
    copied=("page", "fields", "file_names", "set_aside_at"),
)
decide(
    Letter,
    Fate.DELETE,
    _("Nobody is to be written to any more."),
    person=("person",),
    copied=("kind", "first_tried_at", "sent_at", "given_up_at"),
)
decide(
    EmailAddress, Fate.DELETE, SIGNING_IN, person=("user",), copied=("email", "verified", "primary")
)
decide(EmailConfirmation, Fate.DELETE, SIGNING_IN, find=own_confirmations)
decide(
    Authenticator,
    Fate.DELETE,
    SIGNING_IN,
    person=("user",),
    copied=("type", "created_at", "last_used_at"),
)
decide(
    UserSession,
    Fate.DELETE,
    SIGNING_IN,
    person=("user",),
    copied=("created_at", "last_seen_at", "ip", "user_agent"),
)
decide(Session, Fate.DELETE, SIGNING_IN, find=sessions_of)
keep(
    _(
        "It is the name of an organisation. One of which you were the only owner goes on to the "
        "member who was there longest, and ends where there is none."
    ),
    Organisation._meta.label,
)
keep(
    _("It is a key of an organisation. Who made it is a number."),
    ApiKey._meta.label,
    by=("made_by",),
    stays=("name", "prefix", "sha256"),
)
decide(
    Membership,
    Fate.DELETE,
    _("Nobody belongs to an organisation without an account."),
    person=("person",),
    copied=("organisation__name", "role", "joined_at", "inherited_at"),
)
decide(
    OrganisationInvitation,
    Fate.DELETE,
    _("Nobody is to be asked to join any more."),
    find=invitations_of,
    by=("invited_by",),
    copied=("organisation__name", "role", "invited_at", "ends_at"),
)
keep(
    _("That you were erased is kept by number alone, so that an old backup forgets you too."),
    Erasure._meta.label,
)
decide(
    Act,
    Fate.KEEP,
    _(
        "That something was done is kept for ever, by numbers alone: it proves that nothing is hidden."
    ),
    person=("person",),
    by=("actor",),
    stays=("*",),
    copied=("number", "at", "kind", "subject_kind", "subject_id"),
)
add_step("cache", forget_in_cache)
add_step("organisations", hand_over_organisations)
add_step("letters in a folder", forget_letters)
