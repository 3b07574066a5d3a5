"""One number that says whether what is cached of the published content still holds."""

from __future__ import annotations

import secrets

from django.db import connection, models, transaction


class Edition(models.Model):
    """The edition of all that is published. There is one row.

    Its number changes whenever anything that a reader may see, or that a paper may ask, is
    published, changed, moved, taken down or deleted. It is in the key of everything that is
    cached of the content, so one small query makes all of it safe to use. The number is drawn
    at random: one that was rolled back is never met again with other content.
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
        """Begin a new edition now, and another when the transaction around is committed.

        What is published is saved piece by piece. A reader in between may cache half of it,
        and the second edition makes sure that nobody goes on being shown that.
        """
        cls._change_number()
        waiting = {each[1] for each in connection.run_on_commit}
        if connection.in_atomic_block and cls._change_number not in waiting:
            transaction.on_commit(cls._change_number)

    @classmethod
    def _change_number(cls) -> None:
        number = secrets.randbits(62) + 1
        if not cls.objects.filter(pk=1).update(number=number):
            cls.objects.get_or_create(pk=1, defaults={"number": number})
