"""Who stands behind a module: who wrote which version, and who has looked at it since."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.fields import StreamField

from courses.blocks.provenance import (
    LIVED_EXPERIENCE,
    LOCAL_LAW,
    REVIEWERS,
    SUPERVISOR,
    ReviewBlock,
    SourceBlock,
)
from courses.models.steps import ReaderPage


def sources_field() -> StreamField:
    """Where a lesson comes from, claim by claim."""
    return StreamField(
        [("source", SourceBlock())],
        verbose_name=_("where this comes from"),
        blank=True,
        help_text=_("Shown under the lesson as a closed list. Say honestly how far each was read."),
    )


@dataclass(frozen=True)
class ReviewsBy:
    """The reviews by one kind of reader; none is said as plainly as some."""

    reviewer: str
    reviews: tuple[Any, ...]

    @property
    def heading(self) -> str:
        headings = {
            LIVED_EXPERIENCE: gettext("Reviewed by people with lived experience"),
            SUPERVISOR: gettext("Reviewed by supervisors of peer workers"),
            LOCAL_LAW: gettext("Reviewed for the law of a place"),
        }
        return headings[self.reviewer]

    @property
    def absence(self) -> str:
        absences = {
            LIVED_EXPERIENCE: gettext("Not yet reviewed by people with lived experience."),
            SUPERVISOR: gettext("Not yet reviewed by a supervisor of peer workers."),
            LOCAL_LAW: gettext("Not yet reviewed for the law of any place."),
        }
        return absences[self.reviewer]


class AuthoredPage(ReaderPage):
    """A page that says who stands behind it. What is not recorded is shown as not done."""

    version = models.CharField(_("version"), max_length=20, blank=True)
    version_on = models.DateField(_("date of the version"), null=True, blank=True)
    written_by = models.CharField(
        _("who wrote it"), max_length=255, blank=True, help_text=_("A full sentence, as printed.")
    )
    basis = models.TextField(
        _("what it rests on"),
        blank=True,
        help_text=_("Research, law, the craft of peer support: which of them, and for what."),
    )
    licence = models.CharField(_("licence"), max_length=255, blank=True)
    reviews = StreamField(
        [("review", ReviewBlock())],
        verbose_name=_("reviews"),
        blank=True,
        help_text=_("A new version takes none away: each says which version was read."),
    )

    provenance_panels: ClassVar[list[Any]] = [
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("version"), FieldPanel("version_on")]),
                FieldPanel("written_by"),
                FieldPanel("basis"),
                FieldPanel("licence"),
                FieldPanel("reviews"),
            ],
            heading=_("Who stands behind this"),
        )
    ]

    class Meta:
        abstract = True

    @property
    def reviews_by_reader(self) -> list[ReviewsBy]:
        """The reviews by each kind of reader, those that are still awaited among them."""
        reviews = [block.value for block in self.reviews]
        return [
            ReviewsBy(reviewer, tuple(one for one in reviews if one["reviewer"] == reviewer))
            for reviewer, _label in REVIEWERS
        ]

    @property
    def is_reviewed_by_lived_experience(self) -> bool:
        return any(block.value["reviewer"] == LIVED_EXPERIENCE for block in self.reviews)
