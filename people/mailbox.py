"""The demonstration's mail: what would have been sent, read from the folder it is kept in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from pathlib import Path

BETWEEN = b"-" * 79 + b"\n"


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
        letters.extend(letters_in(path.read_bytes()))
    return sorted(letters, key=lambda letter: letter.sent_at, reverse=True)[:limit]


def letters_in(file: bytes) -> Iterator[Letter]:
    for part in file.split(BETWEEN):
        if not part.strip():
            continue
        message = message_from_bytes(part, _class=EmailMessage, policy=policy.default)
        body = message.get_body(("plain",))
        sent_at = parsedate_to_datetime(str(message["Date"]))
        yield Letter(
            to=str(message["To"]),
            subject=str(message["Subject"]),
            # "-0000" is a time in UTC that does not say where it was written.
            sent_at=sent_at if sent_at.tzinfo else sent_at.replace(tzinfo=UTC),
            text=body.get_content() if body else "",
        )
