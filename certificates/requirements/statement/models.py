"""Statements, the signatures under them, and the column of a requirement that asks for one."""

from __future__ import annotations

import re
from typing import Any, ClassVar
from uuid import uuid4

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.admin.panels import FieldPanel
from wagtail.models import Orderable

from people.models import NAME_LENGTH, User


class Statement(models.Model):
    """Something a learner signs, such as a code of ethics. Its text comes in versions."""

    title = models.CharField(_("title"), max_length=200)
    slug = models.SlugField(_("address"), unique=True)

    class Meta:
        ordering = ["title"]
        verbose_name = _("statement")
        verbose_name_plural = _("statements")

    def __str__(self) -> str:
        return self.title


class StatementVersion(ClusterableModel):
    """The text of a statement as it was signed. A published version is never edited.

    It may have wordings: then whoever signs chooses the one that is true of them. The same
    version in another language is a text of its own, so that what was signed is what was shown.
    """

    statement = models.ForeignKey(Statement, models.PROTECT, related_name="versions")
    version = models.CharField(_("version"), max_length=20)
    language = models.CharField(
        _("language"),
        max_length=10,
        choices=settings.LANGUAGES,
        default=settings.LANGUAGE_CODE,
        db_default=settings.LANGUAGE_CODE,
        help_text=_("The same version may be there in several. One signature stands for all."),
    )
    title = models.CharField(
        _("title in this language"),
        max_length=200,
        blank=True,
        default="",
        db_default="",
        help_text=_("Empty for the title of the statement."),
    )
    text = models.TextField(_("text"), help_text=_("HTML, as shown above the signature."))
    published_at = models.DateTimeField(_("published"))

    class Meta:
        ordering = ["-published_at"]
        verbose_name = _("statement version")
        constraints = [
            models.UniqueConstraint(
                fields=["statement", "version", "language"], name="one_text_a_version_and_language"
            )
        ]

    def __str__(self) -> str:
        return f"{self.statement} {self.version}"

    @property
    def shown_title(self) -> str:
        return self.title or self.statement.title


class Wording(Orderable):
    """One of the ways in which a version may truly be signed, such as “I talked it over”.

    `text` is what is kept. In it `{whom}` and `{month}` stand for what the signer adds.
    """

    version = ParentalKey(StatementVersion, on_delete=models.CASCADE, related_name="wordings")
    label = models.CharField(
        _("choice"), max_length=160, help_text=_("Such as: I talked it over with someone.")
    )
    text = models.TextField(
        _("words that are kept"),
        max_length=400,
        help_text=_(
            "What whoever chooses this signs. Write {whom} where they are to say with whom, and "
            "{month} where they are to say when."
        ),
    )

    panels: ClassVar[list[Any]] = [FieldPanel("label"), FieldPanel("text")]

    class Meta(Orderable.Meta):
        verbose_name = _("wording")
        verbose_name_plural = _("wordings")

    def __str__(self) -> str:
        return self.label

    def clean(self) -> None:
        super().clean()
        if re.search(r"[{}]", self.with_details(whom="", month="")):
            raise ValidationError(
                {"text": _("Between { and } only the words whom and month can stand.")}
            )

    @property
    def asks_whom(self) -> bool:
        return "{whom}" in self.text

    @property
    def asks_month(self) -> bool:
        return "{month}" in self.text

    @property
    def shown(self) -> str:
        """The words before anything is added to them."""
        return self.with_details(whom="…", month="…")

    def with_details(self, *, whom: str, month: str) -> str:
        """The words that are kept, with what the signer added. Nothing of that is read as markup."""
        details = {"{whom}": whom, "{month}": month}
        return re.sub(r"\{(whom|month)\}", lambda place: details[place[0]], self.text)


class Attestation(models.Model):
    """A learner's signature under one version of a statement. Evidence: never edited.

    `words` are those of the wording that the learner chose, with what they added.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    learner = models.ForeignKey(User, models.PROTECT, related_name="attestations")
    version = models.ForeignKey(StatementVersion, models.PROTECT, related_name="attestations")
    wording = models.ForeignKey(Wording, models.PROTECT, null=True, related_name="+")
    words = models.TextField(_("words that are kept"), blank=True)
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
