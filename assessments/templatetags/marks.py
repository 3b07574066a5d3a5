"""What the quiz templates say: an item in its parts, and figures as people read them."""

from __future__ import annotations

from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal
from types import SimpleNamespace
from typing import Any

from django import template
from django.utils import formats
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from assessments.items import Item, Part, Response
from courses.progress import StepOutline

register = template.Library()

TENTH = Decimal("0.1")
HUNDREDTH = Decimal("0.01")


@register.filter
def for_reader(item: Item) -> Item:
    """The item in the reader's language, where it has all of its words in it."""
    return item.in_language(get_language())


@register.filter
def parts(item: Item, given: Response) -> list[Part]:
    """The item in pieces, each with what the learner gave for it."""
    return item.parts(given)


@register.filter
def figure(value: Decimal | None) -> str:
    """A mark as people read it: two places at most, halves up, and no idle noughts."""
    if value is None:
        return ""
    text = f"{value.quantize(HUNDREDTH, rounding=ROUND_HALF_UP):f}".rstrip("0").rstrip(".")
    # Django's own way to say a number takes ten times as long, and a result says thirty.
    return text.replace(".", formats.get_format("DECIMAL_SEPARATOR"))


@register.filter
def mark_of(mark: Decimal, worth: Decimal) -> str:
    """A mark for one question, to a tenth: all of it or nothing only where that is so."""
    if mark in {0, worth}:
        return figure(mark)
    shown = mark.quantize(TENTH, rounding=ROUND_HALF_UP)
    if shown >= worth:
        shown = mark.quantize(TENTH, rounding=ROUND_FLOOR)
    return figure(shown or TENTH)


# What a marked paper says of each question. In a template each of these is a blocktranslate,
# which takes four times as long: a paper and its result say them forty times.


@register.filter
def question_name(number: int) -> str:
    """A question by its number on the paper."""
    return _("Question %(number)s") % {"number": number}


@register.filter
def folded_name(number: int) -> str:
    """A question by its number, where one line says that its answer fits."""
    return _("Question %(number)s: that fits") % {"number": number}


@register.filter
def question_of(number: int, total: int) -> SafeString:
    """A question by its number, and how many the paper has."""
    words = _('Question %(number)s <span class="muted">of %(total)s</span>')
    return mark_safe(words % {"number": int(number), "total": int(total)})


@register.filter
def mark_in_words(mark: Decimal, worth: Decimal) -> str:
    """What a question earned, of what it is worth."""
    return _("%(mark)s of %(worth)s") % {"mark": mark_of(mark, worth), "worth": figure(worth)}


@register.filter
def read_again(lesson: StepOutline, part: int | None) -> str:
    """The lesson to read again, or the part of it."""
    if part:
        return _("Read “%(title)s” again, part %(part)s") % {"title": lesson.title, "part": part}
    return _("Read “%(title)s” again") % {"title": lesson.title}


@register.filter
def earned(result: Any, pass_percent: Decimal | None = None) -> str:
    """The marks of a result, to a tenth, and on the side of the pass mark where they are.

    The result has a score, what it is out of, and whether it passed. Where the pass mark is not
    known, a pass is rounded up and any other score down.
    """
    score, out_of = result.score, result.out_of
    if score in {0, out_of}:
        return figure(score)
    reached = result.passed or getattr(result, "reached_pass_mark", False)
    line = pass_percent or getattr(result, "pass_percent", None)
    shown = score.quantize(TENTH, rounding=ROUND_HALF_UP)
    if not line or (shown * 100 >= line * out_of) != reached:
        shown = score.quantize(TENTH, rounding=ROUND_CEILING if reached else ROUND_FLOOR)
    if shown >= out_of:
        shown = score.quantize(TENTH, rounding=ROUND_FLOOR)
        if reached and line and shown * 100 < line * out_of:
            shown = score.quantize(HUNDREDTH, rounding=ROUND_FLOOR)
    return figure(shown)


@register.filter
def latest_earned(attempt: Any) -> str:
    """The marks of the latest result of an attempt that was read `with_latest`."""
    result = SimpleNamespace(
        score=attempt.latest_score,
        out_of=attempt.latest_out_of,
        passed=attempt.latest_passed,
        reached_pass_mark=attempt.latest_reached,
    )
    return earned(result, attempt.pass_percent)


@register.filter
def fitting(item: Item, given: Response) -> int:
    """How many of an item's parts fit."""
    return sum(part.is_right for part in item.parts(given))
