"""The keys of an organisation: members see that they are there, owners make and end them."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from people.http import SignedInRequest, login_required
from people.organisations.exceptions import CannotOrganise
from people.organisations.forms import ApiKeyForm
from people.organisations.keys import checks_of_today, end_key, make_key
from people.organisations.views import form_methods, own_membership, owned, private


@login_required
@form_methods
@private
def keys(request: SignedInRequest, organisation_id: UUID) -> HttpResponse:
    """The keys of an organisation. One that is made is shown on this answer, and never again."""
    membership = own_membership(request, organisation_id)
    at, is_sent = timezone.now(), request.method == "POST"
    if is_sent:
        owned(request, organisation_id)
    organisation, new_key = membership.organisation, ""
    form = ApiKeyForm(request.POST if is_sent else None)
    if is_sent and form.is_valid():
        try:
            _row, new_key = make_key(
                organisation, form.cleaned_data["name"], by=request.user, at=at
            )
            form = ApiKeyForm()
        except CannotOrganise as problem:
            form.add_error(None, str(problem))
    context = {
        "membership": membership,
        "organisation": organisation,
        "keys": organisation.api_keys.order_by("-made_at", "-pk"),
        "new_key": new_key,
        "form": form if membership.is_owner else None,
        "quota": settings.API_CHECKS_A_DAY,
        "used": checks_of_today(organisation, at=at),
    }
    status = 422 if form.errors else 200
    return render(request, "people/organisations/keys.html", context, status=status)


@login_required
@require_POST
@private
def end(request: SignedInRequest, organisation_id: UUID, key_id: int) -> HttpResponse:
    """End a key at once."""
    organisation = owned(request, organisation_id)
    key = get_object_or_404(organisation.api_keys, pk=key_id)
    end_key(key, by=request.user, at=timezone.now())
    messages.success(request, _("The key is ended. It opens nothing any more."))
    return redirect("organisations:keys", organisation_id)
