"""What the worker does of proposals: it writes to whoever proposed what was decided."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django_tasks import task

from certificates.approving.letters import tell_proposer
from certificates.models import Proposal


@task()
def send_answer(proposal_id: str) -> str:
    """Write to a registrar that what they proposed was decided, unless that is done."""
    proposal = Proposal.objects.not_told().select_related("proposed_by").filter(pk=proposal_id)
    row = proposal.first()
    return f"sent {tell_proposer(row, at=timezone.now())}" if row else "nothing to do"


def enqueue_answer(proposal: Proposal) -> None:
    """Queue that letter once this transaction is committed. Where a job is lost, `sweep` sends it."""

    # A named function: Django logs the failure of a robust hook by its `__qualname__`.
    def enqueue() -> None:
        send_answer.enqueue(str(proposal.pk))

    transaction.on_commit(enqueue, robust=True)
