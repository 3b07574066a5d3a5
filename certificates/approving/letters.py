"""The letter to a registrar about what they proposed. It names nobody, and says no reason."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from certificates.models import Proposal
from people.letters import dress
from people.models import Letter
from people.posting import post

PROPOSED = "proposed."
"""Begins the name of the letter about a proposal."""


def tell_proposer(proposal: Proposal, *, at: datetime) -> bool:
    """Tell a registrar, once, that what they proposed was decided. Whether the letter is sent now."""
    is_sent = post(
        lambda: _letter(proposal),
        thing=f"{PROPOSED}{proposal.pk}",
        kind=Letter.Kind.ANSWER,
        person=proposal.proposed_by,
        at=at,
    )
    if is_sent:
        Proposal.objects.filter(pk=proposal.pk, told_at=None).update(told_at=at)
    return is_sent


def _letter(proposal: Proposal) -> EmailMultiAlternatives:
    """What was decided, and where the rest is read, signed in."""
    person = proposal.proposed_by
    with translation.override(person.language):
        read_at = reverse("proposals:proposal", args=[proposal.pk])
        context = {
            "name": person.get_short_name(),
            "is_approved": proposal.state == Proposal.State.APPROVED,
            "read_url": settings.BASE_URL + read_at,
            "site": settings.SITE_NAME,
        }
        email = EmailMultiAlternatives(
            subject=_("What you proposed at %(site)s was decided") % {"site": settings.SITE_NAME},
            body=render_to_string("certificates/email/proposal_decided.txt", context),
            to=[person.email],
        )
        return dress(email, context=context)
