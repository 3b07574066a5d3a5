"""What a worker can be seen to do, and the ways that boards count hours."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.admin.panels import FieldPanel, InlinePanel
from wagtail.models import Orderable
from wagtail.search import index

from people.saved_values import WatchedForm


class Competency(index.Indexed, ClusterableModel):
    """Something a worker can be seen to do. Its code is stable: records refer to it."""

    code = models.CharField(_("code"), max_length=20, unique=True)
    name = models.CharField(_("name"), max_length=120)
    description = models.TextField(_("description"), help_text=_("What a person would see."))

    base_form_class = WatchedForm
    panels = [
        FieldPanel("code"),
        FieldPanel("name"),
        FieldPanel("description"),
        InlinePanel("mappings", label=_("Outside framework"), heading=_("Outside frameworks")),
    ]
    search_fields = [
        index.SearchField("code"),
        index.SearchField("name"),
        index.SearchField("description"),
        index.AutocompleteField("code"),
        index.AutocompleteField("name"),
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


class CompetencyMapping(Orderable):
    """Where a competency stands in somebody else's list."""

    competency = ParentalKey(Competency, on_delete=models.CASCADE, related_name="mappings")
    framework = models.CharField(_("framework"), max_length=120)
    reference = models.CharField(_("reference"), max_length=60)
    url = models.URLField(_("address"), blank=True)

    class Meta(Orderable.Meta):
        verbose_name = _("outside framework")

    def __str__(self) -> str:
        return f"{self.framework} {self.reference}"


class HourScheme(ClusterableModel):
    """One way of sharing out hours, such as a board's domains."""

    name = models.CharField(_("name"), max_length=120, unique=True)

    base_form_class = WatchedForm
    panels = [FieldPanel("name"), InlinePanel("domains", label=_("Domain"), min_num=1)]

    class Meta:
        ordering = ["name"]
        verbose_name = _("hour scheme")

    def __str__(self) -> str:
        return self.name


class HourDomain(Orderable):
    """One heading of an hour scheme, such as Ethical Responsibility."""

    scheme = ParentalKey(HourScheme, on_delete=models.CASCADE, related_name="domains")
    name = models.CharField(_("name"), max_length=120)

    class Meta(Orderable.Meta):
        verbose_name = _("domain")
        constraints = [
            models.UniqueConstraint(fields=["scheme", "name"], name="one_domain_per_name")
        ]

    def __str__(self) -> str:
        return f"{self.scheme}: {self.name}"


class DomainMinutes(Orderable):
    """How many minutes of a page count towards one domain."""

    domain = models.ForeignKey(
        HourDomain, models.PROTECT, related_name="+", verbose_name=_("domain")
    )
    minutes = models.PositiveSmallIntegerField(_("minutes"))

    class Meta(Orderable.Meta):
        abstract = True
