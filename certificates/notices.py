"""Letters about credentials: one recipient each, and nothing private in the subject."""

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


def write_to_holder(credential: Credential) -> None:
    """Tell a holder, in their language, that their certificate is ready."""
    with translation.override(credential.holder.language):
        _send(
            "ready",
            credential,
            message=str(credential.pk),
            subject=_("Something is ready for you at %(site)s") % {"site": settings.SITE_NAME},
            told={"learn_url": settings.BASE_URL + settings.LOGIN_REDIRECT_URL},
        )


def write_of_change(credential: Credential, event: CredentialEvent) -> None:
    """Tell a holder, in their language, that their credential was suspended, restored or
    revoked, and what that means for whoever checks it. The reason is never in a letter."""
    checked_at = reverse("certificates:verify_number", args=[credential.number])
    with translation.override(credential.holder.language):
        _send(
            "changed",
            credential,
            message=f"{credential.pk}.{event.number}",
            subject=_("Something has changed for you at %(site)s") % {"site": settings.SITE_NAME},
            told={
                "kind": event.kind,
                "day": in_words(credential.issuer.date_at(event.at)),
                "number": credential.number,
                "verify_url": settings.BASE_URL + checked_at,
                "issuer": credential.issuer_name,
                "issuer_email": credential.issuer.email,
            },
        )


def _send(
    name: str, credential: Credential, *, message: str, subject: str, told: dict[str, Any]
) -> None:
    """One letter. Its Message-ID is made from what it tells of, so that the same letter sent
    again is known for the same."""
    told = {
        "name": credential.holder.get_short_name(),
        "award": credential.award_name,
        "site_name": settings.SITE_NAME,
        "subject": subject,
        **told,
    }
    letter = EmailMultiAlternatives(
        subject=subject,
        body=render_to_string(f"certificates/email/{name}.txt", told),
        to=[credential.holder.email],
        headers={
            "Message-ID": f"<{message}@{urlsplit(settings.BASE_URL).hostname}>",
            "Auto-Submitted": "auto-generated",
        },
    )
    letter.attach_alternative(
        render_to_string(f"certificates/email/{name}.html", told), "text/html"
    )
    letter.send()
