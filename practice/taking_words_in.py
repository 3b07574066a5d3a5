"""Verb: taking the words of conversations in a language in from lines, as drafts."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext as _

from people.models import User
from practice.checking import other_parts
from practice.models import Conversation, ConversationWords
from practice.models.words import source_languages
from practice.word_lines import WrittenWords
from practice.wording import Wording, shape_of, texts_by_place, texts_that_fit


@transaction.atomic
def take_words_in(
    written: Iterable[WrittenWords], language: str, *, by: User
) -> list[ConversationWords]:
    """Keep the words of each conversation as a draft: new ones, or a newer draft of those there.

    What is published stays as it is until somebody publishes the draft. What the lines leave out
    stays too. `problems_of_lines` says before what stands in the way.
    """
    return [_take_in(each, each.language or language, by) for each in written]


def problems_of_lines(written: Iterable[WrittenWords], language: str) -> list[str]:
    """Why the words of some lines are none of a conversation here, in sentences. A query for each."""
    problems = []
    for each in written:
        conversation = Conversation.objects.filter(code=each.code).first()
        if conversation is None:
            text = _("There is no conversation %(code)s here to say in another language.")
            problems.append(text % {"code": each.code})
        elif not (each.language or language):
            text = _("Choose the language that %(code)s is in.")
            problems.append(text % {"code": each.code})
        elif source_languages([conversation])[conversation.pk] == (each.language or language):
            text = _("%(code)s is in this language already. Take it in as a conversation.")
            problems.append(text % {"code": each.code})
        else:
            source = ConversationWords.read_source(conversation)
            problems += [f"{each.code} {line}" for line in _differences(source, each.wording)]
    return problems


def _differences(source: Wording, words: Wording) -> list[str]:
    """Where words have other moments, points or ways than what they translate. What is only missing
    can be written later."""
    differing = other_parts(source.script, words.script) if words.script.moments else ()
    found = [str(each) for each in differing if each.kind != "missing"]
    moments = {each.code: each.moment for each in source.returns}
    for each in words.returns:
        mine = moments.get(each.code)
        shapes = [shape_of(reply) for reply in mine.replies] if mine else None
        if shapes != [shape_of(reply) for reply in each.moment.replies]:
            text = _("%(code)s: it has other replies or points than the one-minute reply here.")
            found.append(text % {"code": each.code})
    return found


def _take_in(written: WrittenWords, language: str, by: User) -> ConversationWords:
    conversation = Conversation.objects.get(code=written.code)
    source = ConversationWords.read_source(conversation)
    stored = ConversationWords.objects.filter(conversation=conversation, language=language).first()
    draft: ConversationWords = (
        stored.get_latest_revision_as_object()
        if stored
        else ConversationWords(conversation=conversation, language=language, live=False)
    )
    before = draft.texts_for(source)
    taken = texts_that_fit(source, written.wording)
    draft.put_texts(source, before | taken)
    now = texts_by_place(source)
    draft.translated_from = draft.translated_from | {place: now[place] for place in taken}
    if stored is None:
        draft.save()
    draft.save_revision(user=by, log_action="wagtail.create" if stored is None else "wagtail.edit")
    return draft
