"""What the worker does. Each task looks up what is still to do, and may come twice."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone
from django_tasks import task

from certificates.models import Credential
from certificates.preparing import notify_of_changes, prepare


@task()
def prepare_certificate(credential_id: str) -> str:
    """Render the certificate of a new credential and announce it, unless that is done."""
    return prepare(credential_id, at=timezone.now())


@task()
def notify_of_change(credential_id: str) -> str:
    """Email a holder each change of their credential's standing, unless that is done."""
    return f"sent {notify_of_changes(credential_id, at=timezone.now())}"


# Jobs that an older version left in the queue call the task by its former name.
tell_of_change = notify_of_change


def enqueue_after_commit(task: Any, credential: Credential) -> None:
    """Queue a task about a credential once this transaction is committed.

    The queue is only a doorbell: the rows say what is to do, and `sweep` does it where a job
    was lost. So a queue that cannot be reached stops nothing.
    """

    # A named function: Django logs the failure of a robust hook by its `__qualname__`.
    def enqueue() -> None:
        task.enqueue(str(credential.pk))

    transaction.on_commit(enqueue, robust=True)
