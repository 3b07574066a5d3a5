"""A matching question as its author writes it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField

from assessments.bank import Question, refuse_duplicates
from assessments.items import Choice
from assessments.kinds.matching.item import MatchingItem, Stem
from assessments.wording import RowTexts, Texts
from courses.blocks.rows import empty_stream
from people.folding import fold


class PairBlock(blocks.StructBlock):
    """Two things that belong together."""

    left = blocks.TextBlock(label=_("This"), rows=1)
    right = blocks.TextBlock(label=_("goes with this"), rows=1)
    feedback = blocks.TextBlock(label=_("Why"), required=False, rows=1)

    class Meta:
        label = _("pair")
        icon = "link"


class Matching(Question):
    """Things to pair with the choices that belong to them."""

    kind_name = _("Matching")
    kind_purpose = _(
        "Things to pair with what belongs to them. For telling ideas apart, such as a feeling from "
        "what was done about it."
    )
    record_types = ("match",)
    kind_icon = "link"

    pairs = StreamField(
        [("pair", PairBlock())],
        verbose_name=_("pairs"),
        min_num=2,
        default=empty_stream("pair", PairBlock(), 2),
    )
    extra = StreamField(
        [("choice", blocks.TextBlock(label=_("choice"), rows=1))],
        verbose_name=_("choices that match nothing"),
        blank=True,
    )

    panels: ClassVar[list[Any]] = [
        *Question.about_panels,
        FieldPanel("pairs"),
        FieldPanel("extra"),
        *Question.filing_panels,
    ]

    texts: ClassVar[Texts] = (
        *Question.about_texts,
        RowTexts("pairs", ("left", "right", "feedback"), once="right"),
        RowTexts("extra"),
        *Question.filing_texts,
    )

    class Meta:
        verbose_name = _("matching question")
        verbose_name_plural = _("matching questions")

    def validate_publishable(self) -> None:
        refuse_duplicates("pairs", [block.value["left"] for block in self.pairs])
        refuse_duplicates(
            "extra",
            [
                *{fold(block.value["right"]) for block in self.pairs},
                *(b.value for b in self.extra),
            ],
        )

    def searchable_text(self) -> str:
        pairs = [f"{block.value['left']} {block.value['right']}" for block in self.pairs]
        return " ".join([*pairs, *(block.value for block in self.extra)])

    @classmethod
    def fields_from_record(cls, record: Mapping[str, Any]) -> dict[str, Any]:
        """Pairs as [left, right, why], and `extra` choices that match nothing."""
        return {
            "pairs": [
                ("pair", {"left": left, "right": right, "feedback": why})
                for left, right, why in record["pairs"]
            ],
            "extra": [("choice", text) for text in record.get("extra", [])],
        }

    def freeze(self) -> MatchingItem:
        pairs = [block.value for block in self.pairs]
        texts = [pair["right"] for pair in pairs] + [block.value for block in self.extra]
        offered = [
            Choice(id=str(source), source=source, text=text)
            for source, text in enumerate(each_once(texts))
        ]
        id_of = {fold(choice.text): choice.id for choice in offered}
        stems = [
            Stem(
                id=str(source),
                source=source,
                text=pair["left"],
                matches=[id_of[fold(pair["right"])]],
                feedback=pair["feedback"],
            )
            for source, pair in enumerate(pairs)
        ]
        return MatchingItem(**self.shared_fields(), stems=stems, offered=offered)


def each_once(texts: list[str]) -> list[str]:
    """Texts that read alike once, as the first of them is written."""
    first: dict[str, str] = {}
    for text in texts:
        first.setdefault(fold(text), " ".join(text.split()))
    return list(first.values())
