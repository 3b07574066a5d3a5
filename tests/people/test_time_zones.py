"""The time zones that a person may choose from."""

from zoneinfo import ZoneInfo, available_timezones

import pytest

from people.time_zones import REGIONS, city_name, time_zone_choices


def zones(choices):
    """Every zone that can be chosen, whether it stands alone or in a region."""
    return [
        zone
        for value, label in choices
        for zone, _ in (label if isinstance(label, list) else [(value, label)])
    ]


def test_every_zone_that_is_offered_is_one():
    offered = zones(time_zone_choices())
    assert set(offered) - available_timezones() == set()
    assert len(offered) == len(set(offered))
    for zone in offered:
        assert ZoneInfo(zone).key == zone


def test_cities_stand_in_order_in_every_region():
    for value, label in time_zone_choices()[1:]:
        assert isinstance(label, list), value
        cities = [city for _, city in label]
        assert cities == sorted(cities)


def test_every_region_is_offered_once_and_utc_stands_first():
    choices = time_zone_choices()
    assert choices[0][0] == "UTC"
    assert len(choices) == 1 + len(REGIONS)


@pytest.mark.parametrize("zone", ["Europe/Madrid", "UTC", ""])
def test_a_common_zone_is_offered_no_second_time(zone):
    assert zones(time_zone_choices(zone)) == zones(time_zone_choices())


@pytest.mark.parametrize("zone", ["America/Indiana/Knox", "Antarctica/Troll", "Europe/Vaduz"])
def test_whoever_has_a_rare_zone_keeps_it(zone):
    choices = time_zone_choices(zone)
    assert choices[1] == (zone, city_name(zone))
    assert zones(choices).count(zone) == 1


@pytest.mark.parametrize(
    ("zone", "city"),
    [
        ("Europe/Madrid", "Madrid"),
        ("America/Argentina/Buenos_Aires", "Buenos Aires"),
        ("America/Port_of_Spain", "Port of Spain"),
        ("UTC", "UTC"),
    ],
)
def test_a_zone_is_called_by_its_city(zone, city):
    assert city_name(zone) == city
