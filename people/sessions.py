"""Verbs: the only code that ends someone's sessions."""

from __future__ import annotations

from allauth.core import context as current
from allauth.usersessions.models import UserSession

from people.models import User


def end_sessions(user: User, *, keep: str | None = None) -> int:
    """Sign this person out everywhere, but for the session whose key is `keep`."""
    ended = 0
    for session in UserSession.objects.filter(user=user).exclude(session_key=keep):
        session.end()
        ended += 1
    return ended


def end_other_sessions(user: User) -> int:
    """Sign this person out everywhere but where they are now, if it is they who ask."""
    request = current.request
    asks = request is not None and request.user.pk == user.pk
    return end_sessions(user, keep=request.session.session_key if asks else None)
