"""The editor's side: one question bank of many kinds, quizzes, competencies, hour schemes."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import django_filters
from django import forms
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery, Sum
from django.db.models.deletion import ProtectedError, RestrictedError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import path, reverse, reverse_lazy
from django.utils.functional import cached_property
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView, View
from wagtail.admin import messages
from wagtail.admin.admin_url_finder import AdminURLFinder
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.forms.choosers import BaseFilterForm
from wagtail.admin.ui.tables import Column, NumberColumn, TitleColumn
from wagtail.admin.views import generic
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.views.generic.chooser import ChooseResultsView, ChooseView
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin
from wagtail.admin.viewsets.chooser import ChooserViewSet
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.permission_policies import ModelPermissionPolicy
from wagtail.permissions import policy_registry, register_permission_policy
from wagtail.snippets.views import snippets
from wagtail.snippets.views.snippets import SnippetViewSet, SnippetViewSetGroup

from courses.access import may_change_quiz
from courses.editing import Entry, draws_that_may_ask, holds_on, shortfalls_of
from courses.models import (
    Attempt,
    Competency,
    Draw,
    HourScheme,
    ModulePage,
    Question,
    Quiz,
)
from courses.models.questions import KINDS, QuestionTag

BANK = "questions:index"
HOME_CRUMB = {"url": reverse_lazy("wagtailadmin_home"), "label": gettext_lazy("Home")}
BANK_CRUMB = {"url": reverse_lazy(BANK), "label": gettext_lazy("Question bank")}

KIND_CHOICES = [(kind._meta.model_name, kind.kind_name) for kind in KINDS]
STATUS_CHOICES = [
    ("ready", gettext_lazy("Ready")),
    ("changed", gettext_lazy("Ready, with changes not yet published")),
    ("draft", gettext_lazy("Draft")),
]


class BankPermissionPolicy(ModelPermissionPolicy):
    """Who may do something with any kind of question may do it from the bank."""

    def user_has_permission(self, user: Any, action: str) -> bool:
        return super().user_has_permission(user, action) or any(
            policy_registry.get_by_type(kind).user_has_permission(user, action) for kind in KINDS
        )


# The bank has no permissions of its own to hand out; each kind keeps Wagtail's.
register_permission_policy(Question, BankPermissionPolicy(Question), exact_class=True)


# Finding questions ---------------------------------------------------------------------


def kind_of(question: Question) -> type[Question]:
    """The kind of a question of a list that was read without its kinds. No query."""
    kinds: dict[int | None, type[Question]] = {
        ContentType.objects.get_for_model(kind).pk: kind for kind in KINDS
    }
    return kinds[question.polymorphic_ctype_id]


def of_kind(questions: QuerySet[Question], name: str) -> QuerySet[Question]:
    kind = {model._meta.model_name: model for model in KINDS}.get(name)
    return (
        questions.filter(polymorphic_ctype=ContentType.objects.get_for_model(kind))
        if kind
        else questions
    )


def of_status(questions: QuerySet[Question], status: str) -> QuerySet[Question]:
    wanted = {
        "draft": {"live": False},
        "ready": {"live": True, "has_unpublished_changes": False},
        "changed": {"live": True, "has_unpublished_changes": True},
    }
    return questions.filter(**wanted.get(status, {}))


class QuestionFilterSet(WagtailFilterSet):
    kind = django_filters.ChoiceFilter(
        label=gettext_lazy("Kind"),
        choices=KIND_CHOICES,
        method="by_kind",
        empty_label=gettext_lazy("All kinds"),
        widget=forms.RadioSelect,
    )
    status = django_filters.ChoiceFilter(
        label=gettext_lazy("Status"),
        choices=STATUS_CHOICES,
        method="by_status",
        empty_label=gettext_lazy("Any status"),
        widget=forms.RadioSelect,
    )
    module = django_filters.ModelChoiceFilter(
        label=gettext_lazy("Module"),
        queryset=ModulePage.objects.order_by("path"),
        empty_label=gettext_lazy("All modules"),
    )
    competency = django_filters.ModelChoiceFilter(
        label=gettext_lazy("Competency"),
        queryset=Competency.objects.all(),
        method="by_competency",
        empty_label=gettext_lazy("All competencies"),
    )
    tag = django_filters.ModelChoiceFilter(
        label=gettext_lazy("Tag"),
        queryset=QuestionTag.objects.order_by("name"),
        to_field_name="slug",
        method="by_tag",
        empty_label=gettext_lazy("All tags"),
    )

    class Meta:
        model = Question
        fields: list[str] = []

    def by_kind(self, questions: Any, name: str, value: str) -> Any:
        return of_kind(questions, value)

    def by_status(self, questions: Any, name: str, value: str) -> Any:
        return of_status(questions, value)

    def by_competency(self, questions: Any, name: str, value: Competency) -> Any:
        return questions.on(value)

    def by_tag(self, questions: Any, name: str, value: QuestionTag) -> Any:
        return questions.tagged(value.name)


class StatusColumn(Column):
    """Draft, ready, or changed: in words, and never by colour alone."""

    cell_template_name = "courses/admin/status_cell.html"


class TagsColumn(Column):
    cell_template_name = "courses/admin/tags_cell.html"


# The one list --------------------------------------------------------------------------


class BankView(generic.IndexView):
    """All questions of all kinds. A page of it costs the same number of queries, whatever it holds."""

    page_title = gettext_lazy("Question bank")
    default_ordering = "code"

    def get_base_queryset(self) -> Any:
        return (
            Question.objects.non_polymorphic()
            .select_related("module", "latest_revision")
            .prefetch_related("competencies", "tagged_items__tag")
        )

    @cached_property
    def draws(self) -> list[Draw]:
        return list(Draw.objects.all())

    def quizzes_that_may_ask(self, question: Question) -> int:
        entry = Entry.of(question)
        return len({draw.quiz_id for draw in self.draws if entry.fits(draw)})

    @cached_property
    def columns(self) -> list[Column]:
        return [
            self._get_title_column_class(TitleColumn)(
                "code",
                label=_("Code"),
                get_url=self.get_edit_url,
                sort_key="code",
                classname="bank-code",
            ),
            Column("words", label=_("Question"), accessor=lambda q: Truncator(q.words).chars(110)),
            Column(
                "kind",
                label=_("Kind"),
                accessor=lambda q: kind_of(q).kind_name,
                sort_key="polymorphic_ctype",
            ),
            Column("module", label=_("Module"), sort_key="module__title"),
            TagsColumn(
                "competencies",
                label=_("Competencies"),
                accessor=lambda q: [(c.code, c.name) for c in q.competencies.all()],
            ),
            TagsColumn(
                "tags",
                label=_("Tags"),
                accessor=lambda q: [(item.tag.name, "") for item in q.tagged_items.all()],
            ),
            StatusColumn("status", label=_("Status"), sort_key="live"),
            NumberColumn("quizzes", label=_("Quizzes"), accessor=self.quizzes_that_may_ask),
        ]

    def search_queryset(self, queryset: Any) -> Any:
        return queryset.saying(self.search_query) if self.is_searching else queryset

    def _url(self, name: str, action: str, question: Question) -> str | None:
        kind = kind_of(question)
        if not policy_registry.get_by_type(kind).user_has_permission(self.request.user, action):
            return None
        return reverse(kind.snippet_viewset.get_url_name(name), args=[question.pk])

    def get_edit_url(self, instance: Question) -> str | None:
        return self._url("edit", "change", instance)

    def get_copy_url(self, instance: Question) -> str | None:
        return self._url("copy", "add", instance)

    def get_delete_url(self, instance: Question) -> str | None:
        return self._url("delete", "delete", instance)

    def get_inspect_url(self, instance: Question) -> str | None:
        return self._url("usage", "change", instance)

    @cached_property
    def add_item_label(self) -> str:
        return _("Add a question")


class ChooseKindView(PermissionCheckedMixin, WagtailAdminTemplateMixin, TemplateView):
    """Which kind of question to write: what each is, and when it serves."""

    model = Question
    permission_required = "add"
    template_name = "courses/admin/choose_kind.html"
    page_title = gettext_lazy("Add a question")
    header_icon = "help"
    breadcrumbs_items = [
        HOME_CRUMB,
        BANK_CRUMB,
        {"url": "", "label": gettext_lazy("Add a question")},
    ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        kinds = [
            {
                "name": kind.kind_name,
                "serves": kind.kind_serves,
                "icon": kind.kind_icon,
                "url": reverse(kind.snippet_viewset.get_url_name("add")),
            }
            for kind in KINDS
            if policy_registry.get_by_type(kind).user_has_permission(self.request.user, "add")
        ]
        return super().get_context_data(kinds=kinds, **kwargs)


class ToItsKindView(View):
    """Sends an address of the bank on to where that kind is edited."""

    view_name = "edit"

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        question = get_object_or_404(Question.objects.non_polymorphic(), pk=pk)
        return HttpResponseRedirect(
            reverse(kind_of(question).snippet_viewset.get_url_name(self.view_name), args=[pk])
        )


class QuestionBankViewSet(ModelViewSet):
    """The one list of all kinds. What changes a question is with its kind, below."""

    model = Question
    name = "questions"
    url_prefix = "questions"
    icon = "help"
    menu_label = gettext_lazy("Question bank")
    menu_name = "question-bank"
    index_view_class = BankView
    filterset_class = QuestionFilterSet
    list_per_page = 50
    ordering = "code"
    add_to_reference_index = False  # each kind registers itself
    copy_view_enabled = False
    search_backend_name = "default"

    def get_permissions_to_register(self) -> Any:
        return super().get_permissions_to_register().none()

    def get_urlpatterns(self) -> list[Any]:
        return [
            path("", self.index_view, name="index"),
            path("results/", self.index_results_view, name="index_results"),
            path("add/", self.construct_view(ChooseKindView), name="add"),
            path("edit/<int:pk>/", ToItsKindView.as_view(), name="edit"),
        ]


# Choosing one for a quiz ---------------------------------------------------------------


class QuestionFilterForm(BaseFilterForm):
    q = forms.CharField(
        label=gettext_lazy("Words or code"),
        required=False,
        widget=forms.TextInput(attrs={"placeholder": gettext_lazy("Search")}),
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("Kind"),
        choices=[("", gettext_lazy("All kinds")), *KIND_CHOICES],
        required=False,
        widget=forms.Select(attrs={"data-chooser-modal-search-filter": True}),
    )
    module = forms.ModelChoiceField(
        label=gettext_lazy("Module"),
        queryset=ModulePage.objects.order_by("path"),
        empty_label=gettext_lazy("All modules"),
        required=False,
        widget=forms.Select(attrs={"data-chooser-modal-search-filter": True}),
    )

    def filter(self, objects: Any) -> Any:
        objects = of_kind(super().filter(objects), self.cleaned_data["kind"])
        if self.cleaned_data["module"]:
            objects = objects.filter(module=self.cleaned_data["module"])
        if self.cleaned_data["q"]:
            self.is_searching = True
            self.search_query = self.cleaned_data["q"]
            objects = objects.saying(self.search_query)
        return objects


class QuestionChoosingMixin:
    """Every kind in one list; a draft is shown as one, since no paper asks it."""

    filter_form_class = QuestionFilterForm
    per_page = 15
    page_title = gettext_lazy("Choose a question")

    def get_object_list(self) -> Any:
        return Question.objects.non_polymorphic().select_related("module")

    @property
    def columns(self) -> list[Column]:
        return [
            *super().columns,  # type: ignore[misc]
            Column("kind", label=_("Kind"), accessor=lambda q: kind_of(q).kind_name),
            Column("module", label=_("Module")),
            StatusColumn("status", label=_("Status")),
        ]


class ChooseQuestionView(QuestionChoosingMixin, ChooseView):
    pass


class ChooseQuestionResultsView(QuestionChoosingMixin, ChooseResultsView):
    pass


class QuestionChooserViewSet(ChooserViewSet):
    model = Question
    name = "choose-question"
    icon = "help"
    choose_one_text = gettext_lazy("Choose a question")
    choose_another_text = gettext_lazy("Choose another question")
    edit_item_text = gettext_lazy("Edit this question")
    choose_view_class = ChooseQuestionView
    choose_results_view_class = ChooseQuestionResultsView


# Deleting with care --------------------------------------------------------------------


class CarefulDeleteMixin:
    """Says what rests on something before it could go, and refuses while anything does."""

    template_name = "courses/admin/confirm_delete.html"

    @cached_property
    def holds(self) -> list[dict[str, Any]]:
        finder = AdminURLFinder(self.request.user)  # type: ignore[attr-defined]
        return [
            {"what": hold.what, "url": finder.get_edit_url(hold.at) if hold.at else None}
            for hold in holds_on(self.object)  # type: ignore[attr-defined]
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)  # type: ignore[misc]
        return {**context, "holds": self.holds, "is_protected": bool(self.holds)}

    def form_valid(self, form: Any) -> HttpResponse:
        if self.holds:
            return self.refused()
        try:
            return super().form_valid(form)  # type: ignore[misc]
        except (ProtectedError, RestrictedError):  # somebody used it a moment ago
            del self.holds
            return self.refused()

    def refused(self) -> HttpResponse:
        messages.error(self.request, _("It is in use, so it was not deleted."))  # type: ignore[attr-defined]
        context = self.get_context_data()
        return self.render_to_response(context, status=409)  # type: ignore[attr-defined]


class DeleteSnippetView(CarefulDeleteMixin, snippets.DeleteView):
    template_name = "courses/admin/confirm_delete.html"


class DeleteModelView(CarefulDeleteMixin, generic.DeleteView):
    template_name = "courses/admin/confirm_delete.html"


# Each kind -----------------------------------------------------------------------------


class BackToTheBankMixin:
    """What is finished with goes back to the one list, not to a list of its kind."""

    def get_success_url(self) -> str:
        url: str = super().get_success_url()  # type: ignore[misc]
        return reverse(BANK) if url == reverse(self.index_url_name) else url  # type: ignore[attr-defined]


class ToTheBankView(View):
    """A kind's own list is the one list, showing that kind."""

    model: type[Question] = Question

    def get(self, request: HttpRequest) -> HttpResponse:
        query = {**request.GET.dict(), "kind": self.model._meta.model_name}
        return HttpResponseRedirect(f"{reverse(BANK)}?{urlencode(query)}")


class CreateQuestionView(BackToTheBankMixin, snippets.CreateView):
    pass


class CopyQuestionView(BackToTheBankMixin, snippets.CopyView):
    def get_initial_form_instance(self) -> Question:
        """The question again, waiting for a code of its own."""
        question: Question = super().get_initial_form_instance()
        question.code = ""
        return question


class EditQuestionView(BackToTheBankMixin, snippets.EditView):
    pass


class DeleteQuestionView(BackToTheBankMixin, DeleteSnippetView):
    pass


class QuestionUsageView(snippets.UsageView):
    """The quizzes that name this question, and those that may draw it at random."""

    page_title = gettext_lazy("Where it is asked")

    def get_queryset(self) -> Any:
        attempts = Attempt.objects.filter(quiz=OuterRef("quiz")).order_by().values("quiz")
        return (
            draws_that_may_ask(self.object)
            .prefetch_related("quiz__pages")
            .annotate(
                attempts=Subquery(
                    attempts.annotate(count=Count("pk")).values("count"),
                    output_field=IntegerField(),
                )
            )
        )

    @cached_property
    def columns(self) -> list[Column]:
        return [
            TitleColumn(
                "quiz",
                label=_("Quiz"),
                get_url=lambda draw: AdminURLFinder(self.request.user).get_edit_url(draw.quiz),
            ),
            Column(
                "how",
                label=_("How"),
                accessor=lambda draw: (
                    _("Named: on every paper") if draw.question_id else _("May be drawn at random")
                ),
            ),
            Column(
                "pages",
                label=_("Stands on"),
                accessor=lambda draw: ", ".join(page.title for page in draw.quiz.pages.all()),
            ),
            NumberColumn(
                "attempts",
                label=_("Attempts at the quiz"),
                accessor=lambda draw: draw.attempts or 0,
            ),
        ]

    def get_table(self, object_list: Any, **kwargs: Any) -> Any:
        return super(generic.UsageView, self).get_table(object_list, **kwargs)


class QuestionKindViewSet(SnippetViewSet):
    """Writing, previewing and keeping the versions of one kind of question."""

    menu_item_is_registered = True  # it is reached from the bank
    add_view_class = CreateQuestionView
    copy_view_class = CopyQuestionView
    edit_view_class = EditQuestionView
    delete_view_class = DeleteQuestionView
    usage_view_class = QuestionUsageView
    breadcrumbs_items = [HOME_CRUMB, BANK_CRUMB]

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.icon = self.model.kind_icon

    @property
    def index_view(self) -> Any:
        return ToTheBankView.as_view(model=self.model)

    @property
    def index_results_view(self) -> Any:
        return self.index_view

    @property
    def delete_template_name(self) -> str:
        return "courses/admin/confirm_delete.html"


# Quizzes -------------------------------------------------------------------------------


class PagesColumn(Column):
    cell_template_name = "courses/admin/pages_cell.html"


class WarningsColumn(Column):
    cell_template_name = "courses/admin/warnings_cell.html"


class QuizListView(snippets.IndexView):
    """Every quiz, with where it stands and whether the bank can fill its papers."""

    default_ordering = "title"

    def get_base_queryset(self) -> Any:
        asked = Draw.objects.filter(quiz=OuterRef("pk")).order_by().values("quiz")
        sat = Attempt.objects.filter(quiz=OuterRef("pk")).order_by().values("quiz")
        return Quiz.objects.prefetch_related("pages").annotate(
            asked=Subquery(
                asked.annotate(all=Sum("count")).values("all"), output_field=IntegerField()
            ),
            sat=Subquery(sat.annotate(all=Count("pk")).values("all"), output_field=IntegerField()),
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
                "asked",
                label=_("Questions"),
                accessor=lambda quiz: quiz.asked or 0,
                sort_key="asked",
            ),
            PagesColumn("pages", label=_("Stands on"), accessor=lambda quiz: quiz.pages.all()),
            NumberColumn(
                "sat", label=_("Attempts"), accessor=lambda quiz: quiz.sat or 0, sort_key="sat"
            ),
            WarningsColumn(
                "shortfalls", label=_("Can the bank fill it?"), accessor=self.shortfalls_of
            ),
        ]

    def shortfalls_of(self, quiz: Quiz) -> list[Any]:
        return self.shortfalls.get(quiz.pk, [])

    def get_table(self, object_list: Any, **kwargs: Any) -> Any:
        self.shortfalls = shortfalls_of(object_list)
        return super().get_table(object_list, **kwargs)


class EditQuizView(snippets.EditView):
    template_name = "courses/admin/edit_quiz.html"

    @cached_property
    def may_change(self) -> bool:
        return may_change_quiz(self.request.user, self.object)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return {
            **context,
            "shortfalls": shortfalls_of([self.object])[self.object.pk],
            "may_change": self.may_change,
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
        return "courses/admin/edit_quiz.html"

    @property
    def delete_template_name(self) -> str:
        return "courses/admin/confirm_delete.html"


# Competencies and hour schemes ---------------------------------------------------------


class CompetencyListView(generic.IndexView):
    default_ordering = "code"

    def get_base_queryset(self) -> Any:
        return Competency.objects.annotate(
            asked=_count_through(Question.competencies.through),
            taught=_count_through(Competency.lessons.through),
        )

    @cached_property
    def columns(self) -> list[Column]:
        return [
            self._get_title_column("code"),
            Column("name", label=_("Name"), sort_key="name"),
            NumberColumn("taught", label=_("Lessons"), accessor=lambda one: one.taught or 0),
            NumberColumn("asked", label=_("Questions"), accessor=lambda one: one.asked or 0),
        ]


def _count_through(through: Any) -> Subquery:
    rows = through.objects.filter(competency=OuterRef("pk")).order_by().values("competency")
    return Subquery(rows.annotate(all=Count("pk")).values("all"), output_field=IntegerField())


class CompetencyViewSet(ModelViewSet):
    model = Competency
    name = "competencies"
    url_prefix = "competencies"
    icon = "pick"
    menu_name = "competencies"
    index_view_class = CompetencyListView
    delete_view_class = DeleteModelView
    delete_template_name = "courses/admin/confirm_delete.html"
    copy_view_enabled = False
    list_per_page = 50
    ordering = "code"
    search_backend_name = "default"


class HourSchemeViewSet(ModelViewSet):
    model = HourScheme
    name = "hour-schemes"
    url_prefix = "hour-schemes"
    icon = "time"
    menu_name = "hour-schemes"
    list_display = ["name"]
    delete_view_class = DeleteModelView
    delete_template_name = "courses/admin/confirm_delete.html"
    copy_view_enabled = False
    ordering = "name"


class TeachingGroup(SnippetViewSetGroup):
    """What trainers work with beside the pages, in one place of the menu."""

    menu_label = gettext_lazy("Teaching")
    menu_name = "teaching"
    menu_icon = "glasses"
    menu_order = 150
    items = (QuestionBankViewSet, QuizViewSet, CompetencyViewSet, HourSchemeViewSet)
