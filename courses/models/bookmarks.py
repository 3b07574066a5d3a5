"""Places that a learner wants to find again."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from people.models import User


class Bookmark(models.Model):
    """A part of a lesson that a learner wants to find again.

    It is theirs alone: on no staff page and in no report. Erasure deletes it.
    """

    learner = models.ForeignKey(User, models.CASCADE, related_name="bookmarks")
    lesson_key = models.UUIDField(editable=False)
    part_key = models.UUIDField(editable=False)
    saved_at = models.DateTimeField(editable=False)

    class Meta:
        verbose_name = _("bookmark")
        constraints = [
            models.UniqueConstraint(
                fields=["learner", "lesson_key", "part_key"], name="one_bookmark_per_part"
            )
        ]

    def __str__(self) -> str:
        return str(self.part_key)
