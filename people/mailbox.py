"""The emails that the demonstration did not send, read from the folder that Django writes them to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from pathlib import Path

SEPARATOR = b"-" * 79 + b"\n"


@dataclass(frozen=True)
class Email:
    to: str
    subject: str
    sent_at: datetime
    text: str


def read_newest_emails(folder: Path, limit: int) -> list[Email]:
    """The newest emails in the folder, newest first; none where there is no folder."""
    paths = sorted(folder.glob("*.log"), reverse=True)[:limit] if folder.is_dir() else []
    emails = [email for path in paths for email in parse_emails(path.read_bytes())]
    return sorted(emails, key=lambda email: email.sent_at, reverse=True)[:limit]


def parse_emails(content: bytes) -> Iterator[Email]:
    """The emails of one file: Django writes all that one connection sends into the same one."""
    for part in content.split(SEPARATOR):
        if part.strip():
            yield parse_email(part)


def parse_email(content: bytes) -> Email:
    message = message_from_bytes(content, _class=EmailMessage, policy=policy.default)
    body = message.get_body(("plain",))
    sent_at = parsedate_to_datetime(str(message["Date"]))
    return Email(
        to=str(message["To"]),
        subject=str(message["Subject"]),
        # "-0000" is a time in UTC that does not say where it was written.
        sent_at=sent_at if sent_at.tzinfo else sent_at.replace(tzinfo=UTC),
        text=body.get_content() if body else "",
    )
