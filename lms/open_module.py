"""A module as somebody reads it who has an open place on its course."""

from __future__ import annotations

from dataclasses import dataclass, replace
from uuid import UUID

from django.http import Http404
from django.utils import timezone
from django.utils.translation import get_language

from courses.editions import edition_for
from courses.models import ModulePage
from courses.outlines import enrolment_and_progress, outline_around
from courses.privacy import closed_paths, refuse_closed
from courses.progress import ModuleOutline, Outline, Progress
from people.http import SignedInRequest


@dataclass(frozen=True)
class OpenModule:
    """A module with the course around it, and how far its reader is."""

    request: SignedInRequest
    outline: Outline
    progress: Progress
    module: ModuleOutline


def open_module(request: SignedInRequest, module_key: UUID) -> OpenModule:
    """The module of a key, in the reader's language where it is published in it.

    For whoever has an open place on its course. Raises Http404 for everybody else, and for a
    module that is away; PermissionDenied where its page is closed to them.
    """
    pages = ModulePage.objects.live().filter(translation_key=module_key)
    in_order = sorted(
        pages.select_related("locale"),
        key=lambda page: page.locale.language_code != get_language(),
    )
    outline = outline_around(in_order[0], edition_for(request)) if in_order else None
    if outline is None:
        raise Http404
    refuse_closed(request, in_order[0])
    enrolment, progress = enrolment_and_progress(request.user, outline)
    module = outline.module(module_key)
    is_open = enrolment is not None and enrolment.is_open(timezone.now())
    if progress is None or module is None or module.is_away or not is_open:
        raise Http404
    # What is closed to them in it, by a group or by a password, is left out of what they take along.
    outline = outline.closing(closed_paths(request))
    progress = replace(progress, outline=outline)
    return OpenModule(request, outline, progress, outline.module(module_key) or module)
