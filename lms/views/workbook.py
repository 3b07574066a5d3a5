"""The workbook of a module, to print or to keep."""

from __future__ import annotations

import logging
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.template.loader import render_to_string
from django.utils.text import slugify
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from courses.editions import cache_value, cached_value, edition_for
from courses.models import LessonPage
from courses.privacy import open_to
from courses.progress import StepOutline
from courses.translating import pages_awaiting_review
from lms.context import help_of, look_for, whereabouts
from lms.offline.copies import READABLE
from lms.open_module import OpenModule, open_module
from lms.views import errors
from lms.workbook.contents import MOST_LINES, absent_lesson, read_workbook, with_own_words
from lms.workbook.pdf_words import printable
from lms.workbook.process import WorkbookNotRendered, render_apart
from lms.workbook.sizes import SIZES
from people.http import SignedInRequest, login_required

logger = logging.getLogger(__name__)
private = cache_control(private=True, no_store=True)


@private
@login_required
@require_safe
def workbook(request: SignedInRequest, module_key: UUID, size: str) -> HttpResponse:
    """The workbook as a PDF, with what its reader wrote where they ask for it."""
    if size not in SIZES:
        raise Http404
    opened = open_module(request, module_key)
    if not lesson_steps(opened):
        raise Http404
    has_own_words = request.GET.get("own") == "1"
    try:
        content = rendered(opened, lesson_pages(opened), size, has_own_words=has_own_words)
    except WorkbookNotRendered as problem:
        logger.warning("A workbook was not rendered: %s.", problem)
        return errors.unavailable(request)
    name = slugify(f"{opened.module.title} {_('workbook')}") or "workbook"
    return HttpResponse(
        content,
        content_type="application/pdf",
        headers={"Content-Disposition": f'attachment; filename="{name}.pdf"'},
    )


def lesson_steps(opened: OpenModule) -> list[StepOutline]:
    """The lessons of a module that its reader has reached, also those that are away."""
    lessons = opened.module.lessons
    return [step for step in lessons if opened.progress.state_of(step.key) in READABLE]


def lesson_pages(opened: OpenModule) -> list[LessonPage]:
    """The lessons of a module that its reader may read, in their order. One query."""
    ids = [step.page_id for step in lesson_steps(opened) if not step.is_away]
    published = open_to(opened.request, LessonPage.objects.live().filter(pk__in=ids))
    by_id = {page.pk: page for page in published.select_related("locale")}
    return [by_id[key] for key in ids if key in by_id]


def rendered(
    opened: OpenModule, lessons: list[LessonPage], size: str, *, has_own_words: bool
) -> bytes:
    """The file: cached for an edition where it is the same for everyone, and never else."""
    request = opened.request
    if has_own_words:
        return render_apart(html_of(opened, lessons, has_own_words=True), size)
    edition = edition_for(request)
    key = (
        "workbook_file",
        [page.pk for page in lessons],
        [str(step.key) for step in lesson_steps(opened)],
        size,
        get_language(),
        whereabouts(request),
        request.get_host(),
    )
    content: bytes | None = cached_value(edition, key)
    if content is None:
        content = render_apart(html_of(opened, lessons, has_own_words=False), size)
        cache_value(edition, key, content)
    return content


def html_of(opened: OpenModule, pages: list[LessonPage], *, has_own_words: bool) -> str:
    request = opened.request
    edition = edition_for(request)
    readable, words = read_workbook(pages, edition)
    by_key = {lesson.key: lesson for lesson in readable}
    lessons = tuple(
        by_key.get(str(step.key)) or absent_lesson(step) for step in lesson_steps(opened)
    )
    if has_own_words:
        lessons = with_own_words(lessons, request.user)
    context: dict[str, Any] = {
        "outline": opened.outline,
        "module": opened.module,
        "language": opened.module.language,
        "lessons": lessons,
        "words": words,
        "has_own_words": has_own_words,
        "has_unreviewed_words": any(not word.is_reviewed for word in words),
        "room": range(MOST_LINES),
        "unreviewed_translation": any(page.pk in pages_awaiting_review(edition) for page in pages),
        "help": help_of(request),
        "site_settings": look_for(request).site_settings,
    }
    return printable(render_to_string("lms/workbook/workbook.html", context))
