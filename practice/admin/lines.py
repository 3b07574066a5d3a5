"""Taking conversations in from lines of JSON, and giving them out, in the staff pages."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_safe
from wagtail.admin import messages

from people.http import SignedInRequest
from people.models import User
from practice.admin.pages import INDEX, with_header
from practice.lines import UnreadableLine, Written, write_lines
from practice.models import Conversation, ConversationWords
from practice.return_lines import WrittenReturn
from practice.sounds import sounds_in, titles_of
from practice.taking_in import take_in
from practice.taking_words_in import problems_of_lines, take_words_in
from practice.word_lines import WrittenWords, read_both, read_words, write_words

MOST_CHARACTERS = 500_000


class LinesForm(forms.Form):
    """Where lines of JSON are pasted. They are read whole, or nothing is taken in."""

    lines = forms.CharField(
        label=gettext_lazy("Lines of JSON"),
        max_length=MOST_CHARACTERS,
        widget=forms.Textarea(attrs={"rows": 14, "spellcheck": "false"}),
        help_text=gettext_lazy(
            "One line for the head of a conversation, one for each moment and each ending."
        ),
    )

    language = forms.ChoiceField(
        label=gettext_lazy("What they are"),
        required=False,
        help_text=gettext_lazy(
            "Words in another language are put beside the conversation with the same code. Lines "
            "that name their language need no choice."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.conversations: list[Written] = []
        self.words: list[WrittenWords] = []
        self.recordings: list[str] = []
        field: Any = self.fields["language"]
        field.choices = [
            ("", _("Conversations, as they are first written")),
            *(
                (code, _("Words in this language: %(name)s") % {"name": _(name)})
                for code, name in settings.WAGTAIL_CONTENT_LANGUAGES
            ),
        ]

    def clean(self) -> dict[str, Any]:
        """Read the lines as what they are. They are read whole, or refused."""
        cleaned: dict[str, Any] = super().clean() or {}
        if "lines" in cleaned and "language" in cleaned:
            try:
                self._read(cleaned["lines"], cleaned["language"])
            except UnreadableLine as refusal:
                self.add_error("lines", str(refusal))
        return cleaned

    def _read(self, text: str, language: str) -> None:
        conversations, returns = read_both(text)
        self.recordings = [name for each in conversations for name in each.recordings.values()]
        if not conversations and not returns:
            self.add_error("lines", _("There is no conversation in it."))
        elif language or returns or any(each.language for each in conversations):
            self.words = read_words(text)
            for problem in problems_of_lines(self.words, language):
                self.add_error("lines", problem)
        else:
            self.conversations = conversations


@require_http_methods(["GET", "HEAD", "POST"])
def bring_in(request: SignedInRequest) -> HttpResponse:
    """A form for lines; what is taken in is a draft, and nothing that is published changes."""
    if not request.user.has_perms(["practice.add_conversation", "practice.change_conversation"]):
        raise PermissionDenied
    form = LinesForm(request.POST or None)
    if form.is_valid():
        drafts = take_in_from(form, request.user)
        words = ngettext(
            "%(count)s conversation is here as a draft.",
            "%(count)s conversations are here as drafts.",
            len(drafts),
        )
        messages.success(request, words % {"count": len(drafts)})
        if form.recordings:
            messages.warning(request, recordings_left_out(form.recordings))
        return redirect(INDEX)
    context: dict[str, Any] = {"form": form}
    return render(
        request,
        "practice/admin/bring_in.html",
        with_header(_("Take in conversations"), context),
        status=422 if form.is_bound else 200,
    )


def recordings_left_out(names: list[str]) -> str:
    """That lines name recordings and hold none of them."""
    words = ngettext(
        "The lines name one recording and do not hold its file: %(names)s. Choose it again under "
        "Recordings, where it is not there already.",
        "The lines name %(count)s recordings and do not hold their files: %(names)s. Choose them "
        "again under Recordings, where they are not there already.",
        len(names),
    )
    return words % {"count": len(names), "names": ", ".join(names)}


def take_in_from(form: LinesForm, user: User) -> list[Any]:
    """Take in what a form holds: conversations, or their words in another language."""
    if not form.words:
        return [*take_in(form.conversations, by=user)]
    if not user.has_perms([f"practice.{act}_conversationwords" for act in ("add", "change")]):
        raise PermissionDenied
    return [*take_words_in(form.words, form.cleaned_data["language"], by=user)]


@require_safe
def give_out(request: HttpRequest, pk: int) -> HttpResponse:
    """A conversation as lines of JSON, as its newest draft has it."""
    if not request.user.has_perm("practice.view_conversation"):
        raise PermissionDenied
    conversation = get_object_or_404(Conversation, pk=pk).get_latest_revision_as_object()
    written = Written(
        code=conversation.code,
        script=conversation.script,
        lesson=conversation.lesson.code if conversation.lesson else "",
        competencies=tuple(each.code for each in conversation.competencies.all()),
        recordings=titles_of(sounds_in(conversation.recordings)),
    )
    response = HttpResponse(write_lines([written]), content_type="application/jsonl; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="conversation-{pk}.jsonl"'
    return response


@require_safe
def give_out_words(request: HttpRequest, pk: int) -> HttpResponse:
    """The words of a conversation in a language as lines of JSON, as their newest draft has them."""
    if not request.user.has_perm("practice.view_conversationwords"):
        raise PermissionDenied
    words = get_object_or_404(ConversationWords, pk=pk).get_latest_revision_as_object()
    conversation, wording = words.conversation, words.wording
    written = Written(
        code=conversation.code,
        script=wording.script,
        lesson=conversation.lesson.code if conversation.lesson else "",
        competencies=tuple(each.code for each in conversation.competencies.all()),
        recordings=titles_of(sounds_in(words.recordings)),
    )
    days = dict(conversation.return_items.values_list("code", "after_days"))
    returns = [
        WrittenReturn(each.code, conversation.code, days[each.code], each.setting, each.moment)
        for each in wording.returns
        if each.code in days
    ]
    lines = write_words(written, returns, words.language)
    response = HttpResponse(lines, content_type="application/jsonl; charset=utf-8")
    name = f"conversation-{conversation.pk}-{words.language}.jsonl"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
