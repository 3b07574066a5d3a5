"""Making what an issued credential is owed: its file, once, and word to its holder.

Rendering and mail take a while and may fail, so none of it happens in a request or inside a
transaction. What is owed stands in the rows of the credential and of its events, and each
step is a conditional update that may be tried again:

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
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from hashlib import sha256

from django.conf import settings
from django.core.files.base import ContentFile
from django.db.models.query import QuerySet
from django.urls import reverse
from django.utils import translation

from certificates.exceptions import CertificateCannotBeSet
from certificates.models import Credential, CredentialEvent, certificate_storage
from certificates.notices import write_of_change, write_to_holder

log = logging.getLogger(__name__)

IN_HAND = timedelta(minutes=2)
"""Longer than the slowest making and sending, with every time-out met."""


def prepare(credential_id: str, *, at: datetime) -> str:
    """Do what one credential is owed, and say what was done. Call it as often as you like."""
    owed = Credential.objects.owed().filter(pk=credential_id)
    with taken_in_hand(owed, at=at) as credential:
        if credential is None:
            return "nothing owed" if not owed.exists() else "in another's hand"
        if not credential.pdf:
            make_file(credential, at=at)
        if credential.pdf_problem:
            return "cannot be made"
        return "made and told" if announce(credential, at=at) else "made"


def tell_of_changes(credential_id: str, *, at: datetime) -> int:
    """Write to a holder what became of their credential, a letter for each change.

    Gives how many were sent. Call it as often as you like.
    """
    sent = 0
    owed = Credential.objects.with_changes_to_tell().filter(pk=credential_id)
    with taken_in_hand(owed, at=at) as credential:
        if credential is None:
            return 0
        for event in CredentialEvent.objects.to_tell().filter(credential=credential):
            write_of_change(credential, event)
            CredentialEvent.objects.filter(pk=event.pk).update(told_at=at)
            sent += 1
    return sent


@contextmanager
def taken_in_hand(owed: QuerySet[Credential], *, at: datetime) -> Iterator[Credential | None]:
    """The one credential that is owed something, for this worker alone.

    None when nothing is owed or another worker is busy with it.
    """
    until = at + IN_HAND
    pk = owed.values_list("pk", flat=True).first()
    if pk is None or not owed.not_in_hand(at).update(in_hand_until=until):  # type: ignore[attr-defined]
        yield None
        return
    try:
        yield Credential.objects.select_related("holder", "issuer").get(pk=pk)
    finally:
        Credential.objects.filter(pk=pk, in_hand_until=until).update(in_hand_until=None)


def make_file(credential: Credential, *, at: datetime) -> None:
    """Render the certificate and keep it for good, with its hash; or keep why it cannot be."""
    # The renderer is heavy, and only what makes certificates should carry it.
    from certificates.pdf import render_certificate

    try:
        content = render_certificate(credential, verify_url=public_url(credential))
    except CertificateCannotBeSet as problem:
        with translation.override(credential.holder.language):
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
