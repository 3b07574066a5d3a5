"""Taking or declining a talk before another try."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from assessments.exceptions import NoTalkOffered
from assessments.talks import answer_talk_offer
from assessments.views.finding import SeeOther, own_attempt, private
from people.http import SignedInRequest, login_required


@private
@login_required
@require_POST
def answer(request: SignedInRequest, attempt_id: UUID) -> HttpResponse:
    """Record whether the learner would like the talk that is offered, and go back to the result."""
    attempt = own_attempt(request, attempt_id)
    choice = request.POST.get("wants_talk")
    try:
        if choice in {"yes", "no"}:
            answer_talk_offer(attempt, wants_talk=choice == "yes", at=timezone.now())
            messages.success(
                request,
                _("Noted: you would like a talk.")
                if choice == "yes"
                else _("Noted. That is fine."),
            )
    except NoTalkOffered as refusal:
        messages.info(request, str(refusal))
    return SeeOther(reverse("assessments:result", args=[attempt.pk]))
