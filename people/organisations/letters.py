"""The letter that asks somebody to join an organisation. It is the same with and without an account."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from people.letters import dress
from people.models import Letter, OrganisationInvitation
from people.posting import post

JOINS = "joins."
"""Begins the name of a letter that asks somebody to join."""


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
