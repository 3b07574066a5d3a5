"""Preparing a certificate: rendering its file, once, and emailing its holder.

Rendering and mail are slow and may fail, so none of it happens in a request or inside a
transaction. The rows of the credential and of its events say what is still to do, and each
step is a conditional update that may be tried again:

- the file is stored first and then named in the row. Only the first file is named; a second
  one is deleted. So the bytes of a certificate never change.
- an email cannot be taken back, so a worker takes a lease on the credential before it begins.
  Two workers never send at the same time; after one that died, another begins when `LEASE` is
  over. Only a worker killed between sending and recording that makes a second email, under
  the same Message-ID, by which mail programs know it for the same one.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from hashlib import sha256

from django.conf import settings
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.db.models.query import QuerySet
from django.urls import reverse
from django.utils import translation
from django.utils.module_loading import import_string

from certificates.exceptions import (
    CannotBeDone,
    CertificateCannotBeRendered,
    RenderingFailed,
    SealingFailed,
    SigningFailed,
)
from certificates.models import (
    Badge,
    Credential,
    CredentialEvent,
    HolderRequest,
    RenewalEvidence,
    certificate_storage,
)
from certificates.notices import (
    post_answer_email,
    post_asked_back_email,
    post_change_email,
    post_ready_email,
)
from certificates.rendering import render_apart

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=2)
"""Longer than the slowest rendering and sending, with every time-out reached."""
DAY = timedelta(days=1)
# What seals takes 20 MB and a third of a second to load, which no web process should pay.
SEAL = "certificates.sealing.sealing.seal"
MAKE_BADGE = "certificates.badges.making.make_badge"
SEAL_WITH = "certificates.sealing.sealing.seal_with"
MOST_FAILURES = 5
"""How often within a day the renderer may fail at one certificate before a registrar is asked."""


def prepare(credential_id: str, *, at: datetime) -> str:
    """Render and announce one certificate as far as that is still to do.

    Gives what happened, in words for the log. Call it as often as you like.
    """
    due = Credential.objects.to_prepare().filter(pk=credential_id)
    with lease(due, at=at) as credential:
        if credential is None:
            return "leased by another worker" if due.exists() else "nothing to do"
        sign_badge(credential, at=at)
        if not credential.pdf:
            store_pdf(credential, at=at)
        if credential.pdf_problem:
            return "cannot be rendered"
        return "prepared and announced" if announce(credential, at=at) else "prepared"


def sign_badge(credential: Credential, *, at: datetime) -> bool:
    """Sign it as a badge, unless that is done or no key signs. Nobody's certificate waits for it:
    where the key is out of reach the file is made without it, and the sweep signs it later."""
    try:
        return import_string(MAKE_BADGE)(credential, at=at) is not None
    except SigningFailed as failure:
        log.warning("Signing credential %s failed: %s", credential.pk, failure.reason)
        return False


def notify_of_changes(credential_id: str, *, at: datetime) -> int:
    """Email a holder each change of their credential's standing that they were not told of, each
    request that was declined, and once whatever was asked back.

    Gives how many emails were sent. One that cannot be sent stops no other; the first such error
    is raised at the end. Call it as often as you like.
    """
    due = Credential.objects.with_notices_due().filter(pk=credential_id)
    with lease(due, at=at) as credential:
        return 0 if credential is None else _post_notices(credential, at=at)


def _post_notices(credential: Credential, *, at: datetime) -> int:
    sent = 0
    errors = []
    events = CredentialEvent.objects.notice_due().filter(credential=credential)
    requests = HolderRequest.objects.notice_due().filter(credential=credential)
    notices: list[CredentialEvent | HolderRequest] = [*events, *requests]
    for notice in notices:
        try:
            sent += _post_notice(credential, notice, at=at)
        except Exception as error:
            errors.append(error)
    try:
        sent += _post_asked_back(credential, at=at)
    except Exception as error:
        errors.append(error)
    if errors:
        raise errors[0]
    return sent


def _post_asked_back(credential: Credential, *, at: datetime) -> bool:
    """Email a holder once of all that was asked back and that they were not told of."""
    rows = list(RenewalEvidence.objects.notice_due().filter(credential=credential))
    if not rows or not post_asked_back_email(credential, rows[0], at=at):
        return False
    pending = RenewalEvidence.objects.filter(pk__in=[row.pk for row in rows])
    pending.update(notified_at=at)
    return True


def _post_notice(
    credential: Credential, notice: CredentialEvent | HolderRequest, *, at: datetime
) -> bool:
    if isinstance(notice, CredentialEvent):
        is_sent = post_change_email(credential, notice, at=at)
    else:
        notice.credential = credential
        is_sent = post_answer_email(notice, at=at)
    if is_sent:
        type(notice)._default_manager.filter(pk=notice.pk).update(notified_at=at)
    return is_sent


@contextmanager
def lease(due: QuerySet[Credential], *, at: datetime) -> Iterator[Credential | None]:
    """The one credential of a query, for this worker alone.

    None when the query is empty or another worker has the lease.
    """
    until = at + LEASE
    pk = due.values_list("pk", flat=True).first()
    if pk is None or not due.not_leased(at).update(leased_until=until):  # type: ignore[attr-defined]
        yield None
        return
    try:
        yield Credential.objects.select_related("holder", "issuer", "mark", "signatories").get(
            pk=pk
        )
    finally:
        Credential.objects.filter(pk=pk, leased_until=until).update(leased_until=None)


def store_pdf(credential: Credential, *, at: datetime) -> None:
    """Render a certificate with its badge inside, seal it, and store it for good with its hash; or
    store why it cannot be.

    Raises RenderingFailed where the renderer failed, and SealingFailed where the key of the seal is
    out of reach; the sweep tries again. Where the renderer failed `MOST_FAILURES` times, that is why
    the certificate cannot be.
    """
    address = public_url(credential)
    credential.attached = Badge.objects.to_attach(credential).first()
    try:
        rendered = render_apart(credential, verify_url=address)
        sealed = import_string(SEAL)(rendered, number=credential.number, address=address, at=at)
    except CertificateCannotBeRendered as problem:
        store_problem(credential, problem)
        return
    except SealingFailed as failure:
        # Not the fault of this certificate, however often: all of them wait until the key is back.
        log.warning("Sealing credential %s failed: %s", credential.pk, failure.reason)
        raise
    except RenderingFailed as failure:
        log.warning("Rendering credential %s failed: %s", credential.pk, failure.reason)
        if count_failure(credential) < MOST_FAILURES:
            raise
        store_problem(credential, failure)
        return
    storage = certificate_storage()
    path = f"{credential.issued_on:%Y/%m}/{secrets.token_urlsafe(24)}.pdf"
    path = storage.save(path, ContentFile(sealed.content))
    is_first = Credential.objects.filter(pk=credential.pk, pdf="").update(
        pdf=path,
        pdf_sha256=sha256(sealed.content).hexdigest(),
        pdf_made_at=at,
        sealed_by=sealed.key,
        timestamped=sealed.timestamped,
        seal_signature=sealed.signature,
        attached=credential.attached,
    )
    if not is_first:
        storage.delete(path)
    credential.refresh_from_db()


def made_again(credential: Credential, rendered: bytes) -> bytes:
    """The file of a certificate from what was rendered once more: the same bytes as were stored.

    The signature that it was sealed with is in its row, so no key is needed, and it does not matter
    where that was kept. The bytes cannot be had where a service attested the time. Raises
    SealingFailed for a file from before signatures were kept, where the key that sealed it is gone.
    """
    if credential.sealed_by is None or credential.pdf_made_at is None:
        return rendered
    sealed = import_string(SEAL_WITH)(
        credential.sealed_by,
        rendered,
        number=credential.number,
        address=public_url(credential),
        at=credential.pdf_made_at,
        signature=bytes(credential.seal_signature),
    )
    content: bytes = sealed.content
    return content


def store_problem(credential: Credential, problem: CannotBeDone) -> None:
    with translation.override(credential.holder.language):
        problem_text = str(problem)
    Credential.objects.filter(pk=credential.pk, pdf="").update(pdf_problem=problem_text)
    credential.refresh_from_db()


def count_failure(credential: Credential) -> int:
    """How often the renderer has failed at this certificate within a day, this time included."""
    key = f"rendering-failed:{credential.pk}"
    if cache.add(key, 1, DAY.total_seconds()):
        return 1
    try:
        return int(cache.incr(key))
    except ValueError:
        return 1  # It ended in between.


def announce(credential: Credential, *, at: datetime) -> bool:
    """Email the holder that their certificate is ready, if that is still to do.

    False where they have the email already, are to have none, or it must wait.
    """
    due = Credential.objects.to_prepare().not_announced().filter(pk=credential.pk)
    if not due.exists():
        return False
    if not post_ready_email(credential, at=at):
        return False
    Credential.objects.filter(pk=credential.pk, announced_at=None).update(announced_at=at)
    return True


def public_url(credential: Credential) -> str:
    """Where anyone may check a credential."""
    return settings.BASE_URL + reverse("certificates:verify_number", args=[credential.number])
