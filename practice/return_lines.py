"""One-minute replies as lines of JSON. A reply is `[reply, feedback, points, skill]`. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from practice.lines import MISSHAPEN, UnreadableLine
from practice.scripts import Moment, Reply

DAYS = {"2 days": 2, "2 weeks": 14}


@dataclass(frozen=True)
class WrittenReturn:
    """A one-minute reply: of which conversation, after how many days, where, and what is said."""

    code: str
    conversation: str
    after_days: int
    setting: str
    moment: Moment


def read_returns(text: str) -> list[WrittenReturn]:
    """The one-minute replies that some lines hold, in their order. Raises UnreadableLine."""
    returns = []
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            try:
                returns.append(_return_of(json.loads(line)))
            except MISSHAPEN as error:
                raise UnreadableLine(number, str(error)) from error
    return returns


def _return_of(row: dict[str, Any]) -> WrittenReturn:
    replies = tuple(
        Reply(words, "", feedback, worth, skill, "")
        for words, feedback, worth, skill in row["options"]
    )
    moment = Moment(
        name=row["return"],
        words=row["peer"],
        replies=replies,
        speaker=row["who"],
        red_line=bool(row.get("must")),
        retry=row.get("retry", ""),
        help=bool(row.get("help")),
    )
    return WrittenReturn(row["return"], row["conv"], DAYS[row["after"]], row["setting"], moment)


def write_returns(returns: Iterable[WrittenReturn]) -> str:
    """Some one-minute replies as lines, from which `read_returns` makes the same again."""
    return "".join(json.dumps(_row_of(each), ensure_ascii=False) + "\n" for each in returns)


def _row_of(written: WrittenReturn) -> dict[str, Any]:
    moment = written.moment
    return {
        "return": written.code,
        "conv": written.conversation,
        "after": next(name for name, days in DAYS.items() if days == written.after_days),
        "who": moment.speaker,
        "setting": written.setting,
        "peer": moment.words,
        "must": moment.red_line,
        "retry": moment.retry,
        "help": moment.help,
        "options": [[r.words, r.feedback, r.worth, r.skill] for r in moment.replies],
    }
