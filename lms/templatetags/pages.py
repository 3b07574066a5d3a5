"""What the templates of every page use without loading it: icons, and words about languages."""

from __future__ import annotations

from typing import Any

from django import template
from django.conf import settings
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, get_language_info
from wagtail.models import Page

from courses.editions import edition_for
from courses.models import Edition
from courses.translating import pages_awaiting_review
from lms.icons import svg
from lms.models import SiteSettings

register = template.Library()


@register.simple_tag
def icon(name: str) -> SafeString:
    """An icon by its name in `lms/icons.py`. It is decoration: words beside it say the same."""
    return mark_safe(svg(name))


@register.simple_tag
def lang(code: str | None) -> SafeString:
    """The attribute that tells a reader's voice to change, for words in another language than
    the page's; nothing for words in its own."""
    if not code or code == get_language():
        return mark_safe("")
    return format_html(' lang="{}"', code)


@register.simple_tag
def other_language(page: Any) -> str:
    """The name of the language that a page is written in, where it is not the reader's."""
    code = page.locale.language_code if isinstance(page, Page) else get_language()
    return "" if code == get_language() else str(get_language_info(code)["name_translated"])


@register.simple_tag(takes_context=True)
def unreviewed_from(context: Any, page: Any) -> str:
    """The language that a program translated a page from, where no person is on record who read
    the translation over; else nothing."""
    source = settings.LANGUAGE_CODE
    if not isinstance(page, Page) or page.locale.language_code == source:
        return ""
    edition = edition_for(context["request"]) if "request" in context else Edition.current()
    return source if page.pk in pages_awaiting_review(edition) else ""


@register.simple_tag
def contact_address() -> str:
    """Where people may write with questions, as the settings of the site say; or nothing."""
    site_settings = SiteSettings.objects.filter(site__is_default_site=True).first()
    return site_settings.contact_email if site_settings else ""
