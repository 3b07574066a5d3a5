"""For how long what the queue and Wagtail leave behind is kept."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django_tasks_db.models import DBTaskResult
from wagtail.admin.models import EditingSession
from wagtail.models import ModelLogEntry, PageLogEntry, UploadedFile

from people.retention import keep_for

FormState = apps.get_model("wagtailadmin", "FormState")
HISTORY_DAYS = 7 * 365


def finished_tasks(before: datetime) -> QuerySet[Any]:
    return DBTaskResult.objects.filter(finished_at__lt=before)


def old_drafts(before: datetime) -> QuerySet[Any]:
    return FormState.objects.filter(last_updated_at__lt=before)


def old_editing(before: datetime) -> QuerySet[Any]:
    return EditingSession.objects.filter(last_seen_at__lt=before)


def forget_uploads(before: datetime) -> int:
    """Delete files that were put up and never used, and what a broken upload left on the disk."""
    number = 0
    for upload in UploadedFile.objects.iterator():
        # The row does not say when: its file does.
        stored = upload.file.storage
        if (
            not stored.exists(upload.file.name)
            or stored.get_modified_time(upload.file.name) < before
        ):
            upload.file.delete(save=False)
            upload.delete()
            number += 1
    folder = Path(settings.FILE_UPLOAD_TEMP_DIR)
    for path in folder.iterdir() if folder.is_dir() else []:
        if path.is_file() and path.stat().st_mtime < before.timestamp():
            path.unlink(missing_ok=True)
            number += 1
    return number


def forget_history(before: datetime) -> int:
    """Delete entries of Wagtail's history. What was decided about people is elsewhere."""
    pages, _by_model = PageLogEntry.objects.filter(timestamp__lt=before).delete()
    others, _by_model = ModelLogEntry.objects.filter(timestamp__lt=before).delete()
    return pages + others


keep_for(
    "uploads",
    _("Files that staff began to put up and never used"),
    7,
    _("they were sent"),
    forget=forget_uploads,
)
keep_for(
    "editing",
    _("Who of the staff has which page open"),
    1,
    _("it was last open"),
    expired=old_editing,
)
keep_for(
    "finished tasks",
    _("Work of the site that is done, by numbers alone"),
    14,
    _("it was done"),
    expired=finished_tasks,
)
keep_for(
    "drafts",
    _("What staff typed into a form and did not save"),
    30,
    _("it was last typed in"),
    expired=old_drafts,
)
keep_for(
    "history",
    _("Who of the staff changed what"),
    HISTORY_DAYS,
    _("it was done"),
    forget=forget_history,
)
