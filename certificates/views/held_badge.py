"""The holder's own badge, as files to keep and to hand on."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from certificates.badges.baking import baked
from certificates.badges.drawing import badge_picture
from certificates.models import Badge, SealKey
from certificates.views.holding import of_number
from people.http import SignedInRequest, login_required

KINDS = {
    "json": "application/vc+ld+json",
    "jwt": "application/vc+jwt",
    "png": "image/png",
}


@login_required
@require_safe
@cache_control(private=True, no_store=True)
def badge(request: SignedInRequest, number: str, ending: str) -> HttpResponse:
    """The signed badge of one's own certificate: as JSON, as a JWT, or inside its picture."""
    if ending not in KINDS:
        raise Http404
    held = of_number(number).held_by(request.user)
    row = (
        Badge.objects.filter(credential__in=held)
        .exclude(document="")
        .exclude(key__state=SealKey.State.COMPROMISED)
        .select_related("credential__mark")
        .first()
    )
    if row is None:
        raise Http404
    response = HttpResponse(_content(row, ending), content_type=KINDS[ending])
    name = f"{row.credential.number}-badge.{ending}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _content(row: Badge, ending: str) -> bytes:
    if ending == "json":
        return row.document.encode()
    if ending == "jwt":
        return row.jwt.encode()
    credential = row.credential
    mark = bytes(credential.mark.png) if credential.mark else b""
    picture = badge_picture(
        credential.award_name, credential.issuer_name, f"{credential.issued_on:%Y}", mark
    )
    return baked(picture, row.document)
