"""What the world needs to check a badge. Public, the same for everyone, and for any program."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

from certificates.badges.addresses import issuer_did, site_did
from certificates.badges.contexts import CREDENTIALS, OPEN_BADGES
from certificates.badges.documents import (
    REVOCATION,
    SUSPENSION,
    achievement,
    did_document,
    key_set,
    profile,
)
from certificates.badges.drawing import badge_picture
from certificates.badges.texts import serialised
from certificates.models import Award, Credential, Issuer, SealKey, StatusList

HOUR = 3600
JSON_LD = "application/ld+json"
Answer = Callable[..., HttpResponse]


def for_programs(view: Answer) -> Answer:
    """For any program on any site, from any cache, for an hour."""

    @require_safe
    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        response["Access-Control-Allow-Origin"] = "*"
        patch_cache_control(response, public=True, max_age=HOUR)
        return response

    return answer


def _sent(document: Any, kind: str) -> HttpResponse:
    return HttpResponse(serialised(document), content_type=kind)


@for_programs
def site_identity(request: HttpRequest) -> HttpResponse:
    """Who this site is for programs, and the keys by which it signs receipts."""
    keys = SealKey.objects.all().signing(SealKey.Role.RECEIPT)
    return _sent(did_document(site_did(), keys), "application/did+json")


@for_programs
def issuer_identity(request: HttpRequest, issuer_id: int) -> HttpResponse:
    """Who an issuer is for programs, and the keys that sign its badges."""
    issuer = get_object_or_404(Issuer, pk=issuer_id)
    keys = SealKey.objects.all().signing(SealKey.Role.BADGE)
    return _sent(did_document(issuer_did(issuer.pk), keys), "application/did+json")


@for_programs
def issuer_profile(request: HttpRequest, issuer_id: int) -> HttpResponse:
    """An issuer as an Open Badges profile."""
    issuer = get_object_or_404(Issuer.objects.select_related("mark"), pk=issuer_id)
    described = profile(issuer, name=issuer.name, mark=issuer.mark)
    return _sent({"@context": [CREDENTIALS, OPEN_BADGES], **described}, JSON_LD)


@for_programs
def jwks(request: HttpRequest) -> HttpResponse:
    """The keys that sign badges and receipts, as any library of JWTs reads them."""
    keys = SealKey.objects.all().signing()
    return _sent(key_set(keys, Issuer.objects.order_by("pk")), "application/json")


@for_programs
def status_list(request: HttpRequest, issuer_id: int, purpose: str, number: int) -> HttpResponse:
    """A list of standings, as it was signed last."""
    if purpose not in {REVOCATION, SUSPENSION}:
        raise Http404
    listed = get_object_or_404(StatusList, issuer=issuer_id, number=number)
    document: str = getattr(listed, purpose)
    if not document:
        raise Http404
    return HttpResponse(document, content_type="application/vc")


# An award ------------------------------------------------------------------------------------


def published_award(award_id: int) -> Award:
    """An award that may be earned, or that somebody was issued. Drafts are not there."""
    issued = Credential.objects.filter(award=OuterRef("pk"))
    awards = Award.objects.filter(Q(active=True) | Exists(issued))
    return get_object_or_404(awards.select_related("issuer__mark"), pk=award_id)


@require_safe
def achievement_page(request: HttpRequest, award_id: int) -> HttpResponse:
    """What an award is, for whoever follows it from a badge."""
    award = published_award(award_id)
    return render(request, "certificates/achievement.html", {"award": award})


@for_programs
def achievement_json(request: HttpRequest, award_id: int) -> HttpResponse:
    return _sent(achievement(published_award(award_id)), JSON_LD)


@for_programs
def achievement_picture(request: HttpRequest, award_id: int) -> HttpResponse:
    """The picture of an award's badge. It names nobody, and no badge is inside."""
    award = published_award(award_id)
    mark = bytes(award.issuer.mark.png) if award.issuer.mark else b""
    picture = badge_picture(award.name, award.issuer.name, "", mark)
    return HttpResponse(picture, content_type="image/png")
