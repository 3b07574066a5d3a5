"""What allauth asks of us: messages, emails, redirects, and the ways to confirm who someone is."""

from __future__ import annotations

import logging
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context as allauth_context
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.core.internal.ratelimit import respond_429
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.core.mail import EmailMultiAlternatives
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from people.doors import (
    Door,
    address_is_flooding,
    is_expected,
    log_refusal,
    password_key,
    paused,
)
from people.http import is_site_url
from people.joining import forget_draft
from people.language_change import in_language_of, set_language_cookie, tell_of_language
from people.letters import dress
from people.models import SetAsideForm, User
from people.posting import may_send_account_letter, record_account_letter
from people.preferences import zone_of
from people.set_aside import IN_SESSION, remember_in_session
from people.signals import arrived

logger = logging.getLogger(__name__)

WISH = "begin"
"""In the address that somebody is sent to: the course that they pressed to begin."""


def with_base_url(url: str) -> str:
    """The same page under BASE_URL, whatever host the request names."""
    parts = urlsplit(url)
    return settings.BASE_URL + urlunsplit(("", "", parts.path, parts.query, parts.fragment))


def without_wish(url: str) -> str:
    """The same page, without what its address asked to have done on the way there."""
    parts = urlsplit(url)
    query = urlencode([pair for pair in parse_qsl(parts.query) if pair[0] != WISH])
    return urlunsplit(parts._replace(query=query))


CONFIRMED = "account/messages/email_confirmed.txt"
SIGNED_IN = "account/messages/logged_in.txt"


class AccountAdapter(DefaultAccountAdapter):
    """Signing up and in by email. No answer tells a stranger who has an account."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": _("This account is closed for now."),
        "cannot_remove_primary_email": _("This is the address you sign in with, so it stays."),
        "duplicate_email": _("This is already your email address."),
        "email_password_mismatch": _(
            "That email address and password do not go together. Check both, or ask for a "
            "sign-in code by email."
        ),
        "email_taken": _("This address cannot be used here. Try another one."),
        "enter_current_password": _("That is not your present password. Type it once more."),
        "incorrect_code": _("That is not the code. Look at the newest message and try once more."),
        "incorrect_password": _("That is not your password. Type it once more."),
        "invalid_password_reset": _("This link has been used or is too old. Ask for a new one."),
        "rate_limited": _("That was asked for many times. Please wait a minute."),
        "same_as_current": _("This is the same as before."),
        "too_many_login_attempts": _(
            "That was tried several times, so we are pausing it for five minutes. "
            "A sign-in code by email still works."
        ),
    }

    def new_user(self, request: HttpRequest) -> User:
        return User(language=translation.get_language() or settings.LANGUAGE_CODE)

    def save_user(
        self, request: HttpRequest, user: User, form: BaseForm, commit: bool = True
    ) -> User:
        user.full_name = form.cleaned_data["full_name"]
        user.agreed_at = timezone.now()
        if form.cleaned_data.get("time_zone") in settings.WAGTAIL_USER_TIME_ZONES:
            user.time_zone = form.cleaned_data["time_zone"]
        saved_user: User = super().save_user(request, user, form, commit)
        return saved_user

    def login(self, request: HttpRequest, user: User) -> None:
        """Sign somebody in: until the browser is closed, unless they chose to stay signed in."""
        super().login(request, user)
        if request.POST.get("remember"):
            request.session.set_expiry(settings.SESSION_COOKIE_AGE)
        elif request.session.get("_session_expiry") is None:
            request.session.set_expiry(0)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send one email about an account, unless there were too many.

        A failure is logged and not raised: the page would otherwise tell which addresses we
        write to.
        """
        now = timezone.now()
        is_asked_for = is_expected(allauth_context.request, email)
        if not may_send_account_letter(email, is_expected=is_asked_for, at=now):
            return
        message = self.write_mail(template_prefix, email, context)
        try:
            message.send()
        except Exception as error:
            # Its text may hold the address, so only its type is logged.
            logger.error("A message about an account was not sent: %s", type(error).__name__)
        else:
            record_account_letter(email, context.get("user"), at=now)

    def write_mail(
        self, template_prefix: str, email: str, context: dict[str, Any]
    ) -> EmailMultiAlternatives:
        """One email, in the person's own language, with links to BASE_URL only."""
        email_context = {
            name: with_base_url(value) if name.endswith("_url") else value
            for name, value in context.items()
        }
        # Without this, the templates would greet whoever is signed in here.
        email_context.setdefault("user", None)
        email_context |= {
            "request": allauth_context.request,
            "email": email,
            "current_site": SimpleNamespace(
                name=str(settings.SITE_NAME), domain=urlsplit(settings.BASE_URL).netloc
            ),
            "base_url": settings.BASE_URL,
        }
        language = getattr(context.get("user"), "language", None) or translation.get_language()
        zone = zone_of(context["user"]) if context.get("user") else None
        with translation.override(language), timezone.override(zone):
            message = self.render_mail(template_prefix, email, email_context)
            return dress(message)

    def send_notification_mail(
        self,
        template_prefix: str,
        user: User,
        context: dict[str, Any] | None = None,
        email: str | None = None,
    ) -> None:
        email_context = {**(context or {}), "user": user}
        super().send_notification_mail(template_prefix, user, email_context, email)

    def post_login(
        self, request: HttpRequest, user: User, *, redirect_url: str | None, **kwargs: Any
    ) -> HttpResponse:
        """Send whoever has signed in to where they were going, once other apps were told of it."""
        forget_draft(request)
        news: list[str] = getattr(request, "sign_up_news", [])
        if redirect_url and is_site_url(redirect_url):
            now = timezone.now()
            with in_language_of(user):
                answers = arrived.send(User, request=request, user=user, url=redirect_url, at=now)
                news = [*news, *(str(answer) for _receiver, answer in answers if answer)]
            redirect_url = without_wish(redirect_url)
        if news:
            messages.success(request, " ".join(news))
            request.is_greeted = True  # type: ignore[attr-defined]
        with in_language_of(user):
            tell_of_set_aside_forms(request, user, redirect_url or "")
        language_changes = tell_of_language(request, user)
        with in_language_of(user):
            response: HttpResponse = super().post_login(
                request, user, redirect_url=redirect_url, **kwargs
            )
        if language_changes:
            # So that it is said once in this browser, and not at each signing in.
            set_language_cookie(response, user.language)
        return response

    def add_message(
        self,
        request: HttpRequest,
        level: int,
        message_template: str | None = None,
        *args: Any,
        **kwargs: Any,
    ) -> None:
        """Say one thing to whoever has just confirmed an address and so is signed in.

        That the address is confirmed is said with whatever else they are told on the way in.
        """
        if message_template == CONFIRMED and not request.user.is_authenticated:
            words = render_to_string(CONFIRMED, request=request).strip()
            request.sign_up_news = [words]  # type: ignore[attr-defined]
            return
        if message_template == SIGNED_IN and hasattr(request, "is_greeted"):
            return
        super().add_message(request, level, message_template, *args, **kwargs)

    def is_safe_url(self, url: str) -> bool:
        return is_site_url(url)

    def get_reauthentication_methods(self, user: User | AnonymousUser) -> list[dict[str, Any]]:
        """Someone with a second factor confirms with that: a password alone is not enough."""
        methods: list[dict[str, Any]] = super().get_reauthentication_methods(user)
        second_factors = [
            method for method in methods if method["id"].startswith("mfa_reauthenticate")
        ]
        return second_factors or methods

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        # Failures are counted by account alone. allauth adds the host and port that the request
        # names, and whoever varies them would get a new count. It has no public way to say so.
        # A device that is known for the account has a count of its own.
        return password_key(request, credentials.get("email", ""))

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Refuse whoever tries too often, by network and by account, and name what works."""
        address = credentials.get("email", "")
        if address_is_flooding(request, address):
            raise ImmediateHttpResponse(respond_429(request))
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError as error:
            log_refusal(Door.PASSWORD, address)
            raise paused(request, Door.PASSWORD, address) from error

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        log_refusal("password", credentials.get("email", ""))


def tell_of_set_aside_forms(request: HttpRequest, user: User, redirect_url: str) -> None:
    """Tell whoever signs in of what they sent when they were not, or somebody else was.

    The page that they are led to says it itself where it is the one that shows it.
    """
    is_any = SetAsideForm.objects.filter(owner=user).exists()
    remember_in_session(request, is_any=is_any)
    if not is_any or urlsplit(redirect_url).path == reverse("account_set_aside"):
        return
    words = gettext("Something that you typed could not be saved at the time. It is kept for you.")
    link = format_html('<a href="{}">{}</a>', reverse("account_set_aside"), gettext("See it"))
    messages.info(request, format_html("{} {}", words, link), extra_tags=IN_SESSION)


class MFAAdapter(DefaultMFAAdapter):
    """Two-step sign-in, with our messages, and required of staff."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "cannot_delete_authenticator": _(
            "Your work here needs two-step sign-in, so one way stays."
        ),
        "cannot_generate_recovery_codes": _(
            "Set up two-step sign-in first, then make these codes."
        ),
        "incorrect_code": _("That is not the code. Wait for the next one and try once more."),
        "unverified_email": _("Confirm your email address first, then set up two-step sign-in."),
    }

    def _get_site_name(self) -> str:
        return str(settings.SITE_NAME)

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Whether it may be removed: staff need at least one second factor."""
        if not settings.STAFF_NEED_SECOND_FACTOR or not authenticator.user.is_staff:
            return True
        others = Authenticator.objects.filter(user=authenticator.user).exclude(pk=authenticator.pk)
        return others.exclude(type=Authenticator.Type.RECOVERY_CODES).exists()

    def generate_authenticator_name(self, user: User, type: Authenticator.Type) -> str:
        number = Authenticator.objects.filter(user_id=user.pk, type=type).count() + 1
        return gettext("My key") if number == 1 else gettext("Key %(number)d") % {"number": number}


def has_second_factor(user: User) -> bool:
    """Whether a password alone is no longer enough to sign in as this person."""
    factors = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
    return bool(is_mfa_enabled(user, factors))
