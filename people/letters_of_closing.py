"""The letters of closing an account: that it was asked, that it was undone, that it is done."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from people.letters import dress
from people.models import User
from people.preferences import zone_of


def send_letter(name: str, person: User, *, due_at: datetime | None = None) -> None:
    """Send the letter "asked", "undone" or "done" in the person's language. Raises what mail raises."""
    with translation.override(person.language), timezone.override(zone_of(person)):
        # Nothing in a subject says what somebody did here: others may see it on a screen.
        subject = _("Your account at %(site)s") % {"site": settings.SITE_NAME}
        body = render_to_string(
            f"people/letters/closing_{name}.txt",
            {
                "person": person,
                "site": settings.SITE_NAME,
                "due_at": due_at,
                "sign_in_url": settings.BASE_URL + reverse("account_login"),
                "sessions_url": settings.BASE_URL + reverse("usersessions_list"),
            },
        )
        message = EmailMultiAlternatives(subject, body, to=[person.email])
        dress(message).send()
