"""What the worker does. Each task looks up what is still to do, and may come twice."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django_tasks import task

from assessments.models import Remarking
from assessments.notices import notify_of_remarking
from assessments.remarking import carry_on

AT_ONCE = 200
"""How many attempts one job marks, so that no job runs for minutes."""


@task()
def run_remarking(remarking_id: str) -> str:
    """Mark some of what a re-marking still owes, and queue the next job, or the emails."""
    remarking = Remarking.objects.get(pk=remarking_id)
    done = carry_on(remarking, at=timezone.now(), limit=AT_ONCE)
    if done == AT_ONCE:
        run_remarking.enqueue(remarking_id)
    else:
        send_remark_notices.enqueue(remarking_id)
    return f"marked {done}"


@task()
def send_remark_notices(remarking_id: str) -> str:
    """Email each learner whose result a re-marking changed, unless that is done."""
    return f"sent {notify_of_remarking(UUID(remarking_id), clock=timezone.now)}"


def enqueue_remarking(remarking: Remarking) -> None:
    """Queue a re-marking once this transaction is committed.

    The queue is only a doorbell: the rows say what is to do, and `sweep` does it where a job
    was lost. So a queue that cannot be reached stops nothing.
    """

    # A named function: Django logs the failure of a robust hook by its `__qualname__`.
    def enqueue() -> None:
        run_remarking.enqueue(str(remarking.pk))

    transaction.on_commit(enqueue, robust=True)
