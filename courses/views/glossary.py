"""The glossary, for whoever asks."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from courses.editions import edition_for
from courses.glossary import may_see_lesson, meanings_in


@require_safe
def glossary(request: HttpRequest) -> HttpResponse:
    """Every word and its meaning, in the reader's language; where it has none, in the site's."""
    edition = edition_for(request)
    default = settings.LANGUAGE_CODE
    language = get_language() or default
    meanings = meanings_in(language, edition)
    if not meanings:
        language, meanings = default, meanings_in(default, edition)
    words = [(meaning, may_see_lesson(meaning, request)) for meaning in meanings]
    return render(
        request,
        "courses/glossary.html",
        {
            "words": words,
            "language": language,
            "is_reviewed": any(meaning.reviewed_by for meaning in meanings),
        },
    )
