"""How holders show a certificate to others: by its address, by a code to scan, on a profile."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

import segno
from django.utils.safestring import SafeString, mark_safe

from certificates.models import Credential
from certificates.preparing import public_url

PROFILE = "https://www.linkedin.com/profile/add"
QUIET_ZONE = 4
"""Modules of white around a code: ISO/IEC 18004 asks for four."""


@dataclass(frozen=True)
class Showing:
    """`address` is where others check it, `code` the same as a drawing to scan, and `profile` a form
    of LinkedIn that is filled in: whoever follows it takes these facts there.
    """

    address: str
    code: SafeString
    profile: str


def showing_of(credential: Credential) -> Showing:
    address = public_url(credential)
    return Showing(address=address, code=code_of(address), profile=profile_address(credential))


def code_of(address: str) -> SafeString:
    """A QR code as SVG that takes the size of what it stands in, white in every theme."""
    drawing = segno.make_qr(address, error="m").svg_inline(
        border=QUIET_ZONE, dark="#000", light="#fff", omitsize=True, svgclass=None, lineclass=None
    )
    return mark_safe(drawing)


def profile_address(credential: Credential) -> str:
    """LinkedIn's form for a certificate, filled in: name, issuer, months, number and address.

    The parameters are those of LinkedIn's help page on *Add to profile*.
    """
    fields: dict[str, str | int] = {
        "startTask": "CERTIFICATION_NAME",
        "name": credential.award_name,
        "organizationName": credential.issuer.name,
        "issueYear": credential.issued_on.year,
        "issueMonth": credential.issued_on.month,
    }
    if credential.expires_on is not None:
        fields["expirationYear"] = credential.expires_on.year
        fields["expirationMonth"] = credential.expires_on.month
    fields["certUrl"] = public_url(credential)
    fields["certId"] = credential.number
    return f"{PROFILE}?{urlencode(fields)}"
