"""Requests from people whom we know."""

from __future__ import annotations

from django.http import HttpRequest

from people.models import User


class SignedInRequest(HttpRequest):
    """A request whose user is one of ours: the view behind it is `login_required`."""

    user: User  # type: ignore[assignment]  # Django types this as a visitor or a user
