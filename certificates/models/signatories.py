"""Who signs the certificates of an issuer, and the names under a certificate that was issued."""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Iterable, Sequence
from datetime import date
from hashlib import sha256
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.models import Orderable

from certificates.models.issuers import Issuer

MOST_SIGNATORIES = 4
"""How many people sign one certificate at most."""

SIGNATORY_LENGTH = 80
"""How long a name or a role may be where four of them must have room on one page."""


class SignatoryQuerySet(models.QuerySet["Signatory"]):
    def signing_on(self, day: date) -> Self:
        """Those who sign on a day."""
        begun = Q(signs_from=None) | Q(signs_from__lte=day)
        return self.filter(begun, Q(signs_until=None) | Q(signs_until__gte=day))


class Signatory(Orderable):
    """Somebody who signs for an issuer, from one day to another."""

    issuer = ParentalKey(Issuer, on_delete=models.CASCADE, related_name="signatories")
    name = models.CharField(_("name"), max_length=SIGNATORY_LENGTH)
    role = models.CharField(_("role"), max_length=SIGNATORY_LENGTH)
    # A small PNG on a transparent ground. None for a line to sign on by hand.
    signature = models.BinaryField(null=True, editable=False)
    signs_from = models.DateField(
        _("signs from"), null=True, blank=True, help_text=_("Empty for always until now.")
    )
    signs_until = models.DateField(
        _("signs until"),
        null=True,
        blank=True,
        help_text=_("The last day. Certificates that were issued before stay as they are."),
    )

    objects: ClassVar[models.Manager[Signatory]] = SignatoryQuerySet.as_manager()

    class Meta(Orderable.Meta):
        verbose_name = _("signatory")
        verbose_name_plural = _("signatories")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(signs_from=None)
                | Q(signs_until=None)
                | Q(signs_until__gte=F("signs_from")),
                name="nobody_stops_signing_before_they_begin",
                violation_error_message=_("The last day is before the first."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.role}"


class SignatorySet(models.Model):
    """The names, roles and signatures under a certificate. Never edited: others are another row.

    So a certificate shows who signed on the day. `people` is one `{"name", "role"}` for each in
    their order, and `pictures` in the same order a PNG in base 64, or nothing.
    """

    sha256 = models.CharField(max_length=64, unique=True, editable=False)
    people = models.JSONField(editable=False)
    pictures = models.JSONField(editable=False)

    class Meta:
        verbose_name = _("signatures under certificates")
        verbose_name_plural = _("signatures under certificates")

    def __str__(self) -> str:
        return signatories_in_words(self.people)

    @classmethod
    def of(cls, signatories: Sequence[Signatory]) -> SignatorySet:
        """The row of some people as they sign now, which is made where there is none."""
        unsaved = cls.unsaved_of(signatories)
        content = {"people": unsaved.people, "pictures": unsaved.pictures}
        digest = sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
        row, _is_new = cls.objects.get_or_create(sha256=digest, defaults=content)
        return row

    @classmethod
    def unsaved_of(cls, signatories: Sequence[Signatory]) -> SignatorySet:
        """The same without storing anything, for a sample."""
        return cls(
            people=[{"name": each.name, "role": each.role} for each in signatories],
            pictures=[
                b64encode(bytes(each.signature)).decode() if each.signature else ""
                for each in signatories
            ],
        )

    def pngs(self) -> list[bytes | None]:
        """The signatures in their order; None for somebody without one."""
        return [b64decode(picture) if picture else None for picture in self.pictures]


def signatories_in_words(people: Iterable[dict[str, Any]]) -> str:
    """Who signed, in one line: each with their role."""
    return "; ".join(f"{person['name']}, {person['role']}" for person in people)
