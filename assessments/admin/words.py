"""The words of questions in other languages: written beside the first ones, and what is missing."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_safe
from wagtail.admin import messages
from wagtail.admin.rich_text import get_rich_text_editor_widget
from wagtail.admin.widgets import AdminAutoHeightTextInput
from wagtail.permissions import policy_registry

from assessments.admin.finding import BANK
from assessments.bank import PROSE
from assessments.models import Question, QuestionWords, Quiz
from assessments.wording import Text, WordsState, states_of
from assessments.writing_words import content_of, publish_words, save_words, state_in
from courses.exceptions import NotPublishable
from people.http import SignedInRequest
from people.staff_headers import staff_header

TITLE = gettext_lazy("Questions in other languages")
PER_PAGE = 50
# In the order of the list: what keeps learners from reading a question comes first.
STATES = {
    "behind": gettext_lazy("Behind: its question says something else now"),
    "problems": gettext_lazy("Cannot be asked as it is"),
    "missing": gettext_lazy("Not all of it"),
    "none": gettext_lazy("No words yet"),
    "unreviewed": gettext_lazy("Shown; translated by a program, reviewed by nobody"),
    "shown": gettext_lazy("Shown"),
}


class WordsForm(forms.Form):
    """The texts of a question, each to be written in another language."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    reviewed_by = forms.CharField(
        label=QuestionWords._meta.get_field("reviewed_by").verbose_name,
        help_text=QuestionWords._meta.get_field("reviewed_by").help_text,
        max_length=200,
        required=False,
    )

    def __init__(self, *args: Any, state: WordsState, version: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.state, self.version = state, version
        self.initial["seen"] = version
        self.initial["reviewed_by"] = state.words.reviewed_by if state.words else ""
        for number, text in enumerate(state.texts):
            self.fields[f"text-{number}"] = self._text_field(text)
            self.initial[f"text-{number}"] = state.content.get(text.path, {}).get("text", "")
            if text in state.behind:
                self.fields[f"same-{number}"] = forms.BooleanField(
                    label=_("It still says the same"), required=False
                )

    def _text_field(self, text: Text) -> forms.CharField:
        rich: Any = get_rich_text_editor_widget("default", features=PROSE)
        help_text = (
            _(
                "One on each line, as people type it: no translation, and as many as there are. "
                "What is accepted in any of the languages earns the mark."
            )
            if text.is_accepted
            else ""
        )
        return forms.CharField(
            label=text.label,
            required=False,
            max_length=text.max_length,
            help_text=help_text,
            widget=rich if text.is_rich else AdminAutoHeightTextInput(attrs={"rows": 2}),
        )

    @property
    def rows(self) -> list[dict[str, Any]]:
        """Each text with its field, and what it translated where that is another text now."""
        return [
            {
                "text": text,
                "field": self[f"text-{number}"],
                "same": self[f"same-{number}"] if text in self.state.behind else None,
                "before": self.state.content[text.path]["of"] if text in self.state.behind else "",
            }
            for number, text in enumerate(self.state.texts)
        ]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("seen") != self.version:
            self.add_error(
                None,
                _(
                    "Somebody changed the question while you wrote. Your words are still here: look "
                    "at what is on the left now, and save again."
                ),
            )
        return cleaned

    def content(self) -> dict[str, dict[str, str]]:
        texts = {
            text.path: self.cleaned_data[f"text-{number}"]
            for number, text in enumerate(self.state.texts)
        }
        confirmed = frozenset(
            text.path
            for number, text in enumerate(self.state.texts)
            if self.cleaned_data.get(f"same-{number}")
        )
        return content_of(self.state.question, texts, self.state.content, confirmed=confirmed)


@require_http_methods(["GET", "HEAD", "POST"])
def words(request: SignedInRequest, pk: int, language: str) -> HttpResponse:
    """One question in one language, beside its own words. Whoever may publish it may do so here."""
    question = get_object_or_404(Question, pk=pk)
    policy = policy_registry.get_by_type(type(question))
    if not policy.user_has_permission(request.user, "change"):
        raise PermissionDenied
    draft = question.get_latest_revision_as_object()
    state = state_in(draft, language)
    if state is None:
        raise Http404
    version = str(question.latest_revision_id or "")
    form = WordsForm(request.POST or None, state=state, version=version)
    may_publish = policy.user_has_permission(request.user, "publish")
    if request.method == "POST" and form.is_valid():
        is_published = may_publish and "publish" in request.POST
        _save(request, draft, form, language, is_published=is_published)
        return redirect("questions:words", question.pk, language)
    edit_url = reverse(type(question).snippet_viewset.get_url_name("edit"), args=[question.pk])
    title = f"{draft.code}: {state.language_name}"
    context = {
        **staff_header(title, "globe", (reverse(BANK), _("Question bank")), (edit_url, draft.code)),
        "question": draft,
        "state": state,
        "state_in_words": STATES[state.name],
        "form": form,
        "media": form.media,
        "own_language": draft.language or settings.LANGUAGE_CODE,
        "may_publish": may_publish,
        "edit_url": edit_url,
        # Not a change of these words alone: another draft would be published with them.
        "has_draft": question.live and question.has_unpublished_changes,
    }
    return render(request, "assessments/admin/words.html", context)


def _save(
    request: SignedInRequest,
    draft: Question,
    form: WordsForm,
    language: str,
    *,
    is_published: bool,
) -> None:
    """Save what was written, publish it where that was asked for, and say how it stands."""
    revision = save_words(
        draft,
        language,
        form.content(),
        reviewed_by=form.cleaned_data["reviewed_by"],
        by=request.user,
    )
    saved = revision.as_object()
    if is_published:
        try:
            publish_words(saved, revision, by=request.user)
        except NotPublishable as refusal:
            messages.error(request, str(refusal))
            is_published = False
    state = state_in(saved, language)
    message = _("Published.") if is_published else _("Saved as a draft.")
    if state is not None and state.is_shown:
        messages.success(request, f"{message} {_('The words are whole.')}")
    elif state is not None:
        messages.warning(request, f"{message} {what_is_lacking(state)}")


def what_is_lacking(state: WordsState) -> str:
    """Why no learner is shown the words of a language, in a sentence; empty where they are."""
    if state.is_shown:
        return ""
    if len(state.missing) == len(state.texts):
        return _("No words yet: the question is asked in its own language.")
    if state.missing:
        return ngettext(
            "%(count)s text is missing, so the question is asked in its own language.",
            "%(count)s texts are missing, so the question is asked in its own language.",
            len(state.missing),
        ) % {"count": len(state.missing)}
    if state.behind:
        return ngettext(
            "%(count)s text says something else by now, so the question is asked in its own language.",
            "%(count)s texts say something else by now, so the question is asked in its own language.",
            len(state.behind),
        ) % {"count": len(state.behind)}
    return _("Nobody could answer it rightly in these words. %(why)s") % {
        "why": " ".join(state.problems)
    }


@require_safe
def languages(request: SignedInRequest) -> HttpResponse:
    """Every question in each language that it is not written in: what is lacking comes first.

    Constant queries.
    """
    bank = policy_registry.get_by_type(Question)
    if not bank.user_has_any_permission(request.user, {"add", "change", "view"}):
        raise PermissionDenied
    questions = Question.objects.order_by("code").prefetch_related(
        "other_words", "competencies", "lesson"
    )
    states = [state for question in questions for state in states_of(question)]
    counts = {name: sum(state.name == name for state in states) for name in STATES}
    chosen = request.GET.get("state", "")
    order = list(STATES)
    shown = sorted(
        (state for state in states if chosen not in STATES or state.name == chosen),
        key=lambda state: (order.index(state.name), state.language, state.question.code),
    )
    page = Paginator(shown, PER_PAGE).get_page(request.GET.get("p"))
    context = {
        **staff_header(TITLE, "globe", (reverse(BANK), _("Question bank"))),
        "page_obj": page,
        "rows": [
            {
                "state": state,
                "in_words": STATES[state.name],
                "lacking": what_is_lacking(state),
                "url": _words_url(request, state),
            }
            for state in page
        ],
        "states": [(name, words, counts[name]) for name, words in STATES.items() if counts[name]],
        "chosen": chosen if chosen in STATES else "",
        "query": f"state={chosen}&" if chosen in STATES else "",
        "quizzes": quizzes_without_words(),
    }
    return render(request, "assessments/admin/languages.html", context)


def _words_url(request: SignedInRequest, state: WordsState) -> str:
    """Where the words are written, for whoever may."""
    policy = policy_registry.get_by_type(type(state.question))
    if not policy.user_has_permission(request.user, "change"):
        return ""
    return reverse("questions:words", args=[state.question.pk, state.language])


def quizzes_without_words() -> list[tuple[Quiz, str]]:
    """The quizzes that have no title of their own in a language, with its name. Two queries."""
    return [
        (quiz, name)
        for quiz in Quiz.objects.order_by("title").prefetch_related("other_words")
        for code, name in settings.WAGTAIL_CONTENT_LANGUAGES
        if code != settings.LANGUAGE_CODE
        and all(row.language != code for row in quiz.other_words.all())
    ]
