"""What learners write for themselves beside a part of a lesson."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from people.models import User


class PartNote(models.Model):
    """What a learner wrote for themselves beside one part of a lesson.

    Nobody else reads it: it is on no staff page, in no report and in no log. It carries what the
    part and its lesson were called when it was written, so that it can be read when they are
    gone. Erasure deletes it.
    """

    learner = models.ForeignKey(User, models.CASCADE, related_name="part_notes")
    lesson_key = models.UUIDField(editable=False)
    part_key = models.UUIDField(editable=False)
    lesson_title = models.CharField(max_length=255, editable=False)
    heading = models.TextField(blank=True, editable=False)
    language = models.CharField(max_length=12, editable=False)
    text = models.TextField()
    # Rises with each save; a save that does not name the number it saw is out of date.
    number = models.PositiveIntegerField(default=1, editable=False)
    saved_at = models.DateTimeField(editable=False)

    class Meta:
        verbose_name = _("note")
        verbose_name_plural = _("notes")
        constraints = [
            models.UniqueConstraint(
                fields=["learner", "lesson_key", "part_key"], name="one_note_per_part"
            )
        ]

    def __str__(self) -> str:
        return str(self.part_key)
