"""The registrars' list of credentials to look at again, in the staff pages."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe
from wagtail.admin import messages
from wagtail.admin.widgets import AdminAutoHeightTextInput

from certificates.access import may_change_standing, may_see_credentials
from certificates.admin.proposals import approval_notice, lead_to
from certificates.approving.performing import on_credential
from certificates.approving.proposing import do_or_propose
from certificates.exceptions import CannotBeDone
from certificates.models import CredentialReview, Proposal
from certificates.reviews import Decision, decide_review
from certificates.standing import standing_of
from people.http import SignedInRequest
from people.models import User
from people.staff_headers import staff_header

PER_PAGE = 50
TITLE = gettext_lazy("To look at again")


class DecisionForm(forms.Form):
    """What a registrar decides about a credential that rests on a corrected result."""

    decision = forms.ChoiceField(
        label=gettext_lazy("What becomes of it"),
        widget=forms.RadioSelect,
        choices=[
            (Decision.KEPT, gettext_lazy("Keep it as it is")),
            (Decision.SUSPENDED, gettext_lazy("Suspend it: it can be restored later")),
            (Decision.REVOKED, gettext_lazy("Revoke it: only another registrar can undo that")),
        ],
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=2000,
        widget=AdminAutoHeightTextInput,
        help_text=gettext_lazy("Kept with your name, for an audit. Never shown in public."),
    )
    explanation = forms.CharField(
        label=gettext_lazy("What the holder reads"),
        max_length=2000,
        required=False,
        widget=AdminAutoHeightTextInput,
        help_text=gettext_lazy(
            "Only if you suspend or revoke it: why, and what they can do, in kind words. They "
            "alone read it, on their own page, signed in."
        ),
    )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        ends_it = cleaned.get("decision") in {Decision.SUSPENDED, Decision.REVOKED}
        if ends_it and not cleaned.get("explanation"):
            self.add_error(
                "explanation", _("Please say to the holder why, and what they can do about it.")
            )
        return cleaned


def _context(title: Any, context: dict[str, Any]) -> dict[str, Any]:
    register = (reverse("credentials:index"), _("Credentials"))
    queue = (reverse("credential_reviews:index"), TITLE)
    return staff_header(title, "warning", register, queue) | context


@require_safe
def index(request: SignedInRequest) -> HttpResponse:
    """Every credential that rests on a lost pass: those that wait first."""
    if not may_see_credentials(request.user):
        raise PermissionDenied
    reviews = CredentialReview.objects.select_related(
        "credential", "remarking", "before", "after", "decided_by"
    )
    page = Paginator(reviews, PER_PAGE).get_page(request.GET.get("p"))
    return render(request, "certificates/admin/reviews.html", _context(TITLE, {"page_obj": page}))


@require_http_methods(["GET", "HEAD", "POST"])
def decide(request: SignedInRequest, review_id: int) -> HttpResponse:
    """What changed, by whom, when and why; and the registrar's decision."""
    if not may_see_credentials(request.user):
        raise PermissionDenied
    review = get_object_or_404(
        CredentialReview.objects.select_related(
            "credential__issuer",
            "credential__holder",
            "remarking__decided_by",
            "before__attempt__quiz",
            "after",
            "decided_by",
        ),
        pk=review_id,
    )
    form = DecisionForm(request.POST or None)
    if request.method == "POST":
        if not may_change_standing(request.user):
            raise PermissionDenied
        if form.is_valid() and (answer := _decided(request, review, form)):
            return answer
    context = {
        "review": review,
        "form": form,
        "may_decide": may_change_standing(request.user) and not review.decision,
        "notice": approval_notice(Proposal.Act.SUSPEND, Proposal.Act.REVOKE),
        "standing": standing_of(review.credential, at=timezone.now()).label,
    }
    return render(
        request,
        "certificates/admin/review.html",
        _context(review.credential.number, context),
        status=422 if form.is_bound else 200,
    )


ACTS = {Decision.SUSPENDED: Proposal.Act.SUSPEND, Decision.REVOKED: Proposal.Act.REVOKE}
"""The act by which a credential is suspended or revoked for it."""


def _decided(
    request: SignedInRequest, review: CredentialReview, form: DecisionForm
) -> HttpResponse | None:
    """Where it leads when it is decided or waits for approval; None where the form says why not."""
    try:
        done = _decide(review, form, by=request.user)
    except CannotBeDone as problem:
        form.add_error(None, str(problem))
        return None
    if isinstance(done, Proposal):
        return lead_to(request, done)
    decided = _("Your decision about %(number)s is recorded.")
    messages.success(request, decided % {"number": review.credential.number})
    return redirect("credential_reviews:index")


def _decide(review: CredentialReview, form: DecisionForm, *, by: User) -> Any:
    given = form.cleaned_data
    decision = Decision(given["decision"])
    at = timezone.now()
    if decision == Decision.KEPT:
        return decide_review(review, decision, by=by, reason=given["reason"], at=at)
    wish = on_credential(
        ACTS[decision],
        review.credential,
        by=by,
        reason=given["reason"],
        explanation=given["explanation"],
        review=review,
    )
    return do_or_propose(wish, at=at)


app_name = "credential_reviews"
urlpatterns: list[URLPattern] = [
    path("", index, name="index"),
    path("<int:review_id>/", decide, name="decide"),
]
