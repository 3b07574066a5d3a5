"""The page of every help line, and a reader's choice of whose come first."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from lms.context import look_for, whereabouts
from lms.countries import country_of_zone
from lms.help_lines import (
    CHOICE_COOKIE,
    ELSEWHERE,
    Whereabouts,
    countries_with_lines,
    country_choices,
    help_for,
)


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def help_page(request: HttpRequest) -> HttpResponse:
    """Every help line, and a choice of country, which this browser remembers for a year.

    Choosing needs no token, which would be a cookie for every visitor: see decision 0043.
    """
    if request.method == "POST":
        return choose_country(request)
    look = look_for(request)
    here = whereabouts(request)
    choices = country_choices(look.help_lines)
    return render(
        request,
        "lms/help.html",
        {
            "choices": choices,
            "chosen": request.COOKIES.get(CHOICE_COOKIE, here.country),
            "elsewhere": ELSEWHERE,
            "country_name": dict(choices).get(here.country, ""),
        },
    )


@require_safe
def crisis_card(request: HttpRequest) -> HttpResponse:
    """One page to print or keep: the steps, the lines of the reader's country, and lines to fill in.

    Nothing that is filled in reaches the site: it is written by hand.
    """
    look = look_for(request)
    here = whereabouts(request)
    return render(
        request,
        "lms/crisis_card.html",
        {
            "country_name": dict(country_choices(look.help_lines)).get(here.country, ""),
        },
    )


def choose_country(request: HttpRequest) -> HttpResponse:
    response = redirect("help")
    choice = request.POST.get("country", "")
    if choice in {*countries_with_lines(look_for(request).help_lines), ELSEWHERE}:
        response.set_cookie(
            CHOICE_COOKIE,
            choice,
            max_age=timedelta(days=365),
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
    return response


@require_safe
def lines_for_zone(request: HttpRequest) -> HttpResponse:
    """The lines again, ordered for the time zone of a browser whose country was only guessed."""
    lines = look_for(request).help_lines
    country = country_of_zone(request.GET.get("zone", "")[:64])
    here = Whereabouts(country if country in countries_with_lines(lines) else "")
    context = {"help": help_for(lines, here, get_language() or "")}
    response = render(request, "components/help_panel.html", context)
    response["Cache-Control"] = "private, no-store"
    return response
