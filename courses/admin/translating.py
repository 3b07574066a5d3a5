"""Wagtail's form for translating a page, without its dead end: a page above not yet translated."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from wagtail.admin import messages
from wagtail.contrib.simple_translation.forms import SubmitTranslationForm
from wagtail.contrib.simple_translation.views import SubmitPageTranslationView
from wagtail.models import Page

from courses.translating import to_bring_along, translate_page
from people.http import SignedInRequest


class TranslationForm(SubmitTranslationForm):
    """Offers every language, and says which pages above come along."""

    def __init__(self, instance: Page, *args: Any, **kwargs: Any) -> None:
        super().__init__(instance, *args, **kwargs)
        locales = self.fields["locales"]
        locales.widget.disabled_values = []
        self.show_submit = True
        locales.help_text = " ".join(
            sentence
            for locale in locales.queryset
            if (sentence := along_in_words(instance, locale))
        )


def along_in_words(page: Page, locale: Any) -> str:
    """Which pages above a page become drafts in a language together with it; empty for none."""
    above = to_bring_along(page, locale)
    if not above:
        return ""
    return ngettext(
        "%(language)s: the page above comes along as a draft, and until you publish it readers "
        "see it in the language it has: %(titles)s.",
        "%(language)s: the pages above come along as drafts, and until you publish them readers "
        "see them in the language they have: %(titles)s.",
        len(above),
    ) % {
        "language": locale.get_display_name(),
        "titles": ", ".join(each.get_admin_display_title() for each in above),
    }


class TranslatePageView(SubmitPageTranslationView):
    """Makes the drafts of a page in the languages chosen, and of the pages above it."""

    def get_form(self) -> TranslationForm:
        data = (self.request.POST,) if self.request.method == "POST" else ()
        return TranslationForm(self.object, *data)

    @transaction.atomic
    def post(self, request: SignedInRequest, **kwargs: Any) -> HttpResponse:
        form = self.get_form()
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(**kwargs))
        with_subtree = form.cleaned_data["include_subtree"]
        locales = list(form.cleaned_data["locales"])
        translated = [
            translate_page(self.object, locale, by=request.user, with_subtree=with_subtree)
            for locale in locales
        ]
        names = ", ".join(locale.get_display_name() for locale in locales)
        messages.success(
            request,
            _("“%(title)s” is there as a draft in: %(languages)s.")
            % {"title": self.object.get_admin_display_title(), "languages": names},
        )
        return redirect(self.get_success_url(translated[0] if len(translated) == 1 else None))
