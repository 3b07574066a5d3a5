"""Statements, the signatures under them, and the column of a requirement that asks for one."""

from __future__ import annotations

from uuid import uuid4

from django.db import models
from django.utils.translation import gettext_lazy as _

from people.models import NAME_LENGTH, User


class Statement(models.Model):
    """Something a learner signs, such as a code of ethics. Its text comes in versions."""

    title = models.CharField(_("title"), max_length=200)
    slug = models.SlugField(_("address"), unique=True)

    class Meta:
        ordering = ["title"]
        verbose_name = _("statement")

    def __str__(self) -> str:
        return self.title


class StatementVersion(models.Model):
    """The text of a statement as it was signed. A published version is never edited."""

    statement = models.ForeignKey(Statement, models.PROTECT, related_name="versions")
    version = models.CharField(_("version"), max_length=20)
    text = models.TextField(_("text"), help_text=_("HTML, as shown above the signature."))
    published_at = models.DateTimeField(_("published"))

    class Meta:
        ordering = ["-published_at"]
        verbose_name = _("statement version")
        constraints = [
            models.UniqueConstraint(fields=["statement", "version"], name="versions_are_named_once")
        ]

    def __str__(self) -> str:
        return f"{self.statement} {self.version}"


class Attestation(models.Model):
    """A learner's signature under one version of a statement. Evidence: never edited."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    learner = models.ForeignKey(User, models.PROTECT, related_name="attestations")
    version = models.ForeignKey(StatementVersion, models.PROTECT, related_name="attestations")
    typed_name = models.CharField(_("typed name"), max_length=NAME_LENGTH)
    signed_at = models.DateTimeField(_("signed"))

    class Meta:
        verbose_name = _("attestation")
        constraints = [
            models.UniqueConstraint(fields=["learner", "version"], name="signed_once_a_version")
        ]

    def __str__(self) -> str:
        return f"{self.version} {self.signed_at:%Y-%m-%d}"


class StatementFields(models.Model):
    """The statement to sign, in any of its versions."""

    statement = models.ForeignKey(
        Statement,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("statement"),
    )

    class Meta:
        abstract = True
