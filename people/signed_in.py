"""Who sends a request: their session and their account, which every signed-in request reads.

Both are read afresh each time, so that a session that was ended, a new password or an account
that was closed counts at once. Their statements are written out: for Django to build one costs
a request several times what the database takes to answer it.
"""

from __future__ import annotations

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend as AllauthBackend
from django.contrib.sessions.backends.db import SessionStore as DatabaseSessionStore
from django.utils import timezone

from people.models import User


class SessionStore(DatabaseSessionStore):
    """Django's sessions in the database, read by a statement that is written out."""

    def load(self) -> dict[str, Any]:
        """What the session holds. One that has ended or expired is empty, and is forgotten."""
        statement = "SELECT * FROM django_session WHERE session_key = %s"
        for session in self.model.objects.raw(statement, [self.session_key]):
            if session.expire_date > timezone.now():
                return self.decode(session.session_data)
        return super().load()


class AuthenticationBackend(AllauthBackend):
    """Allauth's way to sign in, with the account read by a statement that is written out."""

    def get_user(self, user_id: int) -> User | None:
        """The person whose session it is; None once their account is closed or gone."""
        for user in User.objects.raw("SELECT * FROM people_user WHERE id = %s", [user_id]):
            return user if self.user_can_authenticate(user) else None
        return None
