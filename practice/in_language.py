"""What is said in the reader's language, of what is published now: cached, and about nobody."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from courses.editions import cached
from practice.models import Conversation, ConversationWords
from practice.models.words import whole_texts, wording_of
from practice.scripts import Script
from practice.sounds import Sounds
from practice.wording import ReturnText


@dataclass(frozen=True)
class Names:
    """What a conversation is called in a language, and whether somebody has read its words over."""

    title: str
    cast: str
    aim: str
    awaits_review: bool


@dataclass(frozen=True)
class Said:
    """A script as somebody is shown it, and the language that its words are in.

    `is_in_words` says that these are words beside the conversation's own.
    """

    script: Script
    language: str
    is_in_words: bool = False


def names_in(language: str, edition: int) -> Mapping[int, Names]:
    """What conversations are called in a language, by their ids, where they have words in it.

    No query, once it was asked in this edition.
    """

    def read() -> dict[int, Names]:
        rows = ConversationWords.objects.filter(language=language, live=True)
        names = rows.values_list(
            "conversation", "script__title", "script__cast", "script__aim", "is_drafted",
            "reviewed_by",
        )  # fmt: skip
        return {
            pk: Names(title, cast, aim, is_drafted and not reviewed_by)
            for pk, title, cast, aim, is_drafted, reviewed_by in names
        }

    return cached(edition, ("conversation_names", language), read)


def said_in(conversation: Conversation, language: str, source_language: str, edition: int) -> Said:
    """A conversation as it is published, in a language where its words in it are whole; else in its
    own. No query, once it was asked in this edition."""
    if language == source_language:
        return Said(conversation.script, source_language)

    def read() -> Script | None:
        rows = ConversationWords.objects.filter(conversation=conversation, live=True)
        row = rows.filter(language=language).first()
        wording = whole_texts(wording_of(conversation), row) if row else None
        return wording.script if wording else None

    script = cached(edition, ("conversation_words", conversation.pk, language), read)
    if script is None:
        return Said(conversation.script, source_language)
    return Said(script, language, is_in_words=True)


def returns_in(language: str, edition: int) -> Mapping[str, ReturnText]:
    """What one-minute replies say in a language, by their codes, where they have words in it.

    No query, once it was asked in this edition.
    """

    def read() -> dict[str, ReturnText]:
        rows = ConversationWords.objects.filter(language=language, live=True)
        stored = rows.values_list("returns", flat=True)
        return {
            code: ReturnText.from_json(code, each) for row in stored for code, each in row.items()
        }

    return cached(edition, ("return_words", language), read)


def return_sounds_in_language(language: str, edition: int) -> Sounds:
    """The recordings of one-minute replies in a language, by the places of their lines.

    No query, once it was asked in this edition.
    """

    def read() -> Sounds:
        rows = ConversationWords.objects.filter(language=language, live=True)
        return tuple(sound for row in rows.defer("script") for sound in row.return_sounds)

    return cached(edition, ("return_sounds", language), read)
