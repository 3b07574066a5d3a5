"""What an author sees beside the form: the map of the branches, a play-through, the whole text."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from practice.mapping import map_of
from practice.scripts import Script
from practice.walking import TurnRecord, Walk

MAP, PLAY, TEXT = "map", "play", "text"
PREVIEW_MODES = [
    (MAP, _("Map of the branches")),
    (PLAY, _("Play it through")),
    (TEXT, _("The whole text")),
]
WORDS_PREVIEW_MODES = [PREVIEW_MODES[1], PREVIEW_MODES[2], PREVIEW_MODES[0]]
PREVIEW_SEED = 1
TAKEN = "preview_taken"
"""The attribute of a request to a preview with the replies that were chosen in it so far."""


def preview_context(script: Script, mode: str, taken: str) -> dict[str, Any]:
    """What the template of a preview is given. Nothing is saved."""
    context: dict[str, Any] = {"script": script, "language": "", "mode": mode}
    if mode == MAP:
        return context | {"map": map_of(script)}
    if mode == PLAY:
        return context | play_through(script, taken)
    return context


def play_through(script: Script, taken: str) -> dict[str, Any]:
    """Where a play stands in which the replies of some keys were chosen, such as `1.3.2`."""
    walk = Walk.of(script, [], PREVIEW_SEED)
    keys: list[str] = []
    for key in taken.split(".") if taken else []:
        place = walk.reply_at(key)
        if walk.moment is None or place is None:
            break
        keys.append(key)
        record = TurnRecord(walk.next_number, walk.moment.name, place, walk.is_again)
        walk = Walk.of(script, [*walk.records, record], PREVIEW_SEED)
    prefix = ".".join(keys) + "." if keys else ""
    moment = walk.moment
    shown = walk.shown_replies(moment) if moment else []
    return {
        "walk": walk,
        "moment": moment,
        "latest": walk.turns[-1] if walk.turns else None,
        "choices": [(prefix + each.key, each.reply) for each in shown],
    }
