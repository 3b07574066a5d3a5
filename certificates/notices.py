"""Letters about credentials: one recipient each, and nothing private in the subject."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from certificates.models import Credential


def write_to_holder(credential: Credential) -> None:
    """Tell a holder, in their language, that their certificate is ready.

    Its Message-ID is made from the credential, so that the same letter sent again is known
    for the same.
    """
    holder = credential.holder
    with translation.override(holder.language):
        told = {
            "name": holder.get_short_name(),
            "award": credential.award_name,
            "learn_url": settings.BASE_URL + settings.LOGIN_REDIRECT_URL,
            "site_name": settings.SITE_NAME,
        }
        letter = EmailMultiAlternatives(
            subject=_("Something is ready for you at %(site)s") % {"site": settings.SITE_NAME},
            body=render_to_string("certificates/email/ready.txt", told),
            to=[holder.email],
            headers={
                "Message-ID": f"<{credential.pk}@{urlsplit(settings.BASE_URL).hostname}>",
                "Auto-Submitted": "auto-generated",
            },
        )
        letter.attach_alternative(
            render_to_string("certificates/email/ready.html", told), "text/html"
        )
    letter.send()
