"""Verbs: keeping what learners write for themselves, under a prompt and beside a part."""

from __future__ import annotations

from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from django.db import IntegrityError, models, transaction

from courses.exceptions import ReflectionChanged
from courses.models import LessonPage, PartNote, Reflection
from courses.parts import Part
from people.models import User

Words = TypeVar("Words", Reflection, PartNote)


def save_reflection(
    learner: User,
    *,
    lesson: LessonPage,
    block_id: UUID,
    prompt: str,
    text: str,
    number: int,
    at: datetime,
) -> Reflection | None:
    """Keep what a learner wrote under a prompt; an empty text deletes it.

    `number` is the save the page last saw, 0 for none. Raises ReflectionChanged, with what
    is stored, when another tab or device saved since, so that no words are lost unseen.
    """
    own = Reflection.objects.filter(
        learner=learner, lesson_key=lesson.translation_key, block_id=block_id
    )
    new = Reflection(
        learner=learner, lesson_key=lesson.translation_key, block_id=block_id, prompt=prompt
    )
    return _save(own, new, text=text, number=number, at=at)


def save_note(
    learner: User, *, lesson: LessonPage, part: Part, text: str, number: int, at: datetime
) -> PartNote | None:
    """Keep what a learner wrote beside a part of a lesson; an empty text deletes it.

    Raises ReflectionChanged as `save_reflection` does. A note that is written anew says what
    the part is called now.
    """
    own = PartNote.objects.filter(
        learner=learner, lesson_key=lesson.translation_key, part_key=part.key
    )
    names = {
        "lesson_title": lesson.title,
        "heading": part.heading,
        "language": lesson.locale.language_code,
    }
    new = PartNote(learner=learner, lesson_key=lesson.translation_key, part_key=part.key, **names)
    return _save(own, new, text=text, number=number, at=at, **names)


def _save(
    own: models.QuerySet[Words],
    new: Words,
    *,
    text: str,
    number: int,
    at: datetime,
    **changes: Any,
) -> Words | None:
    """Store words in the one row that `own` finds, or in `new` where there is none yet."""
    text = text.replace("\r\n", "\n").strip()
    stored = own.first()
    if stored is not None and stored.text == text:
        return stored
    if not text:
        if stored is not None and not own.filter(number=number).delete()[0]:
            raise ReflectionChanged(own.first())
        return None
    if number == 0 and stored is None:
        new.text, new.saved_at = text, at
        try:
            with transaction.atomic():
                new.save(force_insert=True)
        except IntegrityError:
            raise ReflectionChanged(own.first()) from None
        return new
    changed = own.filter(number=number).update(
        text=text, number=models.F("number") + 1, saved_at=at, **changes
    )
    if not changed:
        raise ReflectionChanged(own.first())
    return own.first()
