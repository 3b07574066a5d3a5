"""What comes back after some days: one-minute replies, for whom they are due, and their wishes.

All of it is the learner's own, as plays are: no page of the staff reads a row of it, nothing
counts it, and erasure deletes it.
"""

from __future__ import annotations

from datetime import date, datetime
from random import Random
from typing import ClassVar, Self
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from courses.models import Enrolment
from people.models import User
from practice.models.conversations import Conversation
from practice.models.plays import ScriptVersion
from practice.models.words import WordsVersion
from practice.scripts import Moment, Reply
from practice.walking import ShownReply
from practice.wording import moment_from_json


class ReturnItem(models.Model):
    """A moment after a conversation, to be answered in a minute, some days after it was held."""

    code = models.CharField(_("code"), max_length=40, unique=True)
    conversation = models.ForeignKey(
        Conversation, models.CASCADE, related_name="return_items", verbose_name=_("conversation")
    )
    after_days = models.PositiveSmallIntegerField(_("after how many days"))
    setting = models.TextField(_("setting"))
    content = models.JSONField(editable=False)

    class Meta:
        verbose_name = _("one-minute reply")
        verbose_name_plural = _("one-minute replies")
        ordering: ClassVar[list[str]] = ["code"]

    def __str__(self) -> str:
        return self.code

    @property
    def moment(self) -> Moment:
        """What the person says, and the replies there are to it."""
        return moment_from_json(self.content)


class DueReturnQuerySet(models.QuerySet["DueReturn"]):
    def by(self, learner: User) -> Self:
        return self.filter(enrolment__learner=learner)

    def open(self) -> Self:
        """Those that were neither answered nor put away."""
        return self.filter(closed_at=None)

    def due(self, on: date, *, at: datetime) -> Self:
        """Those to be shown on a day: open, on a place that is, to whoever did not switch it off."""
        place_is_open = Q(enrolment__ends_at=None) | Q(enrolment__ends_at__gt=at)
        off = ReturnWish.objects.filter(learner=OuterRef("enrolment__learner"), is_off=True)
        return self.open().filter(
            place_is_open, ~Exists(off), enrolment__withdrawn_at=None, due_on__lte=on
        )


class DueReturn(models.Model):
    """That something comes back to a learner on a day: an item, or a move that they missed.

    `reply` is what was last given to it. It closes when it was answered, which for a red line
    means rightly, or when it was put away.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    enrolment = models.ForeignKey(Enrolment, models.PROTECT, related_name="due_returns")
    conversation = models.ForeignKey(Conversation, models.PROTECT, related_name="due_returns")
    # What it is about, once for each learner: `LC1.1`, or `LC1:n2:14` for a missed move.
    key = models.CharField(max_length=80, editable=False)
    item = models.ForeignKey(ReturnItem, models.CASCADE, null=True, related_name="due_returns")
    version = models.ForeignKey(
        ScriptVersion, models.PROTECT, null=True, related_name="due_returns"
    )
    # The words with which the play began in which a move was missed.
    words = models.ForeignKey(WordsVersion, models.PROTECT, null=True, related_name="due_returns")
    moment_name = models.CharField(max_length=20, blank=True, editable=False)
    planned_at = models.DateTimeField(editable=False)
    due_on = models.DateField(editable=False)
    reply = models.PositiveSmallIntegerField(null=True, editable=False)
    closed_at = models.DateTimeField(null=True, editable=False)
    is_put_away = models.BooleanField(default=False, editable=False)
    mailed_at = models.DateTimeField(null=True, editable=False)

    objects: ClassVar[models.Manager[DueReturn]] = DueReturnQuerySet.as_manager()

    class Meta:
        verbose_name = _("reply that comes back")
        verbose_name_plural = _("replies that come back")
        ordering: ClassVar[list[str]] = ["due_on", "key"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["enrolment", "key"], name="a_return_comes_once"),
            models.CheckConstraint(
                condition=Q(item__isnull=False, version=None)
                | Q(item=None, version__isnull=False) & ~Q(moment_name=""),
                name="a_return_is_an_item_or_a_move",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["due_on"], name="returns_by_day"),
        ]

    def __str__(self) -> str:
        return self.key

    @property
    def moment(self) -> Moment | None:
        """The moment to answer; None where its script lost it."""
        if self.item is not None:
            return self.item.moment
        return self.version.script.moment(self.moment_name) if self.version else None

    @property
    def setting(self) -> str:
        if self.item is not None:
            return self.item.setting
        return self.version.script.setting if self.version else ""

    @property
    def speaker(self) -> str:
        """Who speaks; by default whom the conversation is with."""
        moment = self.moment
        return (moment.speaker if moment else "") or self.conversation.cast

    @property
    def shown_replies(self) -> list[ShownReply]:
        """The replies in this row's own order, which stays the same."""
        replies = self.moment.replies if self.moment else ()
        places = list(range(len(replies)))
        Random(self.pk.int).shuffle(places)  # noqa: S311  an order that is no secret
        return [ShownReply(str(key), place, replies[place]) for key, place in enumerate(places, 1)]

    @property
    def given(self) -> Reply | None:
        """The reply that was last given; None where none was."""
        if self.reply is None or self.moment is None:
            return None
        return self.moment.replies[self.reply]


class ReturnWish(models.Model):
    """How somebody wants what comes back: not at all, or with a letter as well. No row, no letter."""

    learner = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="return_wish"
    )
    by_mail = models.BooleanField(default=False)
    is_off = models.BooleanField(default=False)
    # The last day on which a letter was written, so that there is at most one in a week.
    mailed_on = models.DateField(null=True, editable=False)

    class Meta:
        verbose_name = _("wish about what comes back")
        verbose_name_plural = _("wishes about what comes back")
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["mailed_on"], condition=Q(by_mail=True), name="wishes_by_mail"),
        ]

    def __str__(self) -> str:
        return str(self.learner_id)
