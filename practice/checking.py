"""What is wrong with a script, by name: asked by the map as it is drawn and before publishing.

Pure: a script in, problems out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from practice.scripts import (
    BEST,
    ENDING_KINDS,
    FACES,
    MISSED,
    STRONG,
    WORTHS,
    Graph,
    Moment,
    Reply,
    Script,
)
from practice.sounds import Sounds, lines_of, lines_of_return
from practice.wording import ReturnText, Wording, shape_of, texts_by_place, texts_of

FEWEST_REPLIES, MOST_REPLIES = 3, 4
MOST_BEST = 2
FEWEST_TO_JUDGE = 4
"""In how many moments something has to show before it is a habit and not chance."""
MOST_BY_LENGTH = 2 / 3
"""In which share of the moments the longest reply, or the shortest, may be the best one."""


@dataclass(frozen=True)
class Problem:
    """Something to be mended: of what kind, at which moment or ending, and in a sentence."""

    kind: str
    at: str
    text: str

    def __str__(self) -> str:
        return f"{self.at}: {self.text}" if self.at else self.text


def problems_of_script(script: Script) -> list[Problem]:
    """Everything that stands in the way of playing a script; nothing for a sound one."""
    if not script.moments:
        return [Problem("empty", "", _("Add a first moment: nobody says anything yet."))]
    return [problem for check in CHECKS for problem in check(script)]


# The shape ------------------------------------------------------------------------------


def _all_names(script: Script) -> list[str]:
    return [moment.name for moment in script.moments] + [each.name for each in script.endings]


def _names(script: Script) -> Iterator[Problem]:
    names = _all_names(script)
    for name, times in Counter(names).items():
        if not name:
            yield Problem("unnamed", "", _("Give every moment and ending a name."))
        elif times > 1:
            yield Problem("twice", name, _("Two parts have this name. Give one another."))


def _dead_ends(script: Script) -> Iterator[Problem]:
    for moment in script.moments:
        for number, reply in enumerate(moment.replies, 1):
            if script.moment(reply.leads_to) is None and script.ending(reply.leads_to) is None:
                text = _("Reply %(number)s is a dead end: there is nothing called “%(next)s”.")
                yield Problem(
                    "dead_end", moment.name, text % {"number": number, "next": reply.leads_to}
                )


def _unreached(script: Script) -> Iterator[Problem]:
    reached = Graph.of(script).reached()
    for name in _all_names(script):
        if name not in reached:
            yield Problem("unreachable", name, _("No reply leads here."))


def _circles(script: Script) -> Iterator[Problem]:
    graph = Graph.of(script)
    can_end = graph.can_end()
    for name in sorted(graph.circles()):
        if name in can_end:
            text = _("It can go round in a circle: from here one may come back here.")
            yield Problem("circle", name, text)
        else:
            text = _("It goes round without an end: from here no reply leads to an ending.")
            yield Problem("endless", name, text)


def _endings(script: Script) -> Iterator[Problem]:
    kinds = {ending.kind for ending in script.endings}
    words = {
        "strong": _("Add an ending that is strong."),
        "okay": _("Add an ending that is okay."),
        "try again": _("Add an ending from which one tries again."),
    }
    for kind in ENDING_KINDS:
        if kind not in kinds:
            yield Problem("no_ending", "", words[kind])
    for ending in script.endings:
        if ending.kind not in ENDING_KINDS:
            yield Problem("ending_kind", ending.name, _("Say how it closed."))
        if not ending.words.strip():
            yield Problem("no_words", ending.name, _("Say what happens."))
        if not ending.debrief.strip():
            yield Problem("no_feedback", ending.name, _("Add a word to look back with."))


def _story(script: Script) -> Iterator[Problem]:
    """The best replies all the way have to close strong, and missing all the way must not."""
    if Graph.of(script).circles():
        return
    for name in _closed_by(script, BEST):
        if script.endings_by_name[name].kind != STRONG:
            text = _(
                "Somebody who gives the best reply each time comes here, and not to a strong ending."
            )
            yield Problem("best_not_strong", name, text)
    for name in _closed_by(script, MISSED):
        if script.endings_by_name[name].kind == STRONG:
            text = _("Somebody who misses each time comes to this strong ending.")
            yield Problem("missed_is_strong", name, text)


def _closed_by(script: Script, worth: int) -> list[str]:
    """The endings that are come to by replies of one worth alone."""
    leads = {
        moment.name: tuple(r.leads_to for r in moment.replies if r.worth == worth)
        for moment in script.moments
    }
    return sorted(
        name for name in Graph(script.start, leads).reached() if script.ending(name) is not None
    )


# Each moment ----------------------------------------------------------------------------


def _moments(script: Script) -> Iterator[Problem]:
    for moment in script.moments:
        for kind, text in (*_of_moment(moment), *_of_replies(moment)):
            yield Problem(kind, moment.name, text)


def _of_moment(moment: Moment) -> Iterator[tuple[str, str]]:
    best = sum(reply.is_best for reply in moment.replies)
    if not moment.words.strip():
        yield "no_words", _("Write what the person says or does.")
    if not FEWEST_REPLIES <= len(moment.replies) <= MOST_REPLIES:
        yield "replies", _("Write three or four replies.")
    if not best:
        yield "no_best", _("No reply fits best. Give one of them two points.")
    elif best > MOST_BEST or best == len(moment.replies):
        yield "all_best", _("Too many replies fit best.")
    if moment.red_line and best > 1:
        yield "red_line", _("A red line needs exactly one best reply.")
    if moment.red_line and not moment.retry.strip():
        yield "no_retry", _("Write the kind words that open this red line again.")
    if moment.retry.strip() and not moment.red_line:
        yield "retry", _("There are words to open it again, and it is no red line.")
    if len({reply.words.strip() for reply in moment.replies}) < len(moment.replies):
        yield "same_reply", _("Two replies have the same words.")


def _of_replies(moment: Moment) -> Iterator[tuple[str, str]]:
    if moment.face not in FACES:
        yield "face", _("Choose how the person looks.")
    for number, reply in enumerate(moment.replies, 1):
        for kind, text in _of_reply(reply):
            yield kind, text % {"number": number}


def _of_reply(reply: Reply) -> Iterator[tuple[str, str]]:
    if not reply.words.strip():
        yield "no_words", _("Reply %(number)s has no words.")
    if not reply.reaction.strip():
        yield "no_reaction", _("Reply %(number)s has no visible reaction.")
    if not reply.feedback.strip():
        yield "no_feedback", _("Reply %(number)s has no feedback.")
    if not reply.skill.strip():
        yield "no_skill", _("Reply %(number)s names no skill.")
    if reply.worth not in WORTHS:
        yield "worth", _("Reply %(number)s needs its points: 2, 1 or 0.")
    if reply.face not in FACES:
        yield "face", _("Choose how the person looks after reply %(number)s.")


def _recordings(script: Script) -> Iterator[Problem]:
    """A recording says the words of a line, so there has to be that line, and one of it."""
    yield from _recordings_of(lines_of(script), script.sounds)


def problems_of_return_sounds(returns: Iterable[ReturnText], sounds: Sounds) -> list[Problem]:
    """What is wrong with the recordings of one-minute replies."""
    lines = (line for each in returns for line in lines_of_return(each.code, each.moment))
    return list(_recordings_of(lines, sounds))


def _recordings_of(all_lines: Iterable[tuple[str, str]], sounds: Sounds) -> Iterator[Problem]:
    lines = {place for place, words in all_lines if words.strip()}
    places = Counter(place for place, _pk in sounds)
    for place, times in places.items():
        name = place.split(":", 2)[2]
        if place not in lines:
            yield Problem("no_line", name, _("A recording is of a line that is not here."))
        elif times > 1:
            yield Problem("recorded_twice", name, _("A line has two recordings. Keep one of them."))


# What gives the worth away -------------------------------------------------------------------


def _by_length(script: Script) -> Iterator[Problem]:
    judged = [m for m in script.moments if len(m.replies) > 1 and any(r.is_best for r in m.replies)]
    if len(judged) < FEWEST_TO_JUDGE:
        return
    for pick, text in (
        (max, _("The longest reply is the best one too often: somebody could choose by length.")),
        (min, _("The shortest reply is the best one too often: somebody could choose by length.")),
    ):
        if sum(_stands_out(moment, pick) for moment in judged) > MOST_BY_LENGTH * len(judged):
            yield Problem("length", "", text)


def _stands_out(moment: Moment, pick: Callable[[list[int]], int]) -> bool:
    """Whether a best reply alone is the longest, or the shortest, of its moment."""
    lengths = [len(reply.words) for reply in moment.replies]
    extreme = [r for r in moment.replies if len(r.words) == pick(lengths)]
    return len(extreme) == 1 and extreme[0].is_best


def _by_tone(script: Script) -> Iterator[Problem]:
    """A mark that stands on best replies alone, or never on one, gives them away."""
    signs = (
        ("?", _("a question mark")),
        ("!", _("an exclamation mark")),
    )
    replies = [reply for moment in script.moments for reply in moment.replies]
    for sign, name in signs:
        with_sign = [reply for reply in replies if sign in reply.words]
        if len(with_sign) < FEWEST_TO_JUDGE * 2:
            continue
        best = sum(reply.is_best for reply in with_sign)
        if best == len(with_sign):
            yield Problem("tone", "", _("Only best replies have %(sign)s.") % {"sign": name})
        elif not best:
            yield Problem("tone", "", _("No best reply has %(sign)s.") % {"sign": name})


CHECKS: tuple[Callable[[Script], Iterator[Problem]], ...] = (
    _names,
    _dead_ends,
    _unreached,
    _circles,
    _endings,
    _story,
    _moments,
    _recordings,
    _by_length,
    _by_tone,
)


# In another language -------------------------------------------------------------------------


def problems_of_words(source: Script, words: Script) -> list[Problem]:
    """Everything that stands in the way of playing a script in the words of another language.

    They must have the moments, replies, points, ways and endings of the source, a text for each
    of its texts, and be sound themselves: a key that length gives away is one in any language.
    """
    if problems := [*other_parts(source, words), *_missing_texts(source, words)]:
        return problems
    return problems_of_script(words)


def other_parts(source: Script, words: Script) -> Iterator[Problem]:
    """Where words have other moments, replies, points, ways or endings than what they translate."""
    names, here = _all_names(source), _all_names(words)
    for name in [name for name in names if name not in here]:
        yield Problem("missing", name, _("It has no words in this language yet."))
    for name in [name for name in here if name not in names]:
        yield Problem("unknown", name, _("The conversation has no moment or ending of this name."))
    for moment in source.moments:
        other = words.moment(moment.name)
        if other is not None:
            yield from _other_moment(moment, other)
    for ending in source.endings:
        closed = words.ending(ending.name)
        if closed is not None and ending.kind != closed.kind:
            yield Problem("other", ending.name, _("It closes otherwise than in the conversation."))
    if source.moments and words.moments and source.start != words.start:
        yield Problem("other", words.start, _("The conversation begins elsewhere."))


def _other_moment(moment: Moment, other: Moment) -> Iterator[Problem]:
    if len(moment.replies) != len(other.replies):
        text = _("It has %(count)s replies, and the conversation has %(wanted)s here.")
        counts = {"count": len(other.replies), "wanted": len(moment.replies)}
        yield Problem("replies", moment.name, text % counts)
        return
    for number, pair in enumerate(zip(moment.replies, other.replies, strict=True), 1):
        if shape_of(pair[0]) != shape_of(pair[1]):
            text = _(
                "Reply %(number)s has other points, or leads elsewhere, than in the conversation."
            )
            yield Problem("other", moment.name, text % {"number": number})
    if moment.red_line != other.red_line:
        yield Problem("other", moment.name, _("Only one of the two is a red line."))


def _missing_texts(source: Script, words: Script) -> Iterator[Problem]:
    there = texts_by_place(Wording(words))
    for text in texts_of(Wording(source)):
        if text.place not in there:
            yield Problem("no_words", text.part, _("Write: %(text)s.") % {"text": text.label})
