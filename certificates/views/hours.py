"""How hours are counted, for whoever has to decide whether to accept them."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from certificates.hours import COUNTED_SINCE
from courses import study_time as rule


@require_safe
def hours(request: HttpRequest) -> HttpResponse:
    """The rule with its numbers as the code has them, its sources, and its limits."""
    return render(
        request,
        "certificates/hours.html",
        {
            "read": rule.WORDS_READ_A_MINUTE,
            "written": rule.WORDS_WRITTEN_A_MINUTE,
            "longest_exercise": rule.LONGEST_EXERCISE,
            "least_words": rule.LEAST_WORDS_WRITTEN,
            "seconds": rule.LEAST_SECONDS_A_QUESTION,
            "since": COUNTED_SINCE,
        },
    )
