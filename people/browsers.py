"""Which browser and which device a session is on, in words that people know."""

from __future__ import annotations

from django.utils.translation import gettext as _
from ua_parser import Result, parse

MAX_LENGTH = 60

# What the library adds to a name to tell variants apart, which nobody says of their browser.
VARIANTS = {"Mobile", "iOS", "WebView"}
SYSTEM_NAMES = {"Chrome OS": "Chromebook", "Mac OS X": "Mac"}


def describe_browser(user_agent: str) -> str:
    """Such as “Firefox on Windows”. An unknown browser is called what it calls itself."""
    result = parse(user_agent)
    browser, device = browser_name(result), device_name(result)
    if browser and device:
        return _("%(browser)s on %(device)s") % {"browser": browser, "device": device}
    return browser or device or user_agent[:MAX_LENGTH] or _("A browser that we do not know")


def browser_name(result: Result) -> str:
    family = result.user_agent.family if result.user_agent else ""
    return " ".join(word for word in family.split() if word not in VARIANTS)


def device_name(result: Result) -> str:
    """The device where its maker is its system's too, as iPhone; else the system, as Windows."""
    system = result.os.family if result.os else ""
    if system == "iOS" and result.device:
        return result.device.family
    return SYSTEM_NAMES.get(system, system)
