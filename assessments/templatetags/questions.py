"""Puts a question into a page: to be answered, marked, or explained to its author.

The templates of a kind are Jinja's, which draws a paper in a fraction of the time that Django's
take: see docs/decisions/0150.
"""

from __future__ import annotations

from typing import Any

from django import template
from django.template import engines
from django.utils.safestring import SafeString, mark_safe

from assessments.items import Item

register = template.Library()

ENGINE = "questions"
"""The name of the template engine of the kinds in the settings."""


def render(template_name: str, context: dict[str, Any]) -> SafeString:
    """What a template of a kind shows. It escapes whatever nobody marked as safe."""
    return mark_safe(engines[ENGINE].get_template(template_name).render(context))


@register.simple_tag
def ask(item: Item, *, language: str = "", **shown: Any) -> SafeString:
    """The question, to be answered. `language` is that of its course, where it names none.

    `shown` is `given`, and on a paper `number` and `total`.
    """
    context = {**shown, "item": item, "language": item.language or language}
    return render(item.ask_template, context)


@register.simple_tag
def review(item: Item, *, language: str = "", **shown: Any) -> SafeString:
    """The question, marked. `language` is that of its course, where it names none.

    `shown` is `given`, and `mark`, `number`, `lesson` and `show_key` where they are shown.
    """
    context = {**shown, "item": item, "language": item.language or language}
    return render(item.review_template, context)


@register.simple_tag
def review_marked(question: Any, language: str) -> SafeString:
    """A question of a marked paper: an item with what its learner may see of its mark."""
    return review(
        question.item,
        language=language,
        given=question.given,
        mark=question.mark,
        number=question.number,
        show_key=question.show_key,
        lesson=question.lesson,
    )


@register.simple_tag
def explain(item: Item, *, given: Any) -> SafeString:
    """For its author: why a response earns what it earns."""
    return render(item.explain_template, {"item": item, "given": given})
