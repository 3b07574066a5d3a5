"""A learner's transcript: to read, to print, and as a PDF."""

from __future__ import annotations

import logging

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from courses.editions import edition_for
from lms.transcript.reading import Transcript, read_transcript
from lms.views import errors
from lms.workbook.pdf_words import printable
from lms.workbook.process import WorkbookNotRendered, render_apart
from lms.workbook.sizes import SIZES
from people.http import SignedInRequest, login_required

logger = logging.getLogger(__name__)
private = cache_control(private=True, no_store=True)


@private
@login_required
@require_safe
def transcript(request: SignedInRequest) -> HttpResponse:
    """The transcript of whoever asks."""
    read = read_transcript(request.user, edition_for(request), at=timezone.now())
    return render(request, "lms/transcript/page.html", _context(read, request))


@private
@login_required
@require_safe
def transcript_file(request: SignedInRequest, size: str) -> HttpResponse:
    """The same as a PDF; made each time that it is asked for, and cached nowhere."""
    read = read_transcript(request.user, edition_for(request), at=timezone.now())
    if size not in SIZES or not read:
        raise Http404
    html = render_to_string("lms/transcript/sheet.html", _context(read, request))
    try:
        content = render_apart(printable(html), size)
    except WorkbookNotRendered as problem:
        logger.warning("A transcript was not rendered: %s.", problem)
        return errors.unavailable(request)
    name = slugify(_("Transcript")) or "transcript"
    return HttpResponse(
        content,
        content_type="application/pdf",
        headers={"Content-Disposition": f'attachment; filename="{name}.pdf"'},
    )


def _context(read: Transcript, request: HttpRequest) -> dict[str, object]:
    return {
        "transcript": read,
        "check_address": settings.BASE_URL + reverse("certificates:verify"),
        "hours_address": settings.BASE_URL + reverse("certificates:hours"),
        "issuer": request.get_host(),
    }
