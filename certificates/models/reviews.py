"""The registrars' list: credentials that rest on a result which was corrected."""

from __future__ import annotations

from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from assessments.models import Remarking, Result


class CredentialReviewQuerySet(models.QuerySet["CredentialReview"]):
    def undecided(self) -> Self:
        """Those that wait for a registrar."""
        return self.filter(decision="")


class CredentialReview(models.Model):
    """That a credential rests on a pass which a re-marking took away, and what was decided.

    It changes nothing by itself. A registrar decides once, with a reason; only the decision is
    added later. Erasure keeps the row.
    """

    class Decision(models.TextChoices):
        KEPT = "kept", _("Kept as it is")
        SUSPENDED = "suspended", _("Suspended")
        REVOKED = "revoked", _("Revoked")

    credential = models.ForeignKey(
        "certificates.Credential", models.PROTECT, related_name="reviews", editable=False
    )
    remarking = models.ForeignKey(Remarking, models.PROTECT, related_name="+", editable=False)
    before = models.ForeignKey(Result, models.PROTECT, related_name="+", editable=False)
    after = models.ForeignKey(Result, models.PROTECT, related_name="+", editable=False)
    raised_at = models.DateTimeField(_("since"), editable=False)
    decision = models.CharField(max_length=20, choices=Decision.choices, blank=True, editable=False)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", editable=False
    )
    decided_at = models.DateTimeField(null=True, editable=False)
    reason = models.TextField(_("reason"), blank=True, editable=False)

    objects: ClassVar[models.Manager[CredentialReview]] = CredentialReviewQuerySet.as_manager()

    class Meta:
        ordering = ["decision", "-raised_at", "pk"]
        verbose_name = _("credential to look at again")
        verbose_name_plural = _("credentials to look at again")
        constraints = [
            models.UniqueConstraint(
                fields=["credential", "after"], name="one_review_per_credential_and_result"
            ),
            models.CheckConstraint(
                condition=Q(decision="", decided_by=None, decided_at=None, reason="")
                | (
                    ~Q(decision="")
                    & Q(decided_by__isnull=False, decided_at__isnull=False)
                    & ~Q(reason="")
                ),
                name="review_is_decided_with_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.credential} {self.decision}"
