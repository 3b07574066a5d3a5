"""What assessment adds to Wagtail. Hooks only register; the rules are elsewhere."""

from __future__ import annotations

from typing import Any

from django.db.models import Subquery
from django.urls import URLPattern, URLResolver, include, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.search import SearchArea
from wagtail.permissions import policy_registry
from wagtail.snippets.models import register_snippet

from assessments.access import may_see_remarkings
from assessments.admin import remarking
from assessments.admin.bank import QuestionChooserViewSet
from assessments.admin.learner_panels import TRIES, last_seen, learner_panels
from assessments.admin.questions import QuestionKindViewSet
from assessments.admin.quizzes import AssessmentGroup
from assessments.admin.work import assessment_work
from assessments.done_steps import find_done_steps
from assessments.editing import draws_that_may_ask, shortfalls_of
from assessments.history import why_a_quiz_waits
from assessments.models import QUESTION_KINDS, Question, Quiz, QuizPage
from assessments.page_context import page_context
from assessments.resting import papers_that_rest
from courses.admin.changes import CHANGE_RESTS_HOOK
from courses.admin.deleting import HOLDS_HOOK, Hold
from courses.admin.learners import PANELS_HOOK
from courses.admin.work import WORK_HOOK
from courses.declaring import DONE_HOOK
from courses.learners import COLUMNS_HOOK, LAST_SEEN_HOOK, LearnerColumn
from courses.models.steps import PAGE_CONTEXT_HOOK
from courses.publishable import PROBLEMS_HOOK
from courses.wagtail_hooks import SHORTCUTS_HOOK
from courses.waiting import WAITING_HOOK
from people.http import SignedInRequest

hooks.register(PAGE_CONTEXT_HOOK, page_context)

for kind in QUESTION_KINDS:
    register_snippet(kind, viewset=QuestionKindViewSet)
register_snippet(AssessmentGroup)


@hooks.register("register_admin_viewset")
def register_question_chooser() -> QuestionChooserViewSet:
    return QuestionChooserViewSet()


hooks.register(CHANGE_RESTS_HOOK, papers_that_rest)


@hooks.register(HOLDS_HOOK)
def quizzes_that_may_draw(target: Any) -> list[Hold]:
    """Quizzes that may draw a question at random, which no constraint protects."""
    if not isinstance(target, Question):
        return []
    quizzes = {draw.quiz_id: draw.quiz for draw in draws_that_may_ask(target)}
    return [
        Hold(_("May be drawn at random: %(quiz)s") % {"quiz": quiz}, quiz)
        for quiz in quizzes.values()
    ]


@hooks.register(LAST_SEEN_HOOK)
def last_seen_in_a_quiz() -> Subquery:
    return last_seen()


@hooks.register(COLUMNS_HOOK)
def tries_of_a_learner() -> list[LearnerColumn]:
    return [TRIES]


hooks.register(PANELS_HOOK, learner_panels)
hooks.register(WORK_HOOK, assessment_work)
hooks.register(DONE_HOOK, find_done_steps)
hooks.register(WAITING_HOOK, why_a_quiz_waits)


class QuestionsSearchArea(SearchArea):
    """The bank, for those who read questions."""

    def is_shown(self, request: SignedInRequest) -> bool:
        return request.user.has_perm("assessments.view_question")


@hooks.register("register_admin_search_area")
def register_questions_search_area() -> SearchArea:
    return QuestionsSearchArea(
        gettext_lazy("Question bank"),
        reverse("questions:index"),
        name="questions",
        icon_name="help",
        order=130,
    )


@hooks.register(SHORTCUTS_HOOK)
def assessment_shortcuts(user: Any) -> list[dict[str, Any]]:
    """The bank and the quizzes, for those who may write them; the bank, for those who read it."""
    writes = policy_registry.get_by_type(Question).user_has_any_permission(user, {"add", "change"})
    shortcuts = []
    if writes or user.has_perm("assessments.view_question"):
        shortcuts.append(
            {
                "title": _("Question bank"),
                "text": _("Find, improve and add questions")
                if writes
                else _("Read every question, with what is right and why"),
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


@hooks.register("register_admin_urls")
def register_remarking() -> list[URLPattern | URLResolver]:
    return [path("re-marks/", include(remarking))]


class RemarkingMenuItem(MenuItem):
    """What was marked again, for those who may read it."""

    def is_shown(self, request: SignedInRequest) -> bool:
        return may_see_remarkings(request.user)


@hooks.register("register_admin_menu_item")
def register_remarking_menu_item() -> MenuItem:
    return RemarkingMenuItem(
        remarking.TITLE,
        reverse("remarking:index"),
        name="re-marks",
        icon_name="resubmit",
        order=161,
    )


@hooks.register(PROBLEMS_HOOK)
def problems_of_a_quiz_page(subject: Any) -> list[str]:
    """A quiz page is published once its quiz asks something, and the bank can fill its papers.

    Until then it may be kept as a draft, like anything half done.
    """
    if not isinstance(subject, QuizPage) or not subject.quiz_id:
        return []
    if not subject.quiz.draws.exists():
        return [_("Give this quiz a question first: it asks nothing yet.")]
    shortfalls = shortfalls_of([subject.quiz])[subject.quiz_id]
    if not shortfalls:
        return []
    why = " ".join(map(str, shortfalls))
    return [_("It stays a draft: the bank cannot fill this quiz yet. %(why)s") % {"why": why}]
