"""Makes what practice needs for a test, plainly, as `tests.make` makes the rest."""

from __future__ import annotations

from datetime import datetime
from itertools import count
from typing import Any

from wagtail.models import Page

from courses.models import Enrolment
from practice.models import Conversation, ConversationPage, ConversationSet, Play
from practice.playing import begin_play, take_turn
from practice.scripts import Script
from tests.make import NOON
from tests.practice.writing import short_script

NUMBERS = count(1)


def conversation(script: Script | None = None, **fields: Any) -> Conversation:
    """A conversation that is ready to be played: two moments, the second a red line."""
    row = Conversation(code=fields.pop("code", f"C{next(NUMBERS)}"))
    row.put_script(script or short_script())
    for name, value in fields.items():
        setattr(row, name, value)
    row.save()
    return row


def conversation_page(
    parent: Page, subject: Conversation | None = None, **fields: Any
) -> ConversationPage:
    """A page on which `subject` is played, or a conversation made for it."""
    number = next(NUMBERS)
    page = ConversationPage(
        title=fields.pop("title", f"Conversation {number}"),
        slug=f"conversation-{number}",
        conversation=subject or conversation(),
        **{"required": False, **fields},
    )
    return type(parent).objects.get(pk=parent.pk).add_child(instance=page)


def conversation_set(*conversations: Conversation, count: int = 1) -> ConversationSet:
    row = ConversationSet.objects.create(title=f"Conversations {next(NUMBERS)}", count=count)
    row.conversations.set(conversations)
    return row


def play(
    enrolment: Enrolment,
    page: ConversationPage,
    worths: str = "22",
    at: datetime = NOON,
    **fields: Any,
) -> Play:
    """A play of a conversation in which a reply of each worth was given: `22`, `01`."""
    begun = begin_play(enrolment, page, at=at, **fields)
    for worth in worths:
        walk = begun.read_walk()
        shown = walk.shown_replies(walk.moment)
        key = next(each.key for each in shown if each.reply.worth == int(worth))
        take_turn(begun, walk.next_number, key, at=at)
    begun.refresh_from_db()
    return begun
