"""Certificates that organisations watch, what changed of them, and how organisations are told."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, Self
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from certificates.models.credentials import Credential, CredentialEvent
from certificates.standing import Standing
from people.models import Membership, Organisation, User

URL_LENGTH = 500


class WatchReason(models.TextChoices):
    """Why an organisation watches. Fixed words: what strangers write goes to no holder."""

    WORKS = "works", _("This person works or volunteers with us")
    APPLIED = "applied", _("This person applied to us")
    SUPERVISED = "supervised", _("We supervise or train this person")
    REQUIRED = "required", _("A contract, a funder or the law asks us to")


class WatchQuerySet(models.QuerySet["Watch"]):
    def open(self) -> Self:
        return self.filter(ended_at=None)

    def objected(self) -> Self:
        """Those that the holder ended."""
        return self.filter(ended_by=Watch.EndedBy.HOLDER)

    def of_holder(self, person: User) -> Self:
        return self.filter(credential__holder=person)

    def not_told(self) -> Self:
        """Those of which the holder is still to be told."""
        return self.open().filter(told_at=None, credential__holder__is_active=True)

    def maybe_changed(self, at: datetime) -> Self:
        """Those whose certificate may have another standing than the organisation knows of."""
        events = CredentialEvent.objects.filter(
            credential=OuterRef("credential"), number__gt=OuterRef("seen_number")
        )
        # Where it is tomorrow already, it may have run out.
        ran_out = Q(standing=Standing.CURRENT, credential__expires_on__lte=at.date())
        return self.open().filter(Exists(events) | ran_out)


class Watch(models.Model):
    """That an organisation wants to be told when the standing of a certificate changes.

    The holder is told, and may end it. It shows the organisation nothing that the check page does
    not. Erasure of the holder leaves the number, of which it says that it was withdrawn.
    """

    class EndedBy(models.TextChoices):
        ORGANISATION = "organisation", _("the organisation")
        HOLDER = "holder", _("the holder")
        CLOSED = "closed", _("the holder, who lets nobody watch")
        TAKEN_BACK = "taken_back", _("the holder, who took the objection back")

    organisation = models.ForeignKey(
        Organisation, models.CASCADE, related_name="watches", editable=False
    )
    credential = models.ForeignKey(
        Credential, models.PROTECT, related_name="watches", editable=False
    )
    reason = models.CharField(_("reason"), max_length=12, choices=WatchReason.choices)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False
    )
    added_at = models.DateTimeField(_("since"), editable=False)
    # When the holder was written to; or would have been, who wants no such letter.
    told_at = models.DateTimeField(null=True, editable=False)
    # The standing that the organisation knows of, and the last event that was looked at.
    standing = models.CharField(max_length=20, editable=False)
    seen_number = models.PositiveSmallIntegerField(editable=False)
    ended_at = models.DateTimeField(null=True, editable=False)
    ended_by = models.CharField(max_length=12, choices=EndedBy.choices, blank=True, editable=False)

    objects: ClassVar[models.Manager[Watch]] = WatchQuerySet.as_manager()

    class Meta:
        ordering = ["-added_at", "-pk"]
        verbose_name = _("watch of a certificate")
        verbose_name_plural = _("watches of certificates")
        indexes = [
            models.Index(fields=["added_at"], condition=Q(told_at=None), name="watches_not_told"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "credential"],
                condition=Q(ended_at=None),
                name="one_open_watch",
            )
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id} {self.credential_id}"


class WatchEvent(models.Model):
    """What an organisation is told: that a standing changed, or that a watch ended. Never edited.

    Its id tells it apart, however often it is sent.
    """

    class Kind(models.TextChoices):
        CHANGED = "certificate.standing_changed", _("The standing changed")
        ENDED = "watch.ended", _("The holder ended the watch")
        TEST = "test", _("A test")

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    organisation = models.ForeignKey(
        Organisation, models.CASCADE, related_name="watch_events", editable=False
    )
    # None for a test.
    watch = models.ForeignKey(
        Watch, models.CASCADE, null=True, related_name="events", editable=False
    )
    kind = models.CharField(_("what"), max_length=30, choices=Kind.choices, editable=False)
    before = models.CharField(max_length=20, blank=True, editable=False)
    after = models.CharField(max_length=20, blank=True, editable=False)
    at = models.DateTimeField(_("when"), db_index=True, editable=False)

    class Meta:
        ordering = ["-at"]
        verbose_name = _("news of a watched certificate")
        verbose_name_plural = _("news of watched certificates")

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def standing(self) -> Standing | None:
        """The standing that it tells of, if any."""
        return Standing(self.after) if self.after else None


class WatchWish(models.Model):
    """What a holder wants of watching; without a row, letters and that it is allowed.

    Erasure deletes it.
    """

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="watch_wish", editable=False
    )
    letters = models.BooleanField(
        _("Write to me when an organisation begins to watch a certificate of mine"), default=True
    )
    allowed = models.BooleanField(
        _("Organisations may watch my certificates"),
        default=True,
        help_text=_("Without it, all who watch now are ended, and nobody can begin."),
    )

    class Meta:
        verbose_name = _("wish about watching")
        verbose_name_plural = _("wishes about watching")

    def __str__(self) -> str:
        return str(self.person_id)


class DigestWish(models.Model):
    """That a member wants a letter, once a day at most, when something they watch has changed.

    It goes with the membership.
    """

    membership = models.OneToOneField(
        Membership, models.CASCADE, related_name="digest_wish", editable=False
    )
    # News from before then were told, or came before the wish.
    told_until = models.DateTimeField(editable=False)
    sent_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = _("wish for a digest")
        verbose_name_plural = _("wishes for digests")

    def __str__(self) -> str:
        return str(self.membership_id)


class WebhookQuerySet(models.QuerySet["Webhook"]):
    def to_ring_for(self, at: datetime) -> Self:
        """Those that have something to send now, and for which no worker was rung."""
        waiting = Delivery.objects.filter(webhook=OuterRef("pk"), state=Delivery.State.WAITING)
        resting = Q(rests_until__gt=at) | Q(rung_until__gt=at)
        return self.filter(Exists(waiting)).exclude(resting)


class Webhook(models.Model):
    """Where a program of an organisation is told. Its secret is in no row: it is worked out.

    It is about nobody; who set it is a number after an erasure.
    """

    organisation = models.OneToOneField(
        Organisation, models.CASCADE, related_name="webhook", editable=False
    )
    url = models.CharField(_("address"), max_length=URL_LENGTH)
    # From it and the site's own secret key the secret is worked out. Another is another secret.
    salt = models.CharField(max_length=43, editable=False)
    set_at = models.DateTimeField(editable=False)
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False
    )
    failures = models.PositiveSmallIntegerField(default=0, editable=False)
    rests_until = models.DateTimeField(null=True, editable=False)
    rung_until = models.DateTimeField(null=True, editable=False)

    objects: ClassVar[models.Manager[Webhook]] = WebhookQuerySet.as_manager()

    class Meta:
        verbose_name = _("webhook")
        verbose_name_plural = _("webhooks")

    def __str__(self) -> str:
        return str(self.organisation_id)


class Delivery(models.Model):
    """One piece of news for a webhook: how often it was tried, and what became of it."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        DELIVERED = "delivered", _("Delivered")
        GIVEN_UP = "given_up", _("Given up")

    webhook = models.ForeignKey(Webhook, models.CASCADE, related_name="deliveries", editable=False)
    event = models.ForeignKey(WatchEvent, models.CASCADE, related_name="deliveries", editable=False)
    state = models.CharField(
        max_length=12, choices=State.choices, default=State.WAITING, editable=False
    )
    queued_at = models.DateTimeField(editable=False)
    tries = models.PositiveSmallIntegerField(default=0, editable=False)
    tried_at = models.DateTimeField(null=True, editable=False)
    # A code of outgoing.Problem, or the number of the status that was answered.
    answer = models.CharField(max_length=20, blank=True, editable=False)

    class Meta:
        ordering = ["-queued_at", "-pk"]
        verbose_name = _("delivery to a webhook")
        verbose_name_plural = _("deliveries to webhooks")
        indexes = [
            models.Index(
                fields=["webhook", "queued_at"],
                condition=Q(state="waiting"),
                name="deliveries_waiting",
            )
        ]
        constraints = [
            models.UniqueConstraint(fields=["webhook", "event"], name="one_delivery_of_an_event")
        ]

    def __str__(self) -> str:
        return str(self.pk)
