"""Letters of organisations: the one that asks somebody to join, the same with and without an account,
and the one to whoever became the owner because the only one is gone."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from people.letters import dress
from people.models import Letter, Membership, OrganisationInvitation
from people.posting import post

JOINS = "joins."
"""Begins the name of a letter that asks somebody to join."""
INHERITED = "inherited."
"""Begins the name of a letter to a new owner."""


def send_invitation(invitation: OrganisationInvitation, *, at: datetime) -> bool:
    """Send the letter, once. Whether it is sent now."""
    is_sent = post(
        lambda: _letter(invitation),
        thing=f"{JOINS}{invitation.pk}",
        kind=Letter.Kind.INVITATION,
        person=None,
        address=invitation.email,
        at=at,
    )
    if is_sent:
        OrganisationInvitation.objects.filter(pk=invitation.pk).update(sent_at=at)
    return is_sent


def _letter(invitation: OrganisationInvitation) -> EmailMultiAlternatives:
    with translation.override(invitation.language):
        answer_at = reverse("organisations:invitation", args=[invitation.pk])
        context = {
            "organisation": invitation.organisation.name,
            "inviter": invitation.invited_by.full_name,
            "ends_at": invitation.ends_at,
            "answer_url": settings.BASE_URL + answer_at,
            "site": settings.SITE_NAME,
        }
        email = EmailMultiAlternatives(
            subject=_("An invitation for you at %(site)s") % {"site": settings.SITE_NAME},
            body=render_to_string("people/letters/joins.txt", context),
            to=[invitation.email],
        )
        return dress(email, context=context)


def tell_heir(membership: Membership, *, at: datetime) -> bool:
    """Tell a member that the organisation is theirs now, once. Whether the letter is sent now."""
    is_sent = post(
        lambda: _letter_to_heir(membership),
        thing=f"{INHERITED}{membership.pk}.{membership.inherited_at:%Y%m%d%H%M%S}",
        kind=Letter.Kind.ORGANISATION,
        person=membership.person,
        at=at,
    )
    if is_sent:
        Membership.objects.filter(pk=membership.pk).update(told_at=at)
    return is_sent


def _letter_to_heir(membership: Membership) -> EmailMultiAlternatives:
    """Who was the owner, and why they are gone, is not said: they asked to be forgotten."""
    person, organisation = membership.person, membership.organisation
    with translation.override(person.language):
        context = {
            "person": person,
            "organisation": organisation.name,
            "address": settings.BASE_URL + organisation.get_absolute_url(),
            "site": settings.SITE_NAME,
        }
        email = EmailMultiAlternatives(
            subject=_("You are the owner of an organisation at %(site)s now")
            % {"site": settings.SITE_NAME},
            body=render_to_string("people/letters/inherited.txt", context),
            to=[person.email],
        )
        return dress(email, context=context)
