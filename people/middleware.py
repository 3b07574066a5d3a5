"""What depends on who sends a request: language, time zone, caching, and access to staff pages."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

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
from people.http import STAFF_SEEN_KEY
from people.models import User
from people.owner_middleware import ask_to_sign_in
from people.page_owners import SAFE_METHODS, PageOwner
from people.preferences import use_own_settings, zone_of

STAFF_PREFIX = "/admin/"

GetResponse = Callable[[HttpRequest], HttpResponse]


def has_session_cookie(request: HttpRequest) -> bool:
    """Whether somebody may be signed in. A visitor has no session, and costs no query to know."""
    return settings.SESSION_COOKIE_NAME in request.COOKIES


class LanguageMiddleware:
    """Uses the language of the person's account, else of their cookie, else of their browser.

    Times are in the person's own time zone. It comes early in the list, so that a page which
    refuses a request before sign-in is known is in a language that the visitor reads.
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
        if not has_session_cookie(request) or not request.user.is_authenticated:
            return
        if request.user.language in dict(settings.LANGUAGES):
            translation.activate(request.user.language)
            request.LANGUAGE_CODE = request.user.language
        timezone.activate(zone_of(request.user))
        if request.path.startswith(STAFF_PREFIX):
            use_own_settings(request.user)


class PersonalResponseMiddleware:
    """Forbids every cache to store a response that is made for someone signed in."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        has_session = has_session_cookie(request) or request.session.modified
        if "Cache-Control" not in response and has_session and request.user.is_authenticated:
            response["Cache-Control"] = "private, no-store"
            patch_vary_headers(response, ["Cookie"])
        return response


class StaffSecondFactorMiddleware:
    """Opens the staff pages to staff who have a second factor and are not idle.

    Whoever is signed in but not staff is refused. Staff without a second factor set one up
    first. After half an hour without a request they sign in again. A request that changes
    roles needs a recent confirmation of who they are.
    """

    prefix = STAFF_PREFIX
    sign_in_paths = ("/admin/login/", "/admin/logout/")
    # The editor sends these by a timer, so they do not show that anyone is there.
    background_paths = ("/admin/editing-sessions/",)
    role_paths = ("/admin/users/", "/admin/groups/", "/admin/bulk/people/user/")

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, args: Any, kwargs: Any
    ) -> HttpResponse | None:
        if not request.path.startswith(self.prefix) or request.path in self.sign_in_paths:
            return None
        user = request.user
        if not isinstance(user, User) or not user.is_authenticated:
            return None  # Wagtail redirects them to the sign-in page.
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
        response = self.end_idle_session(request, user, now=time.time())
        return response or self.confirm_identity(request)

    def end_idle_session(
        self, request: HttpRequest, user: User, *, now: float
    ) -> HttpResponse | None:
        """Sign out whoever sent no request for a while; else note the time of this one."""
        signed_in_at = user.last_login.timestamp() if user.last_login else now
        last_seen = request.session.get(STAFF_SEEN_KEY, signed_in_at)
        if now - last_seen > settings.STAFF_IDLE_SECONDS:
            logout(request)
            messages.info(
                request,
                _(
                    "You were away for a while, so the staff pages were closed. Please sign in again."
                ),
            )
            if request.method in SAFE_METHODS:
                return redirect_to_login(request.get_full_path())
            owner = PageOwner(user.pk, is_recent=True)
            return ask_to_sign_in(request, owner, request.get_full_path())
        is_due = STAFF_SEEN_KEY not in request.session or now - last_seen >= 60
        if is_due and not request.path.startswith(self.background_paths):
            request.session[STAFF_SEEN_KEY] = int(now)
        return None

    def confirm_identity(self, request: HttpRequest) -> HttpResponse | None:
        """Have staff sign in again before roles change; allauth sends the request on afterwards."""
        if (
            not settings.STAFF_NEED_SECOND_FACTOR
            or request.method != "POST"
            or not request.path.startswith(self.role_paths)
            or did_recently_reauthenticate(request)
        ):
            return None
        methods = get_adapter().get_reauthentication_methods(request.user)
        return suspend_request(request, methods[0]["url"]) if methods else None
