"""Signing up, and starting again with it: what was typed stays, and so does where one was going."""

from __future__ import annotations

from typing import Any

from allauth.account.internal.flows.email_verification_by_code import EmailVerificationProcess
from allauth.account.internal.stagekit import unstash_login
from allauth.account.models import EmailAddress
from django.contrib.auth import logout
from django.http import HttpRequest

from people.folding import plain_address
from people.http import is_site_url
from people.models import User

DRAFT_KEY = "signup_draft"
DRAFT_FIELDS = ("email", "full_name", "agreement")
LONGEST_DRAFT = 30 * 60
"""Seconds for which a browser keeps what somebody typed to sign up. It may be a shared one."""


def keep_draft(request: HttpRequest, typed: dict[str, Any], *, now: float) -> None:
    """Keep what was typed to sign up, without the password, until the address is confirmed."""
    next_url = request.POST.get("next", "")
    request.session[DRAFT_KEY] = {
        "typed": {name: typed[name] for name in DRAFT_FIELDS},
        "next": next_url if is_site_url(next_url) else "",
        "at": now,
        "again": False,
    }


def draft_to_show(request: HttpRequest, *, now: float) -> dict[str, Any]:
    """What the form for signing up begins with: nothing, unless somebody started again."""
    draft = request.session.get(DRAFT_KEY)
    if not draft or not draft["again"] or now - draft["at"] > LONGEST_DRAFT:
        return {}
    typed: dict[str, Any] = draft["typed"]
    return typed


def forget_draft(request: HttpRequest) -> None:
    request.session.pop(DRAFT_KEY, None)


def start_again(request: HttpRequest) -> tuple[str, str]:
    """Leave a sign-up or a sign-in that waits for a code, and begin it anew.

    An account that this sign-up made and nobody ever used is taken back, so that the address can
    be given again. Returns the name of the page to begin at, and where the person was going.
    """
    draft = request.session.get(DRAFT_KEY)
    login = unstash_login(request, peek=True)
    process = EmailVerificationProcess.resume(request)
    if draft and process and process.user:
        take_back_account(process.user, email=draft["typed"]["email"])
    logout(request)
    if draft:
        request.session[DRAFT_KEY] = {**draft, "again": True}
        return "account_signup", draft["next"]
    return "account_login", (login.redirect_url if login else "") or ""


def take_back_account(user: User, *, email: str) -> bool:
    """Delete an account whose address was never confirmed and which nobody ever signed in to."""
    is_unused = user.last_login is None and user.email == plain_address(email)
    if not is_unused or EmailAddress.objects.filter(user=user, verified=True).exists():
        return False
    user.delete()
    return True
