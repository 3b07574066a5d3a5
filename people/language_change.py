"""Signing in may change the language of the pages: whoever it does that to is told, and may undo it.

See docs/decisions/0070-the-language-after-signing-in.md.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from typing import Literal, cast

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import translation
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language_info, get_supported_language_variant, gettext
from django.utils.translation.trans_real import parse_accept_lang_header

from people import preferences
from people.models import User

SameSite = Literal["Lax", "Strict", "None"]


@contextmanager
def in_language_of(user: User) -> Iterator[None]:
    """Say what follows in the language of the account: that of the page it will be read on.

    A language that the site does not have changes nothing.
    """
    known = user.language in dict(settings.LANGUAGES)
    with translation.override(user.language if known else translation.get_language()):
        yield


def tell_of_language(request: HttpRequest, user: User) -> bool:
    """Tell whoever signs in that the pages are in another language now; whether they are.

    It is said in the language that they were reading, with one press to keep it.
    """
    reading = translation.get_language() or settings.LANGUAGE_CODE
    if reading == user.language or user.language not in dict(settings.LANGUAGES):
        return False
    own = get_language_info(user.language)
    words = gettext("The language of your account is %(language)s. The pages are in it now.") % {
        "language": own["name_translated"]
    }
    message = format_html('<span lang="{}">{}</span> {}', reading, words, _way_back(user, reading))
    messages.info(request, message)
    return True


def _way_back(user: User, reading: str) -> SafeString:
    """One press that keeps the language. The staff pages have no form for it, and lead to one."""
    words = gettext("Go on in %(language)s") % {
        "language": get_language_info(reading)["name_local"]
    }
    if user.is_staff:
        address = reverse("wagtailadmin_account")
        return format_html('<a href="{}" lang="{}">{}</a>', address, reading, words)
    return format_html(
        '<button class="link-button" form="choose-language" name="language" value="{0}" lang="{0}">'
        "{1}</button>",
        reading,
        words,
    )


def language_of_browser_to_offer(request: HttpRequest) -> dict[str, str] | None:
    """The language that a browser asks for, with words in it, where the account has another.

    Whoever signed in once has the language of their account in a cookie, so only what the browser
    itself asks for says what they may read better.
    """
    user = request.user
    language = _language_of_browser(request)
    if not isinstance(user, User) or language in {"", user.language}:
        return None
    with translation.override(language):
        own = {"language": get_language_info(user.language)["name_translated"]}
        return {
            "code": language,
            "words": gettext("The language of your account is %(language)s.") % own,
            "press": gettext("Go on in %(language)s")
            % {"language": get_language_info(language)["name_local"]},
        }


def _language_of_browser(request: HttpRequest) -> str:
    """The first language of a browser that the site has; empty where it asks for none of them."""
    for code, _weight in parse_accept_lang_header(request.headers.get("Accept-Language", "")):
        with suppress(LookupError):
            return get_supported_language_variant(code)
    return ""


def choose_language(request: HttpRequest, response: HttpResponse, language: str) -> None:
    """Change the language, in this browser and in the account of whoever is signed in. One that
    the site does not have changes nothing."""
    if language not in dict(settings.LANGUAGES):
        return
    set_language_cookie(response, language)
    if isinstance(request.user, User):
        preferences.set_language(request.user, language)


def set_language_cookie(response: HttpResponse, language: str) -> None:
    """Remember in this browser which language was chosen last."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=timedelta(days=365),
        path=settings.LANGUAGE_COOKIE_PATH,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
        samesite=cast(SameSite, settings.LANGUAGE_COOKIE_SAMESITE),
    )
