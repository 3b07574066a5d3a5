"""A single choice question as its author writes it."""

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
from assessments.kinds.single_choice.item import SingleChoiceItem
from assessments.wording import RowTexts, Texts
from courses.blocks.rows import empty_stream


class OptionBlock(blocks.StructBlock):
    """One option of a single choice question."""

    text = blocks.TextBlock(label=_("Option"), rows=2)
    fraction = blocks.ChoiceBlock(
        label=_("Earns"),
        choices=[("1", _("The whole mark")), ("0.5", _("Half")), ("0", _("Nothing"))],
        default="0",
    )
    feedback = blocks.TextBlock(
        label=_("Feedback"),
        required=False,
        rows=2,
        help_text=_("Say what the choice did for the person, and offer better words."),
    )

    class Meta:
        label = _("option")
        icon = "radio-full"


class SingleChoice(Question):
    """One option of several is best; others may earn half."""

    kind_name = _("Single choice")
    kind_purpose = _(
        "One option is best; others may earn half. For judgement: what would you say or do first?"
    )
    record_types = ("single", "scenario")
    kind_icon = "radio-full"

    options = StreamField(
        [("option", OptionBlock())],
        verbose_name=_("options"),
        min_num=2,
        default=empty_stream("option", OptionBlock(), 2),
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
        verbose_name = _("single choice question")
        verbose_name_plural = _("single choice questions")

    def validate_publishable(self) -> None:
        whole = [block for block in self.options if Decimal(block.value["fraction"]) == 1]
        if self.options and not whole:
            raise ValidationError(
                {"options": _("Let one option earn the whole mark, or nobody can answer rightly.")}
            )
        refuse_duplicates("options", [block.value["text"] for block in self.options])

    def searchable_text(self) -> str:
        return " ".join(block.value["text"] for block in self.options)

    @classmethod
    def fields_from_record(cls, record: Mapping[str, Any]) -> dict[str, Any]:
        """Options as [text, worth, feedback]: a scenario's are worth 2, 1 or 0, others' 1 or 0."""
        whole = 2 if record["type"] == "scenario" else 1
        fractions = {whole: "1", 0: "0", whole / 2: "0.5"}
        return {
            "options": [
                ("option", {"text": text, "fraction": fractions[worth], "feedback": feedback})
                for text, worth, feedback in record["options"]
            ]
        }

    def freeze(self) -> SingleChoiceItem:
        options = [
            Option(
                id=str(source),
                source=source,
                text=block.value["text"],
                fraction=Decimal(block.value["fraction"] or 0),
                feedback=block.value["feedback"],
            )
            for source, block in enumerate(self.options)
        ]
        return SingleChoiceItem(**self.shared_fields(), options=options, shuffle=self.shuffle)
