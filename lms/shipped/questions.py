"""Makes a question of the bank from its record in a data file."""

from __future__ import annotations

from typing import Any

from django.utils.html import escape

from assessments.models import QUESTION_KINDS, Question
from courses.models import LessonPage
from lms.shipped.pieces import key_of


def lesson_to_read_again(record: dict[str, Any]) -> LessonPage | None:
    """The lesson that a record leads to, if it says so or must be right; `4.5.1` is in lesson 4.5."""
    leads_to = record.get("leads_to") or (record.get("must") and record.get("lesson"))
    if not leads_to:
        return None
    code = ".".join(leads_to.split(".")[:2])
    return LessonPage.objects.filter(translation_key=key_of(f"lesson:{code}")).first()


def question_from(record: dict[str, Any]) -> Question:
    """A question of the bank from its record; the curriculum's section 11 gives the fields.

    Raises ValueError for a kind that there is not.
    """
    kind = next((kind for kind in QUESTION_KINDS if record["type"] in kind.record_types), None)
    if kind is None:
        raise ValueError(f"{record['id']} is of a kind we do not have: {record['type']}")
    return kind(
        code=record["id"],
        stem=f"<p>{escape(record['stem'])}</p>",
        note=record.get("note", ""),
        help=record.get("help", False),
        rationale=record["why"],
        red_line=record.get("must", False),
        retry_text=record.get("retry", ""),
        lesson=lesson_to_read_again(record),
        **kind.fields_from_record(record),
    )
