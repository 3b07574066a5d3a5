"""How templates draw somebody."""

from __future__ import annotations

from django import template
from django.utils.safestring import SafeString, mark_safe

from practice.portraits import portrait

register = template.Library()


@register.simple_tag(name="portrait")
def draw_portrait(name: str, face: str = "listening") -> SafeString:
    """The portrait of somebody in a state. It is decoration: nothing of it is read aloud."""
    return mark_safe(portrait(name, face))


@register.filter
def speaker_of(script: object, moment: object) -> str:
    """Who speaks in a moment: its own speaker, or the one whom one talks with."""
    return getattr(moment, "speaker", "") or getattr(script, "cast", "")
