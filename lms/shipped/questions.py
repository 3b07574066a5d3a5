"""Makes a question of the bank from its record in a data file."""

from __future__ import annotations

from typing import Any

from django.utils.html import escape

from assessments.models import QUESTION_KINDS, Question
from courses.models import LessonPage
from lms.shipped.pieces import key_of


def where_to_read_again(record: dict[str, Any]) -> tuple[LessonPage | None, int | None]:
    """The lesson that a record leads to, and which part of it: `4.5.1` is the first of lesson 4.5."""
    leads_to = record.get("leads_to") or record.get("part") or record.get("lesson") or ""
    module, lesson, part = [*leads_to.split("."), "", "", ""][:3]
    key = key_of(f"lesson:{module}.{lesson}")
    page = LessonPage.objects.filter(translation_key=key).first()
    return page, int(part) if page and part else None


def pair_of(record: dict[str, Any]) -> str:
    """The word that a record and its twin share; empty for one without a twin."""
    return min(record["id"], record["twin"]) if "twin" in record else ""


def question_from(record: dict[str, Any]) -> Question:
    """A question of the bank from its record; the curriculum's section 11 gives the fields.

    Raises ValueError for a kind that there is not.
    """
    kind = next((kind for kind in QUESTION_KINDS if record["type"] in kind.record_types), None)
    if kind is None:
        raise ValueError(f"{record['id']} is of a kind we do not have: {record['type']}")
    lesson, part = where_to_read_again(record)
    return kind(
        code=record["id"],
        stem=f"<p>{escape(record['stem'])}</p>",
        note=record.get("note", ""),
        help=record.get("help", False),
        rationale=record["why"],
        red_line=record.get("must", False),
        retry_text=record.get("retry", ""),
        held_back=record.get("bank") == "final",
        pair=pair_of(record),
        lesson=lesson,
        lesson_part=part,
        **kind.fields_from_record(record),
    )
