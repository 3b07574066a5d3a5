"""What the world needs to check a seal: certificates, and lists of what was taken back."""

from __future__ import annotations

from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from certificates.models import SIGNING_ROLES, SealKey
from certificates.offline import verify

KINDS = {
    "pem": "application/x-pem-file",
    "cer": "application/pkix-cert",
    "crl": "application/pkix-crl",
}
TYPES = {**KINDS, "py": "text/x-python; charset=utf-8"}
HOUR = 3600


@require_safe
@cache_control(public=True, max_age=HOUR)
def pki(request: HttpRequest, name: str, ending: str) -> HttpResponse:
    """The certificate of a key, or its list of what it takes back. Any program may fetch it."""
    if ending not in KINDS:
        raise Http404
    keys = SealKey.objects.exclude(role__in=SIGNING_ROLES)
    return _sent(_content(get_object_or_404(keys, name=name), ending), ending)


@require_safe
@cache_control(public=True, max_age=HOUR)
def root(request: HttpRequest) -> HttpResponse:
    """Every root that seals rest on and that was not taken back, the newest first, as PEM."""
    roots = SealKey.objects.filter(role=SealKey.Role.ROOT).exclude(state=SealKey.State.COMPROMISED)
    pems = [_content(key, "pem") for key in roots.order_by("-made_at", "-pk")]
    if not pems:
        raise Http404
    return _sent(b"".join(pems), "pem")


@require_safe
@cache_control(public=True, max_age=HOUR)
def verify_script(request: HttpRequest) -> HttpResponse:
    """The program that checks seals on anybody's machine, without this site."""
    response = _sent(Path(verify.__file__).read_bytes(), "py")
    response["Content-Disposition"] = 'attachment; filename="verify.py"'
    return response


def _content(key: SealKey, ending: str) -> bytes:
    if ending == "crl":
        if not key.revocations:
            raise Http404
        return bytes(key.revocations)
    if ending == "cer":
        return bytes(key.certificate)
    return x509.load_der_x509_certificate(bytes(key.certificate)).public_bytes(Encoding.PEM)


def _sent(content: bytes, ending: str) -> HttpResponse:
    response = HttpResponse(content, content_type=TYPES[ending])
    response["Access-Control-Allow-Origin"] = "*"
    return response
