"""No list of the staff pages ends there: each row leads to what its reader may open."""

from __future__ import annotations

import json

import pytest
from bs4 import BeautifulSoup
from django.test import Client

from tests.site.addresses import every_address, filled
from tests.site.conftest import STAFF

pytestmark = pytest.mark.django_db

ALL_IN_THE_ROW = {
    "/admin/acts/": "a line of the log says all that is kept",
}


@pytest.fixture
def client_of(world, settings):
    """A client that somebody in a role has signed in with."""
    settings.STAFF_NEED_SECOND_FACTOR = False

    def sign_in(role: str) -> Client:
        client = Client()
        client.force_login(world.people[role])
        return client

    return sign_in


def sidebar_addresses(client: Client) -> list[str]:
    """Where the menu of the staff pages leads."""
    page = BeautifulSoup(client.get("/admin/").content, "html.parser")
    found: set[str] = set()

    def walk(value) -> None:
        if isinstance(value, dict):
            walk(list(value.values()))
        elif isinstance(value, list):
            for each in value:
                walk(each)
        elif isinstance(value, str) and value.startswith("/admin/") and "logout" not in value:
            found.add(value.partition("#")[0])

    walk(json.loads(page.select_one("#wagtail-sidebar-props").string))
    return sorted(found)


@pytest.mark.parametrize("role", STAFF)
def test_every_row_of_a_list_leads_to_what_its_reader_may_open(client_of, role):
    client = client_of(role)
    seen = 0
    for address in sidebar_addresses(client):
        page = BeautifulSoup(client.get(address, follow=True).content, "html.parser")
        row = page.select_one("table.listing tbody tr")
        if row is None or address in ALL_IN_THE_ROW:
            continue
        links = [link["href"] for link in row.select("a[href]")]
        if row.select("form button, a.button"):
            links = links or [address]  # something is done in the row itself
        assert links, f"{role} can open nothing in the first row of {address}"
        answer = client.get(links[0], follow=True)
        assert answer.status_code == 200, (address, links[0])
        assert answer.request["PATH_INFO"] != "/admin/", f"{links[0]} was refused to the {role}"
        seen += 1
    assert seen


@pytest.mark.parametrize("role", STAFF)
def test_rows_can_be_chosen_only_where_something_may_be_done_with_them(client_of, role):
    client = client_of(role)
    for address in sidebar_addresses(client):
        page = BeautifulSoup(client.get(address, follow=True).content, "html.parser")
        boxes = page.select("table.listing tbody input[type=checkbox]")
        if all(page.select_one(f"form#{box.get('form')} [type=submit]") for box in boxes):
            continue  # there are none, or each is of a form that can be sent
        actions = page.select("[data-bulk-action-button]")
        assert actions, f"{address} lets the {role} choose rows, and offers nothing for them"
        for action in actions:
            answer = client.get(action["href"], {"id": "all", "next": address}, follow=True)
            assert answer.request["PATH_INFO"] != "/admin/", (role, action["href"])


# What is read there -------------------------------------------------------------------------


def read_first(client: Client, address: str, **wish: str) -> BeautifulSoup:
    """The page that the first row of a list leads to."""
    page = BeautifulSoup(client.get(address).content, "html.parser")
    link = page.select_one("table.listing tbody tr a[href]")["href"]
    return BeautifulSoup(client.get(link, wish).content, "html.parser")


def test_an_assessor_reads_a_question_with_what_is_right_and_may_change_nothing(world, client_of):
    client = client_of("assessor")
    page = read_first(client, "/admin/questions/")
    assert page.select_one("#earned").get_text(strip=True) == "What is right, and why"
    back = page.select_one("nav[aria-label='How this is shown'] a")
    assert (back["href"], back.get_text(strip=True)) == ("/admin/questions/", "← Question bank")
    assert not page.select("form[method=post] textarea")


@pytest.mark.parametrize("role", ["assessor", "registrar"])
def test_who_may_view_a_conversation_reads_it_in_each_way(client_of, role):
    client = client_of(role)
    address = "/admin/snippets/practice/conversation/"
    ways = read_first(client, address).select("nav[aria-label='How this is shown'] li a")
    assert [way["href"] for way in ways] == ["?mode=map", "?mode=play", "?mode=text"]
    assert [way["href"] for way in ways if way.get("aria-current")] == ["?mode=map"]
    played = read_first(client, address, mode="play")
    assert played.select("button[name=taken]")
    first = played.select_one("button[name=taken]")["value"]
    later = read_first(client, address, mode="play", taken=first)
    assert later.select_one(".talk").get_text() != played.select_one(".talk").get_text()
    assert read_first(client, address, mode="text").select("#main h2, main h2")
    assert read_first(client, address, mode="no-such-way").select(".branches-key")


# What a page needs for its fields -----------------------------------------------------------


@pytest.mark.drill
def test_a_page_with_a_field_for_a_day_brings_the_script_that_opens_its_calendar(world, client_of):
    """Wagtail's field calls it as soon as the page is read, and fails without it."""
    client = client_of("superuser")
    client.raise_request_exception = False  # not every pattern leads somewhere
    seen = 0
    for address in every_address():
        if not address.route.startswith("admin/") or address.name.endswith("logout"):
            continue
        text = client.get(filled(address, world.real)).getvalue().decode(errors="replace")
        if "initDateChooser(" in text:
            assert "date-time-chooser.js" in text, address
            seen += 1
    assert seen > 1
