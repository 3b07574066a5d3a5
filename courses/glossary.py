"""The words of the glossary as readers are shown them, and what stands in the way of one."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation import gettext as _
from wagtail.models import Page

from courses.editions import cached
from courses.marking_words import Meaning
from courses.models import GlossaryWord
from courses.privacy import closed_paths
from people.folding import fold, fold_for_search

SHORTEST = 3


def meanings_in(language: str, edition: int) -> tuple[Meaning, ...]:
    """The published words of a language, in the order of the alphabet; cached for an edition."""
    return cached(edition, ("glossary", language), lambda: _read_meanings(language))


def _read_meanings(language: str) -> tuple[Meaning, ...]:
    words = GlossaryWord.objects.filter(live=True, language=language).select_related("lesson")
    return tuple(sorted(map(_meaning_of, words), key=lambda meaning: fold_for_search(meaning.word)))


def _meaning_of(word: GlossaryWord) -> Meaning:
    lesson: Page | None = word.lesson if word.lesson and word.lesson.live else None
    return Meaning(
        key=word.pk,
        word=word.word,
        forms=word.every_form(),
        text=word.meaning,
        reviewed_by=word.reviewed_by,
        lesson_title=lesson.title if lesson else "",
        lesson_url=(lesson.url or "") if lesson else "",
        lesson_path=lesson.path if lesson else "",
    )


def may_see_lesson(meaning: Meaning, request: HttpRequest) -> bool:
    """Whether the lesson that explains a word may be named to this reader."""
    closed = closed_paths(request)
    return bool(meaning.lesson_url) and not meaning.lesson_path.startswith(closed)


def problems_of_a_word(word: GlossaryWord) -> list[str]:
    """What stands in the way of publishing a word, in sentences."""
    problems = [
        _("“%(form)s” is too short to be marked: give at least %(number)s letters.")
        % {"form": form, "number": SHORTEST}
        for form in word.every_form()
        if len(form) < SHORTEST
    ]
    others = GlossaryWord.objects.filter(live=True, language=word.language).exclude(pk=word.pk)
    for other in others:
        taken = {fold(form) for form in other.every_form()}
        problems += [
            _("“%(form)s” is explained already, by the word “%(word)s”.")
            % {"form": form, "word": other.word}
            for form in word.every_form()
            if fold(form) in taken
        ]
    return problems
