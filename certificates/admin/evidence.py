"""What holders bring for a renewal, in the staff pages: a list, and a decision about each."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django import forms
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe
from wagtail.admin import messages

from certificates.access import may_decide_evidence, may_see_credentials
from certificates.admin.forms import AnswerForm
from certificates.admin.pages import render_staff_page
from certificates.checklist_lines import checklist_lines, entry_lines
from certificates.exceptions import AlreadyAnswered, CannotBeDone
from certificates.models import RenewalEvidence
from certificates.renewal_evidence import accept_evidence, ask_back
from certificates.renewal_outlook import renewal_of
from people.http import SignedInRequest

PER_PAGE = 50
TITLE = gettext_lazy("Evidence for renewals")


class AskBackForm(AnswerForm):
    """A registrar's question about an entry, and when the entry that the page showed was made."""

    seen = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # whatever a form takes
        answer = self.fields["answer"]
        answer.help_text = _("What is missing or unclear. They read it on their own page.")
        answer.error_messages["required"] = _("Please say what is missing or unclear.")


@require_safe
def index(request: SignedInRequest) -> HttpResponse:
    """Every entry that no registrar has looked at, the oldest first."""
    if not may_see_credentials(request.user):
        raise PermissionDenied
    rows = RenewalEvidence.objects.to_look_at().select_related("credential").order_by("entered_at")
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("p"))
    return render_staff_page(
        request, "certificates/admin/evidence_list.html", str(TITLE), {"page_obj": page}
    )


@require_http_methods(["GET", "HEAD", "POST"])
def decide(request: SignedInRequest, evidence_id: UUID) -> HttpResponse:
    """One entry with its file, how far the renewal is, and the registrar's decision."""
    if not may_see_credentials(request.user):
        raise PermissionDenied
    rows = RenewalEvidence.objects.select_related(
        "credential__issuer", "credential__award", "credential__holder", "decided_by"
    )
    evidence = get_object_or_404(rows, pk=evidence_id)
    sent = request.POST if request.method == "POST" else None
    form = AskBackForm(sent, initial={"seen": evidence.entered_at.isoformat()})
    if request.method == "POST":
        if not may_decide_evidence(request.user):
            raise PermissionDenied
        if _decided(request, evidence, form):
            return redirect("renewal_evidence:index")
    return _evidence_page(request, evidence, form)


def _decided(request: SignedInRequest, evidence: RenewalEvidence, form: AskBackForm) -> bool:
    """Whether the decision is recorded; otherwise the form says why not."""
    accepts = "accept" in request.POST
    if accepts:
        form.fields["answer"].required = False
    if not form.is_valid():
        return False
    newest = evidence.entered_at
    try:
        evidence.entered_at = _moment(form.cleaned_data["seen"])
        if accepts:
            accept_evidence(evidence, by=request.user, at=timezone.now())
        else:
            answer = form.cleaned_data["answer"]
            ask_back(evidence, answer=answer, by=request.user, at=timezone.now())
    except (AlreadyAnswered, ValueError):
        _show_newest(form, newest)
    except CannotBeDone as problem:
        form.add_error(None, str(problem))
    else:
        messages.success(request, _("Your decision is recorded."))
        return True
    evidence.entered_at = newest
    return False


def _moment(text: str) -> datetime:
    """When the entry was made that a page showed. Raises ValueError for what names no moment."""
    moment = datetime.fromisoformat(text)
    if timezone.is_naive(moment):
        raise ValueError(text)
    return moment


def _show_newest(form: AskBackForm, entered_at: datetime) -> None:
    """Refuse a decision about an entry that is no longer as it was; the next is about the newest."""
    form.data = {"answer": form.data.get("answer", ""), "seen": entered_at.isoformat()}
    form.add_error(
        None,
        _(
            "This entry was changed or answered since you opened the page. Please look at it "
            "again, as it is now, and decide then."
        ),
    )


def _evidence_page(
    request: SignedInRequest, evidence: RenewalEvidence, form: AskBackForm
) -> HttpResponse:
    renewal = renewal_of(evidence.credential, at=timezone.now())
    entries = entry_lines(renewal) if renewal else []
    context = {
        "evidence": evidence,
        "line": next((line for line in entries if line.evidence.pk == evidence.pk), None),
        "lines": checklist_lines(renewal) if renewal else [],
        "form": form,
        "may_decide": may_decide_evidence(request.user) and not evidence.decision,
    }
    return render_staff_page(
        request,
        "certificates/admin/evidence.html",
        str(evidence.title),
        context,
        status=422 if form.is_bound else 200,
    )


app_name = "renewal_evidence"
urlpatterns: list[URLPattern] = [
    path("", index, name="index"),
    path("<uuid:evidence_id>/", decide, name="decide"),
]
