"""When a page of a lesson was made, and for whom: carried by the page itself, and signed.

So the time that a part was open is known by the server's clock, and looking writes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from django.core import signing

SALT = "courses.visits"


@dataclass(frozen=True)
class Visit:
    """One look at a lesson: whose, at which of its parts, and since when."""

    enrolment_id: UUID
    lesson_key: UUID
    part_keys: tuple[UUID, ...]
    opened_at: datetime

    def sign(self) -> str:
        """The visit as a page carries it. Only this site can make one."""
        return signing.dumps(
            [
                self.enrolment_id.hex,
                self.lesson_key.hex,
                [key.hex for key in self.part_keys],
                self.opened_at.timestamp(),
            ],
            salt=SALT,
        )

    @classmethod
    def read(cls, signed: str) -> Visit | None:
        """The visit that a page carried; None for what was not signed here, or by an older site."""
        try:
            enrolment, lesson, keys, opened = signing.loads(signed, salt=SALT)
        except (signing.BadSignature, ValueError):
            return None
        opened_at = datetime.fromtimestamp(opened, UTC)
        return cls(UUID(enrolment), UUID(lesson), tuple(map(UUID, keys)), opened_at)
