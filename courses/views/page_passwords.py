"""Entering the password of a page that an editor closed with one."""

from __future__ import annotations

from allauth.core.internal import ratelimit
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from wagtail.forms import PasswordViewRestrictionForm
from wagtail.models import Page, PageViewRestriction
from wagtail.views import authenticate_with_password

APP = "courses"
ACTION = "page_password"
WRONG_ONES = {ACTION: "10/5m/ip"}
"""How many wrong passwords one address may enter. A right one counts for nothing, so that a class
in one room is let in."""
TOO_MANY_REQUESTS = 429


def enter(request: HttpRequest, page_view_restriction_id: int, page_id: int) -> HttpResponse:
    """Wagtail’s own view, which nobody can ask again and again until a password fits."""
    if request.method == "POST" and not count_wrong_one(request, dry_run=True):
        return refuse(request, page_view_restriction_id, page_id)
    answer: HttpResponse = authenticate_with_password(request, page_view_restriction_id, page_id)
    if request.method == "POST" and isinstance(answer, TemplateResponse):
        count_wrong_one(request, dry_run=False)
        say(answer, _("That is not the password. Try again, or ask whoever runs the course."))
    return answer


def say(answer: TemplateResponse, sentence: str) -> None:
    """Put a sentence of ours in the place of Wagtail’s, beside the field."""
    form = (answer.context_data or {})["form"]
    form.errors.pop("password", None)
    form.add_error("password", sentence)


def count_wrong_one(request: HttpRequest, *, dry_run: bool) -> bool:
    """Count a wrong password, or only ask whether another may be tried."""
    usage = ratelimit.consume(request, app=APP, action=ACTION, config=WRONG_ONES, dry_run=dry_run)
    return usage is not None


def refuse(request: HttpRequest, restriction_id: int, page_id: int) -> HttpResponse:
    """The page once more, which says that it is to be tried later. The password is not looked at."""
    restriction = get_object_or_404(PageViewRestriction, pk=restriction_id)
    page = get_object_or_404(Page, pk=page_id).specific
    sent = {**request.POST.dict(), "password": ""}
    form = PasswordViewRestrictionForm(sent, instance=restriction)
    answer: TemplateResponse = page.serve_password_required_response(request, form, request.path)
    say(answer, _("That was tried several times, so we are pausing it for five minutes."))
    answer.status_code = TOO_MANY_REQUESTS
    return answer
