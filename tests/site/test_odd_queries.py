"""No search, number or date that anybody can type into an address of the staff pages breaks it."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest
from django.core.signals import request_finished
from django.db import close_old_connections, connection

from tests.site.addresses import filled, one_of_each

pytestmark = pytest.mark.django_db

NOT_LOOKED_AT = {"wagtailadmin_error_test", "wagtailadmin_logout"}

# What the lists of the staff pages read from an address, whichever of them reads it; a filter
# says its own names besides.
NAMES = (
    *("q", "p", "page", "ordering", "sort", "export", "index", "search"),
    *("collection_id", "tag", "locale", "content_type", "content_types", "page_type", "parent"),
    *("user", "user_id", "object_id", "object_type", "id", "ids", "pk", "uuid", "action", "next"),
    *("child_of", "descendant_of", "limit", "offset", "fields", "order", "type", "for_explorer"),
    *("timestamp_after", "timestamp_before", "date_from", "date_to", "created_at_after"),
    *("requested_at_after", "first_published_at_after", "last_published_at_before"),
    *(
        "entry",
        "term",
        "url",
        "element_id",
        "instance",
        "multiple",
        "select_format",
        "quiz",
        "award",
    ),
)

ODD = {
    "a NUL": "a\x00b",
    "a number too big for a database": str(2**63),
    "the biggest number of a database": str(2**63 - 1),
    "a number of 400 digits": "1" + "0" * 400,
    "less than nothing": "-1",
    "a day that no calendar has": "99999-01-01",
    "the first day there is": "0001-01-01",
    "signs of a search": "'\"`%_\\*(){}[]:^~!&|<>",
}
"""PostgreSQL refuses each of them somewhere."""

ODD_FOR_SQLITE = {"a number too big for a database", "a number of 400 digits", "signs of a search"}
"""Those that SQLite, or the way to it, refuses. It takes the others for what they are."""


def staff_lists(world):
    for address in one_of_each():
        if address.route.startswith("admin/") and address.name not in NOT_LOOKED_AT:
            yield address, filled(address, world.real).partition("?")[0]


def names_of(response):
    """The names that this list reads, with those that its own filters do."""
    context = response.context or {}
    filters = context.get("filters", None)
    own = list(getattr(getattr(filters, "form", None), "fields", {}))
    ranges = [
        f"{name}_{end}" for name in own for end in ("after", "before", "min", "max", "from", "to")
    ]
    return [*NAMES, *own, *ranges]


def broken(browser, url, query):
    return fetched(browser, f"{url}?{query}").status_code >= 500


def fetched(browser, url):
    """The answer, read to its end and closed."""
    response = browser.get(url)
    if response.streaming:
        list(response.streaming_content)
    # As Django's own test client does: the connection of the test stays open.
    request_finished.disconnect(close_old_connections)
    response.close()
    request_finished.connect(close_old_connections)
    return response


@pytest.mark.parametrize(
    "each_one", [False, pytest.param(True, marks=pytest.mark.drill)], ids=["in turn", "each"]
)
def test_no_odd_word_or_number_breaks_a_staff_page(world, browser_of, each_one):
    """Each page is asked with one odd value, the next page with the next; in a drill with all."""
    browser = browser_of("superuser", raise_request_exception=False)
    faults, walked = [], 0
    of_sqlite = connection.vendor == "sqlite"
    odd = {what: value for what, value in ODD.items() if not of_sqlite or what in ODD_FOR_SQLITE}
    for address, url in staff_lists(world):
        response = fetched(browser, url)
        if response.status_code >= 400 or response.streaming:
            continue
        walked += 1
        names = names_of(response)
        own = list(odd) if each_one else [list(odd)[walked % len(odd)]]
        for what in own:
            value = odd[what]
            if broken(browser, url, urlencode(dict.fromkeys(names, value))):
                faults.append(f"{address}: {what}: {', '.join(guilty(browser, url, names, value))}")
        if broken(browser, url, "q=%ff%fe&p=%ff&ordering=%c3%28"):
            faults.append(f"{address}: broken UTF-8")
    assert not faults, "\n".join(faults)
    assert walked > 100


def guilty(browser, url, names, value):
    """Which names break a page by themselves, so that the fault is found at once."""
    alone = [name for name in names if broken(browser, url, urlencode({name: value}))]
    return alone or ["together"]


def test_no_number_in_an_address_breaks_a_staff_page(world, browser_of):
    browser = browser_of("superuser", raise_request_exception=False)
    faults, walked = [], 0
    for number in (0, 2**31, 2**63 - 1, 2**63, 10**30):
        odd = {
            name: number
            if isinstance(value, int)
            else str(number)
            if str(value).isdigit()
            else value
            for name, value in world.real.items()
        }
        for address in one_of_each():
            if not address.route.startswith("admin/") or address.name in NOT_LOOKED_AT:
                continue
            url = filled(address, odd)
            if url == filled(address, world.real):
                continue
            walked += 1
            response = fetched(browser, url)
            if response.status_code >= 500:
                faults.append(f"{address}: {number}")
    assert not faults, "\n".join(faults)
    assert walked > 300
