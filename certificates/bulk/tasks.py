"""What the worker does of a bulk issue. A job looks up what is still to do, and may come twice."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django_tasks import task

from certificates.bulk.running import carry_on
from certificates.models import BulkIssue

AT_ONCE = 20
"""How many lines one job does, so that none runs for minutes, and certificates are made between."""


@task()
def run_bulk_issue(bulk_id: str) -> str:
    """Do some of what a bulk issue still owes, and queue the next job."""
    bulk = BulkIssue.objects.unfinished().filter(pk=bulk_id).first()
    if bulk is None:
        return "nothing to do"
    done, failed = carry_on(bulk, clock=timezone.now, limit=AT_ONCE)
    if done and bulk.lines.owed().exists():
        run_bulk_issue.enqueue(bulk_id)
    return f"did {done}, failed {failed}"


def enqueue_bulk_issue(bulk: BulkIssue) -> None:
    """Queue a bulk issue once this transaction is committed.

    The queue is only a doorbell: the rows say what is to do, and `sweep` does it where a job was
    lost. So a queue that cannot be reached stops nothing.
    """

    # A named function: Django logs the failure of a robust hook by its `__qualname__`.
    def enqueue() -> None:
        run_bulk_issue.enqueue(str(bulk.pk))

    transaction.on_commit(enqueue, robust=True)
