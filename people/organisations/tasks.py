"""What the worker does for organisations. The row says what is owed; the queue is a doorbell."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django_tasks import task

from people.models import Membership, OrganisationInvitation
from people.organisations.letters import send_invitation, tell_heir


@task()
def send_organisation_invitation(invitation_id: str) -> str:
    """Send the letter of an invitation, unless that is done or it is over."""
    at = timezone.now()
    owed = OrganisationInvitation.objects.not_sent(at).filter(pk=invitation_id)
    invitation = owed.select_related("organisation", "invited_by").first()
    if invitation is None:
        return "nothing to send"
    return "sent" if send_invitation(invitation, at=at) else "waits"


def send_after_commit(invitation: OrganisationInvitation) -> None:
    """Queue the letter once this transaction is committed. The sweep sends what was lost."""

    def enqueue() -> None:
        send_organisation_invitation.enqueue(str(invitation.pk))

    transaction.on_commit(enqueue, robust=True)


@task()
def tell_heir_of_organisation(membership_id: int) -> str:
    """Tell a member that the organisation is theirs now, unless that is done."""
    owed = Membership.objects.to_tell().filter(pk=membership_id)
    membership = owed.select_related("organisation", "person").first()
    if membership is None:
        return "nothing to send"
    return "sent" if tell_heir(membership, at=timezone.now()) else "waits"


def tell_heir_after_commit(membership: Membership) -> None:
    """Queue the letter once this transaction is committed. The sweep sends what was lost."""

    def enqueue() -> None:
        tell_heir_of_organisation.enqueue(membership.pk)

    transaction.on_commit(enqueue, robust=True)
