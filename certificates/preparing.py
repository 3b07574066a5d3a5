"""Making what an issued credential is owed: its file, once, and one letter to its holder.

Rendering and mail take a while and may fail, so none of it happens in a request or inside a
transaction. What is owed stands in the credential's own row, and each step is a conditional
update that may be tried again:

- the file is stored first and then named in the row, where only the first is taken up and
  another's is deleted. So the bytes of a certificate never change.
- a letter cannot be taken back, so a worker says for how long it has the credential in hand
  before it begins. Two workers never send at the same time; one that dies is followed by
  another after `IN_HAND`. Only a worker killed between sending and writing that down makes a
  second letter, under the same Message-ID, by which mail programs know it for the same one.
"""

from __future__ import annotations

import logging
import secrets
from datetime import datetime, timedelta
from hashlib import sha256

from django.conf import settings
from django.core.files.base import ContentFile
from django.urls import reverse
from django.utils import translation

from certificates.exceptions import CertificateCannotBeSet
from certificates.models import Credential, certificate_storage
from certificates.notices import write_to_holder

log = logging.getLogger(__name__)

IN_HAND = timedelta(minutes=2)
"""Longer than the slowest making and sending, with every time-out met."""


def prepare(credential_id: str, *, at: datetime) -> str:
    """Do what one credential is owed, and say what was done. Call it as often as you like."""
    owed = Credential.objects.owed().filter(pk=credential_id)
    if not owed.not_in_hand(at).update(in_hand_until=at + IN_HAND):
        return "nothing owed" if not owed.exists() else "in another's hand"
    try:
        credential = Credential.objects.select_related("holder", "issuer").get(pk=credential_id)
        if not credential.pdf:
            make_file(credential, at=at)
        if credential.pdf_problem:
            return "cannot be made"
        return "made and told" if announce(credential, at=at) else "made"
    finally:
        Credential.objects.filter(pk=credential_id, in_hand_until=at + IN_HAND).update(
            in_hand_until=None
        )


def make_file(credential: Credential, *, at: datetime) -> None:
    """Render the certificate and keep it for good, with its hash; or keep why it cannot be."""
    # The renderer is heavy, and only what makes certificates should carry it.
    from certificates.pdf import render_certificate

    try:
        with translation.override(credential.language):
            content = render_certificate(credential, verify_url=public_url(credential))
    except CertificateCannotBeSet as problem:
        with translation.override(credential.language):
            said = str(problem)
        Credential.objects.filter(pk=credential.pk, pdf="").update(pdf_problem=said)
        credential.refresh_from_db()
        return
    storage = certificate_storage()
    path = f"{credential.issued_on:%Y/%m}/{secrets.token_urlsafe(24)}.pdf"
    path = storage.save(path, ContentFile(content))
    kept = Credential.objects.filter(pk=credential.pk, pdf="").update(
        pdf=path, pdf_sha256=sha256(content).hexdigest(), pdf_made_at=at
    )
    if not kept:
        storage.delete(path)
    credential.refresh_from_db()


def announce(credential: Credential, *, at: datetime) -> bool:
    """Write to the holder that something is ready, unless they were told or may not be."""
    still_owed = Credential.objects.owed().not_announced().filter(pk=credential.pk)
    if not still_owed.exists():
        return False
    write_to_holder(credential)
    Credential.objects.filter(pk=credential.pk, announced_at=None).update(announced_at=at)
    return True


def public_url(credential: Credential) -> str:
    """Where anyone may check a credential."""
    return settings.BASE_URL + reverse("certificates:verify_number", args=[credential.number])
