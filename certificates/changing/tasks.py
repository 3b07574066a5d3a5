"""What the worker does of a change of many. A job looks up what is to do, and may come twice."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django_tasks import task

from certificates.changing.running import carry_on_change
from certificates.models import BulkChange

AT_ONCE = 20
"""How many lines one job does, so that none runs for minutes."""


@task()
def run_bulk_change(change_id: str) -> str:
    """Do some of what a change of many still owes, and queue the next job."""
    change = BulkChange.objects.unfinished().filter(pk=change_id).first()
    if change is None:
        return "nothing to do"
    done, failed = carry_on_change(change, clock=timezone.now, limit=AT_ONCE)
    if done and change.lines.owed().exists():
        run_bulk_change.enqueue(change_id)
    return f"did {done}, failed {failed}"


def enqueue_bulk_change(change: BulkChange) -> None:
    """Queue a change of many once this transaction is committed.

    The queue is only a doorbell: the rows say what is to do, and `sweep` does it where a job was
    lost. So a queue that cannot be reached stops nothing.
    """

    # A named function: Django logs the failure of a robust hook by its `__qualname__`.
    def enqueue() -> None:
        run_bulk_change.enqueue(str(change.pk))

    transaction.on_commit(enqueue, robust=True)
