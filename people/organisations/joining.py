"""Verbs: making an organisation, asking people to join, their roles, leaving, and its end."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from allauth.account.models import EmailAddress
from django.db import transaction
from django.db.models import F, QuerySet

from people.act_kinds import ActKind
from people.acts import record_act
from people.folding import plain_address
from people.models import Act, Membership, Organisation, OrganisationInvitation, User
from people.models.organisations import Role
from people.organisations.exceptions import (
    AlreadyMember,
    InvitationForAnother,
    InvitationIsOver,
    LastOwnerStays,
    TooManyInvitations,
    TooManyOrganisations,
)
from people.organisations.tasks import send_after_commit, tell_heir_after_commit

INVITATION_LASTS = timedelta(days=14)
MOST_OWNED = 5
MOST_INVITED_A_DAY = 20
DAY = timedelta(days=1)


@transaction.atomic
def make_organisation(name: str, *, by: User, at: datetime) -> Organisation:
    """Make an organisation, with whoever makes it as its owner. Raises TooManyOrganisations.

    Those of a day are counted by the log, so that nobody ends and makes them to write to strangers.
    """
    made = Act.objects.filter(kind=ActKind.ORGANISATION_MADE, actor=by, at__gt=at - DAY)
    owned = Membership.objects.owners().filter(person=by)
    if owned.count() >= MOST_OWNED or made.count() >= MOST_OWNED:
        raise TooManyOrganisations(MOST_OWNED)
    organisation = Organisation.objects.create(name=name, made_at=at)
    Membership.objects.create(organisation=organisation, person=by, role=Role.OWNER, joined_at=at)
    record_act(ActKind.ORGANISATION_MADE, organisation, by=by, person=by, at=at)
    return organisation


@transaction.atomic
def end_organisation(organisation: Organisation, *, by: User | None, at: datetime) -> None:
    """End an organisation, with its memberships and its invitations."""
    subject = (organisation._meta.label_lower, str(organisation.pk))
    organisation.delete()
    record_act(ActKind.ORGANISATION_ENDED, subject, by=by, at=at)


# Asking people to join -----------------------------------------------------------------------


@transaction.atomic
def invite_member(
    organisation: Organisation, email: str, role: str, *, by: User, at: datetime
) -> OrganisationInvitation:
    """Write to an address, whoever has it. One who was asked before is asked anew.

    Raises AlreadyMember, or TooManyInvitations.
    """
    _lock(organisation)
    email = plain_address(email)
    if organisation.memberships.filter(person__in=_confirmed_by(email)).exists():
        raise AlreadyMember
    if organisation.invitations.filter(invited_at__gt=at - DAY).count() >= MOST_INVITED_A_DAY:
        raise TooManyInvitations(MOST_INVITED_A_DAY)
    organisation.invitations.filter(email=email).delete()
    invitation = organisation.invitations.create(
        email=email,
        role=role,
        language=by.language,
        invited_by=by,
        invited_at=at,
        ends_at=at + INVITATION_LASTS,
    )
    send_after_commit(invitation)
    return invitation


def take_back_invitation(organisation: Organisation, invitation_id: UUID, *, at: datetime) -> None:
    """End an invitation now. Its row goes a day later, so that it counts among those of the day."""
    organisation.invitations.open(at).filter(pk=invitation_id).update(ends_at=at)


def _confirmed_by(email: str) -> QuerySet[User]:
    return User.objects.filter(emailaddress__email=email, emailaddress__verified=True)


def addresses_of(person: User) -> list[str]:
    """The addresses of somebody that are confirmed."""
    addresses = EmailAddress.objects.filter(user=person, verified=True)
    return [plain_address(email) for email in addresses.values_list("email", flat=True)]


def is_invited(person: User, invitation: OrganisationInvitation) -> bool:
    """Whether an invitation went to an address that this person has confirmed."""
    return invitation.email in addresses_of(person)


@transaction.atomic
def accept_invitation(invitation: OrganisationInvitation, *, by: User, at: datetime) -> Membership:
    """Join, as whoever has the address. A member already gets no other role by it.

    Raises InvitationForAnother, or InvitationIsOver.
    """
    if not is_invited(by, invitation):
        raise InvitationForAnother
    if not OrganisationInvitation.objects.open(at).filter(pk=invitation.pk).delete()[0]:
        raise InvitationIsOver
    membership, is_new = Membership.objects.get_or_create(
        organisation=invitation.organisation,
        person=by,
        defaults={"role": invitation.role, "joined_at": at},
    )
    if is_new:
        record_act(ActKind.MEMBER_JOINED, invitation.organisation, by=by, person=by, at=at)
    return membership


def decline_invitation(invitation: OrganisationInvitation, *, by: User) -> None:
    """Say no. Nobody is told. Raises InvitationForAnother."""
    if not is_invited(by, invitation):
        raise InvitationForAnother
    invitation.delete()


# Roles, and leaving --------------------------------------------------------------------------


@transaction.atomic
def change_role(membership: Membership, role: str, *, by: User, at: datetime) -> None:
    """Give a member another role; the same again changes nothing. Raises LastOwnerStays."""
    _lock(membership.organisation)
    if role != Role.OWNER:
        _refuse_last_owner(membership)
    others = Membership.objects.filter(pk=membership.pk).exclude(role=role)
    if others.update(role=role):
        person = membership.person_id
        record_act(ActKind.MEMBER_CHANGED, membership.organisation, by=by, person=person, at=at)


@transaction.atomic
def remove_member(membership: Membership, *, by: User, at: datetime) -> None:
    """Take somebody out, or leave. Raises LastOwnerStays."""
    _lock(membership.organisation)
    _refuse_last_owner(membership)
    if Membership.objects.filter(pk=membership.pk).delete()[0]:
        person = membership.person_id
        record_act(ActKind.MEMBER_LEFT, membership.organisation, by=by, person=person, at=at)


def _lock(organisation: Organisation) -> None:
    """Have others who change the members of an organisation wait until this transaction is over."""
    Organisation.objects.filter(pk=organisation.pk).update(made_at=F("made_at"))


def _refuse_last_owner(membership: Membership) -> None:
    owners = membership.organisation.memberships.owners()
    is_owner = owners.filter(pk=membership.pk).exists()
    if is_owner and not owners.exclude(pk=membership.pk).exists():
        raise LastOwnerStays


# When somebody is erased ---------------------------------------------------------------------


def hand_over(person: User, *, at: datetime) -> None:
    """Let no organisation be left without an owner by somebody who goes.

    It goes on to the member who was there longest, who gets a letter; where there is none, it ends.
    """
    for membership in Membership.objects.owners().filter(person=person):
        _hand_over(membership, at=at)


@transaction.atomic
def _hand_over(membership: Membership, *, at: datetime) -> None:
    organisation = membership.organisation
    _lock(organisation)
    others = organisation.memberships.exclude(pk=membership.pk)
    if others.owners().exists():
        return
    heir = others.longest_first().first()
    if heir is None:
        end_organisation(organisation, by=None, at=at)
        return
    rows = Membership.objects.filter(pk=heir.pk)
    rows.update(role=Role.OWNER, inherited_at=at, told_at=None)
    tell_heir_after_commit(heir)
    record_act(ActKind.MEMBER_CHANGED, organisation, by=None, person=heir.person_id, at=at)
