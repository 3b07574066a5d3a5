"""One learner's plays of a conversation, turn by turn, and what of it is evidence.

What was tried is the learner's own: no page of the staff reads a play or a turn. That an ending
was reached is evidence, and a row of its own. Erasure deletes plays and turns, and keeps what
was reached as the enrolment is kept.
"""

from __future__ import annotations

from functools import cached_property
from typing import ClassVar, Self
from uuid import uuid4

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from courses.models import Enrolment
from people.models import User
from people.rows import rows_where
from practice.models.conversations import Conversation
from practice.models.words import WordsVersion
from practice.scripts import OKAY, STRONG, TRY_AGAIN, Script
from practice.walking import TurnRecord, Walk

OUTCOMES = [(STRONG, _("strong")), (OKAY, _("okay")), (TRY_AGAIN, _("try again"))]


class ScriptVersion(models.Model):
    """A script as some plays began with it: never edited. The same words are stored once."""

    conversation = models.ForeignKey(Conversation, models.PROTECT, related_name="versions")
    digest = models.CharField(max_length=64, editable=False)
    content = models.JSONField(editable=False)
    first_played_at = models.DateTimeField(editable=False)

    class Meta:
        verbose_name = _("version of a script")
        verbose_name_plural = _("versions of scripts")
        constraints = [
            models.UniqueConstraint(fields=["conversation", "digest"], name="one_row_per_script")
        ]

    def __str__(self) -> str:
        return f"{self.conversation_id} {self.digest[:8]}"

    @cached_property
    def script(self) -> Script:
        return Script.from_json(self.content)


class FrozenSound(models.Model):
    """That a play may have begun with a recording of a line, so that it is still heard there after
    the conversation has another one.

    A file that somebody deletes is gone from here too, since a voice can be taken back: its lines
    are read by the device then.
    """

    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="frozen_sounds")
    sound = models.ForeignKey("wagtailmedia.Media", models.CASCADE, related_name="+")

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("recording that plays began with")
        verbose_name_plural = _("recordings that plays began with")
        constraints = [
            models.UniqueConstraint(
                fields=["conversation", "sound"], name="one_row_per_frozen_sound"
            )
        ]

    def __str__(self) -> str:
        return f"{self.conversation_id} {self.sound_id}"


class PlayQuerySet(models.QuerySet["Play"]):
    def open(self) -> Self:
        """Those that can be gone on with."""
        return self.filter(state=Play.State.OPEN)

    def by(self, learner: User) -> Self:
        return self.filter(enrolment__learner=learner)


class Play(models.Model):
    """One run through a conversation, with the script as it was when it began.

    It stays open until the story has closed and every red line on the way is right.
    """

    class State(models.TextChoices):
        OPEN = "open", _("open")
        CLOSED = "closed", _("closed")
        LEFT = "left", _("left for another")

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    enrolment = models.ForeignKey(Enrolment, models.PROTECT, related_name="plays")
    conversation = models.ForeignKey(Conversation, models.PROTECT, related_name="plays")
    version = models.ForeignKey(ScriptVersion, models.PROTECT, related_name="plays")
    # Its words in every other language that had them when it began.
    words = models.ForeignKey(WordsVersion, models.PROTECT, null=True, related_name="plays")
    # The page that it was begun on, in whatever language.
    page_key = models.UUIDField(editable=False)
    number = models.PositiveSmallIntegerField(editable=False)
    state = models.CharField(
        max_length=10, choices=State.choices, default=State.OPEN, editable=False
    )
    # From which the order of its replies is worked out.
    seed = models.PositiveIntegerField(editable=False)
    begun_at = models.DateTimeField(editable=False)
    closed_at = models.DateTimeField(null=True, editable=False)
    # How its story closed: the name of the ending, and strong, okay or try again.
    ending = models.CharField(max_length=20, blank=True, editable=False)
    outcome = models.CharField(max_length=10, choices=OUTCOMES, blank=True, editable=False)

    objects: ClassVar[models.Manager[Play]] = PlayQuerySet.as_manager()

    class Meta:
        verbose_name = _("play")
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment", "conversation"],
                condition=Q(state="open"),
                name="one_open_play_per_conversation",
            ),
            models.UniqueConstraint(
                fields=["enrolment", "conversation", "number"], name="plays_are_numbered"
            ),
            models.CheckConstraint(
                condition=~Q(state="closed") | Q(closed_at__isnull=False) & ~Q(outcome=""),
                name="closed_with_an_outcome",
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)

    @property
    def is_open(self) -> bool:
        return self.state == self.State.OPEN

    def is_in(self, language: str) -> bool:
        """Whether it began with words in a language beside its own."""
        return self.words is not None and language in self.words.content

    def script_in(self, language: str) -> Script:
        """Its script in a language; as it was first written, where it began without words in it."""
        words = self.words.script_in(language) if self.words is not None else None
        return words or self.version.script

    def read_walk(self, language: str = "") -> Walk:
        """Where it stands now, in the words of a language. One query, besides the versions'."""
        records = (
            TurnRecord(turn.number, turn.moment, turn.reply, turn.is_again)
            for turn in rows_where(Turn, play=self.pk)
        )
        script = self.script_in(language) if language else self.version.script
        return Walk.of(script, records, self.seed)


class Turn(models.Model):
    """A reply that a learner gave: in which moment, and its place in the script. Only added."""

    play = models.ForeignKey(Play, models.CASCADE, related_name="turns")
    number = models.PositiveSmallIntegerField(editable=False)
    moment = models.CharField(max_length=20, editable=False)
    reply = models.PositiveSmallIntegerField(editable=False)
    # Whether it is no turn of the story, and answers a red line again.
    is_again = models.BooleanField(default=False, editable=False)
    at = models.DateTimeField(editable=False)

    class Meta:
        verbose_name = _("turn")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["play", "number"], name="turns_are_numbered")
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.moment}"


class ReachedEnding(models.Model):
    """That a learner reached a strong or okay ending with every red line right: evidence.

    It says nothing of how, or how often it was tried. The first of each outcome is kept.
    """

    enrolment = models.ForeignKey(Enrolment, models.PROTECT, related_name="reached_endings")
    conversation = models.ForeignKey(Conversation, models.PROTECT, related_name="reached_endings")
    outcome = models.CharField(max_length=10, choices=OUTCOMES[:2], editable=False)
    reached_at = models.DateTimeField(editable=False)

    class Meta:
        verbose_name = _("ending that was reached")
        verbose_name_plural = _("endings that were reached")
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment", "conversation", "outcome"], name="one_of_each_outcome"
            )
        ]

    def __str__(self) -> str:
        return f"{self.conversation_id} {self.outcome}"
