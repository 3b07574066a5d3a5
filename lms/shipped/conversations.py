"""Builds the practice conversations that come with the site, and the sets that the award asks for."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from courses.models import Competency, LessonPage
from lms.shipped.edited import put_as_edited
from lms.shipped.pieces import FOUNDATIONS, Pieces, key_of
from practice.lines import Written, read_lines
from practice.models import Conversation, ConversationPage, ConversationSet, ReturnItem
from practice.return_lines import WrittenReturn, read_returns

FILE = FOUNDATIONS / "conversations.jsonl"
RETURNS = FOUNDATIONS / "returns.jsonl"


def shipped_conversations() -> list[Written]:
    """Every conversation that comes with the site, as its file has it."""
    return read_lines(FILE.read_text(encoding="utf-8"))


def build_conversations(pieces: Pieces, competencies: dict[str, Competency]) -> None:
    """Make each conversation, and its page after the lesson that it practises."""
    last: dict[int, Any] = {}
    for written in shipped_conversations():
        lesson = LessonPage.objects.filter(
            translation_key=key_of(f"lesson:{written.lesson}")
        ).first()
        conversation = build_conversation(pieces, written, lesson, competencies)
        piece = f"conversation page:{written.code}"
        if lesson is None or conversation is None or not pieces.is_new(piece):
            continue
        page = ConversationPage(
            title=written.script.title,
            slug=f"conversation-{written.code.lower()}",
            conversation=conversation,
            required=False,
            translation_key=key_of(piece),
        )
        put_as_edited(page)
        place = type(last.get(lesson.pk, lesson)).objects.get(pk=last.get(lesson.pk, lesson).pk)
        place.add_sibling(pos="right", instance=page)
        pieces.publish_first_version(page)
        last[lesson.pk] = page


def build_conversation(
    pieces: Pieces,
    written: Written,
    lesson: LessonPage | None,
    competencies: dict[str, Competency],
) -> Conversation | None:
    """The conversation of a code, made if the site never had it; None where it was deleted."""
    if pieces.is_new(f"conversation:{written.code}"):
        conversation = Conversation(code=written.code, lesson=lesson)
        conversation.put_script(written.script)
        conversation.competencies = [
            competencies[code] for code in written.competencies if code in competencies
        ]
        put_as_edited(conversation)
        conversation.save()
        pieces.publish_first_version(conversation)
    return Conversation.objects.filter(code=written.code).first()


def shipped_returns() -> list[WrittenReturn]:
    """Every one-minute reply that comes with the site, as its file has it."""
    return read_returns(RETURNS.read_text(encoding="utf-8"))


def build_returns(pieces: Pieces) -> None:
    """Make each one-minute reply whose conversation is there."""
    conversations = {row.code: row for row in Conversation.objects.all()}
    for written in shipped_returns():
        conversation = conversations.get(written.conversation)
        if conversation is not None and pieces.is_new(f"return:{written.code}"):
            ReturnItem.objects.create(
                code=written.code,
                conversation=conversation,
                after_days=written.after_days,
                setting=written.setting,
                content=asdict(written.moment),
            )


def build_sets(pieces: Pieces, shipped: list[dict[str, Any]]) -> list[ConversationSet]:
    """The sets that the award asks for, in their order; without those that were deleted."""
    sets = []
    for row in shipped:
        if pieces.is_new(f"conversation set:{row['key']}"):
            made = ConversationSet.objects.create(title=row["title"], count=row["count"])
            made.conversations.set(Conversation.objects.filter(code__in=row["conversations"]))
        found = ConversationSet.objects.filter(title=row["title"]).first()
        if found is not None:
            found.conversations.add(*_came_now(pieces, row["conversations"]))
            sets.append(found)
    return sets


def _came_now(pieces: Pieces, codes: list[str]) -> QuerySet[Conversation]:
    """Those of some conversations that a later release brought: one more to choose from."""
    new = [code for code in codes if pieces.came_now(f"conversation:{code}")]
    return Conversation.objects.filter(code__in=new)


def new_conversation_pages(pieces: Pieces) -> set[UUID]:
    """The keys of the pages of conversations that were made in this run."""
    codes = [f"conversation page:{written.code}" for written in shipped_conversations()]
    return {key_of(piece) for piece in codes if pieces.came_now(piece)}
