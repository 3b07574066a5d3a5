"""The column of a requirement that asks for a quiz."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from assessments.models import Quiz


class QuizFields(models.Model):
    """The quiz to pass, wherever it stands."""

    quiz = models.ForeignKey(
        Quiz, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("quiz")
    )

    class Meta:
        abstract = True
