"""Where what a badge names is published, and how issuers are named for programs (`did:web`)."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse

if TYPE_CHECKING:
    from certificates.models import SealKey, StatusList


def absolute(name: str, *args: object) -> str:
    return settings.BASE_URL + reverse(f"certificates:{name}", args=args)


def site_did() -> str:
    """The name of this site. It signs receipts."""
    return "did:web:" + urlsplit(settings.BASE_URL).netloc.replace(":", "%3A")


def issuer_did(issuer_id: int) -> str:
    """The name of an issuer. By the rules of did:web it leads to /issuers/1/did.json."""
    return f"{site_did()}:issuers:{issuer_id}"


def key_address(did: str, key: SealKey) -> str:
    """The name of a key of theirs, such as did:web:example.org:issuers:1#badge-2026-1."""
    return f"{did}#{key.name}"


def status_address(listed: StatusList, purpose: str) -> str:
    return absolute("status_list", listed.issuer_id, purpose, listed.number)
