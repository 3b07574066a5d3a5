"""What can be earned, and what each award asks for."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from functools import reduce
from operator import or_
from typing import Any, ClassVar, Self
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey, ParentalManyToManyField
from modelcluster.models import ClusterableModel
from wagtail.admin.panels import FieldPanel
from wagtail.models import Orderable

from certificates.dates import months_after
from certificates.designs import DEFAULT_DESIGN, design_choices
from certificates.models.issuers import Issuer
from certificates.models.signatories import Signatory
from certificates.requirements import BY_NAME, KINDS
from certificates.requirements.base import RequirementKind
from courses.models import CoursePage, SecondReadModel, words_in
from people.models import User

WORDS_LENGTH = 400
"""How long a text may be that is printed on a certificate beside its other words."""

COLUMNS = [field for kind in KINDS for field in kind.fields._meta.local_fields]
"""What a requirement may name. Only those of its own kind are filled."""


class Award(SecondReadModel, ClusterableModel):
    """What can be earned, and what it takes. Every requirement must be met.

    What its hours are counted from is changed with a second reader.
    """

    read_twice = ("hours_course", "taught_in_room")
    read_twice_as_a_whole = False
    edit_url_name = "awards:edit"

    name = models.CharField(_("name"), max_length=200)
    slug = models.SlugField(_("address"), unique=True)
    issuer = models.ForeignKey(
        Issuer, models.PROTECT, related_name="awards", verbose_name=_("issuer")
    )
    description = models.TextField(
        _("what it certifies"),
        max_length=WORDS_LENGTH,
        help_text=_(
            "Printed on the certificate, after the name, which begins the sentence. A sentence "
            "or two, of 400 letters at most."
        ),
    )
    limits = models.TextField(
        _("what it is not"),
        blank=True,
        max_length=WORDS_LENGTH,
        help_text=_("Printed in small type, and on the check page. 400 letters at most."),
    )
    # The certificate's own words are printed in it too, so that they and these make one
    # sentence, whatever language the holder reads. Emails are in the holder's.
    language = models.CharField(
        _("language"),
        max_length=10,
        choices=settings.LANGUAGES,
        default=settings.LANGUAGE_CODE,
        help_text=_(
            "The one that the award is written in. The whole certificate is printed in it, for "
            "whoever reads none of the others below."
        ),
    )
    valid_months = models.PositiveSmallIntegerField(
        _("valid for (months)"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(600)],
        help_text=_("From 1 to 600. Leave empty for always."),
    )
    renewal_opens_days = models.PositiveSmallIntegerField(
        _("may be renewed from (days before its last day)"),
        default=90,
        validators=[MaxValueValidator(730)],
        help_text=_("A renewal counts on from the last day, so nobody loses time by being early."),
    )
    design = models.CharField(
        _("design of the certificate"),
        max_length=40,
        choices=design_choices,
        default=DEFAULT_DESIGN,
        help_text=_("For certificates from now on. Those that were issued stay as they are."),
    )
    signatories = ParentalManyToManyField(
        Signatory,
        blank=True,
        related_name="+",
        verbose_name=_("who signs"),
        help_text=_(
            "Up to four people of the issuer. Without any, the first four of the issuer who sign "
            "on the day."
        ),
    )
    hours_course = models.ForeignKey(
        CoursePage,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("course"),
        help_text=_(
            "What the certificate says that was covered, and from which the time of study of "
            "each person is counted."
        ),
    )
    taught_in_room = models.BooleanField(
        _("taught in a room"),
        default=False,
        help_text=_(
            "Tick this where an organisation teaches with people in a room. Whoever issues the "
            "award by hand may then type the hours, with the name of who attests them."
        ),
    )
    active = models.BooleanField(
        _("may be earned"),
        default=False,
        help_text=_(
            "Tick this when the award is ready. From then on it is issued, by the site itself, "
            "to everyone who meets all that it asks. One that asks for nothing is issued by "
            "hand only."
        ),
    )

    class Meta:
        ordering = ["name"]
        verbose_name = _("award")

    def __str__(self) -> str:
        return self.name

    def words_for(self, language: str) -> AwardWords:
        """What is printed of it for somebody who reads a language; in its own, where it has no
        words in that. One query, for another language than its own."""
        own = AwardWords(
            award=self,
            language=self.language,
            name=self.name,
            description=self.description,
            limits=self.limits,
        )
        return own if language == self.language else words_in(self.words, language) or own

    def words_on_certificate(self, holder: User, *, typed: bool) -> AwardWords:
        """What is printed for a holder: in their language, or in the award's own where somebody
        typed what is said after the name, so that the rest is in the language of that."""
        return self.words_for(self.language if typed else holder.language)

    def valid_until(self, issued_on: date) -> date | None:
        """The last day it may be relied on, or None for always."""
        return months_after(issued_on, self.valid_months) if self.valid_months else None

    def renewal_opens_on(self, expires_on: date) -> date:
        """The first day on which a credential that ends on a day may be renewed."""
        return expires_on - timedelta(days=self.renewal_opens_days)


class AwardWords(models.Model):
    """What is printed of an award in another language."""

    award = ParentalKey(Award, on_delete=models.CASCADE, related_name="words")
    language = models.CharField(_("language"), max_length=10, choices=settings.LANGUAGES)
    name = models.CharField(_("name"), max_length=200)
    description = models.TextField(_("what it certifies"), max_length=WORDS_LENGTH)
    limits = models.TextField(_("what it is not"), blank=True, max_length=WORDS_LENGTH)

    class Meta:
        ordering: ClassVar[list[str]] = ["language"]
        verbose_name = _("words of an award")
        verbose_name_plural = _("words of awards")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["award", "language"], name="one_set_of_award_words_a_language"
            )
        ]

    def __str__(self) -> str:
        return self.name


WITH_AWARD = "award__issuer"
"""A requirement's award and its issuer, as `select_related` takes them."""


class RequirementQuerySet(models.QuerySet["Requirement"]):
    read_with: ClassVar[list[str]] = [
        WITH_AWARD,
        *(field.name for field in COLUMNS if field.is_relation),
    ]

    def in_order(self) -> Self:
        """By award, in the award's order, each with its issuer and what it names: one query."""
        return self.select_related(*self.read_with).order_by(
            "award__name", "award", "sort_order", "pk"
        )

    def of_awards(self, award_ids: Iterable[int]) -> Self:
        """All that some awards ask for."""
        return self.filter(award__in=award_ids).in_order()

    def asked_with(self, course_keys: Iterable[UUID]) -> Self:
        """All that is asked for by the awards that may be earned and ask for any of some
        courses, given by their translation keys."""
        keys = list(course_keys)
        asking = Requirement.objects.filter(course__translation_key__in=keys).values("award")
        return self.filter(award__in=asking, award__active=True).in_order()

    def naming(self, pages: Any) -> Self:
        """Those that rest on any of some pages."""
        return self.filter(reduce(or_, (kind.naming(pages) for kind in KINDS))).distinct()


def _filled_by(kind: RequirementKind) -> dict[str, Any]:
    """The look-ups that are true of a requirement of a kind whose columns are filled rightly."""
    empty = {field.name: None for field in COLUMNS if field.name not in kind.field_names}
    return {"kind": kind.name, **{f"{name}__isnull": False for name in kind.field_names}, **empty}


class Requirement(*(kind.fields for kind in KINDS), Orderable):  # type: ignore[misc]
    """A condition of an award. Its kind says which of its columns are filled, and what meets it.

    The columns and their meaning are in a folder of `certificates.requirements` for each kind.
    """

    award = ParentalKey(Award, on_delete=models.CASCADE, related_name="requirements")
    kind = models.CharField(
        _("requirement"), max_length=20, choices=[(kind.name, kind.label) for kind in KINDS]
    )

    panels: ClassVar[list[Any]] = [
        FieldPanel("kind"),
        *(FieldPanel(field.name) for field in COLUMNS),
    ]
    objects: ClassVar[Any] = RequirementQuerySet.as_manager()

    class Meta(Orderable.Meta):
        verbose_name = _("requirement")
        constraints = [
            models.CheckConstraint(
                condition=reduce(or_, (Q(**_filled_by(kind)) for kind in KINDS)),
                name="requirement_names_what_its_kind_needs",
                violation_error_message=_("Choose what the requirement names, and nothing else."),
            )
        ]

    def __str__(self) -> str:
        names = BY_NAME[self.kind].field_names if self.kind else ()
        named = ", ".join(str(getattr(self, name)) for name in names)
        return f"{self.get_kind_display()}: {named}"

    def clean(self) -> None:
        super().clean()
        filled = {field.name for field in COLUMNS if getattr(self, field.attname) is not None}
        if self.kind and filled != set(BY_NAME[self.kind].field_names):
            raise ValidationError(_("Choose what the requirement names, and nothing else."))
