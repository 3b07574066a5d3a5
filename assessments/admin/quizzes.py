"""Quizzes in the staff pages, and the menu of assessment."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Count, IntegerField, OuterRef, Subquery
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.ui.tables import Column, NumberColumn
from wagtail.snippets.views import snippets
from wagtail.snippets.views.snippets import SnippetViewSet, SnippetViewSetGroup

from assessments.access import may_change_quiz, may_remark, may_see_attempts
from assessments.admin.attempts import AttemptViewSet
from assessments.admin.bank import QuestionBankViewSet
from assessments.editing import fillings_of
from assessments.models import Attempt, Quiz
from courses.admin.deleting import CONFIRM_DELETE, DeleteSnippetView
from people.searched_lists import SearchedListMixin


class PagesColumn(Column):
    cell_template_name = "assessments/admin/pages_cell.html"


class WarningsColumn(Column):
    cell_template_name = "assessments/admin/warnings_cell.html"


class QuizListView(SearchedListMixin, snippets.IndexView):
    """Every quiz, with where it stands and whether the bank can fill its papers."""

    default_ordering = "title"

    def get_base_queryset(self) -> Any:
        sat = Attempt.objects.counted().filter(quiz=OuterRef("pk")).order_by().values("quiz")
        return Quiz.objects.prefetch_related("pages").annotate(
            sat=Subquery(sat.annotate(all=Count("*")).values("all"), output_field=IntegerField()),
        )

    @cached_property
    def columns(self) -> list[Column]:
        return [
            self._get_title_column("title"),
            Column(
                "pass_percent",
                label=_("Pass mark"),
                accessor=lambda quiz: f"{quiz.pass_percent.normalize():f} %",
                sort_key="pass_percent",
            ),
            NumberColumn(
                "questions",
                label=_("Questions"),
                accessor=lambda quiz: self.fillings[quiz.pk].size.questions,
            ),
            NumberColumn(
                "red_lines",
                label=_("Red lines"),
                accessor=lambda quiz: self.fillings[quiz.pk].size.red_lines,
            ),
            PagesColumn("pages", label=_("Stands on"), accessor=lambda quiz: quiz.pages.all()),
            NumberColumn(
                "sat", label=_("Tries"), accessor=lambda quiz: quiz.sat or 0, sort_key="sat"
            ),
            WarningsColumn(
                "shortfalls",
                label=_("Can the bank fill it?"),
                accessor=lambda quiz: self.fillings[quiz.pk].shortfalls,
            ),
        ]

    def get_table(self, object_list: Any, **kwargs: Any) -> Any:
        self.fillings = fillings_of(object_list)
        return super().get_table(object_list, **kwargs)


class EditQuizView(snippets.EditView):
    template_name = "assessments/admin/edit_quiz.html"

    @cached_property
    def may_change(self) -> bool:
        return may_change_quiz(self.request.user, self.object)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return {
            **context,
            "filling": fillings_of([self.object])[self.object.pk],
            "may_change": self.may_change,
            "may_see_attempts": may_see_attempts(self.request.user),
            "may_remark": may_remark(self.request.user) and self.object.attempts.exists(),
        }

    def post(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        if not self.may_change:
            raise PermissionDenied
        return super().post(request, *args, **kwargs)


class QuizViewSet(SnippetViewSet):
    model = Quiz
    icon = "tasks"
    menu_name = "quizzes"
    index_view_class = QuizListView
    edit_view_class = EditQuizView
    delete_view_class = DeleteSnippetView
    list_per_page = 50
    ordering = "title"

    @property
    def edit_template_name(self) -> str:
        return "assessments/admin/edit_quiz.html"

    @property
    def delete_template_name(self) -> str:
        return CONFIRM_DELETE


class AssessmentGroup(SnippetViewSetGroup):
    """What is asked, in one place of the menu."""

    menu_label = gettext_lazy("Assessment")
    menu_name = "assessment"
    menu_icon = "tasks"
    menu_order = 160
    items = (QuestionBankViewSet, QuizViewSet, AttemptViewSet)
