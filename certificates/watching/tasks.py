"""What the worker does for those who watch. The rows say what is owed; the queue is a doorbell."""

from __future__ import annotations

from django.utils import timezone
from django_tasks import task

from certificates.watching.delivering import deliver_waiting


@task()
def deliver_to_webhook(webhook_id: int) -> str:
    """Deliver what waits for a webhook."""
    return f"delivered {deliver_waiting(webhook_id, clock=timezone.now)}"
