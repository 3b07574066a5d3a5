"""What readers said of a lesson, for its authors."""

from __future__ import annotations

from typing import Any

from django import template

from courses.opinions import FEWEST, figures_of

register = template.Library()


@register.inclusion_tag("courses/admin/_was_it_clear.html")
def was_it_clear(panel: Any) -> dict[str, Any]:
    """The figures of each part, beside the form of a lesson that was saved once."""
    lesson = panel.instance
    return {"figures": figures_of(lesson) if lesson.pk else [], "fewest": FEWEST}
