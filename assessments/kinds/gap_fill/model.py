"""A gap fill question as its author writes it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField

from assessments.bank import Question, refuse_duplicates
from assessments.kinds.gap_fill.item import MARKER, Gap, GapChoice, GapFillItem
from assessments.text_rules import escape_pattern, lines_of
from assessments.typed import TypedQuestion
from assessments.wording import FieldText, RowTexts, Texts
from courses.blocks.rows import empty_stream

GROUPS = [(name, name) for name in "ABCD"]


class TypedGapBlock(blocks.StructBlock):
    """A gap to type in."""

    accepted = blocks.TextBlock(
        label=_("What fits"),
        rows=2,
        help_text=_("One text on each line. * stands for any words, \\* for the sign itself."),
    )
    feedback = blocks.TextBlock(label=_("Why"), required=False, rows=1)

    class Meta:
        label = _("gap to type in")
        icon = "edit"


class ChoiceGapBlock(blocks.StructBlock):
    """A gap to choose for."""

    right = blocks.CharBlock(label=_("What fits"))
    group = blocks.ChoiceBlock(
        label=_("Group"),
        choices=GROUPS,
        default="A",
        help_text=_("Gaps of one group offer the same choices: what fits any of them, and more."),
    )
    feedback = blocks.TextBlock(label=_("Why"), required=False, rows=1)

    class Meta:
        label = _("gap with choices")
        icon = "list-ul"


class ExtraChoiceBlock(blocks.StructBlock):
    """A choice that fits no gap."""

    text = blocks.CharBlock(label=_("Choice"))
    group = blocks.ChoiceBlock(label=_("Group"), choices=GROUPS, default="A")

    class Meta:
        label = _("choice")
        icon = "list-ul"


class GapFill(Question, TypedQuestion):
    """Running text with gaps to fill."""

    kind_name = _("Gap fill")
    kind_purpose = _(
        "Running text with gaps, each typed or chosen from a list. For words that belong in a "
        "sentence. Write {1} in the question where the first gap is."
    )
    record_types = ("blank",)
    kind_icon = "minus"

    gaps = StreamField(
        [("typed", TypedGapBlock()), ("choice", ChoiceGapBlock())],
        verbose_name=_("gaps, in their order"),
        min_num=1,
        default=empty_stream("typed", TypedGapBlock(), 1),
        help_text=_("The first is {1} in the question, the second {2}, and so on."),
    )
    extra = StreamField(
        [("choice", ExtraChoiceBlock())], verbose_name=_("choices that fit no gap"), blank=True
    )
    feedback_right = models.TextField(_("feedback when every gap fits"), blank=True)
    feedback_wrong = models.TextField(_("feedback when a gap does not fit"), blank=True)

    panels: ClassVar[list[Any]] = [
        *Question.about_panels,
        FieldPanel("gaps"),
        FieldPanel("extra"),
        *TypedQuestion.comparison_panels,
        FieldPanel("feedback_right"),
        FieldPanel("feedback_wrong"),
        *Question.filing_panels,
    ]

    texts: ClassVar[Texts] = (
        *Question.about_texts,
        RowTexts("gaps", ("accepted", "right", "feedback"), once="right", accepted=("accepted",)),
        RowTexts("extra", ("text",)),
        FieldText("feedback_right"),
        FieldText("feedback_wrong"),
        *Question.filing_texts,
    )

    class Meta:
        verbose_name = _("gap fill question")
        verbose_name_plural = _("gap fill questions")

    def validate_publishable(self) -> None:
        self._refuse_misplaced_gaps()
        for block in self.gaps:
            if block.block_type == "typed" and not self._can_be_typed(block.value["accepted"]):
                raise ValidationError({"gaps": _("Say what fits in each gap to type in.")})
        self._refuse_poor_choices()

    def _refuse_misplaced_gaps(self) -> None:
        """Refuse a stem that does not hold each gap once, in its words and not in a link."""
        numbers = sorted(int(number) for number in MARKER.findall(self.stem))
        in_words = sorted(int(number) for number in MARKER.findall(self.words))
        if numbers != list(range(1, len(self.gaps) + 1)) or numbers != in_words:
            raise ValidationError(
                {
                    "stem": _(
                        "Write each gap once in the question, by its number: {1} for the first, "
                        "{2} for the second."
                    )
                }
            )

    def _can_be_typed(self, accepted: str) -> bool:
        patterns = lines_of(accepted)
        return bool(patterns) and all(self.comparison.example(pattern) for pattern in patterns)

    def _refuse_poor_choices(self) -> None:
        """Refuse a group that offers one choice twice, or only one, or that has no gap."""
        gaps = [block.value for block in self.gaps if block.block_type == "choice"]
        extra = [block.value for block in self.extra]
        for group in {value["group"] for value in [*gaps, *extra]}:
            right = {gap["right"] for gap in gaps if gap["group"] == group}
            others = [choice["text"] for choice in extra if choice["group"] == group]
            refuse_duplicates("extra", [*right, *others])
            if not right or len(right) + len(others) < 2:
                raise ValidationError(
                    {
                        "extra": _("Group %(group)s needs a gap, and two choices or more.")
                        % {"group": group}
                    }
                )

    def searchable_text(self) -> str:
        blocks = [*self.gaps, *self.extra]
        texts = [
            block.value.get(name) for block in blocks for name in ("accepted", "right", "text")
        ]
        return " ".join(text for text in texts if text)

    @classmethod
    def fields_from_record(cls, record: Mapping[str, Any]) -> dict[str, Any]:
        """`answers` has a list of what fits for each {number} of the stem, to be typed, and
        `feedback` a text for `right` and one for `wrong`."""
        return {
            "gaps": [
                (
                    "typed",
                    {"accepted": "\n".join(escape_pattern(text) for text in texts), "feedback": ""},
                )
                for texts in record["answers"]
            ],
            "feedback_right": record["feedback"]["right"],
            "feedback_wrong": record["feedback"]["wrong"],
        }

    def freeze(self) -> GapFillItem:
        offered = self._offered()
        id_of = {(choice.group, choice.text): choice.id for choice in offered}
        gaps = []
        for source, block in enumerate(self.gaps):
            value = block.value
            group = value["group"] if block.block_type == "choice" else ""
            fitting = [id_of[group, value["right"]]] if group else lines_of(value["accepted"])
            gaps.append(
                Gap(
                    id=str(source),
                    source=source,
                    text="",
                    fitting=fitting,
                    group=group,
                    feedback=value["feedback"],
                )
            )
        return GapFillItem(
            **self.shared_fields(),
            gaps=gaps,
            offered=offered,
            comparison=vars(self.comparison),
            feedback_right=self.feedback_right,
            feedback_wrong=self.feedback_wrong,
        )

    def _offered(self) -> list[GapChoice]:
        right = [block.value for block in self.gaps if block.block_type == "choice"]
        texts = [(value["group"], value["right"]) for value in right]
        texts += [(block.value["group"], block.value["text"]) for block in self.extra]
        return [
            GapChoice(id=str(source), source=source, text=text, group=group)
            for source, (group, text) in enumerate(dict.fromkeys(texts))
        ]
