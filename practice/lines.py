"""Conversations as lines of JSON, as they are written together, sent on and taken in. Pure.

A line is the head of a conversation, one moment of it, or one ending. A reply is
`[reply, reaction, feedback, points, skill, next]`; `faces` has a face for each.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from practice.scripts import Ending, Moment, Reply, Script

CONTENT_NOTES = ("Content note: ", "Aviso de contenido: ")
"""Behind which words, in each language, the note of a setting stands where lines have it there."""
LEAST_SHARE = 0.01
MISSHAPEN = (LookupError, TypeError, ValueError, AttributeError, OverflowError, RecursionError)
"""What is raised by a line that is JSON and not one of ours: 1e999 is no number of points."""


class UnreadableLine(Exception):
    """A line that is not one of a conversation. `number` is its place, from one."""

    def __init__(self, number: int, why: str) -> None:
        super().__init__(number, why)
        self.number = number
        self.why = why

    def __str__(self) -> str:
        return _("Line %(number)s cannot be read: %(why)s") % {
            "number": self.number,
            "why": self.why,
        }


@dataclass(frozen=True)
class Written:
    """A conversation as some lines have it: its code, lesson and competencies beside its script.

    `language` is empty for the conversation itself, and else that of words beside it. `recordings`
    are what those of its lines are called, by the place of the line: lines hold no files.
    """

    code: str
    script: Script
    lesson: str = ""
    competencies: tuple[str, ...] = ()
    language: str = ""
    recordings: Mapping[str, str] = field(default_factory=dict)


def read_lines(text: str) -> list[Written]:
    """The conversations that some lines hold, in their order. Raises UnreadableLine."""
    found: dict[str, Written] = {}
    # Only these: `splitlines` also ends a line at signs that may stand within a word.
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            code = str(row["conv"])
            written = found.get(code) or Written(code, Script())
            found[code] = _with_row(written, row)
        except json.JSONDecodeError as error:
            raise UnreadableLine(number, error.msg) from error
        except MISSHAPEN as error:
            raise UnreadableLine(number, _("something is missing in it.")) from error
    return list(found.values())


def _with_row(written: Written, row: Mapping[str, Any]) -> Written:
    script = written.script
    if "title" in row:
        return Written(
            code=written.code,
            script=replace(script, **_head(row)),
            lesson=str(row.get("lesson", "")),
            competencies=tuple(map(str, row.get("comps", ()))),
            language=str(row.get("language", "")),
            recordings={str(k): str(v) for k, v in dict(row.get("recordings", {})).items()},
        )
    if "end" in row:
        return replace(written, script=replace(script, endings=(*script.endings, _ending(row))))
    return replace(written, script=replace(script, moments=(*script.moments, _moment(row))))


def _head(row: Mapping[str, Any]) -> dict[str, Any]:
    setting, note = _without_note(str(row.get("setting", "")))
    return {
        "title": str(row["title"]),
        "aim": str(row.get("aim", "")),
        "setting": setting.strip(),
        "content_note": str(row.get("content_note", "")) or capfirst(note.strip()),
        "cast": str(row.get("cast", "")),
        "help": bool(row.get("help", False)),
        "strong_from": _share(row.get("strong_from", 0.75)),
    }


def _without_note(setting: str) -> tuple[str, str]:
    """A setting, and the content note that stood at its end."""
    for sign in CONTENT_NOTES:
        before, found, note = setting.partition(sign)
        if found:
            return before, note
    return setting, ""


def _share(value: Any) -> float:
    """A share of the points, from a hundredth to all. Raises ValueError for anything else."""
    share = float(value)
    if not LEAST_SHARE <= share <= 1:
        raise ValueError("no share")
    return share


def _moment(row: Mapping[str, Any]) -> Moment:
    faces = list(row.get("faces", ())) or ["listening"] * len(row["options"])
    return Moment(
        name=str(row["node"]),
        words=str(row["peer"]),
        face=str(row.get("face", "listening")),
        speaker=str(row.get("who", "")),
        red_line=bool(row.get("must", False)),
        retry=str(row.get("retry", "")),
        help=bool(row.get("help", False)),
        replies=tuple(
            Reply(
                words=str(words),
                reaction=str(reaction),
                feedback=str(feedback),
                worth=int(worth),
                skill=str(skill),
                leads_to=str(leads_to),
                face=str(face),
            )
            for (words, reaction, feedback, worth, skill, leads_to), face in zip(
                row["options"], faces, strict=True
            )
        ),
    )


def _ending(row: Mapping[str, Any]) -> Ending:
    return Ending(
        name=str(row["node"]),
        kind=str(row["end"]),
        words=str(row["text"]),
        debrief=str(row.get("debrief", "")),
        face=str(row.get("face", "listening")),
        help=bool(row.get("help", False)),
    )


def write_lines(conversations: Iterable[Written]) -> str:
    """Some conversations as lines, from which `read_lines` makes the same again."""
    rows = [row for written in conversations for row in _rows(written)]
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def _rows(written: Written) -> list[dict[str, Any]]:
    script = written.script
    head = {
        "conv": written.code,
        "title": script.title,
        "lesson": written.lesson,
        "comps": list(written.competencies),
        "aim": script.aim,
        "setting": script.setting,
        "content_note": script.content_note,
        "help": script.help,
        "cast": script.cast,
        "strong_from": script.strong_from,
        **({"language": written.language} if written.language else {}),
        **({"recordings": dict(written.recordings)} if written.recordings else {}),
    }
    moments = [_moment_row(written.code, moment) for moment in script.moments]
    endings = [
        {
            "conv": written.code,
            "node": ending.name,
            "end": ending.kind,
            "face": ending.face,
            "text": ending.words,
            "debrief": ending.debrief,
            "help": ending.help,
        }
        for ending in script.endings
    ]
    return [head, *moments, *endings]


def _moment_row(code: str, moment: Moment) -> dict[str, Any]:
    return {
        "conv": code,
        "node": moment.name,
        "who": moment.speaker,
        "face": moment.face,
        "peer": moment.words,
        "must": moment.red_line,
        "retry": moment.retry,
        "help": moment.help,
        "options": [
            [r.words, r.reaction, r.feedback, r.worth, r.skill, r.leads_to] for r in moment.replies
        ],
        "faces": [reply.face for reply in moment.replies],
    }
