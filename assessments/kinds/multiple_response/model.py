"""A multiple response question as its author writes it."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField

from assessments.bank import Question, refuse_duplicates
from assessments.items import Option
from assessments.kinds.multiple_response.item import MultipleResponseItem
from assessments.wording import RowTexts, Texts
from courses.blocks.rows import empty_stream


class TickBlock(blocks.StructBlock):
    """One option of a multiple response question."""

    text = blocks.TextBlock(label=_("Option"), rows=2)
    is_right = blocks.BooleanBlock(label=_("Should be ticked"), required=False)
    feedback = blocks.TextBlock(label=_("Feedback"), required=False, rows=2)

    class Meta:
        label = _("option")
        icon = "tick"


class MultipleResponse(Question):
    """Several options may fit, and each should be ticked."""

    kind_name = _("Multiple response")
    kind_purpose = _(
        "Several options fit, and each should be ticked. For recognising all of what helps, and "
        "leaving what does not."
    )
    record_types = ("multi",)
    kind_icon = "tick-inverse"

    options = StreamField(
        [("option", TickBlock())],
        verbose_name=_("options"),
        min_num=2,
        default=empty_stream("option", TickBlock(), 2),
    )
    shuffle = models.BooleanField(_("shuffle the options"), default=True)

    panels: ClassVar[list[Any]] = [
        *Question.about_panels,
        FieldPanel("options"),
        FieldPanel("shuffle"),
        *Question.filing_panels,
    ]

    texts: ClassVar[Texts] = (
        *Question.about_texts,
        RowTexts("options", ("text", "feedback")),
        *Question.filing_texts,
    )

    class Meta:
        verbose_name = _("multiple response question")
        verbose_name_plural = _("multiple response questions")

    def validate_publishable(self) -> None:
        if self.options and not any(block.value["is_right"] for block in self.options):
            raise ValidationError({"options": _("Mark at least one option as one to tick.")})
        refuse_duplicates("options", [block.value["text"] for block in self.options])

    def searchable_text(self) -> str:
        return " ".join(block.value["text"] for block in self.options)

    @classmethod
    def fields_from_record(cls, record: Mapping[str, Any]) -> dict[str, Any]:
        """Options as [text, 1 or 0 for whether to tick it, feedback]."""
        return {
            "options": [
                ("option", {"text": text, "is_right": bool(right), "feedback": feedback})
                for text, right, feedback in record["options"]
            ]
        }

    def freeze(self) -> MultipleResponseItem:
        options = [
            Option(
                id=str(source),
                source=source,
                text=block.value["text"],
                fraction=Decimal(int(block.value["is_right"])),
                feedback=block.value["feedback"],
            )
            for source, block in enumerate(self.options)
        ]
        return MultipleResponseItem(**self.shared_fields(), options=options, shuffle=self.shuffle)
