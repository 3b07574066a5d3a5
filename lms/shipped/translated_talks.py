"""Puts the shipped words of conversations and one-minute replies in another language beside them."""

from __future__ import annotations

from collections.abc import Iterable

from wagtail.models import Page

from lms.shipped.pieces import FOUNDATIONS, Pieces
from practice.models import Conversation, ConversationWords
from practice.word_lines import WrittenWords, read_words
from practice.wording import Wording, texts_by_place, texts_that_fit


def shipped_words(language: str = "") -> list[WrittenWords]:
    """What every conversation that comes with the site says in a language; by default in its own."""
    names = ("conversations.jsonl", "returns.jsonl")
    folder = FOUNDATIONS / language
    return read_words("".join((folder / name).read_text(encoding="utf-8") for name in names))


def build_words(pieces: Pieces, language: str) -> None:
    """Publish the words of each conversation that still says what was shipped.

    Where its authors have changed it, only the texts that still stand where they stood are taken:
    what is missing then is named in the staff pages, and stays a draft.
    """
    shipped = {each.code: each.wording for each in shipped_words()}
    conversations = Conversation.objects.prefetch_related("return_items").in_bulk(field_name="code")
    for written in shipped_words(language):
        conversation = conversations.get(written.code)
        if conversation is not None:
            _build(pieces, conversation, written.wording, shipped[written.code], language)


def _build(
    pieces: Pieces, conversation: Conversation, words: Wording, shipped: Wording, language: str
) -> None:
    new = {
        place
        for piece, places in _pieces_of(words)
        if pieces.is_new(f"{language}:{piece}:{conversation.code}")
        for place in places
    }
    if not new:
        return
    rows = ConversationWords.objects.filter(conversation=conversation, language=language)
    row = rows.first() or ConversationWords(
        conversation=conversation, language=language, is_drafted=True, live=False
    )
    source = row.read_source(conversation)
    here, first = texts_by_place(source), texts_by_place(shipped)
    ours = {place: text for place, text in texts_that_fit(source, words).items() if place in new}
    row.put_texts(source, ours | row.texts_for(source))
    row.translated_from = {place: first.get(place, here[place]) for place in ours} | (
        row.translated_from
    )
    row.save()
    revision = row.save_revision(log_action="wagtail.create")
    if not row.missing_places(source) and conversation.live:
        revision.publish()


def _pieces_of(words: Wording) -> Iterable[tuple[str, set[str]]]:
    """The conversation, and each of its one-minute replies, with the places of their texts."""
    yield "words of a conversation", set(texts_by_place(Wording(words.script)))
    replies = set(texts_by_place(words)) - set(texts_by_place(Wording(words.script)))
    yield "words of its returns", replies


def stand_after(page: Page, source: Page) -> None:
    """Have a translated page stand where its source stands: after the translation of what is
    before it, as far as that is there."""
    before = source.get_prev_sibling()
    above = before.get_translation_or_none(page.locale) if before is not None else None
    if above is not None and above.get_parent().pk == page.get_parent().pk:
        Page.objects.get(pk=page.pk).move(above, pos="right")
