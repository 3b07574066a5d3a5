"""What readers say of a part of a lesson: counts alone, and never whose."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class PartOpinion(models.Model):
    """How often readers of one part, in one language, said that it was clear, and that it was not.

    It is about nobody: whoever said it is not on record anywhere.
    """

    lesson_key = models.UUIDField(editable=False)
    part_key = models.UUIDField(editable=False)
    language = models.CharField(max_length=10, editable=False)
    clear_count = models.PositiveIntegerField(_("said it was clear"), default=0, editable=False)
    unclear_count = models.PositiveIntegerField(_("said it was not"), default=0, editable=False)

    class Meta:
        verbose_name = _("opinion of a part")
        constraints = [
            models.UniqueConstraint(
                fields=["lesson_key", "part_key", "language"], name="one_opinion_per_part"
            )
        ]
