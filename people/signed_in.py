"""Who sends a request: their session and their account, which every signed-in request reads.

Both are read afresh each time, so that a session that was ended, a new password or an account
that was closed counts at once.
"""

from __future__ import annotations

import time
from typing import Any

from allauth.account.auth_backends import AuthenticationBackend as AllauthBackend
from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore as DatabaseSessionStore
from django.utils import timezone

from people.models import User
from people.rows import first_row

SEEN = "seen_at"
"""In a session that ends with the browser: when it was last written for being used."""
SEEN_EVERY = 10 * 60
"""Seconds after which a use is written again. A write for each would cost more than it tells."""


class IdleSessionMixin:
    """A session that ends with the browser also ends when nobody used it for some time.

    On a shared computer a browser is often left open. One that somebody chose to stay signed in
    to has `SESSION_COOKIE_AGE` from when it was begun.
    """

    modified: bool

    def load(self) -> dict[str, Any]:
        """As the store does; that it was used is noted every ten minutes."""
        values: dict[str, Any] = super().load()  # type: ignore[misc]
        if values.get("_session_expiry") == 0 and time.time() - values.get(SEEN, 0) > SEEN_EVERY:
            values[SEEN] = int(time.time())
            self.modified = True
        return values

    def get_session_cookie_age(self) -> int:
        """The seconds that the session lasts from when it is written."""
        ends_with_browser = self.get("_session_expiry") == 0  # type: ignore[attr-defined]
        age = settings.SESSION_IDLE_SECONDS if ends_with_browser else settings.SESSION_COOKIE_AGE
        return int(age)


class PlainSessionStore(DatabaseSessionStore):
    """Django's sessions in the database, read by a plain statement."""

    def load(self) -> dict[str, Any]:
        """What the session holds. One that has ended or expired is empty, and is forgotten."""
        session = first_row(self.model, session_key=self.session_key)
        if session is None or session.expire_date <= timezone.now():
            return super().load()
        return self.decode(session.session_data)


class SessionStore(IdleSessionMixin, PlainSessionStore):
    """The sessions of the site where its cache is a table in the database."""


class AuthenticationBackend(AllauthBackend):
    """Allauth's way to sign in, with the account read by a plain statement."""

    def get_user(self, user_id: int) -> User | None:
        """The person whose session it is; None once their account is closed or gone."""
        user = first_row(User, id=user_id)
        return user if user and self.user_can_authenticate(user) else None
