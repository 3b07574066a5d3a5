"""What a worker can be seen to do."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.models import Orderable
from wagtail.search import index

from courses.models.second_read import SecondReadModel


class CompetencyGroup(SecondReadModel):
    """A few competencies under one name, such as Listening, as a certificate lists them."""

    read_twice = ("name", "place")

    name = models.CharField(_("name"), max_length=60, unique=True)
    place = models.PositiveSmallIntegerField(
        _("place"), default=1, help_text=_("The lowest number comes first.")
    )

    class Meta:
        ordering = ["place", "name"]
        verbose_name = _("competency group")
        verbose_name_plural = _("competency groups")

    def __str__(self) -> str:
        return self.name


class Competency(SecondReadModel, index.Indexed, ClusterableModel):
    """Something a worker can be seen to do. Its code is stable: records refer to it."""

    read_twice = ("code", "name", "description", "group")
    rows_read_twice = ("mappings",)

    code = models.CharField(_("code"), max_length=20, unique=True)
    name = models.CharField(_("name"), max_length=120)
    description = models.TextField(_("description"), help_text=_("What a person would see."))
    group = models.ForeignKey(
        CompetencyGroup,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="competencies",
        verbose_name=_("group"),
        help_text=_("Under which name a certificate says that the course covers it."),
    )

    search_fields = [
        index.SearchField("code"),
        index.SearchField("name"),
        index.SearchField("description"),
        index.AutocompleteField("code"),
        index.AutocompleteField("name"),
        # What a list is ordered by while it is searched.
        index.FilterField("code"),
        index.FilterField("name"),
    ]

    class Meta:
        ordering = ["code"]
        verbose_name = _("competency")
        verbose_name_plural = _("competencies")

    def __str__(self) -> str:
        return f"{self.code} {self.name}"

    @classmethod
    def uses(cls) -> list[models.ManyToManyRel]:
        """The relations by which content names competencies, such as lessons; apps may add more."""
        relations = cls._meta.related_objects
        return [each for each in relations if isinstance(each, models.ManyToManyRel)]


class CompetencyMapping(SecondReadModel, Orderable):
    """Where a competency stands in somebody else's list."""

    read_twice = ("competency", "framework", "reference", "url")

    competency = ParentalKey(Competency, on_delete=models.CASCADE, related_name="mappings")
    framework = models.CharField(_("framework"), max_length=120)
    reference = models.CharField(_("reference"), max_length=60)
    url = models.URLField(_("address"), blank=True)

    class Meta(Orderable.Meta):
        verbose_name = _("outside framework")
        verbose_name_plural = _("outside frameworks")

    def __str__(self) -> str:
        return f"{self.framework} {self.reference}"
