"""The demonstration's mail: what would have been sent, read from the folder it is kept in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email import message_from_string, policy
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from pathlib import Path

BETWEEN = "-" * 79


@dataclass(frozen=True)
class Letter:
    to: str
    subject: str
    sent_at: datetime
    text: str


def newest(folder: Path, limit: int) -> list[Letter]:
    """The newest letters in the folder, newest first."""
    letters: list[Letter] = []
    for path in sorted(folder.glob("*.log"), reverse=True)[:limit] if folder.is_dir() else []:
        letters.extend(letters_in(path.read_text(encoding="utf-8", errors="replace")))
    return sorted(letters, key=lambda letter: letter.sent_at, reverse=True)[:limit]


def letters_in(text: str) -> Iterator[Letter]:
    for part in text.split(f"{BETWEEN}\n"):
        if not part.strip():
            continue
        message = message_from_string(part, _class=EmailMessage, policy=policy.default)
        body = message.get_body(("plain",))
        yield Letter(
            to=str(message["To"]),
            subject=str(message["Subject"]),
            sent_at=parsedate_to_datetime(str(message["Date"])),
            text=body.get_content() if body else "",
        )
