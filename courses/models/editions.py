"""One number that says whether what we remember of the published content still holds."""

from __future__ import annotations

import secrets

from django.db import connection, models


class Edition(models.Model):
    """The edition of all that is published. There is one row.

    Its number changes whenever anything that a reader may see is published, moved, renamed,
    taken down or deleted. Each process keeps rendered lessons and course outlines in its own
    memory under this number, so one small query makes all of them safe to use. The number
    is drawn at random: one that was rolled back is never met again with other content.
    """

    number = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="one_edition")]

    def __str__(self) -> str:
        return str(self.number)

    @classmethod
    def current(cls) -> int:
        """The number now, in one query; 0 before anything was published."""
        # Each request asks, so the statement is written out: building it costs more than asking.
        with connection.cursor() as cursor:
            cursor.execute("SELECT number FROM courses_edition WHERE id = 1")
            row = cursor.fetchone()
        return row[0] if row else 0

    @classmethod
    def begin_new(cls) -> None:
        """Make every process forget what it remembers of the content."""
        cls.objects.update_or_create(pk=1, defaults={"number": secrets.randbits(62) + 1})
