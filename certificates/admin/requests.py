"""What holders asked for, in the staff pages: a list, and an answer to each."""

from __future__ import annotations

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe
from wagtail.admin import messages

from certificates.access import may_replace, may_see_credentials
from certificates.admin.forms import AnswerForm
from certificates.admin.pages import render_staff_page
from certificates.appealing import CONTESTED, decider_problem
from certificates.appealing_exceptions import DecidedBefore
from certificates.exceptions import CannotBeDone
from certificates.models import HolderRequest
from certificates.requesting import decline_request
from certificates.standing import Standing, standing_of
from people.http import SignedInRequest

PER_PAGE = 50
TITLE = gettext_lazy("Requests of holders")
FOLLOWING = {HolderRequest.Kind.CORRECTION: "replace", HolderRequest.Kind.RENEWAL: "renew"}


@require_safe
def index(request: SignedInRequest) -> HttpResponse:
    """Every request: those that wait first, the oldest of them at the top."""
    if not may_see_credentials(request.user):
        raise PermissionDenied
    requests = HolderRequest.objects.select_related("credential", "decided_by")
    page = Paginator(requests, PER_PAGE).get_page(request.GET.get("p"))
    return render_staff_page(
        request, "certificates/admin/requests.html", str(TITLE), {"page_obj": page}
    )


@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: SignedInRequest, request_id: UUID) -> HttpResponse:
    """What was asked for; the way to do it, and a form for a kind no."""
    if not may_see_credentials(request.user):
        raise PermissionDenied
    holder_request = get_object_or_404(
        HolderRequest.objects.select_related(
            "credential__issuer", "credential__holder", "decided_by"
        ),
        pk=request_id,
    )
    form = AnswerForm(request.POST or None)
    if request.method == "POST":
        if not may_replace(request.user):
            raise PermissionDenied
        if form.is_valid() and _declined(request, holder_request, form):
            return redirect("holder_requests:index")
    return _answer_page(request, holder_request, form)


def _answer_page(
    request: SignedInRequest, holder_request: HolderRequest, form: AnswerForm
) -> HttpResponse:
    standing = standing_of(holder_request.credential, at=timezone.now())
    context = {
        "asked": holder_request,
        "credential": holder_request.credential,
        "standing": standing.label,
        "form": form,
        "may_answer": may_replace(request.user) and not holder_request.decision,
        "act_url": _act_url(holder_request, standing),
        "problem": _decider_problem(request, holder_request),
    }
    return render_staff_page(
        request,
        "certificates/admin/request.html",
        f"{holder_request.get_kind_display()}: {holder_request.credential.number}",
        context,
        status=422 if form.is_bound else 200,
    )


def _act_url(holder_request: HolderRequest, standing: Standing) -> str:
    """Where a registrar does what was asked for."""
    if holder_request.kind in CONTESTED:
        name = "reinstate" if standing == Standing.REVOKED else "restore"
        return reverse("credentials:change", args=[holder_request.credential_id, name])
    act = FOLLOWING[HolderRequest.Kind(holder_request.kind)]
    return reverse(f"credentials:{act}", args=[holder_request.credential_id])


def _decider_problem(
    request: SignedInRequest, holder_request: HolderRequest
) -> DecidedBefore | None:
    """Why this registrar may not decide about it, or None."""
    events, requests = (
        holder_request.credential.events.all(),
        holder_request.credential.requests.all(),
    )
    return decider_problem(holder_request, events, requests, decider_id=request.user.pk)


def _declined(request: SignedInRequest, holder_request: HolderRequest, form: AnswerForm) -> bool:
    try:
        decline_request(
            holder_request, by=request.user, answer=form.cleaned_data["answer"], at=timezone.now()
        )
    except CannotBeDone as problem:
        form.add_error(None, str(problem))
        return False
    messages.success(request, _("Your answer is recorded, and the holder is written to."))
    return True


app_name = "holder_requests"
urlpatterns: list[URLPattern] = [
    path("", index, name="index"),
    path("<uuid:request_id>/", answer, name="answer"),
]
