"""Who issues."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from people.models import validate_time_zone


class Issuer(models.Model):
    """The organisation in whose name we issue, suspend, revoke and verify."""

    name = models.CharField(_("name"), max_length=200)
    url = models.URLField(_("web site"), blank=True)
    email = models.EmailField(_("address for questions"), blank=True)
    prefix = models.CharField(
        _("prefix of its numbers"),
        max_length=5,
        default="PSW",
        validators=[RegexValidator(r"^[A-Z]{2,5}$", _("Two to five capital letters, A to Z."))],
    )
    time_zone = models.CharField(
        _("time zone"),
        max_length=64,
        default="UTC",
        validators=[validate_time_zone],
        help_text=_("Dates of issue and expiry are dates in this zone."),
    )
    signatory_name = models.CharField(_("signatory"), max_length=120)
    signatory_role = models.CharField(_("signatory’s role"), max_length=120)

    class Meta:
        ordering = ["name"]
        verbose_name = _("issuer")

    def __str__(self) -> str:
        return self.name

    def date_at(self, at: datetime) -> date:
        """The date at an instant, where the issuer is."""
        return at.astimezone(ZoneInfo(self.time_zone)).date()
