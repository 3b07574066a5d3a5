"""A true or false question as its author writes it."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel

from assessments.bank import Question
from assessments.items import Option
from assessments.kinds.true_false.item import TrueFalseItem
from assessments.wording import FieldText, Texts


class TrueFalse(Question):
    """A statement that is true or false."""

    kind_name = _("True or false")
    kind_purpose = _(
        "One statement. For clearing up a myth, with feedback that says why. Guessing earns half "
        "the time, so use few."
    )
    record_types = ("truefalse",)
    kind_icon = "check"

    is_true = models.BooleanField(
        _("the statement is true"), choices=[(True, _("True")), (False, _("False"))], default=True
    )
    feedback_true = models.TextField(_("feedback to “true”"), blank=True)
    feedback_false = models.TextField(_("feedback to “false”"), blank=True)

    panels: ClassVar[list[Any]] = [
        *Question.about_panels,
        FieldPanel("is_true"),
        FieldPanel("feedback_true"),
        FieldPanel("feedback_false"),
        *Question.filing_panels,
    ]

    texts: ClassVar[Texts] = (
        *Question.about_texts,
        FieldText("feedback_true"),
        FieldText("feedback_false"),
        *Question.filing_texts,
    )

    class Meta:
        verbose_name = _("true or false question")
        verbose_name_plural = _("true or false questions")

    @classmethod
    def fields_from_record(cls, record: Mapping[str, Any]) -> dict[str, Any]:
        """`answer` is true or false; `feedback` has one for each."""
        return {
            "is_true": record["answer"],
            "feedback_true": record["feedback"]["true"],
            "feedback_false": record["feedback"]["false"],
        }

    def freeze(self) -> TrueFalseItem:
        options = [
            Option(
                id=str(source),
                source=source,
                text=text,
                fraction=Decimal(int(self.is_true is value)),
                feedback=feedback,
            )
            for source, (value, text, feedback) in enumerate(
                [
                    (True, "True", self.feedback_true),
                    (False, "False", self.feedback_false),
                ]
            )
        ]
        return TrueFalseItem(**self.shared_fields(), options=options)
