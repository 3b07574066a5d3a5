"""How much one person may put in within a day, and when the disk has no room for more."""

from __future__ import annotations

import shutil
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Sum
from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtailmedia.models import get_media_model

from people.models import User

DAY = timedelta(days=1)
LEAST_FREE = 0.10
"""What stays free of the disk, so that learners' answers can be saved to the last."""


def bytes_put_in(user: User, *, at: datetime) -> int:
    """How many bytes a person has put in within a day, as pictures, documents and films."""
    since = {"uploaded_by_user": user, "created_at__gt": at - DAY}
    total = 0
    for model in (get_image_model(), get_document_model()):
        total += model.objects.filter(**since).aggregate(sum=Sum("file_size"))["sum"] or 0
    for media in get_media_model().objects.filter(**since):
        with suppress(OSError):  # one whose file is gone takes no room
            total += media.file.size
    return total


def disk_has_room() -> bool:
    space = shutil.disk_usage(settings.VAR_DIR)
    return space.free / space.total > LEAST_FREE


def refusal_of(user: User | None, size: int, *, at: datetime) -> str:
    """Why a file of so many bytes is not taken from this person now; empty where it is."""
    if not disk_has_room():
        return _(
            "There is too little room on the server for more files. Whoever runs this site "
            "can make some; nothing else was changed."
        )
    most = settings.UPLOADS_PER_PERSON_A_DAY
    if user is None or bytes_put_in(user, at=at) + size <= most:
        return ""
    return _(
        "You have put in %(most)s within a day, which is as much as one person may. Go on "
        "tomorrow, or ask whoever runs this site."
    ) % {"most": filesizeformat(most)}


class QuotaMixin:
    """A form for a file, which keeps to the quota of whoever sends it."""

    cleaned_data: dict[str, Any]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.sender: User | None = kwargs.get("user")
        super().__init__(*args, **kwargs)

    def clean(self) -> Any:
        cleaned = super().clean()  # type: ignore[misc]
        file = self.cleaned_data.get("file")
        if isinstance(file, UploadedFile):
            reason = refusal_of(self.sender, file.size or 0, at=timezone.now())
            if reason:
                self.add_error("file", reason)  # type: ignore[attr-defined]
        return cleaned
