"""Emails about credentials: one recipient each, and nothing private in the subject."""

from __future__ import annotations

from datetime import datetime, timedelta
from email.utils import formataddr, parseaddr
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from certificates.appealing import ANSWER_DAYS
from certificates.dates import in_words
from certificates.models import Credential, CredentialEvent, HolderRequest, RenewalEvidence
from certificates.standing import FOLLOWED
from people.letters import dress
from people.models import Letter
from people.posting import post

HTML_TEMPLATES = {"ready": "certificates/email/ready.html"}
"""The letters that have more to show than their text."""
READY = "ready."
"""Begins the name of the letter that a certificate is ready."""


def post_ready_email(credential: Credential, *, at: datetime) -> bool:
    """Tell a holder, in their language, that their certificate is ready. Whether they are told.

    One that took the place of another says so, and which number counts now.
    """
    return post(
        lambda: _ready_email(credential),
        thing=f"{READY}{credential.pk}",
        kind=Letter.Kind.CERTIFICATE,
        person=credential.holder,
        at=at,
    )


def _ready_email(credential: Credential) -> EmailMultiAlternatives:
    earlier = credential.follows
    kinds = [event.kind for event in earlier.events.all()] if earlier else []
    with translation.override(credential.holder.language):
        return _write(
            "ready",
            credential,
            message=str(credential.pk),
            subject=_("Something is ready for you from %(issuer)s")
            % {"issuer": credential.issuer_name},
            context={
                "follows_by": next((kind for kind in kinds if kind in FOLLOWED), ""),
                "earlier": earlier.number if earlier else "",
                "expires_on": in_words(credential.expires_on) if credential.expires_on else "",
            },
        )


def post_change_email(credential: Credential, event: CredentialEvent, *, at: datetime) -> bool:
    """Tell a holder, in their language, that their credential was suspended, restored, revoked
    or had its revocation undone, and what that means for whoever checks it.

    The reason is never in an email: what the holder may know of it is on their own page.
    Whether they are told.
    """
    return post(
        lambda: _change_email(credential, event),
        thing=f"changed.{credential.pk}.{event.number}",
        kind=Letter.Kind.CHANGE,
        person=credential.holder,
        at=at,
    )


def _change_email(credential: Credential, event: CredentialEvent) -> EmailMultiAlternatives:
    day = credential.issuer.date_at(event.at)
    checked_at = reverse("certificates:verify_number", args=[credential.number])
    with translation.override(credential.holder.language):
        return _write(
            "changed",
            credential,
            message=f"{credential.pk}.{event.number}",
            subject=_("Something has changed for you at %(issuer)s")
            % {"issuer": credential.issuer_name},
            context={
                "kind": event.kind,
                "has_words": bool(event.explanation),
                "day": in_words(day),
                "verify_url": settings.BASE_URL + checked_at,
                "answer_by": in_words(day + timedelta(days=ANSWER_DAYS)),
            },
        )


def post_answer_email(request: HolderRequest, *, at: datetime) -> bool:
    """Tell a holder, in their language, that what they asked for was declined.

    The answer itself is on their own page. Whether they are told.
    """
    return post(
        lambda: _answer_email(request),
        thing=f"answered.{request.pk}",
        kind=Letter.Kind.ANSWER,
        person=request.credential.holder,
        at=at,
    )


def _answer_email(request: HolderRequest) -> EmailMultiAlternatives:
    credential = request.credential
    with translation.override(credential.holder.language):
        return _write(
            "answered",
            credential,
            message=f"{request.pk}",
            subject=_("%(issuer)s has answered you") % {"issuer": credential.issuer_name},
            context={"kind": request.kind},
        )


def post_asked_back_email(
    credential: Credential, evidence: RenewalEvidence, *, at: datetime
) -> bool:
    """Tell a holder, in their language, that something they entered needs another look.

    What, and why, is on their own page. Whether they are told.
    """
    thing = f"evidence.{evidence.pk}.{evidence.times_asked_back}"
    return post(
        lambda: _asked_back_email(credential, thing),
        thing=thing,
        kind=Letter.Kind.RENEWAL,
        person=credential.holder,
        at=at,
    )


def _asked_back_email(credential: Credential, thing: str) -> EmailMultiAlternatives:
    renewal_at = reverse("certificates:renewal", args=[credential.number])
    with translation.override(credential.holder.language):
        return _write(
            "asked_back",
            credential,
            message=thing,
            subject=_("%(issuer)s has answered you") % {"issuer": credential.issuer_name},
            context={"renewal_url": settings.BASE_URL + renewal_at},
        )


def post_reminder_email(credential: Credential, stage: int, *, at: datetime) -> bool:
    """Tell a holder, in their language, that a certificate of theirs runs out. Whether they are told.

    `stage` is one of the days before the last day: each has one letter.
    """
    thing = f"runs_out.{credential.pk}.{stage}"
    return post(
        lambda: _reminder_email(credential, thing),
        thing=thing,
        kind=Letter.Kind.RENEWAL,
        person=credential.holder,
        at=at,
    )


def _reminder_email(credential: Credential, thing: str) -> EmailMultiAlternatives:
    reminders_at = reverse("certificates:reminders", args=[credential.number])
    with translation.override(credential.holder.language):
        return _write(
            "runs_out",
            credential,
            message=thing,
            subject=_("A date to keep in mind, from %(issuer)s")
            % {"issuer": credential.issuer_name},
            context={
                "day": in_words(credential.expires_on) if credential.expires_on else "",
                "stop_url": settings.BASE_URL + reminders_at,
            },
        )


def _write(
    template: str,
    credential: Credential,
    *,
    message: str,
    subject: str,
    context: dict[str, Any],
) -> EmailMultiAlternatives:
    """Write one email.

    Its Message-ID is made from `message`, which names the news, so that a mail program knows
    the same email sent again for the same.
    """
    issuer = credential.issuer
    held_at = reverse("certificates:held", args=[credential.number])
    context = {
        "name": credential.holder.get_short_name(),
        "award": credential.award_name,
        "number": credential.number,
        "held_url": settings.BASE_URL + held_at,
        "issuer": credential.issuer_name,
        **context,
    }
    email = EmailMultiAlternatives(
        subject=subject,
        body=render_to_string(f"certificates/email/{template}.txt", context),
        from_email=sender_for(credential.issuer_name),
        to=[credential.holder.email],
        headers={"Message-ID": f"<{message}@{urlsplit(settings.BASE_URL).hostname}>"},
    )
    dress(
        email,
        html_template=HTML_TEMPLATES.get(template, "people/letters/plain.html"),
        context=context,
        contact=issuer.email,
        sender=credential.issuer_name,
    )
    return email


def sender_for(issuer_name: str) -> str:
    """The site's own address under an issuer's name, so that the letter says whose it is."""
    return formataddr((issuer_name, parseaddr(settings.DEFAULT_FROM_EMAIL)[1]))
