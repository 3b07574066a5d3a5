"""What teaching adds to Wagtail. Hooks only register; the rules are elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from itertools import chain
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse
from django.templatetags.static import static
from django.urls import URLPattern, URLResolver, include, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.menu import MenuItem
from wagtail.admin.search import SearchArea
from wagtail.admin.ui.components import Component
from wagtail.admin.widgets import Button
from wagtail.api.v2.router import WagtailAPIRouter
from wagtail.images.image_operations import FilterOperation
from wagtail.models import Page
from wagtail.permissions import policy_registry
from wagtail.snippets.models import register_snippet

from courses.access import may_declare, may_see_learners
from courses.admin import changes, editions, moving, publishing, translations
from courses.admin.api import PagesAPIViewSet
from courses.admin.competencies import TeachingGroup
from courses.admin.learners import TITLE, LearnerViewSet
from courses.admin.sending import name_the_reader
from courses.admin.words import GlossaryWordViewSet
from courses.admin.work import WORK_HOOK, WorkPanel, drafts_and_learners
from courses.closed_files import is_file_closed_to
from courses.closures import is_closed, keep_closed
from courses.content import CONTENT_HOOK
from courses.file_access import may_open
from courses.glossary import problems_of_a_word
from courses.holds import HOLDS_HOOK, Hold, uses_of_a_file
from courses.models import (
    Competency,
    CourseEdition,
    CoursePage,
    EditionModule,
    EditionStep,
    GlossaryWord,
    LessonPage,
    PageTranslation,
)
from courses.models.steps import PAGE_CONTEXT_HOOK
from courses.page_context import page_context
from courses.privacy import refuse_signed_in
from courses.publishable import PROBLEMS_HOOK, PublishableMixin
from courses.resting import what_teaching_rests
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
register_snippet(GlossaryWordViewSet)


@hooks.register(PROBLEMS_HOOK)
def problems_of_words(subject: Any) -> list[str]:
    """A word of the glossary explains what no other word explains."""
    return problems_of_a_word(subject) if isinstance(subject, GlossaryWord) else []


@hooks.register(PROBLEMS_HOOK)
def problems_of_a_lesson(subject: Any) -> list[str]:
    """A lesson is published once there is something to read in it."""
    if isinstance(subject, LessonPage) and not subject.body:
        return [_("This lesson has a title alone. Write what is read in it first.")]
    return []


@hooks.register(CONTENT_HOOK)
def shown_of_editions() -> list[type[Model]]:
    """What a course is, as it was declared: its modules, its steps and their minutes; and who has
    read its translations over."""
    return [CourseEdition, EditionModule, EditionStep, PageTranslation]


@hooks.register("before_serve_page")
def refuse_who_is_not_let_in(
    page: Page, request: HttpRequest, args: list[Any], kwargs: dict[str, Any]
) -> None:
    """One clear page for somebody signed in whose groups are not let in.

    Wagtail would send them to sign in, who are signed in already, and so round for ever.
    """
    refuse_signed_in(request, page.get_view_restrictions())


@hooks.register("after_copy_page")
def keep_a_copy_closed(request: SignedInRequest, page: Page, new_page: Page) -> None:
    """A copy of what is closed, or stands in what is closed, is closed to the same people."""
    keep_closed(page, new_page, by=request.user)


# Before anything is remembered for a move that does not come.
hooks.register("before_move_page", moving.keep_in_its_language, order=-1)


@hooks.register("before_move_page")
def remember_that_it_is_closed(request: HttpRequest, page: Page, destination: Page) -> None:
    request.was_closed = is_closed(page)  # type: ignore[attr-defined]  # for what comes after it


@hooks.register("after_move_page")
def say_that_a_move_opened_it(request: HttpRequest, page: Page) -> None:
    if getattr(request, "was_closed", False) and not is_closed(page):
        title = page.get_admin_display_title()
        messages.warning(
            request,
            _("“%(title)s” was for some, and is open to everyone where it stands now.")
            % {"title": title},
        )


@hooks.register("construct_admin_api")
def offer_no_copying_to_programs(api: WagtailAPIRouter) -> None:
    api.register_endpoint("pages", PagesAPIViewSet)


@hooks.register("before_serve_document", order=-1)
def refuse_document(document: Any, request: HttpRequest) -> HttpResponse | None:
    """As `refuse_who_is_not_let_in`; a document is closed by its collection and by its pages."""
    refuse_signed_in(request, document.collection.get_view_restrictions())
    if not is_file_closed_to(request, document):
        return None
    if request.user.is_authenticated:
        raise PermissionDenied
    return redirect_to_login(request.get_full_path())


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


hooks.register(HOLDS_HOOK, uses_of_a_file)
hooks.register("before_bulk_action", publishing.leave_out_what_is_in_use)
# After Wagtail's own, whose place it takes.
hooks.register("register_bulk_action", publishing.PublishSeveral, order=1000)
hooks.register("before_copy_page", publishing.copy_as_drafts)
hooks.register("after_copy_page", publishing.publish_copies)
hooks.register(WORK_HOOK, publishing.missed_schedules)
hooks.register(WORK_HOOK, translations.translations_behind)


@hooks.register("before_create_page")
def refuse_half_a_new_page(
    request: HttpRequest, parent: Page, model: type[Page]
) -> HttpResponse | None:
    return publishing.refuse_half_a_form(request, publishing.form_class_of(model))


@hooks.register("before_edit_page")
@hooks.register("before_edit_snippet")
def look_before_editing(request: HttpRequest, subject: Any) -> HttpResponse | None:
    """Say what its author should know, and take no half of a form."""
    if isinstance(subject, PublishableMixin):
        publishing.say_what_was_missed(request, subject)
    if isinstance(subject, Page):
        translations.say_of_translations(request, subject)
    return publishing.refuse_half_a_form(request, publishing.form_class_of(type(subject)))


@hooks.register("before_create_snippet")
def refuse_half_a_new_snippet(request: HttpRequest, model: Any) -> HttpResponse | None:
    return publishing.refuse_half_a_form(request, publishing.form_class_of(model))


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


@hooks.register("register_admin_urls")
def register_editions() -> list[URLPattern | URLResolver]:
    return [
        path("editions/", include(editions)),
        path("changes/", include(changes)),
        path("translations/", include(translations)),
    ]


class TranslationsMenuItem(MenuItem):
    """Which translations are behind, for whoever writes pages."""

    def is_shown(self, request: SignedInRequest) -> bool:
        return translations.may_see_translations(request.user)


@hooks.register("register_reports_menu_item")
def translations_menu_item() -> MenuItem:
    return TranslationsMenuItem(
        translations.TITLE, reverse("translations:index"), icon_name="globe", order=650
    )


hooks.register("register_admin_menu_item", changes.changes_menu_item)
hooks.register(changes.CHANGE_RESTS_HOOK, what_teaching_rests)
hooks.register(WORK_HOOK, changes.changes_to_read)


@hooks.register("register_page_header_buttons")
def declare_an_edition(
    page: Page, user: Any, view_name: str, next_url: str | None = None
) -> list[Button]:
    """From a course to declaring it, for those who may publish it."""
    course = page.specific
    if not isinstance(course, CoursePage) or not may_declare(user, course):
        return []
    url = reverse("editions:declare", args=[course.pk])
    return [Button(editions.TITLE, url, icon_name="doc-full-inverse", priority=60)]


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


@hooks.register("before_serve_document", order=1)
def only_for_those_who_may_read(document: Any, request: HttpRequest) -> None:
    """A document is there for whoever may read a page that shows it, and for nobody else.

    Asked last: of what is closed to them, a reader has been told so by then, or been led to sign in.
    """
    if not may_open(request, document):
        raise Http404


@hooks.register("register_admin_viewset")
def register_captions_chooser() -> CaptionsChooserViewSet:
    return captions_chooser


@hooks.register("construct_page_action_menu")
@hooks.register("construct_snippet_action_menu")
def name_who_reads_a_draft(
    menu_items: list[Any], request: HttpRequest, context: dict[str, Any]
) -> None:
    name_the_reader(menu_items)


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


@hooks.register("insert_editor_js")
def paste_from_a_word_processor() -> str:
    return format_html('<script src="{}" defer></script>', static("js/paste.js"))
