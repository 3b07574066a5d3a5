"""Puts Spanish words beside a conversation of a test: each text says what it is, and where it stands."""

from __future__ import annotations

from wagtail.models import Locale

from courses.translating import record_translation
from practice.models import ConversationPage, ConversationWords
from practice.wording import texts_by_place, texts_of

ES = "es"


def said(text):
    """What a text of the source becomes: told apart by its words, with no sign added."""
    return f"ES {text}"


def spanish_words(conversation, *, without=(), **fields):
    """The words of a conversation in Spanish, published; `without` some places."""
    row = ConversationWords(conversation=conversation, language=ES, live=False)
    source = row.read_source(conversation)
    texts = {text.place: said(text.words) for text in texts_of(source) if text.place not in without}
    row.put_texts(source, texts)
    row.translated_from = {
        place: text for place, text in texts_by_place(source).items() if place in texts
    }
    for name, value in fields.items():
        setattr(row, name, value)
    row.save()
    if not without:
        row.save_revision().publish()
        row.refresh_from_db()
    return row


def spanish_page(page, title="En la puerta"):
    """The page of a conversation in Spanish, published on the course in Spanish."""
    locale = Locale.objects.get_or_create(language_code=ES)[0]
    for each in [*page.get_ancestors().filter(depth__gt=1), page]:
        if not each.has_translation(locale):
            copied = each.specific.copy_for_translation(locale)
            copied.save_revision().publish()
            record_translation(copied, each)
    translated = ConversationPage.objects.get(pk=page.get_translation(locale).pk)
    translated.title = title
    translated.save_revision().publish()
    return translated
