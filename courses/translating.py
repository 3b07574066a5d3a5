"""A verb: bringing a page into another language, with what it stands under."""

from __future__ import annotations

from django.db import transaction
from wagtail.actions.copy_for_translation import CopyPageForTranslationAction
from wagtail.models import Locale, Page

from courses.languages import missing_in
from people.models import User


@transaction.atomic
def translate_page(page: Page, locale: Locale, *, by: User, with_subtree: bool = False) -> Page:
    """Make a draft of a page in another language, and of each page above it that lacks one.

    A page above that stays a draft holds nothing back: readers are shown it in the language
    there is. What is translated already stays as it is. Returns the page in that language.
    """
    wanted = page.get_ancestors(inclusive=True).filter(depth__gt=1)
    if with_subtree:
        wanted = wanted | page.get_descendants(inclusive=True)
    for each in missing_in(locale, wanted).order_by("path"):
        action = CopyPageForTranslationAction(page=each.specific, locale=locale, user=by)
        action.execute(skip_permission_checks=True)
    translated: Page = page.get_translation(locale)
    return translated


def to_bring_along(page: Page, locale: Locale) -> list[Page]:
    """The pages above a page that would become drafts with it, from the front page down."""
    above = page.get_ancestors().filter(depth__gt=1)
    return list(missing_in(locale, above).order_by("path"))
