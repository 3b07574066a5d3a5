"""What stands in the workbook of a module, read from its published lessons."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

from courses.editions import cached
from courses.glossary import meanings_in
from courses.lesson_body import lesson_text
from courses.models import LessonPage, PartNote, Reflection
from courses.progress import StepOutline
from people.models import User

Absence = Literal["", "away", "gone", "closed"]

LINES = 7
"""How many lines to write on a prompt has that says nothing of its length."""
WORDS_A_LINE = 9
MOST_LINES = 22
TRUE_OF_THE_SITE_ALONE = (
    "Only you can see this.",
    "You can change it any time.",
    "Solo tú puedes ver esto.",
    "Puedes cambiarlo cuando quieras.",
)
"""What hints of the shipped lessons say of who can read a box, and of saving it."""
USED_WORD = re.compile(r'data-meaning="w-\d+-(\d+)"')


@dataclass(frozen=True)
class Prompt:
    """A place to write: what it asks, how many lines it has, and what its learner wrote there."""

    block_id: str
    text: str
    hint: str = ""
    lines: int = LINES
    written: str = ""

    @property
    def room(self) -> range:
        """A step for each line to write on."""
        return range(self.lines)


@dataclass(frozen=True)
class WorkbookLesson:
    """A lesson in a workbook. It is the same for everyone, until somebody's own words are put in.

    `absence` says why the words of the lesson are not in it; nothing where they are. Its prompts
    are then those that its learner wrote under. `notes` are what its learner wrote beside its parts.
    """

    key: str
    title: str
    summary: str = ""
    key_points: tuple[str, ...] = ()
    prompts: tuple[Prompt, ...] = ()
    notes: tuple[PartNote, ...] = ()
    absence: Absence = ""


@dataclass(frozen=True)
class WorkbookWord:
    word: str
    meaning: str
    is_reviewed: bool


def lessons_in_workbook(pages: Iterable[LessonPage]) -> tuple[WorkbookLesson, ...]:
    """What each of some lessons brings, in their order."""
    return tuple(
        WorkbookLesson(
            key=str(page.translation_key),
            title=page.title,
            summary=page.summary,
            key_points=tuple(
                str(block.value["text"]) for block in page.body if block.block_type == "key_point"
            ),
            prompts=tuple(
                Prompt(
                    block_id=block.id,
                    text=block.value["prompt"],
                    hint=hint_on_paper(block.value.get("hint") or ""),
                    lines=lines_for(block.value.get("words_asked") or 0),
                )
                for block in page.body
                if block.block_type == "reflection"
            ),
        )
        for page in pages
    )


def absent_lesson(step: StepOutline) -> WorkbookLesson:
    """A lesson that its reader cannot open at the moment: by its name, and why."""
    reason: Absence = "gone" if step.is_gone else "away" if step.is_away else "closed"
    return WorkbookLesson(str(step.key), step.title, absence=reason)


def hint_on_paper(hint: str) -> str:
    """A hint without what is true of the page of a lesson and of no sheet of paper."""
    for sentence in TRUE_OF_THE_SITE_ALONE:
        hint = hint.replace(sentence, "")
    return hint.strip()


def lines_for(words: int) -> int:
    """How many lines about so many words take in handwriting."""
    return min(MOST_LINES, max(LINES, -(-words // WORDS_A_LINE)))


def words_in_workbook(pages: Iterable[LessonPage], edition: int) -> tuple[WorkbookWord, ...]:
    """The words of the glossary that some lessons mark, in the order of the alphabet."""
    pages = list(pages)
    used = {
        int(key)
        for page in pages
        for part in lesson_text(page, edition)
        for piece in part.pieces
        if isinstance(piece, str)
        for key in USED_WORD.findall(piece)
    }
    language = pages[0].locale.language_code if pages else ""
    return tuple(
        WorkbookWord(meaning.word, meaning.text, bool(meaning.reviewed_by))
        for meaning in (meanings_in(language, edition) if used else ())
        if meaning.key in used
    )


def read_workbook(
    pages: list[LessonPage], edition: int
) -> tuple[tuple[WorkbookLesson, ...], tuple[WorkbookWord, ...]]:
    """The lessons and the words of a workbook; cached for an edition."""
    return cached(
        edition,
        ("workbook", [page.pk for page in pages]),
        lambda: (lessons_in_workbook(pages), words_in_workbook(pages, edition)),
    )


def with_own_words(lessons: Iterable[WorkbookLesson], learner: User) -> tuple[WorkbookLesson, ...]:
    """The same lessons with what one learner wrote in each, beside its parts and under its prompts,
    also under one that is not in it any more. Two queries."""
    lessons = tuple(lessons)
    keys = [lesson.key for lesson in lessons]
    written: dict[str, dict[str, Reflection]] = {key: {} for key in keys}
    for row in Reflection.objects.filter(learner=learner, lesson_key__in=keys).order_by("saved_at"):
        written[str(row.lesson_key)][str(row.block_id)] = row
    notes: dict[str, list[PartNote]] = {key: [] for key in keys}
    for note in PartNote.objects.filter(learner=learner, lesson_key__in=keys).order_by("saved_at"):
        notes[str(note.lesson_key)].append(note)
    return tuple(
        replace(_with_words(lesson, written[lesson.key]), notes=tuple(notes[lesson.key]))
        for lesson in lessons
    )


def _with_words(lesson: WorkbookLesson, written: dict[str, Reflection]) -> WorkbookLesson:
    there = {prompt.block_id for prompt in lesson.prompts}
    prompts = [
        replace(prompt, written=written[prompt.block_id].text)
        if prompt.block_id in written
        else prompt
        for prompt in lesson.prompts
    ]
    prompts += [
        Prompt(block_id, row.prompt, written=row.text)
        for block_id, row in written.items()
        if block_id not in there
    ]
    return replace(lesson, prompts=tuple(prompts))
