"""The question bank in the staff pages: one list of all kinds, and choosing from it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.functional import cached_property
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView, View
from wagtail.admin.forms.choosers import BaseFilterForm
from wagtail.admin.ui.tables import Column, NumberColumn, TitleColumn
from wagtail.admin.views import generic
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.views.generic.chooser import ChooseResultsView, ChooseView
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin
from wagtail.admin.viewsets.chooser import ChooserViewSet
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.admin.widgets.button import Button
from wagtail.permissions import policy_registry

from assessments.admin import words
from assessments.admin.finding import (
    BANK_CRUMB,
    HOME_CRUMB,
    KIND_CHOICES,
    QuestionFilterSet,
    StatusColumn,
    TagsColumn,
    kind_of,
    of_kind,
)
from assessments.editing import asking_quizzes
from assessments.models import Draw, Question
from assessments.models.kinds import QUESTION_KINDS
from courses.models import ModulePage


def marked_as(question: Question) -> list[tuple[str, str]]:
    """What sets a question apart in the list, each with what it means."""
    marks = [
        (question.red_line, _("Red line"), _("Must be right whatever the score")),
        (question.held_back, _("Held back"), _("Kept for a final; no other quiz asks it")),
    ]
    return [(name, meaning) for is_so, name, meaning in marks if is_so]


class BankView(generic.IndexView):
    """All questions of all kinds. A page of it costs the same number of queries, whatever it holds."""

    page_title = gettext_lazy("Question bank")
    default_ordering = "code"

    def get_base_queryset(self) -> Any:
        return (
            Question.objects.non_polymorphic()
            .marking_sent_back()
            .select_related("module", "latest_revision")
            .prefetch_related("competencies", "tagged_items__tag")
        )

    @cached_property
    def draws(self) -> list[Draw]:
        return list(Draw.objects.select_related("quiz", "module"))

    def quizzes_that_may_ask(self, question: Question) -> int:
        return len(asking_quizzes(question, self.draws))

    @cached_property
    def columns(self) -> list[Column]:
        return [
            self._get_title_column_class(TitleColumn)(
                "code",
                label=_("Code"),
                get_url=lambda question: (
                    self.get_edit_url(question) or self.get_reading_url(question)
                ),
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
            TagsColumn("marked", label=_("Marked as"), accessor=marked_as),
            NumberColumn(
                "quizzes", label=_("Asked by quizzes"), accessor=self.quizzes_that_may_ask
            ),
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

    def get_reading_url(self, instance: Question) -> str | None:
        """Where somebody reads it who may not change it."""
        return self._url("inspect", "view", instance)

    def get_copy_url(self, instance: Question) -> str | None:
        return self._url("copy", "add", instance)

    def get_delete_url(self, instance: Question) -> str | None:
        return self._url("delete", "delete", instance)

    def get_inspect_url(self, instance: Question) -> str | None:
        return self._url("usage", "change", instance)

    @cached_property
    def header_more_buttons(self) -> list[Any]:
        buttons: list[Any] = list(super().header_more_buttons)
        url = reverse("questions:languages")
        buttons.append(Button(_("In other languages"), url=url, icon_name="globe", priority=60))
        return buttons

    @cached_property
    def add_item_label(self) -> str:
        return _("Add a question")


class ChooseKindView(PermissionCheckedMixin, WagtailAdminTemplateMixin, TemplateView):
    """Which kind of question to write: what each is, and when it serves."""

    model = Question
    permission_required = "add"
    template_name = "assessments/admin/choose_kind.html"
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
                "serves": kind.kind_purpose,
                "icon": kind.kind_icon,
                "url": reverse(kind.snippet_viewset.get_url_name("add")),
            }
            for kind in QUESTION_KINDS
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
            path("languages/", words.languages, name="languages"),
            path("<int:pk>/words/<str:language>/", words.words, name="words"),
        ]


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
    module: Any = forms.ModelChoiceField(
        label=gettext_lazy("Module"),
        queryset=ModulePage.objects.order_by("path"),
        empty_label=gettext_lazy("All modules"),
        required=False,
        widget=forms.Select(attrs={"data-chooser-modal-search-filter": True}),
    )

    def filter(self, objects: Any) -> Any:
        objects = of_kind(super().filter(objects), self.cleaned_data["kind"])
        if self.cleaned_data["module"]:
            objects = objects.filter(
                module__translation_key=self.cleaned_data["module"].translation_key
            )
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
