"""The operations of the API. Each asks what the check pages ask, and nothing more."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import NinjaAPI, Path, Query
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.security import HttpBearer

from certificates.api import problems
from certificates.api.schemas import AskedNumbers, ManyAnswers, OneAnswer, Problem
from certificates.check_counts import count_checks_of
from certificates.exceptions import SigningFailed
from certificates.many import (
    LONGEST_NAME,
    CheckedNumber,
    ListedNumber,
    NoAnswer,
    check_many,
    checked_codes,
)
from certificates.numbers import likely_within
from certificates.receipts import sign_receipt
from certificates.verifying import LONGEST_TYPED, extract_number
from certificates.views.verify import own_hosts
from people.models import Organisation
from people.organisations.exceptions import QuotaReached
from people.organisations.keys import count_checks, find_key, note_use


class KeyOfOrganisation(HttpBearer):
    """Lets in whoever shows a key that is in use."""

    openapi_bearerFormat = "pwk_…"  # noqa: N815  the name is the library's

    def authenticate(self, request: HttpRequest, token: str) -> Organisation | None:
        key = find_key(token)
        if key is None:
            return None
        note_use(key, at=timezone.now())
        return key.organisation


PROBLEMS = {401: Problem, 422: Problem, 429: Problem, 503: Problem}

api = NinjaAPI(
    title="Peerwork: checking certificates",
    version="1",
    description=(
        "What the check pages tell anybody who has a number, for programs. An owner of an "
        "organisation makes the key; each number that is asked for counts against its quota of "
        "the day. Words are in English or Spanish, by Accept-Language. What is answered holds "
        "for the moment of `checked_at`. It proves what the register says of a number, and not "
        "that somebody is the person whose name it is."
    ),
    urls_namespace="api",
    docs_url=None,
    servers=[{"url": settings.BASE_URL}],
    auth=KeyOfOrganisation(),
)
api.add_exception_handler(AuthenticationError, problems.no_key)
api.add_exception_handler(HttpError, problems.http_problem)
api.add_exception_handler(ValidationError, problems.not_as_described)
api.add_exception_handler(QuotaReached, problems.quota_reached)
api.add_exception_handler(SigningFailed, problems.not_signed)


@api.get(
    "/certificates/{number}",
    response={200: OneAnswer, 404: Problem, **PROBLEMS},
    operation_id="check_one",
    url_name="certificate",
    summary="Check one number",
)
def certificate(
    request: HttpRequest,
    number: Annotated[str, Path(max_length=LONGEST_TYPED, description="As it is printed.")],
    name: Annotated[
        str, Query(max_length=LONGEST_NAME, description="The name you were given.")
    ] = "",
    receipt: Annotated[
        bool, Query(description="Whether the answer is to come as a signed receipt, too.")
    ] = False,
) -> Any:
    """The record of a number. 404 where there is none; its `standing` then says why."""
    at = timezone.now()
    [checked] = _checked(request, [ListedNumber(1, number, name)], at=at)
    signed = sign_receipt([checked], at=at) if receipt else None
    if checked.credential is None:
        return _none(checked, signed, at=at)
    return {"checked_at": at, "check": _answer(checked, at=at), "receipt": signed}


@api.post(
    "/checks",
    response={200: ManyAnswers, 400: Problem, **PROBLEMS},
    operation_id="check_many",
    url_name="checks",
    summary="Check up to 500 numbers",
)
def checks(request: HttpRequest, sent: AskedNumbers) -> Any:
    """An answer for each number, in the order of what was sent. All count, or none is answered."""
    at = timezone.now()
    listed = [
        ListedNumber(position, each.number, " ".join(each.name.split()))
        for position, each in enumerate(sent.checks, 1)
    ]
    answers = _checked(request, listed, at=at)
    return {
        "checked_at": at,
        "checks": [_answer(each, at=at) for each in answers],
        "receipt": sign_receipt(answers, at=at) if sent.receipt else None,
    }


def _checked(
    request: HttpRequest, listed: Sequence[ListedNumber], *, at: datetime
) -> list[CheckedNumber]:
    """The answers, counted first. The quota of a day is the limit on guesses, too.

    Raises QuotaReached.
    """
    organisation: Organisation = request.auth  # type: ignore[attr-defined]  # Ninja puts it there
    count_checks(organisation, len(listed), at=at)
    answers, _misses = check_many(
        listed,
        asker=str(organisation.pk),
        own_hosts=own_hosts(request),
        most_misses=len(listed),
        at=at,
    )
    count_checks_of(checked_codes(answers), at=at)
    return answers


def _answer(checked: CheckedNumber, *, at: datetime) -> dict[str, Any]:
    facts = checked.to_json(checked_at=at)
    position = facts.pop("line")
    words = str(checked.name_match.label) if checked.name_match else None
    return {
        "position": position,
        **facts,
        "standing_in_words": checked.label,
        "name_match_in_words": words,
        "check_url": _check_url(checked),
    }


def _check_url(checked: CheckedNumber) -> str | None:
    """Where a person checks the same; none for what cannot be a number."""
    if not checked.number:
        return None
    return settings.BASE_URL + reverse("certificates:verify_number", args=[checked.number])


def _none(checked: CheckedNumber, receipt: str | None, *, at: datetime) -> HttpResponse:
    """Why there is no record to a number."""
    words = {
        NoAnswer.NOT_FOUND: _("No certificate has this number."),
        NoAnswer.MISTYPED: _(
            "This cannot be a number of ours: its last symbol checks the others. Nothing was "
            "looked up."
        ),
        NoAnswer.OTHER_SITE: _("This link leads to another site. Nothing was looked up."),
    }
    is_mistyped = checked.outcome == NoAnswer.MISTYPED
    typed = extract_number(checked.entry.typed) if is_mistyped else ""
    return problems.problem(
        404,
        words[NoAnswer(checked.outcome)],
        standing=checked.outcome,
        number=checked.number or None,
        did_you_mean=list(likely_within(typed)) if typed else [],
        check_url=_check_url(checked),
        checked_at=at.isoformat(timespec="seconds"),
        receipt=receipt,
    )
