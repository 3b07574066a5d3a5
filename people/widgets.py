"""Fields of the staff pages that say more than Wagtail's."""

from __future__ import annotations

from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString
from wagtail.admin.widgets import AdminDateTimeInput

from people.moments import offset_in_words, zone_in_words


class ZonedDateTimeInput(AdminDateTimeInput):
    """Wagtail's field for a date and a time, with the time zone that it is typed in beside it."""

    def render(self, *args: Any, **kwargs: Any) -> SafeString:
        field = super().render(*args, **kwargs)
        zone = f"{zone_in_words()} ({offset_in_words()})"
        return format_html('{}<span class="zone-beside">{}</span>', field, zone)
