"""What an organisation watches: its list, adding to it, and the letters that its members want."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from certificates.exceptions import CannotBeDone
from certificates.guessing import count_miss, misses_left
from certificates.many import check_many
from certificates.models import DigestWish, Watch, WatchEvent
from certificates.models.watching import WatchReason
from certificates.verifying import look_up_codes
from certificates.views.sharing import form_methods, private
from certificates.views.verify import own_hosts
from certificates.watching.forms import LONGEST_LIST, WatchForm
from certificates.watching.queueing import is_anybody_told
from certificates.watching.watching import Outcome, WatchedNumber, end_watch, watch_numbers
from people.http import SignedInRequest, login_required
from people.models import Membership, Organisation
from people.organisations.views import own_membership

ON_A_PAGE = 50
NEWS_SHOWN = 20


@login_required
@form_methods
@private
def watching(request: SignedInRequest, organisation_id: UUID) -> HttpResponse:
    """What an organisation watches, what changed, and the form to watch more."""
    membership = own_membership(request, organisation_id)
    is_sent = request.method == "POST" and "fill" not in request.POST
    form = WatchForm(request.POST if is_sent else None, initial=_filled(request))
    added: Sequence[WatchedNumber] = ()
    if is_sent and form.is_valid():
        try:
            added = _add(request, membership.organisation, form, at=timezone.now())
            form = WatchForm()
        except CannotBeDone as problem:
            form.add_error("numbers", str(problem))
    return _page(request, membership, form, added)


def _filled(request: SignedInRequest) -> dict[str, str]:
    """The numbers of a list that was checked before."""
    return {"numbers": request.POST.get("numbers", "")[:LONGEST_LIST]} if request.POST else {}


def _add(
    request: SignedInRequest, organisation: Organisation, form: WatchForm, *, at: datetime
) -> list[WatchedNumber]:
    """Watch what was sent. Unknown numbers are counted as they are wherever one checks."""
    checked, misses = check_many(
        form.listed,
        asker=str(organisation.pk),
        own_hosts=own_hosts(request),
        most_misses=misses_left(request, at=at),
        at=at,
    )
    count_miss(request, at=at, misses=misses)
    reason = WatchReason(form.cleaned_data["reason"])
    return watch_numbers(organisation, checked, reason=reason, by=request.user, at=at)


def _page(
    request: SignedInRequest,
    membership: Membership,
    form: WatchForm,
    added: Sequence[WatchedNumber],
) -> HttpResponse:
    organisation, at = membership.organisation, timezone.now()
    watches = organisation.watches.open().select_related("credential", "added_by")
    page = Paginator(watches, ON_A_PAGE).get_page(request.GET.get("page"))
    news = organisation.watch_events.exclude(kind=WatchEvent.Kind.TEST)
    context = {
        "membership": membership,
        "organisation": organisation,
        "page_obj": page,
        "lines": _lines(list(page), at=at),
        "news": news.select_related("watch__credential").order_by("-at", "-pk")[:NEWS_SHOWN],
        "form": form,
        "added": sum(each.outcome == Outcome.ADDED for each in added),
        "not_added": [each for each in added if each.outcome != Outcome.ADDED],
        "has_digest": DigestWish.objects.filter(membership=membership).exists(),
        "is_anybody_told": is_anybody_told(organisation),
    }
    status = 422 if form.errors else 200
    return render(request, "certificates/watching.html", context, status=status)


def _lines(watches: Sequence[Watch], *, at: datetime) -> list[dict[str, Any]]:
    """Each watch with what the check page of its number tells, and nothing more: one query."""
    public = look_up_codes([each.credential.code for each in watches])
    lines = []
    for watch in watches:
        credential = public[watch.credential.code]
        standing = credential.standing_at(at)
        lines.append({"watch": watch, "credential": credential, "standing": standing})
    return lines


# It changes nothing: it leads to a form, with the numbers that were checked filled in. The page that
# it is sent from is for visitors, who have no cookie to check a token by.
@csrf_exempt
@login_required
@form_methods
@private
def from_list(request: SignedInRequest) -> HttpResponse:
    """Lead a list that was checked to the organisation that is to watch it."""
    memberships = Membership.objects.filter(person=request.user).select_related("organisation")
    memberships = memberships.order_by("organisation__name", "pk")
    numbers = request.POST.get("numbers", "")[:LONGEST_LIST]
    if not memberships:
        messages.info(request, _("Make an organisation first: it is what watches."))
        return redirect("organisations:home")
    if len(memberships) == 1:
        form = WatchForm(initial={"numbers": numbers})
        return _page(request, memberships[0], form, ())
    context = {"memberships": memberships, "numbers": numbers}
    return render(request, "certificates/watch_from_list.html", context)


@login_required
@require_POST
@private
def end(request: SignedInRequest, organisation_id: UUID, watch_id: int) -> HttpResponse:
    """Stop watching a certificate."""
    membership = own_membership(request, organisation_id)
    end_watch(membership.organisation, watch_id, at=timezone.now())
    messages.success(request, _("It is watched no more."))
    return redirect("certificates:watching", organisation_id)


@login_required
@require_POST
@private
def letters(request: SignedInRequest, organisation_id: UUID) -> HttpResponse:
    """Begin or stop the letters to the reader themselves."""
    membership = own_membership(request, organisation_id)
    wishes = DigestWish.objects.filter(membership=membership)
    if "stop" in request.POST:
        wishes.delete()
        messages.success(request, _("You get no letters about it."))
    else:
        DigestWish.objects.get_or_create(
            membership=membership, defaults={"told_until": timezone.now()}
        )
        messages.success(request, _("You get a letter when something changes, one a day at most."))
    return redirect("certificates:watching", organisation_id)
