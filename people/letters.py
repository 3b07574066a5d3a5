"""What every email of the site has: the look of the house, whom to ask, and where an answer goes."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from wagtail import hooks

CONTACT_HOOK = "find_contact_address"
"""Hooks of this name give the address for questions about the site, or an empty string."""


def contact_address() -> str:
    """The address for questions about the site; empty where none is set."""
    return next((address for find in hooks.get_hooks(CONTACT_HOOK) if (address := find())), "")


def dress(
    message: EmailMultiAlternatives,
    *,
    html_template: str = "people/letters/plain.html",
    context: dict[str, Any] | None = None,
    contact: str = "",
    sender: str = "",
) -> EmailMultiAlternatives:
    """Give an email its HTML form, say in both forms whom to ask, and let answers go there. Machines
    are told to send none.

    `contact` is the address for questions about this email, by default the one of the site.
    `sender` is the name it is written under, by default the name of the site. The HTML is drawn
    from `html_template`, by default from the text. Everything is in the language in use.
    """
    # Out-of-office answers would otherwise come to whoever reads the address for answers.
    message.extra_headers.setdefault("Auto-Submitted", "auto-generated")
    message.extra_headers.setdefault("X-Auto-Response-Suppress", "All")
    contact = contact or contact_address()
    letter = {
        **(context or {}),
        "subject": message.subject,
        "text": str(message.body).strip(),
        "sender": sender or settings.SITE_NAME,
        "base_url": settings.BASE_URL,
        "contact": contact,
    }
    message.body = render_to_string("people/letters/letter.txt", letter).strip() + "\n"
    message.attach_alternative(render_to_string(html_template, letter), "text/html")
    if contact:
        message.reply_to = [contact]
    return message
