"""The words of conversations in a language as lines of JSON: as conversations have them, and with
the lines of one-minute replies among them. Pure."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace

from practice.lines import Written, read_lines, write_lines
from practice.return_lines import WrittenReturn, read_returns, write_returns
from practice.scripts import Script
from practice.wording import ReturnText, Wording


@dataclass(frozen=True)
class WrittenWords:
    """What some lines say of a conversation in a language, with what they say of its one-minute
    replies. Where they say only that, `script` has no moments."""

    code: str
    wording: Wording
    language: str = ""


def read_words(text: str) -> list[WrittenWords]:
    """The words that some lines hold, by conversation, in their order. Raises UnreadableLine."""
    conversations, returns = read_both(text)
    found = {each.code: each for each in conversations}
    for row in returns:
        found.setdefault(row.conversation, Written(row.conversation, Script()))
    return [
        WrittenWords(
            code,
            Wording(
                written.script,
                tuple(
                    ReturnText(each.code, each.setting, each.moment)
                    for each in returns
                    if each.conversation == code
                ),
            ),
            written.language,
        )
        for code, written in found.items()
    ]


def read_both(text: str) -> tuple[list[Written], list[WrittenReturn]]:
    """The conversations and the one-minute replies that some lines hold. Raises UnreadableLine.

    What is read apart is left blank in the other, so that a line keeps its number.
    """
    lines = text.split("\n")
    of_returns = [_is_of_a_return(line) for line in lines]
    pairs = list(zip(lines, of_returns, strict=True))
    conversations = "\n".join("" if is_return else line for line, is_return in pairs)
    returns = "\n".join(line if is_return else "" for line, is_return in pairs)
    return read_lines(conversations), read_returns(returns)


def _is_of_a_return(line: str) -> bool:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):
        return False  # whoever reads it as a conversation says what is wrong with it
    return isinstance(row, dict) and "return" in row


def write_words(written: Written, returns: list[WrittenReturn], language: str) -> str:
    """The words of a conversation as lines, from which `read_words` makes the same again."""
    return write_lines([replace(written, language=language)]) + write_returns(returns)
