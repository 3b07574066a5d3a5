"""The holder's side of watching: who watches, since when and why, and a say in it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from certificates.models import WatchWish
from certificates.views.holding import held_by_me
from certificates.views.sharing import form_methods, private
from certificates.watching.forms import WatchWishForm
from certificates.watching.watching import allow_again, keep_wishes, object_to
from people.http import SignedInRequest, login_required


@login_required
@form_methods
@private
def watched(request: SignedInRequest, number: str) -> HttpResponse:
    """Who watches a certificate, to whom its holder objected, and what the holder wants of it."""
    credential = held_by_me(request, number)
    is_sent = request.method == "POST"
    wish = WatchWish.objects.filter(person=request.user).first() or WatchWish(person=request.user)
    form = WatchWishForm(request.POST if is_sent else None, instance=wish)
    if is_sent and form.is_valid():
        keep_wishes(request.user, **form.cleaned_data, at=timezone.now())
        messages.success(request, _("Your choice is kept."))
        return redirect("certificates:watched", credential.number)
    watches = credential.watches.select_related("organisation")
    context = {
        "credential": credential,
        "watches": watches.open(),
        "objections": watches.objected(),
        "form": form,
    }
    return render(request, "certificates/watched.html", context)


@login_required
@require_POST
@private
def object_(request: SignedInRequest, number: str, watch_id: int) -> HttpResponse:
    """End a watch, and keep that organisation from beginning again."""
    credential = held_by_me(request, number)
    if object_to(request.user, watch_id, at=timezone.now()):
        messages.success(request, _("It is ended. The organisation is told that you objected."))
    return redirect("certificates:watched", credential.number)


@login_required
@require_POST
@private
def allow(request: SignedInRequest, number: str, watch_id: int) -> HttpResponse:
    """Take an objection back."""
    credential = held_by_me(request, number)
    if allow_again(request.user, watch_id):
        messages.success(request, _("They may watch it again, if they ask for it."))
    return redirect("certificates:watched", credential.number)
