"""What comes back: answering it in a minute, putting it away, and choosing how one wants it."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from courses.editions import edition_for
from courses.exceptions import EnrolmentClosed
from courses.privacy import refuse_closed_since
from people.http import SignedInRequest, login_required
from practice.exceptions import ReplyUnknown
from practice.models import DueReturn, ReturnWish
from practice.return_reading import read_return
from practice.returning import (
    answer_return,
    choose_returns,
    due_returns,
    open_returns,
    put_away,
)
from practice.sounds import addresses_in
from practice.views.plays import NOW, SeeOther, private


def own_return(request: SignedInRequest, return_id: UUID) -> DueReturn:
    """What comes back to whoever asks.

    Anybody else's is not found. Raises PermissionDenied where its conversation was closed to them
    since.
    """
    rows = DueReturn.objects.by(request.user)
    rows = rows.select_related("conversation", "item", "version", "words", "enrolment")
    row: DueReturn = get_object_or_404(rows, pk=return_id)
    row.enrolment.learner = request.user
    refuse_closed_since(request, row.enrolment, "conversation", row.conversation_id)
    return row


@private
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def returns(request: SignedInRequest) -> HttpResponse:
    """What is due now, and how one wants it."""
    if request.method == "POST":
        chosen = request.POST.get("wish", "")
        choose_returns(request.user, by_mail=chosen == "mail", is_off=chosen == "off")
        messages.success(request, _("Saved."))
        return SeeOther(reverse("practice:returns"))
    wish = ReturnWish.objects.filter(learner=request.user).first()
    edition, language = edition_for(request), get_language() or ""
    due = open_returns(request, due_returns(request.user, at=timezone.now(), with_words=True))
    context = {"due": [read_return(row, language, edition) for row in due], "wish": wish}
    return render(request, "practice/returns.html", context)


@private
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def one_return(request: SignedInRequest, return_id: UUID) -> HttpResponse:
    """One moment to answer; once it is, what the reply did."""
    row, at = own_return(request, return_id), timezone.now()
    if not row.enrolment.is_open(at):
        messages.info(request, str(EnrolmentClosed(row.enrolment)))
        return SeeOther(reverse("learn"))
    if request.method == "POST":
        try:
            answer_return(row, request.POST.get("reply", ""), at=at)
        except ReplyUnknown as refusal:
            messages.info(request, str(refusal))
        return SeeOther(reverse("practice:return", args=[row.pk]) + NOW)
    return render(request, "practice/return.html", context_of(request, row))


def context_of(request: HttpRequest, row: DueReturn) -> dict[str, object]:
    reading = read_return(row, get_language() or "", edition_for(request))
    moment = reading.moment
    return {
        "row": row,
        "reading": reading,
        "moment": moment,
        "sounds": addresses_in(reading.sounds),
        "given": reading.given,
        "is_open": row.closed_at is None and moment is not None,
        "is_again": row.closed_at is None and reading.given is not None,
        "language": reading.language,
        "show_help": bool(moment and moment.help),
    }


@private
@login_required
@require_POST
def put_return_away(request: SignedInRequest, return_id: UUID) -> HttpResponse:
    """Have one not come back."""
    put_away(own_return(request, return_id), at=timezone.now())
    messages.success(request, _("Put away. It does not come back."))
    return SeeOther(reverse("learn"))
