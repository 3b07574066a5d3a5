"""What a conversation page shows to whoever is asking."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from wagtail.models import Page

from courses.editions import edition_for
from courses.exceptions import StepIsAway
from courses.models import Enrolment
from courses.page_context import place_of
from courses.progress import StepOutline
from courses.translating import pages_awaiting_review
from people.rows import rows_where
from practice.exceptions import ConversationAway
from practice.in_language import names_in, said_in
from practice.models import ConversationPage, Play

Context = dict[str, Any]


def page_context(request: HttpRequest, page: Page) -> Context:
    """What the template of a conversation page is given; nothing for any other page."""
    if not isinstance(page, ConversationPage):
        return {}
    if getattr(request, "is_preview", False):
        shown = words_for_reader(request, page, None)
        return {"state": "preview", "conversation": page.conversation, "plays": [], **shown}
    return conversation(request, page, timezone.now())


def conversation(request: HttpRequest, page: ConversationPage, at: datetime) -> Context:
    place = place_of(request, page, at)
    key = page.translation_key
    progress = place.progress if place.may_read else None
    before, after = place.outline.around(key)
    context: Context = {
        "outline": place.outline,
        "module": place.outline.module_of(key),
        "enrolment": place.enrolment,
        "may_enrol": place.may_enrol,
        "progress": progress,
        "conversation": page.conversation,
        **words_for_reader(request, page, place.outline.step(key)),
        "state": progress.state_of(key) if progress else "closed",
        "missing": progress.missing_for(key) if progress else [],
        "plays": [],
        "next": after,
        "previous": before,
    }
    if progress is None or place.enrolment is None:
        return context
    plays = plays_of(place.enrolment, page)
    return context | {
        "plays": [play for play in plays if play.outcome],
        "open_play": next((play for play in plays if play.is_open), None),
        "reached": any(
            play.state == Play.State.CLOSED and play.outcome != "try again" for play in plays
        ),
        "why_not": why_not(context, page),
        "text_url": reverse("practice:text", args=[key]),
    }


def words_for_reader(
    request: HttpRequest, page: ConversationPage, step: StepOutline | None
) -> Context:
    """What is said before it begins, in the reader's language where it has words in it."""
    edition, reader = edition_for(request), get_language() or ""
    said = said_in(page.conversation, reader, subject_language(page, step), edition)
    names = names_in(reader, edition).get(page.conversation_id) if said.is_in_words else None
    return {
        "script": said.script,
        "language": said.language,
        "is_unreviewed": names is not None
        and names.awaits_review
        and page.pk not in pages_awaiting_review(edition),  # then the page says it of all
    }


def subject_language(page: ConversationPage, step: StepOutline | None) -> str:
    """In which language its author wrote the conversation that a page presents."""
    own = step.subject_language if step is not None else ""
    return own or str(page.locale.language_code)


def plays_of(enrolment: Enrolment, page: ConversationPage) -> list[Play]:
    """A learner's own plays of the page's conversation, in their order. One query."""
    rows = rows_where(Play, enrolment=enrolment.pk, conversation=page.conversation_id)
    return sorted(rows, key=lambda play: play.number)


def why_not(context: Context, page: ConversationPage) -> str:
    """Why nobody can begin it at the moment, in a sentence; nothing where they can."""
    step = context["outline"].step(page.translation_key)
    if step is not None and step.is_away:
        return str(StepIsAway(step))
    return "" if page.conversation.live else str(ConversationAway(page.conversation))
