"""What holders bring for a renewal: continuing hours, a supervisor's word, a statement signed again."""

from __future__ import annotations

from typing import Any, ClassVar, Self
from uuid import uuid4

from django.conf import settings
from django.core.files.storage import storages
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from certificates.renewal.checklist import Entry, EntryKind, State
from certificates.requirements.statement.models import StatementVersion
from people.folding import fold
from people.models import NAME_LENGTH

TITLE_LENGTH = 200


def evidence_storage() -> Any:
    """Where certificates are as well: never under a public address, and in every backup."""
    return storages["certificates"]


class RenewalEvidenceQuerySet(models.QuerySet["RenewalEvidence"]):
    def waiting(self) -> Self:
        """Those that no registrar has looked at."""
        return self.filter(decision="")

    def to_look_at(self) -> Self:
        """Those of them that a renewal still hangs on: not where it was renewed without them."""
        return self.waiting().filter(credential__followed_by=None)

    def notice_due(self) -> Self:
        """Those that were asked back, of which the holder is still to be told."""
        return self.filter(notify_holder=True, notified_at=None, credential__holder__is_active=True)


class RenewalEvidence(models.Model):
    """Something that the holder of a credential entered for its renewal. It is theirs.

    They may change or remove it until a registrar accepts it. Erasure deletes it with its file.
    """

    class Kind(models.TextChoices):
        HOURS = EntryKind.HOURS.value, _("Continuing hours")
        WORD = EntryKind.WORD.value, _("A supervisor’s word")

    class Decision(models.TextChoices):
        ACCEPTED = State.ACCEPTED.value, _("Accepted")
        ASKED_BACK = State.ASKED_BACK.value, _("Asked back")

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    credential = models.ForeignKey(
        "certificates.Credential",
        models.PROTECT,
        related_name="renewal_evidence",
        editable=False,
        verbose_name=_("certificate"),
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices, editable=False)
    # As the rule names it. Empty for any other kind of hours.
    category = models.CharField(_("kind of hours"), max_length=40, blank=True, editable=False)
    title = models.CharField(_("what"), max_length=TITLE_LENGTH, editable=False)
    # Who taught it, or the supervisor.
    provider = models.CharField(_("who"), max_length=TITLE_LENGTH, editable=False)
    done_on = models.DateField(_("date"), editable=False)
    minutes = models.PositiveIntegerField(_("minutes"), default=0, editable=False)
    file = models.FileField(
        _("file"), storage=evidence_storage, upload_to="evidence", blank=True, editable=False
    )
    entered_at = models.DateTimeField(_("entered"), editable=False)
    decision = models.CharField(
        _("answer"), max_length=12, choices=Decision.choices, blank=True, editable=False
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", editable=False
    )
    decided_at = models.DateTimeField(null=True, editable=False)
    answer = models.TextField(_("answer to the holder"), blank=True, editable=False)
    # How often it was asked back: each time is a letter of its own.
    times_asked_back = models.PositiveSmallIntegerField(default=0, editable=False)
    notify_holder = models.BooleanField(default=False, editable=False)
    notified_at = models.DateTimeField(_("holder told"), null=True, editable=False)

    objects: ClassVar[models.Manager[RenewalEvidence]] = RenewalEvidenceQuerySet.as_manager()

    class Meta:
        ordering = ["done_on", "entered_at", "pk"]
        verbose_name = _("evidence for a renewal")
        verbose_name_plural = _("evidence for renewals")
        indexes = [
            # What is forgotten years later.
            models.Index(fields=["entered_at"], name="evidence_by_entry"),
            # The registrars' list, and what a sweep asks each minute.
            models.Index(
                fields=["entered_at"], condition=Q(decision=""), name="evidence_to_look_at"
            ),
            models.Index(
                fields=["credential"],
                condition=Q(notify_holder=True, notified_at=None),
                name="evidence_to_tell_of",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(decision="", decided_by=None, decided_at=None)
                | (~Q(decision="") & Q(decided_by__isnull=False, decided_at__isnull=False)),
                name="evidence_is_decided_by_someone",
            ),
            models.CheckConstraint(
                condition=~Q(decision="asked_back", answer=""), name="asked_back_with_words"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def entry(self) -> Entry:
        """What the checklist counts of it."""
        return Entry(
            kind=EntryKind(self.kind),
            done_on=self.done_on,
            state=State(self.decision),
            minutes=self.minutes,
            category=self.category,
            programme=fold(f"{self.title}\n{self.provider}"),
            has_file=bool(self.file),
        )

    @property
    def may_be_changed(self) -> bool:
        """Whether its holder may still change or remove it."""
        return self.decision != self.Decision.ACCEPTED


class RenewalSignature(models.Model):
    """A holder's signature under a statement, once more, for the renewal of a credential.

    Evidence: never edited. Erasure blanks the name that was typed.
    """

    credential = models.ForeignKey(
        "certificates.Credential",
        models.PROTECT,
        related_name="renewal_signatures",
        editable=False,
        verbose_name=_("certificate"),
    )
    version = models.ForeignKey(
        StatementVersion,
        models.PROTECT,
        related_name="+",
        editable=False,
        verbose_name=_("statement"),
    )
    typed_name = models.CharField(_("typed name"), max_length=NAME_LENGTH, editable=False)
    signed_at = models.DateTimeField(_("signed"), editable=False)

    class Meta:
        ordering = ["-signed_at"]
        verbose_name = _("signature for a renewal")
        verbose_name_plural = _("signatures for renewals")
        constraints = [
            models.UniqueConstraint(
                fields=["credential", "version"], name="signed_once_for_a_renewal"
            )
        ]

    def __str__(self) -> str:
        return f"{self.version} {self.signed_at:%Y-%m-%d}"
