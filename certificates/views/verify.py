"""The public check of a certificate: as a page, and as JSON for programs. No account, no cookie."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime
from functools import wraps
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from certificates.check_counts import count_checks_of
from certificates.covered import CoveredGroup
from certificates.dates import in_words
from certificates.guessing import NameGuesses, address_of, count_miss, may_look_up
from certificates.many import LONGEST_NAME, NameMatch, compare_name
from certificates.numbers import (
    LENGTH,
    Mistyped,
    foreign_signs,
    likely_within,
    numbers_within,
    wrong_length,
)
from certificates.standing import Standing
from certificates.studied import names_beside
from certificates.verifying import (
    OtherSite,
    PublicCredential,
    extract_number,
    look_up,
    public_facts,
    refuse_other_sites,
    tidy_number,
    unwrapped,
)
from courses.editions import cached, edition_for, note_edition

View = Callable[..., HttpResponse]


def public_but_unlisted(view: View) -> View:
    """For anyone to read; for no search engine, no cache and no other site to learn of."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
        response["Cache-Control"] = "no-store"
        patch_vary_headers(response, ["Accept"])
        return response

    return answer


@require_safe
@public_but_unlisted
def verify(request: HttpRequest) -> HttpResponse:
    """The form: a number, or a pasted link. Sent, it leads to the answer's own address."""
    typed = request.GET.get("number", "").strip()
    if not typed:
        is_sent = "number" in request.GET
        problem = _("Type the number first, or paste the link that leads here.") if is_sent else ""
        own_host = urlsplit(settings.BASE_URL).netloc
        context = {"own_host": own_host, "problem": problem, "is_refused": is_sent}
        return render(request, "certificates/verify.html", context, status=422 if is_sent else 200)
    try:
        typed = unwrapped(typed, own_hosts(request))
        refuse_other_sites(typed, own_hosts(request))
        return redirect("certificates:verify_number", tidy_number(typed))
    except OtherSite as other:
        return other_site(request, other.host, at=timezone.now())
    except Mistyped:
        return mistyped(request, typed, at=timezone.now())


# A name that is sent changes nothing, so no other site gains by sending one here; and a visitor has
# no cookie to check a token by. It is sent in a body, so that it stands in no address and no log.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@public_but_unlisted
def verify_number(request: HttpRequest, number: str) -> HttpResponse:
    """The answer for one number; with a name that was typed, also whether that fits."""
    at = timezone.now()
    try:
        tidy = tidy_number(number)
    except Mistyped:
        return mistyped(request, number, at=at)
    if not may_look_up(request, at=at):
        return too_many_misses(request, tidy, at=at)
    credential = look_up(number)
    if credential is None:
        count_miss(request, at=at)
        return not_found(request, tidy, at=at)
    if number != credential.number:
        return redirect("certificates:verify_number", credential.number)
    note_edition(request, credential.edition)
    count_checks_of([credential.code], at=at)
    typed = " ".join(request.POST.get("name", "").split())[:LONGEST_NAME]
    match = match_typed(request, typed, credential, at=at) if typed else None
    return found(request, credential, at=at, typed=typed, match=match)


@require_safe
@public_but_unlisted
def short(request: HttpRequest, number: str) -> HttpResponse:
    """The short way that the printed code takes, in any case."""
    with suppress(Mistyped):  # The page it leads to says so.
        number = tidy_number(number)
    return redirect("certificates:verify_number", number)


# What is answered --------------------------------------------------------------------------


def match_typed(
    request: HttpRequest, typed: str, credential: PublicCredential, *, at: datetime
) -> NameMatch:
    """How a name that was typed stands to the printed one. A wrong one that is not shown is a miss."""
    guesses = NameGuesses(address_of(request), [credential.code], at=at)
    match = compare_name(typed, credential, guesses)
    guesses.save()
    if credential.asks_for_name and match == NameMatch.DIFFERS:
        count_miss(request, at=at)
    return match


def found(
    request: HttpRequest,
    credential: PublicCredential,
    *,
    at: datetime,
    typed: str = "",
    match: NameMatch | None = None,
    shared_until: str = "",
) -> HttpResponse:
    """The page of a certificate. `shared_until` is the last day of the link that leads to it."""
    standing = credential.standing_at(at)
    facts = public_facts(credential, checked_at=at)
    if wants_json(request):
        return JsonResponse(facts | ({"name_match": str(match.value)} if match else {}))
    issued_on, expires_on = credential.issued_on, credential.expires_on
    since = credential.since(standing)
    return render(
        request,
        "certificates/verify_found.html",
        {
            "facts": facts,
            "Standing": Standing,
            "standing": standing,
            "since": in_words(since) if since else "",
            "own_host": urlsplit(settings.BASE_URL).netloc,
            "mark": credential.mark,
            "issued_on": in_words(issued_on) if issued_on else "",
            "last_day": in_words(credential.last_day) if credential.last_day else "",
            "hidden": credential.shows_standing_only,
            "asks_for_name": credential.asks_for_name,
            "typed": typed,
            "match": match,
            "shared_until": shared_until,
            "expires_on": in_words(expires_on) if expires_on else "",
            "hours": credential.hours,
            "covered": covered_list(request, credential),
            "description": credential.description,
            "language": credential.language,
            "limits": credential.limits,
            "counts_now": credential.counts_now,
            "checked_at": at,
            "checked": moment_in_words(at, ZoneInfo(credential.issuer_time_zone)),
        },
    )


def covered_list(request: HttpRequest, credential: PublicCredential) -> SafeString:
    """What the course covers, rendered: the same for everyone whose papers met the same of it."""
    groups, language = credential.covered, credential.language
    if not groups:
        return SafeString("")
    return cached(
        edition_for(request),
        ("covered_list", get_language(), language, groups),
        lambda: render_to_string("certificates/_covered.html", _covered_context(groups, language)),
    )


def _covered_context(groups: list[CoveredGroup], language: str) -> dict[str, Any]:
    """What the list shows: the printed names, and beside each what it is in the reader's language."""
    printed = [name for group in groups for name in (group.name, *group.competencies)]
    names = names_beside(printed, printed_in=language, language=get_language() or language)
    covered = [
        {
            "name": group.name,
            "beside": names.get(group.name, ""),
            "assessed": len(group.assessed),
            "competencies": [
                {
                    "name": name,
                    "beside": names.get(name, ""),
                    "is_assessed": name in group.assessed,
                }
                for name in group.competencies
            ],
        }
        for group in groups
    ]
    any_assessed = any(group.assessed for group in groups)
    return {"covered": covered, "language": language, "any_assessed": any_assessed}


def not_found(request: HttpRequest, number: str, *, at: datetime) -> HttpResponse:
    return no_answer(
        request,
        number,
        "not_found",
        _("No certificate has this number."),
        at=at,
        status=404,
    )


SLIPS = {
    "": gettext_lazy("This cannot be a certificate number. Please check it for a slip."),
    "short": gettext_lazy(
        "This cannot be a certificate number: some symbols are missing. After its first letters "
        "a number has %(count)s."
    ),
    "long": gettext_lazy(
        "This cannot be a certificate number: it has too many symbols. After its first letters "
        "a number has %(count)s."
    ),
}


def mistyped(request: HttpRequest, typed: str, *, at: datetime) -> HttpResponse:
    """A slip, with the numbers that may have been meant; or more than one number at once.

    None of them is looked up.
    """
    within = numbers_within(typed)
    problem = "" if within else wrong_length(extract_number(typed))
    return no_answer(
        request,
        typed[:200],
        "mistyped",
        _("There is more than one number in this. Please check one at a time.")
        if len(within) > 1
        else SLIPS[problem] % {"count": LENGTH},
        at=at,
        status=404,
        suggestions=within or likely_within(extract_number(typed)),
        are_several=len(within) > 1,
        foreign=foreign_signs(extract_number(typed)),
        wrong_length=problem,
    )


def other_site(request: HttpRequest, host: str, *, at: datetime) -> HttpResponse:
    """A warning: the link that was pasted leads elsewhere, so nothing of it was looked up."""
    return no_answer(
        request,
        host,
        "other_site",
        _("This link leads to another site. Nothing was looked up."),
        at=at,
        status=404,
    )


def own_hosts(request: HttpRequest) -> set[str]:
    """The addresses at which an answer of ours can stand."""
    return {request.get_host(), urlsplit(settings.BASE_URL).netloc}


def too_many_misses(request: HttpRequest, number: str, *, at: datetime) -> HttpResponse:
    response = no_answer(
        request,
        number,
        "not_checked",
        _("Many unknown numbers were asked for from here. Please wait a minute and try again."),
        at=at,
        status=429,
    )
    response["Retry-After"] = "60"
    return response


def no_answer(
    request: HttpRequest,
    number: str,
    standing: str,
    message: str,
    *,
    at: datetime,
    status: int,
    suggestions: Sequence[str] = (),
    are_several: bool = False,
    foreign: Sequence[str] = (),
    wrong_length: str = "",
) -> HttpResponse:
    if wants_json(request):
        answer = {
            "number": number,
            "standing": standing,
            "message": message,
            "did_you_mean": list(suggestions),
            "checked_at": at.isoformat(timespec="seconds"),
        }
        return JsonResponse(answer, status=status)
    return render(
        request,
        "certificates/verify_none.html",
        {
            "number": number,
            "standing": standing,
            "suggestions": suggestions,
            "are_several": are_several,
            "foreign": foreign,
            "wrong_length": wrong_length,
            "length": LENGTH,
            "own_host": urlsplit(settings.BASE_URL).netloc,
            "is_refused": standing == "mistyped",
            "checked_at": at,
            "checked": moment_in_words(at, timezone.get_current_timezone()),
        },
        status=status,
    )


def wants_json(request: HttpRequest) -> bool:
    """Whether the request prefers JSON to a page.

    What is said beside a media type, such as its charset or a version, changes nothing of
    what is sent.
    """
    for media_type in request.accepted_types:
        kind = f"{media_type.main_type}/{media_type.sub_type}".lower()
        if kind in {"application/json", "application/*"}:
            return True
        if kind in {"text/html", "application/xhtml+xml", "text/*", "*/*"}:
            return False
    return False


def moment_in_words(at: datetime, zone: Any) -> str:
    """Such as “23 November 2026, 18:04 GMT”."""
    local = at.astimezone(zone)
    return f"{in_words(local.date())}, {local:%H:%M %Z}"
