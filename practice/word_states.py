"""Which conversations have words in which language, and where these are missing or behind."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings

from courses.editions import cached
from practice.models import Conversation, ConversationWords
from practice.models.words import source_languages, source_of, wording_of
from practice.wording import texts_of


@dataclass(frozen=True)
class WordsState:
    """A conversation in a language: its words there, if any, and how many texts wait.

    `missing` have nothing in the language; `stale` say what the conversation said before. What
    waits to be published is looked at, where there is such a draft.
    """

    conversation: Conversation
    language: str
    row: ConversationWords | None
    missing: int
    stale: int

    @property
    def is_behind(self) -> bool:
        """Whether something is missing in it, or says what was said before."""
        return bool(self.missing or self.stale)


def states_of(conversations: Iterable[Conversation]) -> list[WordsState]:
    """Some conversations in each language that content is written in, but for their own. Constant
    queries, besides those for drafts."""
    rows = list(conversations)
    own = source_languages(rows)
    words = {
        (row.conversation_id, row.language): row
        for row in ConversationWords.objects.filter(conversation__in=[row.pk for row in rows])
    }
    codes = [code for code, _name in settings.WAGTAIL_CONTENT_LANGUAGES]
    return [
        _state_of(row, code, words.get((row.pk, code)))
        for row in rows
        for code in codes
        if code != own[row.pk]
    ]


def _state_of(
    conversation: Conversation, language: str, row: ConversationWords | None
) -> WordsState:
    source = wording_of(source_of(conversation))
    if row is None:
        return WordsState(conversation, language, None, len(texts_of(source)), 0)
    row.conversation = conversation
    newest = row.get_latest_revision_as_object() if row.has_unpublished_changes else row
    missing, stale = newest.missing_places(source), newest.stale_places(source)
    return WordsState(conversation, language, row, len(missing), len(stale))


def count_behind(edition: int) -> int:
    """How many published words say less than their conversation, or what it said before. Cached."""

    def count() -> int:
        live = Conversation.objects.filter(live=True).prefetch_related("return_items")
        states = states_of(live.filter(words__live=True).distinct())
        return sum(state.is_behind for state in states if state.row is not None and state.row.live)

    return cached(edition, ("words_behind",), count)
