"""What every template may use: moments that name their time zone, and names that stay as they are.

No template formats a time by itself, so that each names its zone.
"""

from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from people.moments import moment, short_moment, time_of_day, zone_and_offsets

register = template.Library()
register.filter("moment", moment)
register.filter("short_moment", short_moment)
register.filter("time_of_day", time_of_day)
register.simple_tag(zone_and_offsets)


@register.filter
def as_is(text: Any) -> SafeString:
    """A name, a number or an address, which a browser that translates the page must leave alone."""
    return format_html('<span translate="no">{}</span>', text)
