"""Writing one question of any kind in the staff pages."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, IntegerField, OuterRef, Subquery
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path, reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.generic import View
from wagtail.admin import messages
from wagtail.admin.admin_url_finder import AdminURLFinder
from wagtail.admin.ui.tables import Column, NumberColumn, TitleColumn
from wagtail.admin.views import generic
from wagtail.snippets.side_panels import SnippetStatusSidePanel
from wagtail.snippets.views import snippets
from wagtail.snippets.views.snippets import SnippetViewSet

from assessments.access import may_remark
from assessments.admin.finding import BANK, BANK_CRUMB, HOME_CRUMB
from assessments.admin.trying import TryResponseView
from assessments.editing import asking_quizzes, reasons_against_publishing
from assessments.models import Attempt, Draw, Question, Quiz
from assessments.remarking import PapersOf, papers_of
from assessments.wording import states_of
from courses.admin.deleting import CONFIRM_DELETE, DeleteSnippetView
from courses.admin.reading import ReadView

LONGEST_FILTER = 200


class BackToTheBankMixin:
    """What is finished with goes back to the one list, not to a list of its kind."""

    def get_success_url(self) -> str:
        url: str = super().get_success_url()  # type: ignore[misc]
        return reverse(BANK) if url == reverse(self.index_url_name) else url  # type: ignore[attr-defined]


class ToTheBankView(View):
    """A kind's own list is the one list, showing that kind."""

    model: type[Question] = Question

    def get(self, request: HttpRequest) -> HttpResponse:
        filters = {
            name: value for name, value in request.GET.items() if len(value) <= LONGEST_FILTER
        }
        query = {**filters, "kind": self.model._meta.model_name}
        return HttpResponseRedirect(f"{reverse(BANK)}?{urlencode(query)}")


class CreateQuestionView(BackToTheBankMixin, snippets.CreateView):
    pass


class CopyQuestionView(BackToTheBankMixin, snippets.CopyView):
    def get_initial_form_instance(self) -> Question:
        """The question again, waiting for a code of its own."""
        question: Question = super().get_initial_form_instance()
        question.code = ""
        return question


class QuestionStatusPanel(SnippetStatusSidePanel):
    """Wagtail's status, with the quizzes that ask the question: those that draw it at random too."""

    def __init__(self, panel: SnippetStatusSidePanel) -> None:
        self.__dict__.update(panel.__dict__)

    def get_usage_context(self) -> dict[str, Any]:
        count = len(asking_quizzes(self.object, Draw.objects.select_related("quiz", "module")))
        words = ngettext("Asked by %(count)s quiz", "Asked by %(count)s quizzes", count)
        return {
            "usage_count": count,
            "usage_url": self.usage_url,
            "usage_url_text": words % {"count": count},
        }


class EditQuestionView(BackToTheBankMixin, snippets.EditView):
    """Says before anything is saved how many papers rest on the question."""

    @cached_property
    def papers(self) -> PapersOf:
        return papers_of(self.object)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return {
            **context,
            "papers": self.papers,
            "may_remark": may_remark(self.request.user),
        }

    def get_side_panels(self) -> Any:
        panels = super().get_side_panels()
        return type(panels)(
            QuestionStatusPanel(panel) if isinstance(panel, SnippetStatusSidePanel) else panel
            for panel in panels
        )

    def form_valid(self, form: Any) -> HttpResponse:
        response: HttpResponse = super().form_valid(form)
        if self.action == "publish":
            say_which_words_are_behind(self.request, self.object)
        return response

    def get_success_buttons(self) -> list[Any]:
        """After publishing, the way on to the papers that have the old key."""
        buttons: list[Any] = super().get_success_buttons()
        if self.action == "publish" and self.papers.total and may_remark(self.request.user):
            url = reverse("remarking:question", args=[self.object.pk])
            buttons.append(messages.button(url, _("Put the key right")))
        return buttons


def say_which_words_are_behind(request: HttpRequest, question: Question) -> None:
    """Tell whoever published a question in which languages it is not asked any more, and where
    that is put right."""
    for state in states_of(question):
        if state.behind:
            url = reverse("questions:words", args=[question.pk, state.language])
            message = _(
                "%(language)s still says what the question said before, so nobody is shown it: "
                "until it is put right, the question is asked in its own language."
            ) % {"language": state.language_name}
            button = messages.button(url, _("Put it right"))
            messages.warning(request, message, buttons=[button])


class ReviewQuestionView(snippets.WorkflowActionView):
    """Approving a draft, or asking for changes. What may not be published is not approved."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        reasons = reasons_against_publishing(self.object) if self.action_name == "approve" else []
        if reasons:
            messages.error(
                request,
                _("It cannot be published yet, and still waits to be read. %(why)s")
                % {"why": " ".join(reasons)},
            )
            self.redirect_url = reverse(self.redirect_url_name, args=[self.object.pk])
            if request.headers.get("x-requested-with") == "XMLHttpRequest":
                step = {"step": "success", "redirect": self.redirect_url}
                response: HttpResponse = self.render_modal_json(request, step)
                return response
            return HttpResponseRedirect(self.redirect_url)
        response = super().post(request, *args, **kwargs)
        return response


class DeleteQuestionView(BackToTheBankMixin, DeleteSnippetView):
    pass


class QuestionUsageView(snippets.UsageView):
    """The quizzes that name this question, and those that may draw it at random."""

    page_title = gettext_lazy("Where it is asked")

    @cached_property
    def asking(self) -> dict[int, list[Draw]]:
        return asking_quizzes(self.object, Draw.objects.select_related("quiz", "module"))

    def get_queryset(self) -> Any:
        tries = Attempt.objects.counted()
        attempts = tries.filter(quiz=OuterRef("pk")).order_by().values("quiz")
        return (
            Quiz.objects.filter(pk__in=self.asking)
            .order_by("title")
            .prefetch_related("pages")
            .annotate(
                attempts_made=Subquery(
                    attempts.annotate(count=Count("pk")).values("count"),
                    output_field=IntegerField(),
                )
            )
        )

    @cached_property
    def columns(self) -> list[Column]:
        return [
            TitleColumn(
                "title",
                label=_("Quiz"),
                get_url=lambda quiz: AdminURLFinder(self.request.user).get_edit_url(quiz),
            ),
            Column(
                "how",
                label=_("How"),
                accessor=lambda quiz: (
                    _("Named: on every paper")
                    if any(draw.question_id for draw in self.asking[quiz.pk])
                    else _("May be drawn at random")
                ),
            ),
            Column(
                "pages",
                label=_("Stands on"),
                accessor=lambda quiz: ", ".join(page.title for page in quiz.pages.all()),
            ),
            NumberColumn(
                "attempts",
                label=_("Tries at the quiz"),
                accessor=lambda quiz: quiz.attempts_made or 0,
            ),
        ]

    def get_table(self, object_list: Any, **kwargs: Any) -> Any:
        return super(generic.UsageView, self).get_table(object_list, **kwargs)


class AnsweredPreviewMixin:
    """A preview shows what an author answers in it, marked, with the key."""

    def get_extra_request_attrs(self) -> dict[str, Any]:
        fields = dict(self.request.GET.lists())  # type: ignore[attr-defined]
        return {**super().get_extra_request_attrs(), "answered_fields": fields}  # type: ignore[misc]


class PreviewNewQuestionView(AnsweredPreviewMixin, snippets.PreviewOnCreateView):
    pass


class PreviewQuestionView(AnsweredPreviewMixin, snippets.PreviewOnEditView):
    pass


class ReadQuestionView(ReadView):
    """Shows a question as it is asked, and what is right and why, to whoever may not change it."""

    list_name = gettext_lazy("Question bank")
    list_url_name = "questions:index"

    def attributes_of_preview(self) -> dict[str, Any]:
        return {"answered_fields": dict(self.request.GET.lists()), "shows_key": True}


class QuestionKindViewSet(SnippetViewSet):
    """Writing, previewing and keeping the versions of one kind of question."""

    menu_item_is_registered = True  # it is reached from the bank
    add_view_class = CreateQuestionView
    copy_view_class = CopyQuestionView
    edit_view_class = EditQuestionView
    workflow_action_view_class = ReviewQuestionView
    delete_view_class = DeleteQuestionView
    usage_view_class = QuestionUsageView
    inspect_view_enabled = True
    inspect_view_class = ReadQuestionView
    preview_on_add_view_class = PreviewNewQuestionView
    preview_on_edit_view_class = PreviewQuestionView
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
    def edit_template_name(self) -> str:
        return "assessments/admin/edit_question.html"

    @property
    def delete_template_name(self) -> str:
        return CONFIRM_DELETE

    def get_urlpatterns(self) -> list[Any]:
        view = self.construct_view(TryResponseView, form_class=self.get_form_class())
        return [*super().get_urlpatterns(), path("try/", view, name="try")]
