"""For the editor of a course: which edition is in force."""

from __future__ import annotations

from typing import Any

from django import template

from courses.admin.editions import edition_status

register = template.Library()


@register.inclusion_tag("courses/admin/_edition_status.html")
def edition_line(panel: Any) -> dict[str, Any]:
    """The edition of the course in a form, in a line; nothing for one that is not saved yet."""
    course = panel.instance
    return edition_status(panel.request.user, course) if course.pk else {}
