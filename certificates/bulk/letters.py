"""The letter to somebody without an account, for whom a certificate waits."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from certificates.models import BulkLine
from certificates.notices import sender_for
from people.letters import dress
from people.models import Letter, User
from people.posting import post

WAITS = "waits."
"""Begins the name of the letter that a certificate waits."""


def post_waiting_email(line: BulkLine, *, at: datetime) -> bool:
    """Tell somebody, in their language, how to come in and have what waits. Whether they are told."""
    person = line.person
    if person is None:
        return False
    return post(
        lambda: _waiting_email(line, person),
        thing=f"{WAITS}{line.pk}",
        kind=Letter.Kind.CERTIFICATE,
        person=person,
        at=at,
    )


def _waiting_email(line: BulkLine, person: User) -> EmailMultiAlternatives:
    award = line.award
    issuer = award.issuer if award else None
    issuer_name = issuer.name if issuer else str(settings.SITE_NAME)
    with translation.override(person.language):
        context = {
            "name": person.get_short_name(),
            "full_name": person.full_name,
            "award": award.name if award else "",
            "issuer": issuer_name,
            "sign_in_url": settings.BASE_URL + reverse("account_request_login_code"),
        }
        email = EmailMultiAlternatives(
            subject=_("Something waits for you at %(issuer)s") % {"issuer": issuer_name},
            body=render_to_string("certificates/email/waiting.txt", context),
            from_email=sender_for(issuer_name),
            to=[person.email],
        )
        return dress(
            email, context=context, contact=issuer.email if issuer else "", sender=issuer_name
        )
