"""Whose page is this? One place asks it of everything that a page sends."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.contrib.messages import get_messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.middleware.csrf import CsrfViewMiddleware
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from people.folding import plain_address
from people.http import get_next_url, get_referring_page
from people.models import SetAsideForm, User
from people.page_owners import FIELD, HEADER, SAFE_METHODS, PageOwner, page_owner
from people.set_aside import (
    SENT_AGAIN,
    STILL_HERE,
    find_own,
    forget,
    readable_texts,
    set_aside,
    typed_fields,
)

ENTRANCES = frozenset(
    {
        "account_login",
        "account_signup",
        "account_request_login_code",
        "account_confirm_login_code",
        "mfa_authenticate",
        "mfa_login_webauthn",
    }
)
"""The views that somebody sends a form to in order to come in."""
FOR_ANYBODY = frozenset({"account_logout", "wagtailadmin_logout", "set_language"})
"""The views that change nothing but this browser where nobody is signed in."""


class PageOwnerMiddleware(CsrfViewMiddleware):
    """Lets what a page sends act for the person whom the page was made for, or for nobody.

    Where somebody else is signed in, it says so; where nobody is, it asks to sign in. In both
    cases what was typed is set aside for the one whose page it was, and so are words that were sent
    to what is there no longer, or is closed by now. It stands before Django's own check of tokens,
    and accepts in place of a token what proves as much: a stamp of whoever is signed in, since
    signing in again makes every token stale.
    """

    # The stubs say that Django's own never gives None, which it does.
    def process_view(  # type: ignore[override]
        self, request: HttpRequest, callback: Any, args: Any, kwargs: Any
    ) -> HttpResponse | None:
        if request.method in SAFE_METHODS and HEADER not in request.headers:
            return self._accept_and_check(request, callback, args, kwargs)
        answer = self.refusal(request, callback, kwargs) or came_in_meanwhile(request)
        if answer is None:
            answer = note_sent_again(request, address_of_form(request, callback, kwargs))
        return answer or self._accept_and_check(request, callback, args, kwargs)

    def _accept_and_check(
        self, request: HttpRequest, callback: Any, args: Any, kwargs: Any
    ) -> HttpResponse | None:
        answer: HttpResponse | None = super().process_view(request, callback, args, kwargs)
        return answer

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        response = super().process_response(request, response)
        form: SetAsideForm | None = getattr(request, "sent_again", None)
        if form is not None and was_taken(form, response):
            forget(request, form)
        if was_turned_away(request, response) and self.is_from_here(request):
            return keep_words_turned_away(request, response)
        return response

    def refusal(self, request: HttpRequest, view: Any, kwargs: Any) -> HttpResponse | None:
        """The answer to a page that was made for somebody else than who is signed in now."""
        owner = page_owner(request)
        if owner is None or owner.is_user_of(request) or not self.is_from_here(request):
            return None
        if request.user.is_authenticated:
            return say_somebody_else_is_here(request, owner, address_of_form(request, view, kwargs))
        match = request.resolver_match
        is_for_anybody = match is not None and match.url_name in FOR_ANYBODY | ENTRANCES
        if request.method in SAFE_METHODS or is_for_anybody:
            return None
        return ask_to_sign_in(request, owner, address_of_form(request, view, kwargs))

    def is_from_here(self, request: HttpRequest) -> bool:
        return "Origin" not in request.headers or bool(
            self._origin_verified(request)  # type: ignore[attr-defined]
        )

    def _check_token(self, request: HttpRequest) -> None:
        """Accept a page of ours by its stamp, or by where a visitor's form was sent from.

        A browser says truly which site a form was sent from, and by now that was found to be
        this one.
        """
        owner = page_owner(request)
        if owner and owner.is_recent and owner.is_user_of(request):
            return
        has_cookie = settings.CSRF_COOKIE_NAME in request.COOKIES
        if has_cookie and "Origin" in request.headers and not request.user.is_authenticated:
            return
        super()._check_token(request)  # type: ignore[misc]


def address_of_form(request: HttpRequest, view: Any, kwargs: Any) -> str:
    """Where a page sends what this request holds. A view for scripts names the page's own."""
    name = getattr(view, "form_address", None)
    return reverse(name, kwargs=kwargs) if name else request.get_full_path()


def is_from_script(request: HttpRequest) -> bool:
    """Whether a script asked, and will read the answer."""
    return HEADER in request.headers or "application/json" in request.headers.get("Accept", "")


def say_somebody_else_is_here(request: HttpRequest, owner: PageOwner, address: str) -> HttpResponse:
    """Say that another person is signed in, with the words of the one before set aside for them."""
    form = _set_aside(request, owner, address)
    if is_from_script(request):
        message = _("Somebody else is using this browser now, so this page saves nothing for you.")
        if form is not None:
            kept = _("What you typed is kept for you alone: it is there when you sign in again.")
            message = f"{message} {kept}"
        return _json("other_person", message, form, 409)
    response = render(
        request, "people/somebody_else.html", {"has_words": form is not None}, status=409
    )
    response["Cache-Control"] = "no-store"
    return response


def ask_to_sign_in(request: HttpRequest, owner: PageOwner, address: str) -> HttpResponse:
    """Ask to sign in, with what was typed set aside for the one whose page it was."""
    form = _set_aside(request, owner, address)
    if is_from_script(request):
        next_url = get_referring_page(request)
        message = _("You are signed out. Sign in again to go on.")
        if form is not None:
            message = _("You are signed out. What you typed is kept for you: sign in again.")
        sign_in_url = redirect_to_login(next_url).url
        return _json("signed_out", message, form, 401, sign_in_url=sign_in_url)
    if form is None:
        words = _(
            "You had been signed out, so that is not done yet. Sign in, and press it once more."
        )
        messages.info(request, words)
        return redirect_to_login(get_referring_page(request))
    messages.info(
        request, _("You had been signed out. What you sent is kept: sign in, and it is here.")
    )
    return redirect_to_login(reverse("account_set_aside"))


def _set_aside(
    request: HttpRequest, owner: PageOwner, address: str, *, was_turned_away: bool = False
) -> SetAsideForm | None:
    if request.method != "POST" or FIELD not in request.POST:
        return None
    # A preview or a check of what is typed is no form that somebody sent.
    page = urlsplit(get_referring_page(request)).path
    if HEADER in request.headers and page != request.path:
        return None
    return set_aside(
        request, owner, address=address, at=timezone.now(), was_turned_away=was_turned_away
    )


def _json(state: str, message: str, form: object | None, status: int, **more: str) -> JsonResponse:
    # By these names Wagtail's editor is told why it could not save, and says so beside its button.
    editors = {"success": False, "error_code": "locked", "error_message": message}
    answer = {"state": state, "message": message, "set_aside": str(form or ""), **editors, **more}
    response = JsonResponse(answer, status=status)
    response["Cache-Control"] = "no-store"
    response["X-Page-Owner"] = state
    return response


# Words that were sent to what is gone, or closed by now --------------------------------------


def was_turned_away(request: HttpRequest, response: HttpResponseBase) -> bool:
    """Whether an answer says that a thing is not there, or that this person may not do it.

    Wagtail says the second in a message, and leads to its first page.
    """
    if response.status_code in {403, 404}:
        return True
    is_led_away = response.headers.get("Location") == "/admin/"
    return is_led_away and any(each.level == messages.ERROR for each in get_messages(request))


def keep_words_turned_away(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    """Show somebody the words that they sent to what was deleted or closed to them while its page
    was open, kept for them. The answer as it was, where they sent no words."""
    owner = page_owner(request) if request.method == "POST" else None
    if owner is None or not owner.is_user_of(request) or not readable_texts(typed_fields(request)):
        return response
    form = turned_away_again(request) or set_aside_turned_away(request, owner)
    if is_from_script(request):
        message = _("This is not here any more, or is closed to you now.")
        if form is not None:
            sentence = _("What you typed is kept for you.")
            message = f"{message} {sentence}"
        return _json("turned_away", message, form, response.status_code)
    return redirect("account_set_aside") if form else response


def set_aside_turned_away(request: HttpRequest, owner: PageOwner) -> SetAsideForm | None:
    """A page from an earlier session, whose token is stale, was not turned away: it is only late."""
    match = request.resolver_match
    address = address_of_form(request, match and match.func, match and match.kwargs)
    return _set_aside(request, owner, address, was_turned_away=owner.is_recent)


def turned_away_again(request: HttpRequest) -> SetAsideForm | None:
    """The form that was set aside already and is sent again by this request, if any."""
    form: SetAsideForm | None = getattr(request, "sent_again", None)
    if form is not None:
        form.was_turned_away = True
        form.save(update_fields=["was_turned_away"])
    return form


# A sign-in page that was open while somebody signed in ---------------------------------------


def came_in_meanwhile(request: HttpRequest) -> HttpResponse | None:
    """Lead on whoever sends a form to come in and is in already; say so where it is another."""
    match = request.resolver_match
    if request.method != "POST" or match is None or match.url_name not in ENTRANCES:
        return None
    if not isinstance(request.user, User) or not request.user.is_authenticated:
        return None
    email = plain_address(request.POST.get("login", request.POST.get("email", "")))
    next_url = get_next_url(request, settings.LOGIN_REDIRECT_URL)
    if email == request.user.email:
        return redirect(next_url)
    context = {"next_url": next_url, "is_somebody_else": bool(email), "is_entrance": True}
    response = render(request, "people/somebody_else.html", context, status=409)
    response["Cache-Control"] = "no-store"
    return response


# A form that its writer sends again -----------------------------------------------------------


def note_sent_again(request: HttpRequest, address: str) -> HttpResponse | None:
    """Note which form was set aside that this request sends again, to forget it once taken."""
    if request.method != "POST" or not isinstance(request.user, User):
        return None
    key = request.POST.get(SENT_AGAIN, "")
    if not key and STILL_HERE not in request.POST:
        return None
    form = find_own(request.user, key or request.POST[STILL_HERE])
    if key and form is None:
        messages.info(request, _("That was sent already."))
        return redirect("account_set_aside")
    if form is not None and form.address != address:
        return None  # another form of the page on which it was shown again
    request.sent_again = form  # type: ignore[attr-defined]
    return None


def was_taken(form: SetAsideForm, response: HttpResponseBase) -> bool:
    """Whether a view did what was asked.

    A form that is shown again, with its mistakes, waits on: our own views answer 422 or 409 then,
    and Wagtail's 200. On that page each form names it, so that it is forgotten once it is taken.
    """
    is_page = response.headers.get("Content-Type", "").startswith("text/html")
    if is_page and response.status_code == 200 and form.address.startswith("/admin/"):
        return False
    where = response.headers.get("Location", "")
    # Somebody has to sign in anew or may not do this: then it waits on.
    is_led_away = where == "/admin/" or where.startswith("/accounts/")
    return response.status_code < 400 and not (
        is_led_away and not form.address.startswith("/accounts/")
    )
