"""Who issues."""

from __future__ import annotations

from datetime import date, datetime
from hashlib import sha256
from zoneinfo import ZoneInfo

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.models import ClusterableModel

from people.models import validate_time_zone


class IssuerMark(models.Model):
    """A picture that stands beside an issuer's name. Never edited: a new one is a new row.

    So a certificate shows the mark that its issuer had on the day.
    """

    sha256 = models.CharField(max_length=64, unique=True, editable=False)
    png = models.BinaryField(editable=False)

    class Meta:
        verbose_name = _("mark of an issuer")

    def __str__(self) -> str:
        return self.sha256[:12]

    @classmethod
    def of(cls, png: bytes) -> IssuerMark:
        """The row of a picture, which is made where there is none."""
        mark, _is_new = cls.objects.get_or_create(
            sha256=sha256(png).hexdigest(), defaults={"png": png}
        )
        return mark


class Issuer(ClusterableModel):
    """The organisation in whose name we issue, suspend, revoke and verify."""

    name = models.CharField(_("name"), max_length=200)
    url = models.URLField(_("web site"), blank=True)
    email = models.EmailField(
        _("address for questions"),
        help_text=_(
            "Holders, and those who check a certificate, are told to write here. It stands on "
            "every check page and in every letter."
        ),
    )
    mark = models.ForeignKey(
        IssuerMark, models.PROTECT, null=True, blank=True, related_name="+", editable=False
    )
    prefix = models.CharField(
        _("prefix of its numbers"),
        max_length=5,
        help_text=_("Such as PSW. No two issuers share one."),
        validators=[RegexValidator(r"^[A-Z]{2,5}$", _("Two to five capital letters, A to Z."))],
    )
    time_zone = models.CharField(
        _("time zone"),
        max_length=64,
        default="UTC",
        validators=[validate_time_zone],
        help_text=_("Dates of issue and expiry are dates in this zone."),
    )
    # Printed where none of its signatories signs on the day.
    signatory_name = models.CharField(_("signatory"), max_length=120)
    signatory_role = models.CharField(_("signatory’s role"), max_length=120)

    class Meta:
        ordering = ["name"]
        verbose_name = _("issuer")
        verbose_name_plural = _("issuers")
        constraints = [
            models.UniqueConstraint(
                fields=["prefix"],
                name="one_issuer_per_prefix",
                violation_error_message=_(
                    "Another issuer has this prefix already. Please choose one of its own, so "
                    "that a number says whose it is."
                ),
            )
        ]

    def __str__(self) -> str:
        return self.name

    def date_at(self, at: datetime) -> date:
        """The date at an instant, where the issuer is."""
        return at.astimezone(ZoneInfo(self.time_zone)).date()
