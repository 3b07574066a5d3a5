"""Which country a reader is likely to be in: from a time zone, or from a browser's languages."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation.trans_real import parse_accept_lang_header

NAMES: dict[str, str | Promise] = {
    "AU": _("Australia"),
    "CA": _("Canada"),
    "ES": _("Spain"),
    "GB": _("United Kingdom"),
    "IE": _("Ireland"),
    "NZ": _("New Zealand"),
    "US": _("United States"),
}
"""What readers call the countries whose help lines come with the site."""

ZONES = {
    "AR": "America/Argentina/",
    "AU": "Australia/",
    "BR": "America/Sao_Paulo",
    "CA": "America/Edmonton America/Halifax America/Moncton America/Montreal America/Regina "
    "America/St_Johns America/Toronto America/Vancouver America/Whitehorse America/Winnipeg "
    "America/Yellowknife Canada/",
    "CL": "America/Santiago",
    "CO": "America/Bogota",
    "DE": "Europe/Berlin",
    "ES": "Europe/Madrid Atlantic/Canary Africa/Ceuta",
    "FR": "Europe/Paris",
    "GB": "Europe/London Europe/Belfast GB",
    "IE": "Europe/Dublin Eire",
    "IN": "Asia/Kolkata Asia/Calcutta",
    "KE": "Africa/Nairobi",
    "MX": "America/Mexico_City America/Cancun America/Hermosillo America/Monterrey America/Tijuana",
    "NG": "Africa/Lagos",
    "NL": "Europe/Amsterdam",
    "NZ": "Pacific/Auckland Pacific/Chatham NZ",
    "PE": "America/Lima",
    "PT": "Europe/Lisbon Atlantic/Azores Atlantic/Madeira",
    "US": "America/Adak America/Anchorage America/Boise America/Chicago America/Denver "
    "America/Detroit America/Indiana/ America/Juneau America/Kentucky/ America/Los_Angeles "
    "America/New_York America/North_Dakota/ America/Phoenix Pacific/Honolulu US/",
    "ZA": "Africa/Johannesburg",
}
"""The time zones of a country. One that ends in a slash stands for all that begin with it."""

COUNTRY_OF_ZONE = {zone: country for country, zones in ZONES.items() for zone in zones.split()}


def country_of_zone(zone: str) -> str:
    """The country that a time zone is in; nothing for a zone that is in none that we know."""
    if zone in COUNTRY_OF_ZONE:
        return COUNTRY_OF_ZONE[zone]
    parts = zone.split("/")
    areas = ("/".join(parts[:length]) + "/" for length in range(len(parts) - 1, 0, -1))
    return next((COUNTRY_OF_ZONE[area] for area in areas if area in COUNTRY_OF_ZONE), "")


def country_of_languages(header: str) -> str:
    """The country that a browser's languages name first, such as GB of “en-GB, en”; or nothing."""
    for language, _weight in parse_accept_lang_header(header):
        region = language.rpartition("-")[2]
        if "-" in language and len(region) == 2 and region.isalpha():
            return region.upper()
    return ""
