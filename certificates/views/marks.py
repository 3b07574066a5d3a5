"""The pictures that stand beside issuers' names."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from certificates.models import IssuerMark


@require_safe
@cache_control(public=True, max_age=31_536_000, immutable=True)
def mark(request: HttpRequest, sha256: str) -> HttpResponse:
    """The mark of an issuer. Its address is its hash, so it never changes."""
    picture = get_object_or_404(IssuerMark, sha256=sha256)
    return HttpResponse(bytes(picture.png), content_type="image/png")
