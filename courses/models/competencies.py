"""What a worker can be seen to do."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.models import Orderable
from wagtail.search import index

from courses.models.second_read import SecondReadModel


def language_field() -> models.CharField:
    """In which language some words beside others are."""
    return models.CharField(
        _("language"), max_length=10, choices=settings.WAGTAIL_CONTENT_LANGUAGES
    )


def words_in(rows: Any, language: str) -> Any:
    """The row of a language among some that are in one each; None where there is none."""
    return next((row for row in rows.all() if row.language == language), None)


class CompetencyGroup(SecondReadModel, ClusterableModel):
    """A few competencies under one name, such as Listening, as a certificate lists them."""

    read_twice = ("name", "place")
    rows_read_twice = ("names",)
    edit_url_name = "competency-groups:edit"

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

    def name_in(self, language: str) -> str:
        """Its name in a language; as it was first written, where it has none in it."""
        words = words_in(self.names, language)
        return str(words.name if words else self.name)


class CompetencyGroupName(SecondReadModel):
    """The name of a group in another language."""

    read_twice = ("group", "language", "name")

    group = ParentalKey(CompetencyGroup, on_delete=models.CASCADE, related_name="names")
    language = language_field()
    name = models.CharField(_("name"), max_length=60)

    class Meta:
        ordering = ["language"]
        verbose_name = _("name of a competency group")
        verbose_name_plural = _("names of competency groups")
        constraints = [
            models.UniqueConstraint(fields=["group", "language"], name="one_group_name_a_language")
        ]

    def __str__(self) -> str:
        return self.name


class Competency(SecondReadModel, index.Indexed, ClusterableModel):
    """Something a worker can be seen to do. Its code is stable: records refer to it."""

    read_twice = ("code", "name", "description", "group")
    rows_read_twice = ("words", "mappings")
    edit_url_name = "competencies:edit"

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

    def name_in(self, language: str) -> str:
        """Its name in a language; as it was first written, where it has none in it."""
        words = words_in(self.words, language)
        return str(words.name if words else self.name)

    @classmethod
    def uses(cls) -> list[models.ManyToManyRel]:
        """The relations by which content names competencies, such as lessons; apps may add more."""
        relations = cls._meta.related_objects
        return [each for each in relations if isinstance(each, models.ManyToManyRel)]


class CompetencyWords(SecondReadModel):
    """What a competency is called, and what a person would see, in another language."""

    read_twice = ("competency", "language", "name", "description")

    competency = ParentalKey(Competency, on_delete=models.CASCADE, related_name="words")
    language = language_field()
    name = models.CharField(_("name"), max_length=120)
    description = models.TextField(_("description"), help_text=_("What a person would see."))

    class Meta:
        ordering = ["language"]
        verbose_name = _("words of a competency")
        verbose_name_plural = _("words of competencies")
        constraints = [
            models.UniqueConstraint(
                fields=["competency", "language"], name="one_wording_a_language"
            )
        ]

    def __str__(self) -> str:
        return self.name


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
