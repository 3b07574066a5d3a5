"""Recordings of lines: which line each is of, and where its file is found. The line is its transcript."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from wagtailmedia.models import Media

from practice.scripts import Ending, Moment, Reply, Script

PERSON, REPLY, REACTION, RETRY = "person", "reply", "reaction", "retry"
ENDING, DEBRIEF = "ending", "debrief"
RETURN, RETURN_REPLY = "return", "return_reply"
OF_REPLIES = {REPLY, REACTION, RETURN_REPLY}
"""The lines that are told apart by the number of a reply."""

PLACES = {
    PERSON: "n:words:{name}",
    REPLY: "r{reply}:words:{name}",
    REACTION: "r{reply}:reaction:{name}",
    RETRY: "n:retry:{name}",
    ENDING: "e:words:{name}",
    DEBRIEF: "e:debrief:{name}",
    RETURN: "b:words:{name}",
    RETURN_REPLY: "c{reply}:words:{name}",
}


def place_of(line: str, name: str, reply: int) -> str:
    """The place of the text that a recording says; see `practice.wording`."""
    return PLACES[line].format(name=name, reply=reply)


def is_of_return(place: str) -> bool:
    """Whether a place is in a one-minute reply, and not in the conversation itself."""
    return place[:1] in {"b", "c"}


Sounds = tuple[tuple[str, int], ...]
"""Recordings: of each the place of its line, and its file."""


def script_sounds_in(recordings: Iterable[Any]) -> Sounds:
    """Those of the lines of the conversation itself, which a play freezes with its script."""
    return tuple(each for each in sounds_in(recordings) if not is_of_return(each[0]))


def return_sounds_in(recordings: Iterable[Any]) -> Sounds:
    """Those of its one-minute replies, which are heard as they are now."""
    return tuple(each for each in sounds_in(recordings) if is_of_return(each[0]))


def as_of_moment(sounds: Sounds, code: str, moment: str) -> Sounds:
    """Those of one one-minute reply, at the places of its moment, where a page looks for them."""
    return tuple(
        ({"b": "n", "c": "r"}[place[0]] + place[1:].removesuffix(code) + moment, pk)
        for place, pk in sounds
        if is_of_return(place) and place.split(":", 2)[2] == code
    )


def sounds_in(recordings: Iterable[Any]) -> Sounds:
    """The places and files of the recordings that an author chose. A file that is gone is left out."""
    return tuple(
        (place_of(value["line"], value["moment"].strip(), value["reply"] or 0), value["sound"].pk)
        for value in (block.value for block in recordings)
        if value["sound"] is not None
    )


def lines_of(script: Script) -> Iterator[tuple[str, str]]:
    """Every line of a script that can have a recording: its place and its words."""
    for moment in script.moments:
        yield place_of(PERSON, moment.name, 0), moment.words
        yield place_of(RETRY, moment.name, 0), moment.retry
        for number, reply in enumerate(moment.replies, 1):
            yield place_of(REPLY, moment.name, number), reply.words
            yield place_of(REACTION, moment.name, number), reply.reaction
    for ending in script.endings:
        yield place_of(ENDING, ending.name, 0), ending.words
        yield place_of(DEBRIEF, ending.name, 0), ending.debrief


def lines_of_return(code: str, moment: Moment) -> Iterator[tuple[str, str]]:
    """Every line of a one-minute reply that can have a recording: its place and its words."""
    yield place_of(RETURN, code, 0), moment.words
    for number, reply in enumerate(moment.replies, 1):
        yield place_of(RETURN_REPLY, code, number), reply.words


def words_at(script: Script, place: str) -> str:
    """What is said at a place; empty for a line that is not there."""
    return dict(lines_of(script)).get(place, "")


def addresses_of(script: Script) -> dict[str, str]:
    """Where the recording of each line of a script is, by its place. See `addresses_in`."""
    return addresses_in(script.sounds)


def addresses_in(sounds: Iterable[tuple[str, int]]) -> dict[str, str]:
    """Where recordings are, by the place of their line. No query where there are none, and
    one for all. A file that was taken away has no address: its line is read by the device."""
    ids_by_place = dict(sounds)
    if not ids_by_place:
        return {}
    ids = set(ids_by_place.values())
    files = {each.pk: each.file.url for each in Media.objects.filter(pk__in=ids)}
    return {place: files[pk] for place, pk in ids_by_place.items() if pk in files}


def titles_of(sounds: Sounds) -> dict[str, str]:
    """What the recording of each line is called, by its place. One query."""
    ids = [pk for _place, pk in sounds]
    titles = dict(Media.objects.filter(pk__in=ids).values_list("pk", "title"))
    return {place: titles[pk] for place, pk in sounds if pk in titles}


def address_of(
    addresses: Mapping[str, str],
    part: Moment | Ending,
    reply: Reply | None = None,
    line: str = PERSON,
) -> str:
    """Where the recording of a line of a moment or an ending is; empty where there is none."""
    number = part.replies.index(reply) + 1 if isinstance(part, Moment) and reply is not None else 0
    return addresses.get(place_of(line, part.name, number), "")
