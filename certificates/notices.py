"""Emails about credentials: one recipient each, and nothing private in the subject."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from certificates.dates import in_words
from certificates.models import Credential, CredentialEvent


def send_ready_email(credential: Credential) -> None:
    """Tell a holder, in their language, that their certificate is ready."""
    with translation.override(credential.holder.language):
        _send(
            "ready",
            credential,
            message=str(credential.pk),
            subject=_("Something is ready for you at %(site)s") % {"site": settings.SITE_NAME},
            context={"learn_url": settings.BASE_URL + settings.LOGIN_REDIRECT_URL},
        )


def send_change_email(credential: Credential, event: CredentialEvent) -> None:
    """Tell a holder, in their language, that their credential was suspended, restored or
    revoked, and what that means for whoever checks it. The reason is never in an email."""
    checked_at = reverse("certificates:verify_number", args=[credential.number])
    with translation.override(credential.holder.language):
        _send(
            "changed",
            credential,
            message=f"{credential.pk}.{event.number}",
            subject=_("Something has changed for you at %(site)s") % {"site": settings.SITE_NAME},
            context={
                "kind": event.kind,
                "day": in_words(credential.issuer.date_at(event.at)),
                "number": credential.number,
                "verify_url": settings.BASE_URL + checked_at,
                "issuer": credential.issuer_name,
                "issuer_email": credential.issuer.email,
            },
        )


def _send(
    template: str,
    credential: Credential,
    *,
    message: str,
    subject: str,
    context: dict[str, Any],
) -> None:
    """Send one email.

    Its Message-ID is made from `message`, which names the news, so that a mail program knows
    the same email sent again for the same.
    """
    context = {
        "name": credential.holder.get_short_name(),
        "award": credential.award_name,
        "site_name": settings.SITE_NAME,
        "subject": subject,
        **context,
    }
    email = EmailMultiAlternatives(
        subject=subject,
        body=render_to_string(f"certificates/email/{template}.txt", context),
        to=[credential.holder.email],
        headers={
            "Message-ID": f"<{message}@{urlsplit(settings.BASE_URL).hostname}>",
            "Auto-Submitted": "auto-generated",
        },
    )
    email.attach_alternative(
        render_to_string(f"certificates/email/{template}.html", context), "text/html"
    )
    email.send()
