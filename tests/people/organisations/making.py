"""Organisations and their members, made plainly."""

from __future__ import annotations

from datetime import datetime

from people.models import Membership, Organisation, User
from people.organisations.joining import make_organisation
from tests import make
from tests.make import HOUR, NOON


def organisation(*owners: User, name: str = "Harbour House", at: datetime = NOON) -> Organisation:
    """An organisation with its owners, in the order in which they joined."""
    made = make_organisation(name, by=owners[0] if owners else make.user(), at=at)
    for place, owner in enumerate(owners[1:], 1):
        member(made, owner, role="owner", at=at + place * HOUR)
    return made


def member(
    organisation: Organisation,
    person: User | None = None,
    role: str = "member",
    at: datetime = NOON,
) -> Membership:
    """Somebody's place in an organisation."""
    return Membership.objects.create(
        organisation=organisation, person=person or make.user(), role=role, joined_at=at
    )
