"""What the worker does. A task is a doorbell: it looks, does what is owed, and may come twice."""

from __future__ import annotations

from django.utils import timezone
from django_tasks import task

from certificates.preparing import prepare, tell_of_changes


@task()
def prepare_certificate(credential_id: str) -> str:
    """Make the file of a new certificate and write to its holder; nothing, if that is done."""
    return prepare(credential_id, at=timezone.now())


@task()
def tell_of_change(credential_id: str) -> str:
    """Write to a holder what became of their credential; nothing, if that is done."""
    return f"told of {tell_of_changes(credential_id, at=timezone.now())}"
