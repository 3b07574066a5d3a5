"""A short answer question as its author writes it."""

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

from assessments.bank import Question
from assessments.kinds.short_answer.item import Rule, ShortAnswerItem
from assessments.panels import TryItPanel
from assessments.text_rules import ANY, ANYTHING, escape_pattern, lines_of, sample
from assessments.typed import TypedQuestion
from assessments.wording import FieldText, RowTexts, Texts
from courses.blocks.rows import empty_stream


class RuleBlock(blocks.StructBlock):
    """Texts that earn the same, and what is said to who typed one of them."""

    text = blocks.TextBlock(
        label=_("When it is"),
        rows=3,
        help_text=_(
            "One text on each line. * stands for any words, \\* for the sign itself. A rule with "
            "only * takes all that is left: put it last."
        ),
    )
    fraction = blocks.ChoiceBlock(
        label=_("Earns"),
        choices=[("1", _("The whole mark")), ("0.5", _("Half")), ("0", _("Nothing"))],
        default="1",
    )
    feedback = blocks.TextBlock(label=_("Feedback"), required=False, rows=2)

    class Meta:
        label = _("rule")
        icon = "edit"


class ShortAnswer(Question, TypedQuestion):
    """A word or a few, typed, and read by rules in their order."""

    kind_name = _("Short answer")
    kind_purpose = _(
        "A word or a few, typed. For recalling a name or a next step without seeing it first. Try "
        "your rules in the box under them."
    )
    record_types = ("short",)
    kind_icon = "edit"

    rules = StreamField(
        [("rule", RuleBlock())],
        verbose_name=_("rules, in their order"),
        min_num=1,
        default=empty_stream("rule", RuleBlock(), 1),
        help_text=_("The first rule that fits says what is earned. Where none fits, nothing is."),
    )
    model_answer = models.TextField(
        _("an answer that fits"), blank=True, help_text=_("Shown where the right answer is shown.")
    )

    panels: ClassVar[list[Any]] = [
        *Question.about_panels,
        FieldPanel("rules"),
        *TypedQuestion.comparison_panels,
        TryItPanel(heading=_("Try it")),
        FieldPanel("model_answer"),
        *Question.filing_panels,
    ]

    texts: ClassVar[Texts] = (
        *Question.about_texts,
        RowTexts("rules", ("text", "feedback"), accepted=("text",)),
        FieldText("model_answer"),
        *Question.filing_texts,
    )

    class Meta:
        verbose_name = _("short answer question")
        verbose_name_plural = _("short answer questions")

    def validate_publishable(self) -> None:
        rules = [lines_of(block.value["text"]) for block in self.rules]
        earlier: list[str] = []
        for patterns in rules:
            for pattern in patterns:
                self._refuse_unreachable(pattern, earlier)
            earlier += patterns
        if rules and not self.freeze().whole_texts():
            raise ValidationError(
                {"rules": _("Let one rule earn the whole mark, or nobody can answer rightly.")}
            )

    def _refuse_unreachable(self, pattern: str, earlier: list[str]) -> None:
        """Refuse a text that no response can have, or that earlier rules always take."""
        if not any(self.comparison.pieces(pattern)) and ANY not in pattern:
            raise ValidationError(
                {"rules": _("“%(text)s” holds nothing that is compared.") % {"text": pattern}}
            )
        taken_by = self.comparison.first_match(earlier, sample(pattern, filler=ANYTHING))
        if taken_by is not None:
            raise ValidationError(
                {
                    "rules": _(
                        "“%(text)s” is never reached: “%(other)s” stands in an earlier rule and "
                        "takes it."
                    )
                    % {"text": pattern, "other": taken_by}
                }
            )

    def searchable_text(self) -> str:
        return " ".join(block.value["text"] for block in self.rules)

    @classmethod
    def fields_from_record(cls, record: Mapping[str, Any]) -> dict[str, Any]:
        """`accept` has the texts that earn the mark, `model` one to show, and `feedback` a text
        for `right` and one for `wrong`."""
        accepted = "\n".join(escape_pattern(text) for text in record["accept"])
        feedback = record["feedback"]
        return {
            "rules": [
                ("rule", {"text": accepted, "fraction": "1", "feedback": feedback["right"]}),
                ("rule", {"text": ANY, "fraction": "0", "feedback": feedback["wrong"]}),
            ],
            "model_answer": record["model"],
        }

    def freeze(self) -> ShortAnswerItem:
        rules = [
            Rule(
                id=str(source),
                source=source,
                text=block.value["text"],
                fraction=Decimal(block.value["fraction"] or 0),
                feedback=block.value["feedback"],
            )
            for source, block in enumerate(self.rules)
        ]
        return ShortAnswerItem(
            **self.shared_fields(),
            rules=rules,
            model_answer=self.model_answer,
            comparison=vars(self.comparison),
        )
