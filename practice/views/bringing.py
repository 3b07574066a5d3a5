"""What a phone brings that was without a connection: a try of a conversation."""

from __future__ import annotations

import json
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from courses.exceptions import CoursesError
from people.http import SignedInRequest, login_required
from practice.bringing import BroughtPlay, GivenReply, bring_play
from practice.exceptions import ReplyUnknown
from practice.views.plays import SeeOther, own_place, private


@private
@login_required
@require_POST
def bring(request: SignedInRequest, page_key: UUID) -> HttpResponse:
    """Take over a try that was made without a connection: from a script as JSON, or as the form
    that was set aside while nobody was signed in."""
    page, progress, enrolment = own_place(request, page_key)
    if enrolment is None or progress is None:
        raise Http404
    is_script = "application/json" in request.headers.get("Accept", "")
    try:
        play = bring_play(enrolment, page, progress, _brought(request), at=timezone.now())
    except CoursesError as refusal:
        if is_script:
            return JsonResponse({"state": "refused", "message": str(refusal)}, status=409)
        messages.warning(request, str(refusal))
        return SeeOther(page.get_url(request) or "/")
    url = reverse("practice:play", args=[play.pk])
    return JsonResponse({"state": "saved", "url": url}) if is_script else SeeOther(url)


def _brought(request: SignedInRequest) -> BroughtPlay:
    """The try that a form holds. Raises ReplyUnknown for what no page of ours sends."""
    try:
        replies = tuple(
            GivenReply(_text(moment), _place(place))
            for moment, place in json.loads(request.POST.get("replies", ""))
        )
        return BroughtPlay(
            id=UUID(request.POST.get("play", "")),
            digest=request.POST.get("digest", "")[:64],
            replies=replies,
        )
    except (ValueError, TypeError, RecursionError):
        raise ReplyUnknown("") from None


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(value)
    return value


def _place(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise TypeError(value)
    return value
