"""Where Wagtail takes the site to be, for the links in its mail."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from wagtail.models import Site

from lms.models import ShippedPiece

FIRST_HOST = "localhost"
"""Where Wagtail takes a new site to be, and no site is that others use."""


def settle_address() -> bool:
    """Have Wagtail take the site to be where BASE_URL says, for the links in its mail.

    An address that an editor chose is left alone, and so are several sites. Says whether
    anything was changed.
    """
    parts = urlsplit(settings.BASE_URL)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    here = (parts.hostname or "", port)
    sites = list(Site.objects.all()[:2])
    if len(sites) != 1 or (sites[0].hostname, sites[0].port) == here:
        return False
    site = sites[0]
    ours = ShippedPiece.objects.filter(key=address_piece(site.hostname, site.port))
    if site.hostname != FIRST_HOST and not ours.exists():
        return False
    with transaction.atomic():
        site.hostname, site.port = here
        site.save()
        ShippedPiece.objects.get_or_create(key=address_piece(*here))
    return True


def address_piece(host: str, port: int) -> str:
    """What is remembered of an address that we gave the site, so as to know it for ours."""
    return f"address:{host}:{port}"[:200]
