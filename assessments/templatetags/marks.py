"""What the quiz templates say: an item in its parts, and figures as people read them."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from django import template
from django.utils import formats

from assessments.items import Item, Part, Response

register = template.Library()


@register.filter
def parts(item: Item, given: Response) -> list[Part]:
    """The item in pieces, each with what the learner gave for it."""
    return item.parts(given)


@register.filter
def figure(value: Decimal | None) -> str:
    """A mark as people read it: two places at most, halves up, and no idle noughts."""
    if value is None:
        return ""
    text = f"{value.quantize(Decimal('0.01'), rounding=ROUND_HALF_UP):f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return formats.number_format(Decimal(text), decimal_pos=len(text.partition(".")[2]))


@register.filter
def fitting(item: Item, given: Response) -> int:
    """How many of an item's parts fit."""
    return sum(part.is_right for part in item.parts(given))
