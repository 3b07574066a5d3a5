"""Puts the shipped words of questions and quizzes in another language beside the first ones.

A program translated them, and they say so until somebody is on record who read them over. As any
piece they are put up once. A text that this site has changed since is left without words, so that
nothing is said that the site does not say; the question is asked in its own language then.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from django.utils.html import escape

from assessments.models import Question, QuestionWords, Quiz, QuizWords
from assessments.models.kinds import QUESTION_KINDS
from assessments.wording import texts_in, texts_to_translate
from assessments.writing_words import publish_words, save_words
from lms.shipped.edited import put_as_edited
from lms.shipped.pieces import FOUNDATIONS, Pieces, load

Record = dict[str, Any]
Words = dict[str, dict[str, str]]


def word_questions(pieces: Pieces, language: str) -> None:
    """Put the words of every shipped question that this site has beside it, once."""
    new = {
        record["id"]: (record, translated)
        for record, translated in shipped_records(language)
        if pieces.is_new(f"{language}:question:{record['id']}")
    }
    questions = Question.objects.filter(code__in=new).prefetch_related("other_words")
    for question in questions:
        if all(row.language != language for row in question.other_words.all()):
            record, translated = new[question.code]
            word_question(question, record, translated, language)


def shipped_records(language: str) -> Iterator[tuple[Record, Record]]:
    """Every shipped question with its translation, each with what makes it a red line."""
    red_lines = load(FOUNDATIONS / "course.yaml").get("red_lines", {})
    translated_lines = load(FOUNDATIONS / language / "course.yaml").get("red_lines", {})
    for path in sorted((FOUNDATIONS / "questions").glob("*.jsonl")):
        translated = (FOUNDATIONS / language / "questions" / path.name).read_text().splitlines()
        for line, other in zip(path.read_text().splitlines(), translated, strict=True):
            record, words = json.loads(line), json.loads(other)
            code = record["id"]
            yield (
                record | red_lines.get(code, {}),
                words | translated_lines.get(code, {}),
            )


def word_question(question: Question, record: Record, translated: Record, language: str) -> None:
    """Put the words beside a question: published, and in a draft that waits for somebody as well."""
    has_draft = question.has_unpublished_changes
    if has_draft or question.latest_revision is None:
        # The draft is its author's to publish, so what is published gets its words by themselves.
        QuestionWords.objects.create(
            question=question,
            language=language,
            content=content_for(question, record, translated),
            is_drafted=True,
        )
    if question.latest_revision is None:
        return
    draft = question.get_latest_revision_as_object()
    content = content_for(draft, record, translated)
    revision = save_words(draft, language, content, reviewed_by="", by=None, is_drafted=True)
    if not has_draft:
        publish_words(revision.as_object(), revision, by=None)


def content_for(question: Question, record: Record, translated: Record) -> Words:
    """The shipped words for those texts of a question that say what was shipped."""
    shipped: dict[tuple[str, str], list[str]] = defaultdict(list)
    for first, (_field, words) in zip(_texts(record), _texts(translated), strict=True):
        shipped[first].append(words)
    content: Words = {}
    for text in texts_to_translate(question):
        field, name = text.path.split(".")[0], text.name
        translations = shipped.get((f"{field}.{name}", text.source))
        if translations:
            other = translations.pop(0) if len(translations) > 1 else translations[0]
            content[text.path] = {"text": other, "of": text.source}
    return content


def _texts(record: Record) -> list[tuple[str, str]]:
    """The texts of a record in the form in which the editor keeps them, each under its field."""
    kind = next(kind for kind in QUESTION_KINDS if record["type"] in kind.record_types)
    question = kind(
        code=record["id"],
        stem=f"<p>{escape(record['stem'])}</p>",
        note=record.get("note", ""),
        rationale=record["why"],
        retry_text=record.get("retry", ""),
        **kind.fields_from_record(record),
    )
    put_as_edited(question)
    return [(f"{text.path.split('.')[0]}.{text.name}", text.source) for text in texts_in(question)]


def word_quiz(pieces: Pieces, piece: str, quiz: Quiz, title: str, language: str) -> None:
    """Put the shipped title of a quiz beside its first one, once."""
    if pieces.is_new(f"{language}:words of {piece}"):
        QuizWords.objects.get_or_create(quiz=quiz, language=language, defaults={"title": title})
