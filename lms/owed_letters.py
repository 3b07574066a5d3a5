"""Since when the oldest letter is owed, as the records say it: no mail server is asked."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Min

from assessments.models import RemarkNotice
from certificates.models import Credential, CredentialEvent, HolderRequest
from people.models import Letter


def oldest_owed_letter() -> datetime | None:
    """Since when the letter is owed that is owed for longest; None where none is."""
    to_announce = Credential.objects.to_prepare().not_announced()
    moments = [
        to_announce.aggregate(since=Min("pdf_made_at"))["since"],
        CredentialEvent.objects.notice_due().aggregate(since=Min("at"))["since"],
        HolderRequest.objects.notice_due().aggregate(since=Min("decided_at"))["since"],
        Letter.objects.still_tried().aggregate(since=Min("first_tried_at"))["since"],
        RemarkNotice.objects.due().aggregate(since=Min("remarking__decided_at"))["since"],
    ]
    return min(filter(None, moments), default=None)
