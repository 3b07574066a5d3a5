"""The words of a conversation in another language, beside the first ones: text by text. Pure.

A text has a place, such as `r2:feedback:n1`, which is the same in every language. What is no text
(who leads where, what a reply is worth, what is a red line) is the script's own, and is never
translated.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from practice.scripts import Moment, Reply, Script

HEAD = ("title", "cast", "aim", "setting", "content_note")
OF_MOMENT = ("speaker", "words", "retry")
OF_REPLY = ("words", "reaction", "feedback", "skill")
OF_ENDING = ("words", "debrief")

NAMES_OF_TEXTS = {
    "title": gettext_noop("title"),
    "cast": gettext_noop("whom one talks with"),
    "aim": gettext_noop("aim"),
    "setting": gettext_noop("setting"),
    "content_note": gettext_noop("content note"),
    "speaker": gettext_noop("who speaks"),
    "words": gettext_noop("words"),
    "retry": gettext_noop("kind words that open it again"),
    "reaction": gettext_noop("visible reaction"),
    "feedback": gettext_noop("feedback"),
    "skill": gettext_noop("skill"),
    "debrief": gettext_noop("looking back"),
}


@dataclass(frozen=True)
class ReturnText:
    """What a one-minute reply says: where it is, and its moment with the replies to it."""

    code: str
    setting: str
    moment: Moment

    @classmethod
    def from_json(cls, code: str, stored: Mapping[str, Any]) -> ReturnText:
        """The texts that were stored for a one-minute reply."""
        return cls(code, stored["setting"], moment_from_json(stored["moment"]))

    def to_json(self) -> dict[str, Any]:
        return {"setting": self.setting, "moment": asdict(self.moment)}


@dataclass(frozen=True)
class Wording:
    """All that is said of a conversation in one language: its script and its one-minute replies."""

    script: Script
    returns: tuple[ReturnText, ...] = ()


@dataclass(frozen=True)
class Text:
    """A text at its place: of which part, which reply there (none: 0), and which of its texts."""

    place: str
    part: str
    reply: int
    name: str
    words: str

    @property
    def label(self) -> str:
        """What to call it beside its part, such as “reply 2: feedback”."""
        name = _(NAMES_OF_TEXTS[self.name])
        if not self.reply:
            return name
        return _("reply %(number)s: %(text)s") % {"number": self.reply, "text": name}


def moment_from_json(stored: Mapping[str, Any]) -> Moment:
    """The moment that was stored."""
    return Moment(**{**stored, "replies": tuple(Reply(**each) for each in stored["replies"])})


def texts_of(wording: Wording) -> list[Text]:
    """Every text there is, in the order in which it is read. What is empty is none."""
    return [text for text in _all_texts(wording) if text.words.strip()]


def texts_by_place(wording: Wording) -> dict[str, str]:
    """The words at each place."""
    return {text.place: text.words for text in texts_of(wording)}


def _all_texts(wording: Wording) -> Iterator[Text]:
    script = wording.script
    for name in HEAD:
        yield Text(f"h:{name}:", "", 0, name, getattr(script, name))
    for moment in script.moments:
        yield from _of_moment(moment, "n", "r", moment.name)
    for ending in script.endings:
        for name in OF_ENDING:
            yield Text(f"e:{name}:{ending.name}", ending.name, 0, name, getattr(ending, name))
    for each in wording.returns:
        yield Text(f"b:setting:{each.code}", each.code, 0, "setting", each.setting)
        yield from _of_moment(each.moment, "b", "c", each.code)


def _of_moment(moment: Moment, sign: str, reply_sign: str, part: str) -> Iterator[Text]:
    for name in OF_MOMENT:
        yield Text(f"{sign}:{name}:{part}", part, 0, name, getattr(moment, name))
    for number, reply in enumerate(moment.replies, 1):
        for name in OF_REPLY:
            place = f"{reply_sign}{number}:{name}:{part}"
            yield Text(place, part, number, name, getattr(reply, name))


def with_texts(wording: Wording, texts: Mapping[str, str]) -> Wording:
    """The same moments, replies and endings, with the texts of another language at their places.

    What has no text there is left empty, and what was empty stays so.
    """

    def said(place: str, first: str) -> Any:
        return texts.get(place, "").strip() if first.strip() else ""

    script = wording.script
    return Wording(
        replace(
            script,
            sounds=(),  # they say the words of the first language
            moments=tuple(_moment_with(m, "n", "r", m.name, said) for m in script.moments),
            endings=tuple(
                replace(e, **{n: said(f"e:{n}:{e.name}", getattr(e, n)) for n in OF_ENDING})
                for e in script.endings
            ),
            **{name: said(f"h:{name}:", getattr(script, name)) for name in HEAD},
        ),
        tuple(
            ReturnText(
                each.code,
                said(f"b:setting:{each.code}", each.setting),
                _moment_with(each.moment, "b", "c", each.code, said),
            )
            for each in wording.returns
        ),
    )


def _moment_with(moment: Moment, sign: str, reply_sign: str, part: str, said: Any) -> Moment:
    texts = {name: said(f"{sign}:{name}:{part}", getattr(moment, name)) for name in OF_MOMENT}
    replies = tuple(
        replace(
            reply,
            **{n: said(f"{reply_sign}{number}:{n}:{part}", getattr(reply, n)) for n in OF_REPLY},
        )
        for number, reply in enumerate(moment.replies, 1)
    )
    return replace(moment, replies=replies, **texts)


# What still stands for the same ---------------------------------------------------------------


def texts_that_fit(source: Wording, words: Wording) -> dict[str, str]:
    """The texts of a language that stand where the source, as it is now, has a text.

    Replies that lead elsewhere or are worth something else now are others, and their texts fit
    no more.
    """
    lost = set(_other_replies(source, words))
    wanted = texts_by_place(source)
    return {
        place: text
        for place, text in texts_by_place(words).items()
        if place in wanted and _reply_of(place) not in lost
    }


def _reply_of(place: str) -> tuple[str, str]:
    sign, _sign, rest = place.partition(":")
    return sign, rest.partition(":")[2]


def _other_replies(source: Wording, words: Wording) -> Iterator[tuple[str, str]]:
    pairs: list[tuple[str, str, Moment, Moment | None]] = [
        ("r", m.name, m, words.script.moment(m.name)) for m in source.script.moments
    ]
    stored = {each.code: each.moment for each in words.returns}
    pairs += [("c", each.code, each.moment, stored.get(each.code)) for each in source.returns]
    for sign, part, mine, theirs in pairs:
        for number, reply in enumerate(mine.replies, 1):
            other = theirs.replies[number - 1 : number] if theirs else ()
            if not other or shape_of(reply) != shape_of(other[0]):
                yield f"{sign}{number}", part


def shape_of(reply: Reply) -> tuple[int, str]:
    """What of a reply is no text: what it is worth, and where it leads."""
    return reply.worth, reply.leads_to


def stale_places(source: Wording, translated_from: Mapping[str, str]) -> set[str]:
    """Where the source says something else now than when it was translated."""
    return {
        place
        for place, words in texts_by_place(source).items()
        if place in translated_from and translated_from[place] != words
    }
