"""What of a question is words, and the question in other words.

A kind names its words in `texts`. Each text has a path by which the words of another language name
it: the name of its field and, within a list, the id of its row, which stays when rows are moved.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import copy
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.html import strip_tags
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from wagtail.fields import RichTextField

from assessments.item_texts import differ_in_words_alone, texts_of
from assessments.items import Item
from assessments.text_rules import ANY
from people.folding import fold

# The bank imports this, so a question and its words are any here.
Question = Any
QuestionWords = Any

Content = Mapping[str, Mapping[str, str]]
"""The words of a question in a language, by path: `text`, and `of`, the text that it translates."""


@dataclass
class Text:
    """One text of a question: its path, what it is called, what it says, and where it stands."""

    path: str
    called: tuple[Any, ...]
    """What it is called: the field or, in a row, what the row is called, its number and the field."""
    source: str
    holder: Any
    name: str
    is_rich: bool = False
    max_length: int | None = None
    is_accepted: bool = False
    """Whether it lists what a learner may type: not a translation, and as long as need be."""

    @property
    def label(self) -> str:
        """What it is called, in the language of whoever edits. A draw of a paper never asks."""
        name, *row = self.called
        if not row:
            return str(capfirst(name))
        number, child = row
        of_row = f"{capfirst(name)} {number}"
        return f"{of_row}: {child}" if child and capfirst(child) != capfirst(name) else of_row

    @property
    def is_to_translate(self) -> bool:
        return bool(strip_tags(self.source).strip()) and self.source.strip() != ANY

    def put(self, text: str) -> None:
        """Put other words in its place."""
        if isinstance(self.holder, FieldHolder):
            setattr(self.holder.question, self.name, text)
        elif self.name:
            self.holder.value[self.name] = text
        else:
            self.holder.value = text


@dataclass(frozen=True)
class FieldHolder:
    question: Any


@dataclass(frozen=True)
class FieldText:
    """A field of a question that is words."""

    name: str

    @property
    def names(self) -> tuple[str, ...]:
        return (self.name,)

    def texts(self, question: Question) -> Iterator[Text]:
        field = question._meta.get_field(self.name)
        yield Text(
            path=self.name,
            called=(field.verbose_name,),
            source=getattr(question, self.name),
            holder=FieldHolder(question),
            name=self.name,
            is_rich=isinstance(field, RichTextField),
            max_length=getattr(field, "max_length", None),
        )


@dataclass(frozen=True)
class RowTexts:
    """The words in the rows of a list: the names of their fields, none for rows that are one text.

    A text under `once` that stands in several rows is one choice, and is translated once.
    """

    name: str
    fields: tuple[str, ...] = ("",)
    once: str = ""
    accepted: tuple[str, ...] = ()

    def texts(self, question: Question) -> Iterator[Text]:
        first: dict[str, str] = {}
        for number, row in enumerate(getattr(question, self.name), start=1):
            for name in self.fields:
                if name and name not in row.value:
                    continue
                source = row.value[name] if name else row.value
                path = ".".join(filter(None, (self.name, row.id or str(number), name)))
                if name and name == self.once:
                    path = first.setdefault(fold(source or ""), path)
                yield Text(
                    path=path,
                    called=(
                        row.block.label,
                        number,
                        row.block.child_blocks[name].label if name else "",
                    ),
                    source=source or "",
                    holder=row,
                    name=name,
                    is_accepted=name in self.accepted,
                )


Texts = tuple[FieldText | RowTexts, ...]


def texts_in(question: Question) -> list[Text]:
    """Every text of a question, in the order of its editor."""
    return [text for declared in question.texts for text in declared.texts(question)]


def texts_to_translate(question: Question) -> list[Text]:
    """The texts that are words for a reader, each once."""
    by_path: dict[str, Text] = {}
    for text in texts_in(question):
        if text.is_to_translate:
            by_path.setdefault(text.path, text)
    return list(by_path.values())


def own_language(question: Question) -> str:
    """The language that a question is written in; where it names none, the site's."""
    return question.language or settings.LANGUAGE_CODE


def other_languages(question: Question) -> list[tuple[str, str]]:
    """The languages that a question may have words in beside its own, each with its name."""
    own = own_language(question)
    return [(code, name) for code, name in settings.WAGTAIL_CONTENT_LANGUAGES if code != own]


def in_other_words(question: Question, content: Content) -> Question:
    """The question with other words in it, not to be saved. A text that lacks them stays."""
    other = copy(question)
    for declared in question.texts:
        if isinstance(declared, RowTexts):
            field = question._meta.get_field(declared.name)
            stored = field.get_prep_value(getattr(question, declared.name))
            setattr(other, declared.name, field.to_python(stored))
    for text in texts_in(other):
        words = content.get(text.path)
        if words is not None and words["text"] and text.is_to_translate:
            text.put(words["text"])
    return other


def alike(text: str, other: str) -> bool:
    """Whether two texts say the same to the letter; how they are spaced does not matter."""
    return text.split() == other.split()


@dataclass(frozen=True)
class WordsState:
    """How the words of a question in a language stand beside those that they translate."""

    question: Question
    language: str
    words: QuestionWords | None

    @property
    def language_name(self) -> str:
        return dict(settings.WAGTAIL_CONTENT_LANGUAGES).get(self.language, self.language)

    @cached_property
    def texts(self) -> list[Text]:
        return texts_to_translate(self.question)

    @property
    def content(self) -> Content:
        return self.words.content if self.words else {}

    @cached_property
    def missing(self) -> list[Text]:
        """The texts that have no words in the language."""
        return [text for text in self.texts if not self.content.get(text.path, {}).get("text")]

    @cached_property
    def behind(self) -> list[Text]:
        """The texts that say something else than when they were translated."""
        return [
            text
            for text in self.texts
            if text not in self.missing and not alike(self.content[text.path]["of"], text.source)
        ]

    @cached_property
    def worded(self) -> Question:
        """The question in these words."""
        return in_other_words(self.question, self.content)

    @cached_property
    def item(self) -> Item:
        """The question in these words, frozen."""
        frozen: Item = self.worded.freeze()
        return frozen

    @cached_property
    def problems(self) -> list[str]:
        """Why nobody could answer it rightly in these words, in sentences, once none is missing."""
        if self.missing or self.behind:
            return []
        try:
            self.worded.validate_publishable()
            same = differ_in_words_alone(self.question.freeze(), self.item)
        except ValidationError as refused:
            return refused.messages
        if same:
            return []
        return [_("What is the same in one language has to be the same in the other, and no more.")]

    @property
    def is_shown(self) -> bool:
        """Whether a learner may read the question in the language: all of it, and nothing else."""
        return not (self.missing or self.behind or self.problems)

    @property
    def name(self) -> str:
        """In a word: none, missing, behind, refused, unreviewed or shown."""
        if len(self.missing) == len(self.texts):
            return "none"
        for name in ("behind", "missing", "problems"):
            if getattr(self, name):
                return name
        return "unreviewed" if self.words and self.words.awaits_review else "shown"


def states_of(question: Question) -> list[WordsState]:
    """How a question stands in each language that it is not written in."""
    rows = (
        {row.language: row for row in question.other_words.all()} if question.pk is not None else {}
    )
    return [WordsState(question, code, rows.get(code)) for code, _name in other_languages(question)]


def freeze_with_words(question: Question) -> Item:
    """A question as an item, with its words in every language that it has all of them in."""
    item = question.freeze()
    translations = {}
    for state in states_of(question):
        if state.words is not None and state.is_shown:
            translations[state.language] = {
                **texts_of(state.item),
                "shown": True,
                "unreviewed": state.words.awaits_review,
            }
    return replace(item, translations=translations)
