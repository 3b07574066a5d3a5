"""Recordings of lines: which line each is of, and where its file is found. The line is its transcript."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from wagtailmedia.models import Media

from practice.scripts import Moment, Reply, Script

PERSON, REPLY, REACTION = "person", "reply", "reaction"


def place_of(line: str, moment: str, reply: int) -> str:
    """The place of the text that a recording says; see `practice.wording`."""
    if line == PERSON:
        return f"n:words:{moment}"
    text = "reaction" if line == REACTION else "words"
    return f"r{reply}:{text}:{moment}"


def sounds_in(recordings: Iterable[Any]) -> tuple[tuple[str, int], ...]:
    """The places and files of the recordings that an author chose. A file that is gone is left out."""
    return tuple(
        (place_of(value["line"], value["moment"].strip(), value["reply"] or 0), value["sound"].pk)
        for value in (block.value for block in recordings)
        if value["sound"] is not None
    )


def lines_of(script: Script) -> Iterator[tuple[str, str]]:
    """Every line that can have a recording: its place and its words."""
    for moment in script.moments:
        yield place_of(PERSON, moment.name, 0), moment.words
        for number, reply in enumerate(moment.replies, 1):
            yield place_of(REPLY, moment.name, number), reply.words
            yield place_of(REACTION, moment.name, number), reply.reaction


def words_at(script: Script, place: str) -> str:
    """What is said at a place; empty for a line that is not there."""
    return dict(lines_of(script)).get(place, "")


def addresses_of(script: Script) -> dict[str, str]:
    """Where the recording of each line is, by its place. No query for a script without any, and
    one for all. A file that was taken away has no address: its line is read by the device."""
    ids = [pk for _place, pk in script.sounds]
    if not ids:
        return {}
    files = {each.pk: each.file.url for each in Media.objects.filter(pk__in=ids)}
    return {place: files[pk] for place, pk in script.sounds if pk in files}


def titles_of(script: Script) -> dict[str, str]:
    """What the recording of each line is called, by its place. One query."""
    ids = [pk for _place, pk in script.sounds]
    titles = dict(Media.objects.filter(pk__in=ids).values_list("pk", "title"))
    return {place: titles[pk] for place, pk in script.sounds if pk in titles}


def address_of(
    addresses: Mapping[str, str], moment: Moment, reply: Reply | None = None, line: str = PERSON
) -> str:
    """Where the recording of a line of a moment is; empty where there is none."""
    number = moment.replies.index(reply) + 1 if reply is not None else 0
    return addresses.get(place_of(line, moment.name, number), "")
