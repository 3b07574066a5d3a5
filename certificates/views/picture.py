"""The picture of a certificate, for its holder alone."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.utils import timezone
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from certificates.holding import has_picture
from certificates.picture import picture_of
from certificates.views.holding import of_number, stored_file
from people.http import SignedInRequest, login_required


@login_required
@require_safe
@cache_control(private=True, no_store=True)
def picture(request: SignedInRequest, number: str) -> HttpResponse:
    """The first page of one's own certificate, while it may be shown."""
    credential = of_number(number).held_by(request.user).with_standing().first()
    if credential is None or not has_picture(credential, at=timezone.now()):
        raise Http404
    content = stored_file(credential)
    png = None if content is None else picture_of(content)
    if png is None:
        return HttpResponse(status=503, headers={"Retry-After": "10"})
    response = HttpResponse(png, content_type="image/png")
    response["Content-Disposition"] = f'inline; filename="{credential.number}.png"'
    return response
