"""Who may open a file: whoever may read a page that shows it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import chain
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.contrib.contenttypes.models import ContentType
from django.http import HttpRequest
from django.utils import timezone
from wagtail import hooks
from wagtail.contrib.settings.models import BaseSiteSetting
from wagtail.models import Page, ReferenceIndex
from wagtail.permissions import policy_registry

from courses.access import visible_to
from courses.editions import edition_for
from courses.models import StepPage
from courses.outlines import enrolment_and_progress, outline_around

READABLE = {"open", "done"}
FILE_PAGES_HOOK = "find_pages_with_file"
"""By which an app says on which pages a file is heard or seen that no page itself refers to."""
FILE_ACTIONS = {"add", "change", "choose"}


def is_for_everyone(request: HttpRequest, file: Any) -> bool:
    """Whether a file is shown where every visitor reads, such as on the front page."""
    if file.collection.get_view_restrictions().exists():
        return False
    page_ids, is_in_settings = shown_on(file)
    return is_in_settings or (
        bool(page_ids)
        and visible_to(
            AnonymousUser(), Page.objects.filter(pk__in=page_ids), timezone.now()
        ).exists()
    )


def may_open(request: HttpRequest, file: Any) -> bool:
    """Whether this reader may open a picture, a film, a recording or a document.

    A file that no published page shows is there for those who work with files.
    """
    if works_with_files(request.user, file):
        return True
    if not all(each.accept_request(request) for each in file.collection.get_view_restrictions()):
        return False
    page_ids, is_in_settings = shown_on(file)
    return is_in_settings or may_read_any(request, page_ids)


def works_with_files(user: Any, file: Any) -> bool:
    """Whether this person puts such files into pages, and so sees them in a preview."""
    policy = policy_registry.get_by_type(type(file))
    return bool(
        getattr(user, "is_staff", False) and policy.user_has_any_permission(user, FILE_ACTIONS)
    )


def shown_on(file: Any) -> tuple[set[int], bool]:
    """The pages that show a file, by id, and whether the settings of the site show it."""
    page_ids, is_in_settings = set(), False
    references = ReferenceIndex.get_references_to(file).values_list(
        "base_content_type", "content_type", "object_id"
    )
    for base_id, type_id, object_id in set(references):
        model = ContentType.objects.get_for_id(base_id).model_class()
        if model is not None and issubclass(model, Page):
            page_ids.add(int(object_id))
        else:
            shown_by = ContentType.objects.get_for_id(type_id).model_class()
            is_in_settings |= shown_by is not None and issubclass(shown_by, BaseSiteSetting)
    finders: list[Callable[[Any], set[int]]] = hooks.get_hooks(FILE_PAGES_HOOK)
    page_ids.update(chain.from_iterable(find(file) for find in finders))
    return page_ids, is_in_settings


def may_read_any(request: HttpRequest, page_ids: Iterable[int]) -> bool:
    """Whether this reader may read the whole text of one of some pages."""
    at = timezone.now()
    pages = Page.objects.filter(pk__in=page_ids)
    if not page_ids or visible_to(AnonymousUser(), pages, at).exists():
        return bool(page_ids)
    return any(may_read(request, page.specific) for page in pages.live())


def may_read(request: HttpRequest, page: Page) -> bool:
    """Whether this reader may read a published page: what is restricted, and what is said in the
    steps of a course, which open to those with a place on it as they come to them."""
    for restriction in page.get_view_restrictions():
        if not restriction.accept_request(request):
            return False
    if any(not above.live for above in page.get_ancestors().filter(depth__gt=1)):
        return False
    if not isinstance(page, StepPage):
        return True
    outline = outline_around(page, edition_for(request))
    if outline is None:
        return False
    enrolment, progress = enrolment_and_progress(request.user, outline)
    return (
        enrolment is not None
        and progress is not None
        and enrolment.is_open(timezone.now())
        and progress.state_of(page.translation_key) in READABLE
    )
