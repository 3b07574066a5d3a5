"""What the editor's side adds to Wagtail. Hooks only register; the rules are elsewhere."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.ui.components import Component
from wagtail.models import Page
from wagtail.permissions import policy_registry
from wagtail.snippets.models import register_snippet

from courses.editing import shortfalls_of
from courses.models import CoursePage, Question, Quiz, QuizPage
from courses.models.questions import KINDS
from courses.viewsets import QuestionChooserViewSet, QuestionKindViewSet, TeachingGroup

# What an editor of the content never needs. Whoever may do everything sees everything.
NOT_FOR_EDITORS = {
    "help",
    "aging-pages",
    "page-types-usage",
    "site-history",
    "workflow-tasks",
}


@hooks.register("register_admin_viewset")
def register_question_chooser() -> QuestionChooserViewSet:
    return QuestionChooserViewSet()


for kind in KINDS:
    register_snippet(kind, viewset=QuestionKindViewSet)
register_snippet(TeachingGroup)


@hooks.register("construct_main_menu")
@hooks.register("construct_reports_menu")
@hooks.register("construct_settings_menu")
def keep_the_menu_short(request: HttpRequest, items: list[Any]) -> None:
    if not request.user.is_superuser:
        items[:] = [item for item in items if item.name not in NOT_FOR_EDITORS]


class ShortcutsPanel(Component):
    """What a trainer came to do, one press away."""

    name = "shortcuts"
    template_name = "courses/admin/shortcuts.html"
    order = 50

    def __init__(self, request: HttpRequest) -> None:
        self.request = request

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        return {"shortcuts": shortcuts_for(self.request.user)}


def shortcuts_for(user: Any) -> list[dict[str, Any]]:
    """The places that this person may go to from the front of the staff pages."""
    shortcuts = []
    pages = policy_registry.get_by_type(Page)
    if pages.user_has_any_permission(user, {"add", "change", "publish"}):
        courses = list(CoursePage.objects.order_by("title")[:6])
        shortcuts += [
            {
                "title": course.title,
                "text": _("Its modules and lessons"),
                "url": reverse("wagtailadmin_explore", args=[course.pk]),
                "icon": "doc-full-inverse",
            }
            for course in courses
        ]
    if policy_registry.get_by_type(Question).user_has_any_permission(user, {"add", "change"}):
        shortcuts.append(
            {
                "title": _("Question bank"),
                "text": _("Find, improve and add questions"),
                "url": reverse("questions:index"),
                "icon": "help",
            }
        )
    if policy_registry.get_by_type(Quiz).user_has_any_permission(user, {"add", "change"}):
        shortcuts.append(
            {
                "title": _("Quizzes"),
                "text": _("What is asked, and what passes"),
                "url": reverse(Quiz.snippet_viewset.get_url_name("list")),
                "icon": "tasks",
            }
        )
    return shortcuts


@hooks.register("construct_homepage_panels")
def add_shortcuts(request: HttpRequest, panels: list[Any]) -> None:
    if shortcuts_for(request.user):
        panels.append(ShortcutsPanel(request))


@hooks.register("before_publish_page")
def no_quiz_that_cannot_be_sat(request: HttpRequest, page: Page) -> HttpResponse | None:
    """A quiz page is published once the bank can fill its papers. What was written is kept."""
    if not isinstance(page, QuizPage):
        return None
    short = shortfalls_of([page.quiz])[page.quiz_id]
    if not short:
        return None
    messages.error(
        request,
        _("Kept as a draft: the bank cannot fill this quiz yet. %(why)s")
        % {"why": " ".join(map(str, short))},
    )
    return redirect("wagtailadmin_pages:edit", page.pk)


@hooks.register("insert_global_admin_css")
def our_admin_css() -> str:
    return format_html('<link rel="stylesheet" href="{}">', static("css/admin.css"))
