"""In which languages a reader is shown some questions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import get_language

from assessments.drawing import frozen_questions
from assessments.items import Item
from assessments.published import published_quiz
from courses.editions import cached


@dataclass(frozen=True)
class AskedIn:
    """What is to be said of the languages of some questions, where the page does not say it.

    `others` is how many are in another language than the page, and `language` which, where they
    are in one. `unreviewed` says that a program translated some, and nobody has read those over;
    `began_before`, that a paper was drawn before there were words in the language of the page.
    """

    others: int
    total: int
    language: str
    unreviewed: bool
    began_before: bool = False

    @property
    def source(self) -> str:
        """The language in which nothing was translated by a program."""
        return self.language or settings.LANGUAGE_CODE


def asked_in(items: Iterable[Item], course_language: str) -> AskedIn:
    """What is to be said of some items as they are shown. Those that name no language are in the
    course's."""
    shown = list(items)
    languages = [item.language or course_language for item in shown]
    others = [language for language in languages if language != get_language()]
    return AskedIn(
        others=len(others),
        total=len(shown),
        language=others[0] if len(set(others)) == 1 else "",
        unreviewed=any(item.unreviewed for item in shown),
    )


def asked_by_quiz(quiz_id: int, edition: int, course_language: str) -> AskedIn:
    """What is to be said of all that a quiz may ask, to readers of the language of the moment.

    Cached for an edition.
    """
    language = get_language()

    def read() -> AskedIn:
        entries = published_quiz(quiz_id, edition).entries
        items = frozen_questions([entry.question for entry in entries], edition).values()
        return asked_in([item.in_language(language) for item in items], course_language)

    return cached(edition, ("quiz_asked_in", quiz_id, language, course_language), read)
