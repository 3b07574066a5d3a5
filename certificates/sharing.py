"""Verbs: what strangers see of a certificate, and links that show all of it until they end."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from hashlib import sha256
from secrets import token_urlsafe
from uuid import UUID

from django.db import transaction
from django.db.models import F

from certificates.models import Credential, ShareLink
from certificates.public_view import PublicView
from certificates.sharing_exceptions import TooManyLinks
from people.models import User

DAYS = (7, 30, 90)
"""For how many days a link may show a certificate."""
MOST_LINKS = 20
"""So many may be open for one certificate."""
TOKEN = re.compile(r"[\w-]{43}", re.ASCII)


def choose_public_view(credential: Credential, view: PublicView) -> None:
    """Let strangers who have the number see this much of it from now on."""
    Credential.objects.filter(pk=credential.pk).update(public_view=view)


@transaction.atomic
def make_link(
    credential: Credential, *, days: int, name: str, at: datetime
) -> tuple[ShareLink, str]:
    """Make a link; gives its row, and the secret in its address, which nobody can read again.

    Raises TooManyLinks.
    """
    if ShareLink.objects.open(at).filter(credential=credential).count() >= MOST_LINKS:
        raise TooManyLinks(MOST_LINKS)
    token = token_urlsafe(32)
    link = ShareLink.objects.create(
        credential=credential,
        name=name,
        sha256=_hash(token),
        made_at=at,
        ends_at=at + timedelta(days=days),
    )
    return link, token


def stop_link(holder: User, link_id: UUID, *, at: datetime) -> bool:
    """Stop a link of somebody's own: it shows nothing from then on. False where there is none."""
    links = ShareLink.objects.filter(pk=link_id, credential__holder=holder, stopped_at=None)
    return bool(links.update(stopped_at=at))


def find_link(token: str) -> ShareLink | None:
    """The link that has this secret, open or ended, with its credential; None where none has."""
    if TOKEN.fullmatch(token) is None:
        return None
    links = ShareLink.objects.select_related("credential")
    return links.filter(sha256=_hash(token)).first()


def is_open(link: ShareLink, *, at: datetime) -> bool:
    return link.stopped_at is None and link.ends_at > at


def count_opening(link: ShareLink) -> None:
    """Count that a link was opened, and nothing of by whom."""
    ShareLink.objects.filter(pk=link.pk).update(opened=F("opened") + 1)


def _hash(token: str) -> str:
    return sha256(token.encode()).hexdigest()
