"""By what an award is renewed, and what its holders bring for it."""

from __future__ import annotations

from datetime import date
from functools import cached_property
from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from certificates.models.awards import Award
from certificates.renewal.rules import Rule
from certificates.renewal.shipped import SHIPPED


class RenewalRuleQuerySet(models.QuerySet["RenewalRule"]):
    def of_award(self, award_id: int) -> Self:
        """Every version of an award's rule, the newest first."""
        return self.filter(award=award_id).order_by("-version")


class RenewalRule(models.Model):
    """A version of the rule by which an award is renewed. Never edited: a change is a new version.

    A credential stays on the version in force on the day it was issued, unless a later one says
    that it is for those who hold the award as well.
    """

    award = models.ForeignKey(
        Award, models.PROTECT, related_name="renewal_rules", editable=False, verbose_name=_("award")
    )
    version = models.PositiveSmallIntegerField(_("version"), editable=False)
    effective_on = models.DateField(_("in force from"), editable=False)
    for_holders_too = models.BooleanField(_("for holders too"), default=False, editable=False)
    # As `Rule.to_json` gives it.
    terms = models.JSONField(editable=False)
    # Which shipped rule it began as. Staff may have changed it since.
    began_as = models.CharField(
        max_length=40,
        blank=True,
        choices=[(each.name, each.title) for each in SHIPPED],
        editable=False,
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False
    )
    created_at = models.DateTimeField(editable=False)

    objects: ClassVar[models.Manager[RenewalRule]] = RenewalRuleQuerySet.as_manager()

    class Meta:
        ordering = ["award", "-version"]
        verbose_name = _("renewal rule")
        verbose_name_plural = _("renewal rules")
        constraints = [
            models.UniqueConstraint(fields=["award", "version"], name="renewal_rules_are_numbered")
        ]

    def __str__(self) -> str:
        return f"{self.award_id} {self.version}"

    @cached_property
    def rule(self) -> Rule:
        """What it says, as values to work with."""
        terms: dict[str, Any] = self.terms
        return Rule.from_json(terms)


def version_in_force(
    versions: list[RenewalRule], *, issued_on: date, today: date
) -> RenewalRule | None:
    """The version that a credential issued on a day is renewed by today, or None.

    Of those in force when it was issued, and those in force today that are for holders too, the
    newest.
    """
    in_force = [
        each
        for each in versions
        if each.effective_on <= issued_on or (each.for_holders_too and each.effective_on <= today)
    ]
    return max(in_force, key=lambda each: each.version, default=None)
