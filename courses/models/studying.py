"""What a learner went through: parts of lessons, and exercises. Hours are counted from it."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from courses.models.enrolments import Enrolment


class StudiedPart(models.Model):
    """The record that a learner opened a part of a lesson, and what they did with it.

    Its time is by the server's clock: from when a page was made to what was next sent from
    it, over all visits, and no moment is counted for two pages. Erasure takes the person out
    of the enrolment and keeps the row for the counts.
    """

    enrolment = models.ForeignKey(Enrolment, models.PROTECT, related_name="studied_parts")
    lesson_key = models.UUIDField(editable=False)
    # The id of the block that begins it, or the lesson's key where none does.
    # A copy of the lesson has the same ones, so that a part is found by both keys.
    part_key = models.UUIDField(editable=False)
    # As it was shown when it was done, or when it was last open before that.
    words = models.PositiveIntegerField(_("words shown"), editable=False)
    language = models.CharField(max_length=10, editable=False)
    first_opened_at = models.DateTimeField(_("first opened"), editable=False)
    opened_at = models.DateTimeField(_("last opened"), editable=False)
    seconds = models.PositiveIntegerField(_("seconds open"), default=0, editable=False)
    # Until when time was counted. What is sent again counts nothing twice.
    counted_until = models.DateTimeField(null=True, editable=False)
    done_at = models.DateTimeField(_("done"), null=True, editable=False)

    class Meta:
        verbose_name = _("studied part")
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment", "lesson_key", "part_key"], name="one_row_per_part"
            )
        ]

    def __str__(self) -> str:
        return str(self.part_key)


class DoneExercise(models.Model):
    """The record that a learner did an exercise, and in which way. Nothing that they wrote.

    Of what was written only the length is looked at. The record stays when the learner
    deletes the words: that they are gone takes nothing away from having written them.
    """

    class Way(models.TextChoices):
        WRITTEN = "written", _("written here")
        ELSEWHERE = "elsewhere", _("on paper or aloud, as the learner says")

    enrolment = models.ForeignKey(Enrolment, models.PROTECT, related_name="done_exercises")
    lesson_key = models.UUIDField(editable=False)
    block_id = models.UUIDField(editable=False)
    words_asked = models.PositiveIntegerField(_("words asked for"), editable=False)
    way = models.CharField(max_length=10, choices=Way.choices, editable=False)
    done_at = models.DateTimeField(_("done"), editable=False)

    class Meta:
        verbose_name = _("done exercise")
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment", "lesson_key", "block_id"], name="one_row_per_exercise"
            )
        ]

    def __str__(self) -> str:
        return str(self.block_id)
