"""Who sends a request: their session and their account, which every signed-in request reads.

Both are read afresh each time, so that a session that was ended, a new password or an account
that was closed counts at once.
"""

from __future__ import annotations

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend as AllauthBackend
from django.contrib.sessions.backends.db import SessionStore as DatabaseSessionStore
from django.utils import timezone

from people.models import User
from people.rows import first_row


class SessionStore(DatabaseSessionStore):
    """Django's sessions in the database, read by a plain statement."""

    def load(self) -> dict[str, Any]:
        """What the session holds. One that has ended or expired is empty, and is forgotten."""
        session = first_row(self.model, session_key=self.session_key)
        if session is None or session.expire_date <= timezone.now():
            return super().load()
        return self.decode(session.session_data)


class AuthenticationBackend(AllauthBackend):
    """Allauth's way to sign in, with the account read by a plain statement."""

    def get_user(self, user_id: int) -> User | None:
        """The person whose session it is; None once their account is closed or gone."""
        user = first_row(User, id=user_id)
        return user if user and self.user_can_authenticate(user) else None
