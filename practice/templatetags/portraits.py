"""How templates draw somebody."""

from __future__ import annotations

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from practice.portraits import portrait
from practice.scripts import Ending, Moment, Reply
from practice.sounds import PERSON, address_of

register = template.Library()


@register.simple_tag(name="portrait")
def draw_portrait(name: str, face: str = "listening") -> SafeString:
    """The portrait of somebody in a state. It is decoration: nothing of it is read aloud."""
    return mark_safe(portrait(name, face))


@register.filter
def speaker_of(script: object, moment: object) -> str:
    """Who speaks in a moment: its own speaker, or the one whom one talks with."""
    return getattr(moment, "speaker", "") or getattr(script, "cast", "")


@register.simple_tag
def data_sound(
    addresses: dict[str, str] | None,
    part: Moment | Ending,
    reply: Reply | None = None,
    line: str = PERSON,
) -> SafeString:
    """The attribute by which js/listen.js finds the recording of a line; nothing where it has none."""
    address = address_of(addresses or {}, part, reply, line)
    return format_html(' data-sound="{}"', address) if address else mark_safe("")
