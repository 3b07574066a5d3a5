"""What depends on who is asking: the language, whether a response may be kept, and whether
staff have shown their second factor."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.reauthentication import (
    did_recently_reauthenticate,
    suspend_request,
)
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _

from people.adapter import has_second_factor
from people.models import User

GetResponse = Callable[[HttpRequest], HttpResponse]


def may_be_signed_in(request: HttpRequest) -> bool:
    """Whether it is worth asking who this is: a visitor brings no session."""
    return settings.SESSION_COOKIE_NAME in request.COOKIES


class LanguageMiddleware:
    """Answers in the language of the person's account, else of their cookie, else of their browser.

    Also shows times in the person's own zone. It stands early, so that a page which refuses
    a request before anyone is known still speaks a language the visitor asked for.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path.startswith(settings.STATIC_URL):
            return self.get_response(request)
        language = translation.get_language_from_request(request)
        with translation.override(language), timezone.override(None):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
            response.headers.setdefault("Content-Language", translation.get_language() or language)
        patch_vary_headers(response, ["Accept-Language"])
        return response

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> None:
        if not may_be_signed_in(request) or not request.user.is_authenticated:
            return
        if request.user.language in dict(settings.LANGUAGES):
            translation.activate(request.user.language)
            request.LANGUAGE_CODE = request.user.language
        try:
            timezone.activate(ZoneInfo(request.user.time_zone))
        except (ZoneInfoNotFoundError, ValueError):
            timezone.activate(UTC)


class PersonalResponseMiddleware:
    """What is made for a signed-in person is kept by no cache but their own browser's page."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        known = may_be_signed_in(request) or request.session.modified
        if "Cache-Control" not in response and known and request.user.is_authenticated:
            response["Cache-Control"] = "private, no-store"
            patch_vary_headers(response, ["Cookie"])
        return response


class StaffSecondFactorMiddleware:
    """The staff pages open to staff alone, who have a second factor and are still there.

    Whoever is signed in but not staff is refused. Staff without a second factor are asked to
    set it up first. After a while without a request they sign in again. What changes roles
    asks for a fresh proof of who they are.
    """

    prefix = "/admin/"
    doors = ("/admin/login/", "/admin/logout/")
    # The editor sends these by itself, so they do not show that anyone is there.
    by_itself = ("/admin/editing-sessions/",)
    roles = ("/admin/users/", "/admin/groups/", "/admin/bulk/people/user/")
    seen_key = "staff_seen_at"

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, args: Any, kwargs: Any
    ) -> HttpResponse | None:
        if not request.path.startswith(self.prefix) or request.path in self.doors:
            return None
        user = request.user
        if not isinstance(user, User) or not user.is_authenticated:
            return None  # Wagtail sends them to sign in.
        if not user.is_staff:
            raise PermissionDenied
        if settings.STAFF_NEED_SECOND_FACTOR and not has_second_factor(user):
            messages.info(
                request,
                _(
                    "The staff pages hold other people’s records, so they need two-step sign-in. "
                    "Setting it up takes two minutes; then come back."
                ),
            )
            return redirect("mfa_index")
        return self.gone(request, user, now=time.time()) or self.unproven(request)

    def gone(self, request: HttpRequest, user: User, *, now: float) -> HttpResponse | None:
        """Sign out whoever has not been here for a while; else note that they are here."""
        signed_in_at = user.last_login.timestamp() if user.last_login else now
        seen_at = request.session.get(self.seen_key, signed_in_at)
        if now - seen_at > settings.STAFF_IDLE_SECONDS:
            logout(request)
            messages.info(
                request,
                _(
                    "You were away for a while, so the staff pages were closed. Please sign in again."
                ),
            )
            back = request.get_full_path() if request.method == "GET" else self.prefix
            return redirect_to_login(back)
        due = self.seen_key not in request.session or now - seen_at >= 60
        if due and not request.path.startswith(self.by_itself):
            request.session[self.seen_key] = int(now)
        return None

    def unproven(self, request: HttpRequest) -> HttpResponse | None:
        """Ask for a fresh proof before roles change; the request goes on when it is given."""
        if (
            not settings.STAFF_NEED_SECOND_FACTOR
            or request.method != "POST"
            or not request.path.startswith(self.roles)
            or did_recently_reauthenticate(request)
        ):
            return None
        methods = get_adapter().get_reauthentication_methods(request.user)
        return suspend_request(request, methods[0]["url"]) if methods else None
