"""Verb: taking conversations in from lines, as drafts."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction

from courses.models import Competency, LessonPage
from people.models import User
from practice.lines import Written
from practice.models import Conversation


@transaction.atomic
def take_in(conversations: Iterable[Written], *, by: User) -> list[Conversation]:
    """Keep each conversation as a draft: a new one, or a newer draft of the one with its code.

    What is published stays as it is until somebody publishes the draft.
    """
    return [_take_in(written, by) for written in conversations]


def _take_in(written: Written, by: User) -> Conversation:
    stored = Conversation.objects.filter(code=written.code).first()
    draft = (
        stored.get_latest_revision_as_object()
        if stored
        else Conversation(code=written.code, live=False)
    )
    draft.put_script(written.script)
    draft.lesson = (
        LessonPage.objects.filter(code=written.lesson).first() if written.lesson else None
    )
    if stored is None:
        draft.save()
    draft.competencies = list(Competency.objects.filter(code__in=written.competencies))
    draft.save_revision(user=by, log_action="wagtail.create" if stored is None else "wagtail.edit")
    return draft
