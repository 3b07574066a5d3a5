"""Taking conversations in from lines of JSON, and giving them out, in the staff pages."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_safe
from wagtail.admin import messages

from people.http import SignedInRequest
from practice.admin.pages import INDEX, with_header
from practice.lines import UnreadableLine, Written, write_lines
from practice.models import Conversation
from practice.taking_in import read_conversations, take_in

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

    conversations: list[Written]

    def clean_lines(self) -> str:
        text: str = self.cleaned_data["lines"]
        try:
            self.conversations = read_conversations(text)
        except UnreadableLine as refusal:
            raise forms.ValidationError(str(refusal)) from refusal
        if not self.conversations:
            raise forms.ValidationError(_("There is no conversation in it."))
        return text


@require_http_methods(["GET", "HEAD", "POST"])
def bring_in(request: SignedInRequest) -> HttpResponse:
    """A form for lines; what is taken in is a draft, and nothing that is published changes."""
    if not request.user.has_perms(["practice.add_conversation", "practice.change_conversation"]):
        raise PermissionDenied
    form = LinesForm(request.POST or None)
    if form.is_valid():
        drafts = take_in(form.conversations, by=request.user)
        words = ngettext(
            "%(count)s conversation is here as a draft.",
            "%(count)s conversations are here as drafts.",
            len(drafts),
        )
        messages.success(request, words % {"count": len(drafts)})
        return redirect(INDEX)
    context: dict[str, Any] = {"form": form}
    return render(
        request,
        "practice/admin/bring_in.html",
        with_header(_("Take in conversations"), context),
        status=422 if form.is_bound else 200,
    )


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
    )
    response = HttpResponse(write_lines([written]), content_type="application/jsonl; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="conversation-{pk}.jsonl"'
    return response
