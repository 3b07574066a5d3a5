"""The signed root of a day: what proves later that a file existed by then."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from certificates.models.keys import SealKey


class DailyRoot(models.Model):
    """A Merkle root over the certificates that were made up to the end of a day (UTC), signed.

    Each names the hash of the one before. It holds hashes of hashes and nothing of what they are
    of: without the file nobody can tell whose leaf is whose. Never edited, and never deleted: the
    next one rests on it.
    """

    number = models.PositiveIntegerField(unique=True, editable=False)
    day = models.DateField(unique=True, editable=False)
    size = models.PositiveIntegerField(editable=False)
    root = models.CharField(max_length=64, editable=False)
    # In hexadecimal digits, in the order of the tree.
    leaves = models.JSONField(default=list, editable=False)
    # What is published of it: a JWS by the seal.
    statement = models.TextField(editable=False)
    key = models.ForeignKey(SealKey, models.PROTECT, related_name="+", editable=False)
    signed_at = models.DateTimeField(editable=False)

    class Meta:
        ordering: ClassVar[list[str]] = ["number"]
        verbose_name = _("root of a day")

    def __str__(self) -> str:
        return f"{self.number} {self.day}"
