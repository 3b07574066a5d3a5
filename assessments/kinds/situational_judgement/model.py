"""A situational judgement question as its author writes it."""

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
from assessments.kinds.situational_judgement.item import (
    BEST,
    BEST_AND_WORST,
    RATE,
    Reply,
    SituationalJudgementItem,
)
from assessments.wording import RowTexts, Texts
from courses.blocks.rows import empty_stream


class ReplyBlock(blocks.StructBlock):
    """One reply, and how the person takes it."""

    text = blocks.TextBlock(label=_("Reply"), rows=2)
    reaction = blocks.TextBlock(
        label=_("What the person says and does"),
        rows=2,
        help_text=_("Shown first, before the feedback."),
    )
    panel = blocks.DecimalBlock(
        label=_("How well it serves"),
        min_value=1,
        max_value=5,
        max_digits=4,
        decimal_places=2,
        default=Decimal(3),
        help_text=_("The mean of your panel, from 1 (sets things back) to 5 (serves very well)."),
    )
    feedback = blocks.TextBlock(label=_("Feedback"), required=False, rows=2)

    class Meta:
        label = _("reply")
        icon = "openquote"


class SituationalJudgement(Question):
    """A situation, and replies that a panel of practised people has judged."""

    kind_name = _("Situational judgement")
    kind_purpose = _(
        "A situation, and replies that a panel of practised people has judged. The learner sees "
        "how the person takes each. For judgement where no reply is simply wrong."
    )
    record_types = ("judgement",)
    kind_icon = "group"

    judge = models.CharField(
        _("the learner"),
        max_length=20,
        choices=[
            (BEST, _("chooses the reply that serves best")),
            (BEST_AND_WORST, _("chooses the best and the worst")),
            (RATE, _("rates each reply, from 1 to 5")),
        ],
        default=BEST,
    )
    replies = StreamField(
        [("reply", ReplyBlock())],
        verbose_name=_("replies"),
        min_num=2,
        default=empty_stream("reply", ReplyBlock(), 2),
    )

    panels: ClassVar[list[Any]] = [
        *Question.about_panels,
        FieldPanel("judge"),
        FieldPanel("replies"),
        *Question.filing_panels,
    ]

    texts: ClassVar[Texts] = (
        *Question.about_texts,
        RowTexts("replies", ("text", "reaction", "feedback")),
        *Question.filing_texts,
    )

    class Meta:
        verbose_name = _("situational judgement question")
        verbose_name_plural = _("situational judgement questions")

    def validate_publishable(self) -> None:
        refuse_duplicates("replies", [block.value["text"] for block in self.replies])
        means = {block.value["panel"] for block in self.replies}
        if self.replies and self.judge != RATE and len(means) < 2:
            raise ValidationError(
                {"replies": _("Let one reply serve better than another, or none can be chosen.")}
            )

    def searchable_text(self) -> str:
        return " ".join(block.value["text"] for block in self.replies)

    @classmethod
    def fields_from_record(cls, record: Mapping[str, Any]) -> dict[str, Any]:
        """Replies as [text, reaction, panel mean, feedback]; `judge` is best, best_and_worst or
        rate."""
        return {
            "judge": record.get("judge", BEST),
            "replies": [
                (
                    "reply",
                    {
                        "text": text,
                        "reaction": reaction,
                        "panel": Decimal(str(panel)),
                        "feedback": feedback,
                    },
                )
                for text, reaction, panel, feedback in record["replies"]
            ],
        }

    def freeze(self) -> SituationalJudgementItem:
        replies = [
            Reply(
                id=str(source),
                source=source,
                text=block.value["text"],
                panel=Decimal(block.value["panel"] or 1),
                reaction=block.value["reaction"],
                feedback=block.value["feedback"],
            )
            for source, block in enumerate(self.replies)
        ]
        return SituationalJudgementItem(**self.shared_fields(), judge=self.judge, replies=replies)
