"""One number that says whether what we remember of the published content still holds."""

from __future__ import annotations

from django.db import models


class Edition(models.Model):
    """The edition of all that is published. There is one row.

    It rises whenever anything that a reader may see is published, moved, renamed, taken
    down or deleted. Each process keeps rendered lessons and course outlines in its own
    memory under this number, so one small query makes all of them safe to use.
    """

    number = models.PositiveBigIntegerField(default=1)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="one_edition")]

    def __str__(self) -> str:
        return str(self.number)

    @classmethod
    def current(cls) -> int:
        """The number now, in one query."""
        return cls.objects.values_list("number", flat=True).filter(pk=1).first() or 0

    @classmethod
    def rise(cls) -> None:
        """Make every process forget what it remembers of the content."""
        if not cls.objects.filter(pk=1).update(number=models.F("number") + 1):
            cls.objects.get_or_create(pk=1)
