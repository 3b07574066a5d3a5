"""Verbs: the only code that ends someone's sessions."""

from __future__ import annotations

from allauth.core import context as allauth_context
from allauth.usersessions.models import UserSession

from people.models import User


def end_sessions(user: User, *, except_key: str | None = None) -> int:
    """Sign this person out everywhere but in the session with `except_key`; say how many ended."""
    sessions = list(UserSession.objects.filter(user=user).exclude(session_key=except_key))
    for session in sessions:
        session.end()
    return len(sessions)


def end_other_sessions(user: User) -> int:
    """Sign this person out everywhere; where the request is theirs, not in the session it is in."""
    request = allauth_context.request
    is_own_request = request is not None and request.user.pk == user.pk
    return end_sessions(user, except_key=request.session.session_key if is_own_request else None)
