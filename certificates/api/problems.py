"""What is said where an answer cannot be given: a sentence in JSON, as RFC 9457 has it."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja.errors import AuthenticationError, HttpError, ValidationError

from certificates.exceptions import SigningFailed
from people.organisations.exceptions import QuotaReached

CONTENT_TYPE = "application/problem+json"
MOST_FAULTS = 10
"""How many faults of what was sent are named."""


def problem(status: int, detail: str, **more: Any) -> HttpResponse:
    """A problem in words, with what a program may need beside them."""
    about = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status}
    return JsonResponse(
        {**about, "detail": detail, **more}, status=status, content_type=CONTENT_TYPE
    )


def no_key(request: HttpRequest, error: AuthenticationError | type) -> HttpResponse:
    response = problem(
        401,
        _(
            "This needs a key that is in use, sent as “Authorization: Bearer pwk_…”. None came, or "
            "it is not known here, or was ended. An owner of your organisation can make another."
        ),
    )
    response["WWW-Authenticate"] = 'Bearer realm="api"'
    return response


def quota_reached(request: HttpRequest, error: QuotaReached | type) -> HttpResponse:
    if not isinstance(error, QuotaReached):  # the stubs of the library allow its class
        raise TypeError(error)
    seconds = max(1, int((error.opens_at - timezone.now()).total_seconds()) + 1)
    opens_at = error.opens_at.isoformat(timespec="seconds")
    response = problem(429, str(error), opens_at=opens_at, quota=error.quota)
    response["Retry-After"] = str(seconds)
    return response


def not_signed(request: HttpRequest, error: SigningFailed | type) -> HttpResponse:
    return problem(503, str(error))


def not_as_described(request: HttpRequest, error: ValidationError | type) -> HttpResponse:
    errors: Sequence[dict[str, Any]] = getattr(error, "errors", [])
    faults = [{"at": _place(each.get("loc", ())), "problem": each["msg"]} for each in errors]
    first = faults[0] if faults else {"at": "body", "problem": ""}
    return problem(
        422,
        _("What was sent is not as the description says, at %(place)s. Nothing was looked up.")
        % {"place": first["at"]},
        faults=faults[:MOST_FAULTS],
    )


def _place(steps: Sequence[Any]) -> str:
    """Where in what was sent, such as body.checks.0.number; the names of parameters are ours."""
    return ".".join(str(step) for step in steps if step != "sent") or "body"


def http_problem(request: HttpRequest, error: HttpError | type) -> HttpResponse:
    return in_words(getattr(error, "status_code", 400))


def in_words(status: int) -> HttpResponse:
    """A problem of which no more is known than its status."""
    words = {
        400: _("What was sent could not be read as JSON in UTF-8. Nothing was looked up."),
        404: _("There is nothing at this address. /api/v1/docs/ lists what there is."),
        405: _("This address takes another method. /api/v1/docs/ lists what there is."),
        413: _("That is too large to send. 500 numbers at once are the most."),
        503: _("The site could not do that just now. Wait a few seconds and ask again."),
    }
    fault = _("Something went wrong on our side. Nothing is known of the numbers by it.")
    other = fault if status >= 500 else _("This could not be answered. Nothing was looked up.")
    return problem(status, words.get(status, other))
