"""Parts of a page that are the same for many, drawn once and kept.

Drawing is most of what a page costs. What is kept never holds anything of a person: a part is
drawn in a context of its own, in which there is nobody.
"""

from __future__ import annotations

import secrets
from functools import lru_cache
from types import SimpleNamespace
from typing import Any

from django import template
from django.conf import settings
from django.template import Context
from django.template.loader import get_template, render_to_string
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, get_language_info
from wagtail.models import Page

from courses.editions import TOKEN_GOES_HERE, edition_for, remembered
from lms.context import look_for
from lms.models import SiteSettings
from people.http import STAFF_SESSION_KEY

register = template.Library()

# Stands in a kept part where the address of the page goes.
ADDRESS = f"address-{secrets.token_hex(16)}"


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


@register.simple_tag
def contact_address() -> str:
    """Where people may write with questions, as the settings of the site say; or nothing."""
    said = SiteSettings.objects.filter(site__is_default_site=True).first()
    return said.contact_email if said else ""


@register.simple_tag
def drawn(template_name: str, **values: Any) -> SafeString:
    """An `{% include … only %}` of what depends on its values alone, none of them a person's.

    The values can be hashed and never change; a list is taken as it is now. The same values
    give the same markup, so it is drawn once for each language.
    """
    if settings.DEBUG:
        return render_to_string(template_name, values)
    told = tuple(
        (name, tuple(value) if isinstance(value, list) else value) for name, value in values.items()
    )
    return _drawn(get_language(), template_name, told)


@lru_cache(maxsize=2048)
def _drawn(
    language: str | None, template_name: str, values: tuple[tuple[str, Any], ...]
) -> SafeString:
    return render_to_string(template_name, dict(values))


@register.simple_tag(takes_context=True)
def kept(context: Context, template_name: str, page: Page, **values: Any) -> SafeString:
    """An `{% include … only %}` of what depends on a published page and on values alone.

    None of them is a person's, and the values can be hashed. It is drawn once for each
    edition and language; a draft that is previewed is drawn each time.
    """
    request = context["request"]

    def draw() -> SafeString:
        return render_to_string(template_name, {"page": page, **values})

    if settings.DEBUG or getattr(request, "is_preview", False):
        return draw()
    key = ("kept", template_name, page.pk, get_language(), tuple(values.items()))
    return remembered(edition_for(request), key, draw)


@register.simple_tag(takes_context=True)
def frame(context: Context, template_name: str) -> SafeString:
    """A part of every page that asks of its reader only whether they are signed in, and as staff.

    It is drawn once for each edition, site and language. The reader's own token and the
    page's address are put in afterwards; the link to the page itself is marked as such.
    """
    request = context.get("request")
    if request is None or settings.DEBUG:
        return get_template(template_name).template.render(context)  # type: ignore[attr-defined]
    look = look_for(request)
    signed_in = context["user"].is_authenticated
    is_staff = signed_in and bool(request.session.get(STAFF_SESSION_KEY))

    def for_address(path: str) -> str:
        return remembered(
            edition_for(request),
            ("frame", template_name, look.site_id, get_language(), signed_in, is_staff, path),
            lambda: _for_anybody(
                context,
                template_name,
                vars(look),
                SimpleNamespace(is_authenticated=signed_in, is_staff=is_staff),
                path,
            ),
        )

    markup = for_address("")
    if f'href="{escape(request.path)}"' in markup:
        markup = for_address(request.path)
    if TOKEN_GOES_HERE in markup:
        markup = markup.replace(TOKEN_GOES_HERE, str(context["csrf_token"]))
    if ADDRESS in markup:
        markup = markup.replace(ADDRESS, escape(request.get_full_path()))
    return mark_safe(markup)


def _for_anybody(
    context: Context, template_name: str, look: dict[str, Any], user: SimpleNamespace, path: str
) -> str:
    """The part as nobody in particular sees it."""
    nobody = {
        **look,
        "demonstration": settings.DEMONSTRATION,
        "user": user,
        "request": SimpleNamespace(path=path, get_full_path=ADDRESS),
        "csrf_token": TOKEN_GOES_HERE,
    }
    return get_template(template_name).template.render(context.new(nobody))  # type: ignore[attr-defined]
