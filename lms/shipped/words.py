"""The English words of the help lines in `lms/shipped/content/site.yaml`, for the catalogue of messages.

The templates translate what comes with the site, but `makemessages` reads no YAML. Only what it
finds here can have a translation. Lines that are in Spanish already have no place here.
"""

from __future__ import annotations

from django.utils.translation import gettext_noop

HELP_LINE_WORDS = (
    gettext_noop("US and Canada"),
    gettext_noop("UK and Ireland"),
    gettext_noop("UK"),
    gettext_noop("Australia"),
    gettext_noop("New Zealand"),
    gettext_noop("Call 988"),
    gettext_noop("Text 988"),
    gettext_noop("Call 116 123"),
    gettext_noop("Text 85258"),
    gettext_noop("Call 13 11 14"),
    gettext_noop("Text 0477 13 11 14"),
    gettext_noop("Call 1737"),
    gettext_noop("Text 1737"),
    gettext_noop("By phone"),
    gettext_noop("By text message"),
)
