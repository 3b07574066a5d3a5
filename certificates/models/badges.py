"""A credential as programs check it: signed, and with a place in a list of what was taken back."""

from __future__ import annotations

from typing import ClassVar, Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from certificates.models.credentials import Credential
from certificates.models.issuers import Issuer
from certificates.models.keys import SealKey


class BadgeQuerySet(models.QuerySet["Badge"]):
    def to_attach(self, credential: Credential) -> Self:
        """Those of a credential that its file may carry: signed, and by a key that was not stolen."""
        stolen = SealKey.State.COMPROMISED
        return self.filter(credential=credential).exclude(key__state=stolen).exclude(document="")


class StatusList(models.Model):
    """Places for 131,072 badges of one issuer, and what is published of them.

    Each of the two documents is a signed W3C credential that has a bit for each place: one says
    what was revoked, one what is suspended. They name nobody.
    """

    issuer = models.ForeignKey(Issuer, models.PROTECT, related_name="status_lists", editable=False)
    number = models.PositiveSmallIntegerField(editable=False)
    revocation = models.TextField(blank=True, editable=False)
    suspension = models.TextField(blank=True, editable=False)
    signed_at = models.DateTimeField(null=True, editable=False)
    # The newest event when it was signed: a newer one is a reason to sign it anew.
    last_event = models.BigIntegerField(default=0, editable=False)

    class Meta:
        ordering: ClassVar[list[str]] = ["pk"]
        verbose_name = _("list of standings")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["issuer", "number"], name="status_lists_are_numbered")
        ]

    def __str__(self) -> str:
        return f"{self.issuer_id}/{self.number}"


class Badge(models.Model):
    """A credential signed as an Open Badge, as JSON and as a JWT. Never edited.

    It is signed anew when the key that signed it was compromised. Erasure blanks the signed
    texts, which have the name; the place in the list stays, and nobody else gets it.
    """

    credential = models.ForeignKey(
        Credential, models.PROTECT, related_name="badges", editable=False
    )
    key = models.ForeignKey(SealKey, models.PROTECT, related_name="+", editable=False)
    status_list = models.ForeignKey(
        StatusList, models.PROTECT, related_name="badges", editable=False
    )
    status_index = models.PositiveIntegerField(editable=False)
    document = models.TextField(editable=False)
    jwt = models.TextField(editable=False)
    # Their hashes, by which a file that somebody shows is known.
    document_sha256 = models.CharField(max_length=64, blank=True, db_index=True, editable=False)
    jwt_sha256 = models.CharField(max_length=64, blank=True, db_index=True, editable=False)
    made_at = models.DateTimeField(editable=False)

    objects: ClassVar[models.Manager[Badge]] = BadgeQuerySet.as_manager()

    class Meta:
        ordering: ClassVar[list[str]] = ["-made_at", "-pk"]
        verbose_name = _("badge")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["credential", "key"], name="one_badge_for_each_key"),
            models.UniqueConstraint(
                fields=["status_list", "status_index"], name="one_badge_in_each_place"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.status_list} {self.status_index}"
