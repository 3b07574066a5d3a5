"""The time zones that a person may choose from, each by a city that people know."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

COMMON: tuple[tuple[str | Promise, str], ...] = (
    (
        _("Africa"),
        "Abidjan Accra Addis_Ababa Algiers Cairo Casablanca Dakar Harare Johannesburg Kampala "
        "Khartoum Kigali Kinshasa Lagos Luanda Lusaka Maputo Nairobi Tripoli Tunis Windhoek",
    ),
    (
        _("America"),
        "Anchorage Asuncion Bogota Argentina/Buenos_Aires Caracas Chicago Costa_Rica Denver "
        "El_Salvador Guatemala Guayaquil Halifax Havana Jamaica La_Paz Lima Los_Angeles Managua "
        "Mexico_City Montevideo New_York Panama Phoenix Puerto_Rico Regina Santiago "
        "Santo_Domingo Sao_Paulo St_Johns Tegucigalpa Tijuana Toronto Vancouver Winnipeg",
    ),
    (
        _("Asia"),
        "Almaty Amman Baghdad Baku Bangkok Beirut Colombo Dhaka Dubai Ho_Chi_Minh Hong_Kong "
        "Jakarta Jerusalem Kabul Karachi Kathmandu Kolkata Kuala_Lumpur Manila Qatar Riyadh "
        "Seoul Shanghai Singapore Taipei Tashkent Tbilisi Tehran Tokyo Ulaanbaatar Yangon Yerevan",
    ),
    (_("Atlantic"), "Azores Bermuda Canary Cape_Verde Reykjavik"),
    (_("Australia"), "Adelaide Brisbane Darwin Hobart Melbourne Perth Sydney"),
    (
        _("Europe"),
        "Amsterdam Athens Belgrade Berlin Brussels Bucharest Budapest Copenhagen Dublin "
        "Helsinki Istanbul Kyiv Lisbon Ljubljana London Luxembourg Madrid Malta Moscow Oslo "
        "Paris Prague Riga Rome Sofia Stockholm Tallinn Vienna Vilnius Warsaw Zurich",
    ),
    (_("Indian"), "Maldives Mauritius"),
    (_("Pacific"), "Auckland Fiji Guam Honolulu Port_Moresby Tongatapu"),
)
REGIONS = ("Africa", "America", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific")

Choice = tuple[str, str]


def time_zone_choices(
    current: str = "",
) -> list[tuple[str | Promise, str | Promise | list[Choice]]]:
    """The common zones by region; `current` is among them even where it is a rare one."""
    regions: list[tuple[str | Promise, str | Promise | list[Choice]]] = [
        ("UTC", _("UTC, the world’s clock"))
    ]
    known = {"UTC"}
    for region, (label, cities) in zip(REGIONS, COMMON, strict=True):
        zones = [(f"{region}/{city}", city_name(city)) for city in cities.split()]
        known.update(zone for zone, _city in zones)
        regions.append((label, zones))
    if current and current not in known:
        regions.insert(1, (current, city_name(current)))
    return regions


def city_name(zone: str) -> str:
    return zone.rsplit("/", 1)[-1].replace("_", " ")
