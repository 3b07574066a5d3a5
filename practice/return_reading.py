"""What comes back, as its learner is shown it: in their language, where it has words in it."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import get_language

from courses.outlines import outline_for_reader
from practice.in_language import names_in, return_sounds_in_language, returns_in
from practice.models import DueReturn
from practice.scripts import Moment, Reply, Script
from practice.sounds import Sounds, as_of_moment
from practice.walking import ShownReply
from practice.wording import ReturnText, Wording, texts_by_place, texts_that_fit, with_texts


@dataclass(frozen=True)
class Title:
    """What the conversation is called that something comes back from, and in which language."""

    words: str
    language: str


@dataclass(frozen=True)
class ReturnReading:
    """Something that comes back, in the words in which it is shown, and in which language they are.

    `moment` is None where its script lost it. `awaits_review` says that a program wrote the words,
    and that nobody has read them over.
    """

    row: DueReturn
    title: Title
    cast: str
    face_of: str
    setting: str
    moment: Moment | None
    language: str
    awaits_review: bool
    sounds: Sounds = ()

    @property
    def speaker(self) -> str:
        """Who speaks; by default whom the conversation is with."""
        return (self.moment.speaker if self.moment else "") or self.cast

    @property
    def about(self) -> str:
        """What tells it from another of the same conversation: where it is, or what is said."""
        if self.row.item_id is None and self.moment is not None:
            return f"{self.speaker}: {self.moment.words}"
        return self.setting

    @property
    def shown_replies(self) -> list[ShownReply]:
        """The replies in the row's own order, which is the same in every language."""
        if self.moment is None:
            return []
        replies = self.moment.replies
        return [
            ShownReply(each.key, each.place, replies[each.place]) for each in self.row.shown_replies
        ]

    @property
    def given(self) -> Reply | None:
        """The reply that was last given; None where none was."""
        if self.row.reply is None or self.moment is None:
            return None
        return self.moment.replies[self.row.reply]


def read_return(row: DueReturn, language: str, edition: int) -> ReturnReading:
    """A row with its item or its script, in a language. No query, once that was cached."""
    own_language = source_language(row, edition)
    is_own = own_language == language
    names = None if is_own else names_in(language, edition).get(row.conversation_id)
    text = None if is_own else _text_in(row, language, edition)
    sounds = _sounds_of(row, language if text else "", edition)
    own = ReturnText(row.key, row.setting, row.moment) if row.moment else None
    shown = text or own
    return ReturnReading(
        row=row,
        title=Title(names.title, language)
        if names
        else Title(row.conversation.title, own_language),
        cast=names.cast if names and text else row.conversation.cast,
        face_of=row.speaker,
        setting=shown.setting if shown else row.setting,
        moment=shown.moment if shown else None,
        language=language if text else own_language,
        awaits_review=text is not None and names is not None and names.awaits_review,
        sounds=sounds,
    )


def _sounds_of(row: DueReturn, words_language: str, edition: int) -> Sounds:
    """The recordings of what is shown: of an item as they are now, of a move as its play froze them.

    Words of another language, if it is shown in them, play none of the first one.
    """
    if row.item is not None:
        here = (
            return_sounds_in_language(words_language, edition)
            if words_language
            else row.conversation.return_sounds
        )
        return as_of_moment(here, row.item.code, row.item.moment.name)
    if not words_language:
        return row.version.script.sounds if row.version else ()
    script = row.words.script_in(words_language) if row.words else None
    return script.sounds if script else ()


def _text_in(row: DueReturn, language: str, edition: int) -> ReturnText | None:
    if row.item is not None:
        own = ReturnText(row.item.code, row.item.setting, row.item.moment)
        stored = returns_in(language, edition).get(row.item.code)
        return _whole(own, stored) if stored else None
    script = row.words.script_in(language) if row.words is not None else None
    moment = script.moment(row.moment_name) if script else None
    return ReturnText(row.key, script.setting, moment) if script and moment else None


def _whole(own: ReturnText, stored: ReturnText) -> ReturnText | None:
    """What was stored, on the replies as they are now; None where a text of them is missing."""
    source, words = Wording(Script(), (own,)), Wording(Script(), (stored,))
    wording = with_texts(source, texts_that_fit(source, words))
    is_whole = texts_by_place(source).keys() <= texts_by_place(wording).keys()
    return wording.returns[0] if is_whole else None


def title_of(row: DueReturn, edition: int) -> Title:
    """What its conversation is called in the reader's language, if it has words in it."""
    reader, own = get_language() or "", source_language(row, edition)
    names = names_in(reader, edition).get(row.conversation_id) if reader != own else None
    if names is not None:
        return Title(names.title, reader)
    return Title(row.conversation.title, own)


def source_language(row: DueReturn, edition: int) -> str:
    """In which language a conversation was written, as far as it still stands on the course."""
    outline = outline_for_reader(row.enrolment.course_id, edition)
    steps = (step for step in outline.steps if step.subject_id == row.conversation_id)
    step = next((step for step in steps if step.kind.name == "conversation"), None)
    return step.subject_language if step else outline.language
