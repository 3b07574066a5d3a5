"""A short answer question as a paper holds it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from random import Random
from typing import Any, ClassVar, Self

from assessments.items import (
    NOTHING,
    WHOLE,
    Choice,
    Item,
    Option,
    Part,
    Response,
    deal_choices,
    draw_id,
    last_value,
)
from assessments.text_rules import Comparison, lines_of, typed


@dataclass(frozen=True)
class Rule(Option):
    """What texts earn, and what is said to who typed one. Its text is one pattern on each line."""

    @property
    def patterns(self) -> list[str]:
        return lines_of(self.text)


@dataclass(frozen=True)
class FiredRule:
    """The rule that a text fell under, its number from 1, and the pattern that took it."""

    number: int
    rule: Rule
    pattern: str


@dataclass(frozen=True)
class TypedPart(Part):
    """What was typed, with the rule that it fell under."""

    fired: FiredRule | None = None


@dataclass(frozen=True, kw_only=True)
class ShortAnswerItem(Item):
    """A few words, typed. The response is the text. The first rule that it fits says what it
    earns; where none does, it earns nothing."""

    kind: ClassVar[str] = "short_answer"
    choices: ClassVar[dict[str, type[Choice]]] = {"rules": Rule}
    key_choices: ClassVar[tuple[str, ...]] = ("rules",)
    key_fields: ClassVar[tuple[str, ...]] = (*Item.key_fields, "model_answer", "comparison")
    text_fields: ClassVar[tuple[str, ...]] = (*Item.text_fields, "model_answer")
    accepts_every_language: ClassVar[bool] = True
    explains: ClassVar[bool] = True

    rules: list[Rule]
    model_answer: str = ""
    comparison: dict[str, Any] = field(default_factory=dict)
    """The fields of `Comparison` that the author set."""

    def read(self, form: Mapping[str, list[str]]) -> Response:
        return typed(last_value(form, self.field_name))

    def fraction(self, response: Response) -> Decimal:
        fired = self.fired_rule(response)
        return fired.rule.fraction if fired else NOTHING

    def parts(self, response: Response) -> list[Part]:
        fired = self.fired_rule(response)
        is_right = fired is not None and fired.rule.fraction == WHOLE
        return [TypedPart(Choice(self.id, ""), response, is_right, self.model_answer, fired)]

    def right_response(self) -> Response:
        return next(iter(self.whole_texts()))

    def deal(self, random: Random) -> Self:
        rules = deal_choices(self.rules, random, shuffle=False)
        return replace(self, id=draw_id(random), rules=rules)

    # Its own -------------------------------------------------------------------------

    def fired_rule(self, text: str | None) -> FiredRule | None:
        """The first rule that a text fits; None where no rule takes it.

        Of the languages it is the one in which the text earns most, told in the words of this.
        """
        fired = [self._fired_in(patterns, text) for patterns in self._patterns_by_language()]
        matches = [each for each in fired if each is not None]
        return max(matches, key=lambda each: each.rule.fraction, default=None)

    def _fired_in(self, patterns: list[list[str]], text: str | None) -> FiredRule | None:
        comparison = Comparison.from_json(self.comparison)
        for number, (rule, own) in enumerate(zip(self.rules, patterns, strict=True), start=1):
            pattern = comparison.first_match(own, text) if text else None
            if pattern is not None:
                return FiredRule(number, rule, pattern)
        return None

    def _patterns_by_language(self) -> list[list[list[str]]]:
        """The patterns of each rule: in these words first, then in its other languages."""
        others = [texts["choices"].get("rules", {}) for texts in self.translations.values()]
        return [
            [rule.patterns for rule in self.rules],
            *(
                [lines_of(rows.get(str(rule.source), {}).get("text", "")) for rule in self.rules]
                for rows in others
            ),
        ]

    def whole_texts(self) -> list[str]:
        """Texts that earn the whole mark, one for each pattern that no earlier rule takes."""
        comparison = Comparison.from_json(self.comparison)
        texts = [
            comparison.example(pattern)
            for rule in self.rules
            if rule.fraction == WHOLE
            for pattern in rule.patterns
        ]
        return [text for text in texts if text and self.fraction(text) == WHOLE]
