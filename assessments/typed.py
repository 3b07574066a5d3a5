"""What the kinds of question share in which a learner types."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel

from assessments.text_rules import Comparison


class TypedQuestion(models.Model):
    """How closely what is typed must agree with what the author wrote."""

    case_sensitive = models.BooleanField(_("capitals matter"), default=False)
    ignore_punctuation = models.BooleanField(_("punctuation does not matter"), default=True)
    ignore_accents = models.BooleanField(_("accents do not matter"), default=False)

    comparison_panels: ClassVar[list[Any]] = [
        MultiFieldPanel(
            [
                FieldPanel("case_sensitive"),
                FieldPanel("ignore_punctuation"),
                FieldPanel("ignore_accents"),
            ],
            heading=_("How it is read"),
            help_text=_("Spaces around and between words never matter."),
        )
    ]

    class Meta:
        abstract = True

    @property
    def comparison(self) -> Comparison:
        return Comparison(
            case_sensitive=self.case_sensitive,
            ignore_punctuation=self.ignore_punctuation,
            ignore_accents=self.ignore_accents,
        )
