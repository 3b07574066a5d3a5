"""Inviting somebody whose account the staff made. An invitation that mail fails to take is sent
again by the sweep."""

from __future__ import annotations

from datetime import datetime

from allauth.account.adapter import get_adapter
from django.urls import reverse

from people.models import Letter, User
from people.posting import post


def invite(user: User, *, at: datetime) -> bool:
    """Send somebody the invitation to their account, once. Whether they have it now."""
    return post(
        lambda: get_adapter().write_mail(
            "account/email/invitation",
            user.email,
            {"user": user, "sign_in_url": reverse("account_request_login_code")},
        ),
        thing=f"invited.{user.pk}",
        kind=Letter.Kind.INVITATION,
        person=user,
        at=at,
    )


def invite_again(letter: Letter, *, at: datetime) -> bool:
    """Send an invitation that was not sent yet, unless its person has signed in by themselves."""
    if letter.person is None or letter.person.last_login or not letter.person.is_active:
        letter.delete()
        return False
    return invite(letter.person, at=at)
