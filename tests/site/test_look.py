"""What every page of the site shows, and what it costs."""

import re

import pytest
from django.template.loader import render_to_string
from django.urls import reverse
from wagtail.models import Site

from lms.models import HelpLine, SiteSettings
from tests import make


@pytest.fixture
def site(db):
    home = make.home()
    make.catalogue()
    return Site.objects.get(root_page=home)


def settings_of(site, **fields):
    site_settings = SiteSettings.objects.create(site=site, **fields)
    HelpLine.objects.create(
        settings=site_settings,
        country="UK",
        contact="Call 116 123",
        href="tel:116123",
        country_codes="GB",
    )
    return site_settings


def test_help_lines_are_one_press_from_the_top_and_from_the_foot_of_a_page(client, site):
    settings_of(site)
    page = client.get("/").content.decode()
    top, foot = page.split("<main")
    assert '<details class="help-now" id="help-now"' in top
    assert 'href="tel:116123"' in top
    assert '<details class="help" id="help">' in foot


def test_a_standing_page_in_the_menu_is_linked_from_every_page(client, site):
    make.standing_page("Privacy", show_in_menus=True)
    make.standing_page("Draft")
    page = client.get(reverse("account_login")).content.decode()
    assert re.search(r'<a href="/privacy/"\s*>Privacy</a>', page)
    assert "/draft/" not in page


def test_a_help_line_that_an_editor_changes_is_right_on_the_next_page(client, site):
    site_settings = settings_of(site)
    assert "Call 116 123" in client.get("/").content.decode()
    line = site_settings.help_lines.get()
    line.contact = "Call 999"
    line.save()
    assert "Call 999" in client.get("/").content.decode()


def test_a_visitor_reads_the_front_page_for_one_query_and_no_cookie(
    client, site, django_assert_max_num_queries
):
    client.get("/")
    with django_assert_max_num_queries(1):
        response = client.get("/")
    assert response.status_code == 200
    assert not response.cookies


def test_our_own_green_needs_no_second_stylesheet(client, site):
    assert "accent.css" not in client.get("/").content.decode()
    assert client.get(reverse("accent")).content == b""


def test_a_colour_of_the_sites_own_comes_as_a_stylesheet_that_is_kept(client, site):
    settings_of(site, accent="#7A1F5C")
    page = client.get("/").content.decode()
    assert 'href="/accent.css?v=7a1f5c"' in page
    response = client.get("/accent.css?v=7a1f5c")
    assert response["Content-Type"].startswith("text/css")
    assert "--accent: #7a1f5c;" in response.content.decode()
    assert "immutable" in response["Cache-Control"]
    assert "Set-Cookie" not in response


def test_an_address_that_names_another_colour_is_not_kept(client, site):
    settings_of(site, accent="#7a1f5c")
    assert client.get("/accent.css?v=000000")["Cache-Control"] == "no-cache"


def test_looking_at_a_page_writes_no_settings(client, site):
    client.get("/")
    assert not SiteSettings.objects.exists()


def test_an_error_page_needs_no_request_and_no_database():
    html = render_to_string(
        "error.html",
        {"status": 500, "title": "Sorry", "message": "It was us.", "request_id": "abc123"},
    )
    assert "<h1>Sorry</h1>" in html
    assert "abc123" in html
    assert 'href="/"' in html
