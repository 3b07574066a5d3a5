"""Our own error pages. None reads the request's body, its session or the database, so a page
that says what went wrong can be shown whatever went wrong."""

from __future__ import annotations

import errno
import sys
from typing import Any

from django.db import InternalError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django_guid import get_guid


def error_page(
    status: int,
    title: str,
    message: str,
    *,
    what_to_do: str = "",
    retry_after: int | None = None,
    offer_search: bool = False,
    send_again: dict[str, Any] | None = None,
) -> HttpResponse:
    """A whole page that says what happened and what to do."""
    html = render_to_string(
        "error.html",
        {
            "status": status,
            "title": title,
            "message": message,
            "what_to_do": what_to_do,
            "offer_search": offer_search,
            "send_again": send_again,
            "request_id": get_guid(),
        },
    )
    response = HttpResponse(html, status=status)
    response["Cache-Control"] = "no-store"
    if retry_after is not None:
        response["Retry-After"] = str(retry_after)
    return response


def bad_request(request: HttpRequest | None, exception: Any = None) -> HttpResponse:
    return error_page(
        400,
        _("We could not read that"),
        _("Something in the address or in the form could not be read, so nothing was changed."),
        what_to_do=_("Go back, check what you typed, and try again."),
    )


def permission_denied(request: HttpRequest, exception: Any = None) -> HttpResponse:
    return error_page(
        403,
        _("This page is not open to you"),
        _("Your account is not one that may open this page."),
        what_to_do=_("If you think it should be, ask the organisation that runs this site."),
    )


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return error_page(
        403,
        _("Please send that once more"),
        _(
            "The page had been open for a long time or cookies are turned off, so we did not act on it."
        ),
        what_to_do=_("Go back, reload the page, and send the form again. Cookies must be allowed."),
    )


def page_not_found(request: HttpRequest, exception: Any = None) -> HttpResponse:
    return error_page(
        404,
        _("There is no page here"),
        _("The address may be mistyped, or the page has moved."),
        what_to_do=_("Start again from the front page, or look for it by its name."),
        offer_search=True,
    )


def not_allowed(request: HttpRequest, exception: Any = None) -> HttpResponse:
    return error_page(
        405,
        _("There is nothing to see at this address"),
        _("It only takes what one of our forms or buttons sends, so nothing was done."),
        what_to_do=_("Go back to the page you came from, or start again from here."),
    )


def too_large(request: HttpRequest, exception: Any = None) -> HttpResponse:
    return error_page(
        413,
        _("That is too large to send"),
        _("What you sent is larger than this page takes, so nothing was saved."),
        what_to_do=_("Go back, make it shorter or smaller, and send it again."),
    )


WHERE_CODES_ARE_SENT = {"account_signup", "account_email_verification_sent"}


def too_many_requests(request: HttpRequest, exception: Any = None) -> HttpResponse:
    match = request.resolver_match
    if match is not None and match.url_name in WHERE_CODES_ARE_SENT:
        return error_page(
            429,
            _("We have written to you"),
            _(
                "Several messages went to this address just now, so no further one is sent for "
                "a moment. What you typed before is not lost."
            ),
            what_to_do=_(
                "Look at the newest message, also among what is taken for spam, and do what it "
                "says. If none came, wait a minute and try again."
            ),
            retry_after=60,
        )
    return error_page(
        429,
        _("A short pause"),
        _("This was tried many times in a short while, so we are waiting a little."),
        what_to_do=_("Wait a minute and try again. Nothing you did before is lost."),
        retry_after=60,
    )


def server_error(request: HttpRequest | None, exception: Any = None) -> HttpResponse:
    # Django calls this while it is handling the fault. A busy database outside any view, such
    # as when the session is kept, is no fault of ours.
    if is_busy(sys.exception()) or is_storage_away(sys.exception()):
        return unavailable(request)
    return error_page(
        500,
        _("Something went wrong on our side"),
        _("It was not anything you did. What you saved before is safe."),
        what_to_do=_("Go back and try again in a moment."),
    )


def unavailable(request: HttpRequest | None, exception: Any = None) -> HttpResponse:
    """Nothing was lost: what was sent with a form stands in the page, to be sent once more."""
    fields = fields_to_send_again(request)
    return error_page(
        503,
        _("Busy for a moment"),
        _("The site could not do that just now. Nothing was lost: what you saved before is safe."),
        what_to_do=(
            _("What you typed is kept in this page. Wait a few seconds and send it again.")
            if fields
            else _("Wait a few seconds and try again.")
        ),
        retry_after=5,
        send_again={"address": request.get_full_path(), "fields": fields}
        if request is not None and fields
        else None,
    )


SECRETS = ("password", "code")
"""In the names of fields that are never written into a page."""


def fields_to_send_again(request: HttpRequest | None) -> list[tuple[str, str]]:
    """What a form sent, where it was read already, and holds no secret and no file."""
    # Only what was read: reading it now might fail once more.
    posted = getattr(request, "_post", None)
    if request is None or request.method != "POST" or posted is None:
        return []
    if getattr(request, "_files", None) or not request.accepts("text/html"):
        return []
    fields = [(name, value) for name, values in posted.lists() for value in values]
    return [] if any(word in name for name, _ in fields for word in SECRETS) else fields


STORAGE_AWAY = frozenset(
    {
        errno.EIO,
        errno.ENOSPC,
        errno.EDQUOT,
        errno.EROFS,
        errno.ESTALE,
        errno.ETIMEDOUT,
        errno.EACCES,
        errno.EPERM,
        errno.ENOTCONN,
        errno.EHOSTDOWN,
        errno.EHOSTUNREACH,
        errno.ECONNREFUSED,
        errno.ECONNRESET,
    }
)
"""What a disk or a share says that is full, read-only, silent or gone. A file that is missing says
another thing, which no waiting mends."""


def is_storage_away(exception: BaseException | None) -> bool:
    """Whether the place where files are kept could not be read or written now."""
    return isinstance(exception, OSError) and exception.errno in STORAGE_AWAY


NO_ROOM = ("locked", "busy", "readonly", "disk is full", "disk I/O", "unable to open")


def is_busy(exception: BaseException | None) -> bool:
    """Whether the database could not take this now, and may in a moment: it is locked, full,
    read-only or away.

    SQLite uses the same error for a table that is missing, which no waiting mends.
    """
    if isinstance(exception, InternalError):
        return type(exception.__cause__).__name__ == "ReadOnlySqlTransaction"
    if not isinstance(exception, OperationalError):
        return False
    words = str(exception)
    return "sqlite3" not in type(exception.__cause__).__module__ or any(
        reason in words for reason in NO_ROOM
    )
