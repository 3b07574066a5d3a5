"""Files that stand on closed pages alone: those let in to one of the pages may have them.

Which pages show a file is worked out by Wagtail's reference index, for any kind of file.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib.contenttypes.models import ContentType
from django.db.models import Model
from django.http import HttpRequest
from wagtail.models import Page, ReferenceIndex

from courses.closures import Closure
from courses.privacy import closed_paths, closures_for


def is_file_closed_to(request: HttpRequest, file: Model) -> bool:
    """Whether a file stands only on pages that this reader is not let in to.

    Staff see every file in the editor. No query, where nothing is closed.
    """
    closed = closed_paths(request)
    if not closed or getattr(request.user, "is_staff", False):
        return False
    paths = paths_showing(file)
    return bool(paths) and all(path.startswith(closed) for path in paths)


def is_file_closed_to_some(request: HttpRequest, file: Model) -> bool:
    """Whether a file stands only on pages that somebody is not let in to."""
    closures = closures_for(request)
    if not closures:
        return False
    paths = paths_showing(file)
    return bool(paths) and all(is_covered(path, closures) for path in paths)


def is_covered(path: str, closures: Iterable[Closure]) -> bool:
    return any(closure.covers(path) for closure in closures)


def paths_showing(file: Model) -> list[str]:
    """The paths of the published pages that show a file, else of the drafts.

    Empty where something else than a page shows it too, such as the settings of the site.
    """
    references = ReferenceIndex.get_references_to(file)
    page_type = ContentType.objects.get_for_model(Page, for_concrete_model=False)
    if references.exclude(base_content_type=page_type).exists():
        return []
    ids = references.values_list("object_id", flat=True)
    rows = list(Page.objects.filter(pk__in=list(ids)).values_list("path", "live"))
    return [path for path, live in rows if live] or [path for path, _live in rows]
