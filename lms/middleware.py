"""What every request passes through, before anything else reads it."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from csp.middleware import CSPMiddleware, PolicyParts
from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import TooManyFieldsSent
from django.core.paginator import InvalidPage
from django.db import DataError
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseRedirect,
    QueryDict,
    UnreadablePostError,
)
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from wagtail.admin.views.mixins import SpreadsheetExportMixin

from lms.views import errors
from people.middleware import STAFF_PREFIX

logger = logging.getLogger(__name__)

GetResponse = Callable[[HttpRequest], HttpResponse]

PREVIEWS = {"preview_on_add", "preview_on_edit", "wagtailadmin_block_preview"}
UPLOADS = (STAFF_PREFIX,)
FILMS = ("/admin/media/",)
NUMBERS = (
    ("/chosen-multiple/", "id", True),
    ("/admin/media/chooser/", "collection_id", True),
    ("/admin/workflows/edit/", "p", False),
)
"""Parts of addresses of staff whose views read a value as a number without looking at it first,
the name of the value, and whether it may be empty. Nothing of ours has another kind of key there."""
CHECKED_FILES = "/verify/files/"
FILES = "multipart/form-data"
LONGEST_LENGTH = 18


NOT_TO_BE_HELD = (DataError, OverflowError, UnicodeEncodeError, UnreadablePostError)


class InputGuardMiddleware:
    """Refuses what no page of ours can mean, before anything tries to read it.

    A body over the limit is 413; a NUL, or a form in another charset than UTF-8, is 400.
    Broken Unicode is replaced. A database that stays busy is 503, with when to come back.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        refusal = self.refusal(request)
        if refusal is not None:
            return refusal
        return self.get_response(request)

    def refusal(self, request: HttpRequest) -> HttpResponse | None:
        limit = body_limit(request)
        length = request.META.get("CONTENT_LENGTH") or "0"
        if not length.isascii() or not length.isdigit():
            return errors.bad_request(request)
        if len(length) > LONGEST_LENGTH or int(length) > limit:
            return errors.too_large(request)
        if request.META.get("HTTP_TRANSFER_ENCODING"):
            return errors.bad_request(request)
        charset = (request.content_params or {}).get("charset", "utf-8").strip("\"'").lower()
        if charset not in {"utf-8", "utf8", "us-ascii"}:
            return errors.bad_request(request)
        request.encoding = "utf-8"  # by whichever of its names it was called
        if "\0" in request.path or "%00" in request.META.get("QUERY_STRING", ""):
            return errors.bad_request(request)
        # A quoted cookie may spell a NUL as \000.
        if any("\0" in value for value in request.COOKIES.values()):
            return errors.bad_request(request)
        try:
            # Read here once; Django keeps it for the view.
            is_form = request.content_type == "application/x-www-form-urlencoded"
            if int(length) and is_form and has_nul(request.POST):
                return errors.bad_request(request)
        except (TooManyFieldsSent, UnreadablePostError):
            # Of the second nobody will see this: whoever sent it has hung up.
            return errors.bad_request(request)
        request.GET = without_surrogates(request.GET)  # type: ignore[assignment]
        if has_no_number(request):
            return errors.bad_request(request)
        return None

    def process_view(
        self, request: HttpRequest, view: Any, args: Any, kwargs: Any
    ) -> HttpResponse | None:
        if request.content_type == FILES:
            refusal = self.refusal_of_film(request)
            if refusal is not None:
                return refusal
            try:
                names = [getattr(file, "name", "") or "" for file in request.FILES.values()]
                if has_nul(request.POST) or any("\0" in name for name in names):
                    return errors.bad_request(request)
            except (TooManyFieldsSent, UnreadablePostError):
                return errors.bad_request(request)
        if any(isinstance(value, str) and "\0" in value for value in kwargs.values()):
            return errors.bad_request(request)
        return None

    def refusal_of_film(self, request: HttpRequest) -> HttpResponse | None:
        """Nothing of a body as large as a film is read before its sender is known to be staff."""
        if int(request.META.get("CONTENT_LENGTH") or 0) <= settings.UPLOAD_BODY_LIMIT:
            return None
        if not request.user.is_authenticated:
            return redirect_to_login(request.path)
        if not getattr(request.user, "is_staff", False):
            return errors.permission_denied(request)
        return None

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """What a view could not foresee, where the fault is the moment's or the sender's."""
        if errors.is_busy(exception):
            logger.warning("The database stayed busy, so someone was asked to come back.")
            return errors.unavailable(request)
        if errors.is_storage_away(exception):
            logger.error("Files could not be read or written, so someone was asked to come back.")
            return errors.unavailable(request)
        # A list has no such page: Wagtail lets that through here and there.
        if isinstance(exception, InvalidPage):
            return errors.page_not_found(request)
        # Something no column and no calendar can hold, such as a NUL inside JSON, or 2**63: SQLite
        # says the one as PostgreSQL does, and the other in Python's words.
        if isinstance(exception, NOT_TO_BE_HELD):
            return errors.bad_request(request)
        return None


def has_no_number(request: HttpRequest) -> bool:
    """Whether an address of staff has something else where its view reads a number."""
    return request.path.startswith(STAFF_PREFIX) and any(
        not is_number(value) and not (may_be_empty and not value)
        for part, name, may_be_empty in NUMBERS
        if part in request.path
        for value in request.GET.getlist(name)
    )


def is_number(value: str) -> bool:
    """Whether a value is a whole number that Python reads at once."""
    return value.isascii() and value.isdigit() and len(value) <= LONGEST_LENGTH


def body_limit(request: HttpRequest) -> int:
    """How many bytes may be sent to an address: a form, what staff send, a film, or
    the certificates that a stranger checks."""
    if request.path.startswith(FILMS) and request.content_type == FILES:
        return int(settings.FILM_BODY_LIMIT)
    if request.path == CHECKED_FILES and request.content_type == FILES:
        return int(settings.CHECKED_FILES_LIMIT)
    if request.path.startswith(UPLOADS):
        return int(settings.UPLOAD_BODY_LIMIT)
    return int(settings.REQUEST_BODY_LIMIT)


COMPRESSED = ("text/", "application/json")
"""How the type of an answer begins that is worth compressing."""


class CompressedPagesMiddleware(GZipMiddleware):
    """Sends pages compressed to whoever takes them so, each with a random length of its own.

    Without that, somebody who makes a reader send guesses could tell from the length of the
    answers whether a guess is on the page. What is streamed, or a part of a file, is left as it
    is: compressed, its bytes could not be asked for by number.
    """

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        content_type = response.get("Content-Type", "")
        if response.streaming or not content_type.startswith(COMPRESSED):
            return response
        compressed: HttpResponseBase = super().process_response(request, response)
        return compressed


class NotAllowedMiddleware:
    """Says in a page of ours that an address has nothing to show, or takes nothing of the kind.

    Such an answer has a status and no words, and a browser would show an empty page.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        is_empty = response.status_code == 405 and not response.streaming and not response.content
        if is_empty and request.accepts("text/html"):
            page = errors.not_allowed(request)
            response.content = page.content
            for header in ("Content-Type", "Cache-Control"):
                response[header] = page[header]
        return response


def has_nul(form: QueryDict) -> bool:
    """Whether a form holds a NUL, which no column of ours can store, in a name or a value."""
    return any("\0" in text for name, values in form.lists() for text in (name, *values))


def without_surrogates(query: QueryDict) -> QueryDict:
    """The same fields, with half characters that no database can keep replaced."""
    if not any(has_surrogate(value) for _, values in query.lists() for value in values):
        return query
    cleaned = query.copy()
    for name, values in cleaned.lists():
        cleaned.setlist(name, [value.encode("utf-8", "replace").decode() for value in values])
    return cleaned


def has_surrogate(text: str) -> bool:
    return any("\ud800" <= character <= "\udfff" for character in text)


class SecurityHeadersMiddleware(CSPMiddleware):
    """The content security policy: strict on the site, and looser only where Wagtail's staff
    pages need it. A preview may be framed by the staff pages; nothing else may be framed."""

    staff_directives = {
        **settings.CONTENT_SECURITY_POLICY["DIRECTIVES"],
        # Date and page choosers, inline panels and the rich text editor write script and style
        # elements. Nothing needs a handler or a style in an attribute, or eval.
        "script-src-elem": ["'self'", "'unsafe-inline'"],
        "style-src-elem": ["'self'", "'unsafe-inline'"],
        "img-src": ["'self'", "data:", "blob:"],
        "frame-src": ["'self'"],
    }

    def get_policy_parts(self, *args: Any, **kwargs: Any) -> PolicyParts:
        parts = super().get_policy_parts(*args, **kwargs)
        request = kwargs.get("request", args[0] if args else None)
        if request is None:
            return parts
        if request.path.startswith(STAFF_PREFIX):
            parts.config = dict(self.staff_directives)
        if is_preview(request):
            parts.replace = {**(parts.replace or {}), "frame-ancestors": ["'self'"]}
        return parts

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        if is_preview(request):
            response["X-Frame-Options"] = "SAMEORIGIN"
        response.setdefault(
            "Permissions-Policy", "camera=(), geolocation=(), microphone=(), interest-cohort=()"
        )
        return super().process_response(request, response)


def is_preview(request: HttpRequest) -> bool:
    """Whether this is what an editor's preview frame shows.

    Wagtail asks for the previewed page by a request of its own, which goes through the
    middleware once more under the page's address: that answer is the one that is framed.
    """
    if getattr(request, "is_dummy", False):
        return True
    match = request.resolver_match
    return (
        request.path.startswith(STAFF_PREFIX) and match is not None and match.url_name in PREVIEWS
    )


class NoHollowFilesMiddleware:
    """Leads from a file that would be empty to the list itself.

    Each list of Wagtail's answers to `?export=csv`, also where it does not say what to export:
    then the file has a row for each thing and nothing in it.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, args: Any, kwargs: Any
    ) -> HttpResponse | None:
        if request.GET.get("export") not in SpreadsheetExportMixin.FORMATS:
            return None
        if not is_list_without_file(view):
            return None
        query = request.GET.copy()
        del query["export"]
        return HttpResponseRedirect(f"{request.path}?{query.urlencode()}")


def is_list_without_file(view: Any) -> bool:
    """Whether a view is a list of Wagtail's that says nothing of what to export."""
    view_class = getattr(view, "view_class", None)
    if view_class is None or not issubclass(view_class, SpreadsheetExportMixin):
        return False
    return not getattr(view, "view_initkwargs", {}).get("list_export", view_class.list_export)
