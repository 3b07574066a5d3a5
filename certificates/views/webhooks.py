"""The webhook of an organisation: members see its log, owners set it, test it and end it."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from certificates.models import Delivery, Webhook
from certificates.views.sharing import form_methods, private
from certificates.watching.forms import WebhookForm
from certificates.watching.outgoing import Problem
from certificates.watching.webhooks import (
    end_webhook,
    replace_secret,
    send_again,
    send_test,
    set_webhook,
)
from people.http import SignedInRequest, login_required
from people.organisations.views import own_membership, owned

LOG_SHOWN = 50


@login_required
@form_methods
@private
def webhook(request: SignedInRequest, organisation_id: UUID) -> HttpResponse:
    """The webhook and its log. A secret that is made is shown on this answer, and never again."""
    own_membership(request, organisation_id)
    form, secret = None, ""
    if request.method == "POST":
        organisation = owned(request, organisation_id)
        form = WebhookForm(request.POST)
        if form.is_valid():
            url, at = form.cleaned_data["url"], timezone.now()
            _row, secret = set_webhook(organisation, url, by=request.user, at=at)
    return _page(request, organisation_id, form=form, secret=secret)


def _page(
    request: SignedInRequest,
    organisation_id: UUID,
    *,
    form: WebhookForm | None = None,
    secret: str = "",
) -> HttpResponse:
    membership = own_membership(request, organisation_id)
    organisation = membership.organisation
    webhook = Webhook.objects.filter(organisation=organisation).first()
    has_errors = form is not None and bool(form.errors)
    if not has_errors:
        form = WebhookForm(initial={"url": webhook.url if webhook else ""})
    deliveries: list[Delivery] = []
    if webhook is not None:
        rows = webhook.deliveries.select_related("event__watch__credential")
        deliveries = list(rows.order_by("-queued_at", "-pk")[:LOG_SHOWN])
    context = {
        "membership": membership,
        "organisation": organisation,
        "webhook": webhook,
        "secret": secret,
        "form": form if membership.is_owner else None,
        "deliveries": [(each, answer_in_words(each)) for each in deliveries],
    }
    status = 422 if has_errors else 200
    return render(request, "certificates/webhook.html", context, status=status)


def answer_in_words(delivery: Delivery) -> str:
    """What the other end answered last, or why nothing arrived."""
    if not delivery.answer:
        return ""
    if delivery.answer in Problem.values:
        return str(Problem(delivery.answer).label)
    if delivery.answer.startswith("3"):
        return _("answered %(status)s: we follow no redirect") % {"status": delivery.answer}
    return _("answered %(status)s") % {"status": delivery.answer}


@login_required
@require_POST
@private
def change(request: SignedInRequest, organisation_id: UUID, act: str) -> HttpResponse:
    """Give it a new secret, send a test, or end it."""
    organisation, at = owned(request, organisation_id), timezone.now()
    webhook = get_object_or_404(Webhook, organisation=organisation)
    if act == "secret":
        secret = replace_secret(webhook, by=request.user, at=at)
        return _page(request, organisation_id, secret=secret)
    if act == "test":
        send_test(organisation, at=at)
        messages.success(request, _("A test is on its way. The log below says what came of it."))
    elif act == "end":
        end_webhook(webhook, by=request.user, at=at)
        messages.success(request, _("Nothing is sent there any more."))
    else:
        raise Http404
    return redirect("certificates:webhook", organisation_id)


@login_required
@require_POST
@private
def again(request: SignedInRequest, organisation_id: UUID, delivery_id: int) -> HttpResponse:
    """Send something again that was given up."""
    organisation = owned(request, organisation_id)
    webhook = get_object_or_404(Webhook, organisation=organisation)
    if send_again(webhook, delivery_id, at=timezone.now()):
        messages.success(request, _("It is sent again."))
    return redirect("certificates:webhook", organisation_id)
