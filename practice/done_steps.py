"""Which steps of a course somebody has done by a conversation that they reached, whenever."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from uuid import UUID

from courses.progress import Outline
from practice.models import ConversationPage, ReachedEnding


def find_done_steps(outline: Outline, place_ids: Collection[UUID]) -> Mapping[UUID, set[UUID]]:
    """The steps whose conversation was reached on each of some places.

    One query, or none where the course has no conversation.
    """
    steps: dict[int, set[UUID]] = defaultdict(set)
    for step in outline.steps:
        if step.kind is ConversationPage.kind:
            for conversation_id in step.subject_ids:
                steps[conversation_id].add(step.key)
    done: dict[UUID, set[UUID]] = defaultdict(set)
    if not steps:
        return done
    reached = ReachedEnding.objects.filter(
        enrolment__in=list(place_ids), conversation__in=list(steps)
    )
    for place_id, conversation_id in reached.values_list("enrolment", "conversation"):
        done[place_id] |= steps[conversation_id]
    return done
