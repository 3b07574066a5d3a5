"""An ordering question as its author writes it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField

from assessments.bank import Question, refuse_duplicates
from assessments.kinds.ordering.item import OrderingItem, Step
from assessments.wording import RowTexts, Texts
from courses.blocks.rows import empty_stream


class StepBlock(blocks.StructBlock):
    """One step, in its right place."""

    text = blocks.TextBlock(label=_("Step"), rows=1)
    feedback = blocks.TextBlock(label=_("Why here"), required=False, rows=1)

    class Meta:
        label = _("step")
        icon = "list-ol"


class Ordering(Question):
    """Steps to put in their right order."""

    kind_name = _("Ordering")
    kind_purpose = _(
        "Steps to put in order. For a procedure in which the order matters, such as what to do in "
        "a crisis. A step out of place costs that step, not all that follow."
    )
    record_types = ("order",)
    kind_icon = "list-ol"

    steps = StreamField(
        [("step", StepBlock())],
        verbose_name=_("steps, in the right order"),
        min_num=2,
        default=empty_stream("step", StepBlock(), 2),
    )

    panels: ClassVar[list[Any]] = [
        *Question.about_panels,
        FieldPanel("steps"),
        *Question.filing_panels,
    ]

    texts: ClassVar[Texts] = (
        *Question.about_texts,
        RowTexts("steps", ("text", "feedback")),
        *Question.filing_texts,
    )

    class Meta:
        verbose_name = _("ordering question")
        verbose_name_plural = _("ordering questions")

    def validate_publishable(self) -> None:
        refuse_duplicates("steps", [block.value["text"] for block in self.steps])

    def searchable_text(self) -> str:
        return " ".join(block.value["text"] for block in self.steps)

    @classmethod
    def fields_from_record(cls, record: Mapping[str, Any]) -> dict[str, Any]:
        """Steps as [text, why here], in their right order."""
        return {
            "steps": [("step", {"text": text, "feedback": why}) for text, why in record["steps"]]
        }

    def freeze(self) -> OrderingItem:
        steps = [
            Step(
                id=str(source),
                source=source,
                text=block.value["text"],
                place=source + 1,
                feedback=block.value["feedback"],
            )
            for source, block in enumerate(self.steps)
        ]
        return OrderingItem(**self.shared_fields(), steps=steps)
