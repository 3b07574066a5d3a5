"""What a learner said to the offer of a talk."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from assessments.models.attempts import Attempt


class TalkAnswer(models.Model):
    """That a learner took or declined the talk that was offered after an attempt.

    It is added once for an attempt and never edited. Erasure keeps the row.
    """

    attempt = models.OneToOneField(Attempt, models.PROTECT, related_name="talk_answer")
    wants_talk = models.BooleanField(editable=False)
    at = models.DateTimeField(editable=False)

    class Meta:
        verbose_name = _("answer to the offer of a talk")
        verbose_name_plural = _("answers to the offer of a talk")
        indexes = [
            models.Index(fields=["attempt"], condition=Q(wants_talk=True), name="talks_wanted")
        ]

    def __str__(self) -> str:
        return f"{self.attempt_id} {self.wants_talk}"
