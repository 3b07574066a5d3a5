"""What teaching adds to Wagtail. Hooks only register; the rules are elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from itertools import chain
from typing import Any

from django.http import Http404, HttpRequest
from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from wagtail import hooks
from wagtail.admin.search import SearchArea
from wagtail.admin.ui.components import Component
from wagtail.admin.widgets import Button
from wagtail.images.image_operations import FilterOperation
from wagtail.models import Page
from wagtail.permissions import policy_registry

from courses.access import may_see_learners
from courses.admin.competencies import TeachingGroup
from courses.admin.deleting import HOLDS_HOOK, Hold
from courses.admin.learners import TITLE, LearnerViewSet
from courses.admin.work import WORK_HOOK, WorkPanel, drafts_and_learners
from courses.file_access import may_open
from courses.models import Competency, CoursePage
from courses.models.steps import PAGE_CONTEXT_HOOK
from courses.page_context import page_context
from courses.uploads.choosing import CaptionsChooserViewSet, captions_chooser
from courses.uploads.moving import AsItMoves
from people.http import SignedInRequest

SHORTCUTS_HOOK = "find_shortcuts"
"""By this hook each app says where its editors may go from the front of the staff pages: a
function that takes the person and returns a list of titles, texts, addresses and icons."""

# What an editor of the content never needs. Whoever may do everything sees everything.
NOT_FOR_EDITORS = {
    "help",
    "aging-pages",
    "page-types-usage",
    "site-history",
    "workflow-tasks",
}

hooks.register(PAGE_CONTEXT_HOOK, page_context)


@hooks.register("register_admin_viewset")
def register_teaching() -> TeachingGroup:
    return TeachingGroup()


@hooks.register("construct_main_menu")
@hooks.register("construct_reports_menu")
@hooks.register("construct_settings_menu")
def keep_the_menu_short(request: HttpRequest, items: list[Any]) -> None:
    if not request.user.is_superuser:
        items[:] = [item for item in items if item.name not in NOT_FOR_EDITORS]


@hooks.register(HOLDS_HOOK)
def uses_of_a_competency(target: Any) -> list[Hold]:
    """Lessons and questions name competencies, and no constraint protects that."""
    if not isinstance(target, Competency):
        return []
    uses = [getattr(target, str(each.get_accessor_name())).all() for each in target.uses()]
    return [Hold.by(row) for row in chain.from_iterable(uses)]


@hooks.register("register_admin_viewset")
def register_learners() -> LearnerViewSet:
    return LearnerViewSet()


@hooks.register("register_user_listing_buttons")
def learning_of_a_person(user: Any, request_user: Any) -> list[Button]:
    """From a person to what they learn, where they have a place on a course."""
    if not may_see_learners(request_user):
        return []
    url = reverse("learners:learner", args=[user.pk])
    return [Button(_("What they learn"), url, icon_name="group", priority=20)]


class ShortcutsPanel(Component):
    """What a trainer came to do, one press away."""

    name = "shortcuts"
    template_name = "courses/admin/shortcuts.html"
    order = 50

    def __init__(self, shortcuts: list[dict[str, Any]]) -> None:
        self.shortcuts = shortcuts

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        return {"shortcuts": self.shortcuts}


@hooks.register(SHORTCUTS_HOOK, order=-2)
def learner_shortcut(user: Any) -> list[dict[str, Any]]:
    """The learners, for those who see any."""
    if not may_see_learners(user):
        return []
    return [
        {
            "title": TITLE,
            "text": _("How far each is, and how their tries went"),
            "url": reverse("learners:index"),
            "icon": "group",
        }
    ]


@hooks.register("construct_homepage_summary_items", order=1000)
def leave_out_what_is_no_work(request: HttpRequest, items: list[Any]) -> None:
    """How many pages, pictures and files there are says nothing about what is to be done."""
    items.clear()


hooks.register(WORK_HOOK, drafts_and_learners)


class LearnersSearchArea(SearchArea):
    """The learners, for those who see any."""

    def is_shown(self, request: SignedInRequest) -> bool:
        return may_see_learners(request.user)


@hooks.register("register_admin_search_area")
def register_learners_search_area() -> SearchArea:
    return LearnersSearchArea(
        TITLE, reverse("learners:index"), name="learners", icon_name="group", order=120
    )


@hooks.register(SHORTCUTS_HOOK, order=-1)
def course_shortcuts(user: Any) -> list[dict[str, Any]]:
    """The courses that this person may edit."""
    if not policy_registry.get_by_type(Page).user_has_any_permission(
        user, {"add", "change", "publish"}
    ):
        return []
    return [
        {
            "title": course.title,
            "text": _("Its modules and lessons"),
            "url": reverse("wagtailadmin_explore", args=[course.pk]),
            "icon": "doc-full-inverse",
        }
        for course in CoursePage.objects.order_by("title")[:6]
    ]


@hooks.register("construct_homepage_panels")
def add_shortcuts(request: HttpRequest, panels: list[Any]) -> None:
    finders: list[Callable[[Any], list[dict[str, Any]]]] = hooks.get_hooks(SHORTCUTS_HOOK)
    shortcuts = [shortcut for find in finders for shortcut in find(request.user)]
    panels.append(WorkPanel())
    if shortcuts:
        panels.append(ShortcutsPanel(shortcuts))


@hooks.register("before_serve_document", order=-1)
def only_for_those_who_may_read(document: Any, request: HttpRequest) -> None:
    """A document is there for whoever may read a page that shows it, and for nobody else."""
    if not may_open(request, document):
        raise Http404


@hooks.register("register_admin_viewset")
def register_captions_chooser() -> CaptionsChooserViewSet:
    return captions_chooser


@hooks.register("register_image_operations")
def register_moving() -> list[tuple[str, type[FilterOperation]]]:
    return [("moving", AsItMoves)]


@hooks.register("insert_global_admin_js")
def upload_script() -> str:
    """How far a film has come while it is sent. Without it the form works as any other."""
    return format_html('<script src="{}" defer></script>', static("js/upload.js"))


@hooks.register("insert_global_admin_css")
def our_admin_css() -> str:
    return format_html('<link rel="stylesheet" href="{}">', static("css/admin.css"))
