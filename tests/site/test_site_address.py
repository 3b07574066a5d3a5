"""Links in the staff's mail begin with BASE_URL, whatever address Wagtail first took us for."""

from __future__ import annotations

import pytest
from django.core.management import call_command
from wagtail.models import Site

from lms.shipped.addresses import settle_address
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def home():
    return make.home()


def address():
    site = Site.objects.get(is_default_site=True)
    return site.hostname, site.port, site.root_url


def test_a_new_site_is_where_its_base_url_says(settings, home):
    settings.BASE_URL = "https://learn.example.org"
    assert settle_address()
    assert address() == ("learn.example.org", 443, "https://learn.example.org")
    assert type(home).objects.get().full_url == "https://learn.example.org/"


def test_a_site_that_moves_takes_its_links_with_it(settings):
    for url, there in (
        ("http://127.0.0.1:8000", ("127.0.0.1", 8000, "http://127.0.0.1:8000")),
        ("https://learn.example.org:8443", ("learn.example.org", 8443)),
        ("https://teach.example.org", ("teach.example.org", 443, "https://teach.example.org")),
        ("http://localhost", ("localhost", 80, "http://localhost")),
    ):
        settings.BASE_URL = url
        settle_address()
        assert address()[: len(there)] == there


def test_settling_twice_changes_nothing(settings):
    settings.BASE_URL = "https://learn.example.org"
    assert settle_address()
    assert not settle_address()


def test_an_address_that_an_editor_chose_is_left_alone(settings):
    settings.BASE_URL = "https://learn.example.org"
    Site.objects.update(hostname="inside.example.org", port=443)
    assert not settle_address()
    assert address()[0] == "inside.example.org"


def test_several_sites_are_left_alone(settings, home):
    settings.BASE_URL = "https://learn.example.org"
    Site.objects.create(hostname="other.example.org", port=443, root_page=home)
    assert not settle_address()
    assert address()[:2] == ("localhost", 80)


def test_to_upgrade_a_site_puts_its_links_right(settings, monkeypatch):
    settings.BASE_URL = "https://learn.example.org"
    monkeypatch.setattr("deploy.upgrading.static_is_collected", lambda: True)
    call_command("upgrade", verbosity=0)
    assert address()[0] == "learn.example.org"


def test_the_demonstration_is_where_it_was_started(site_server):
    address = site_server.manage(
        "shell",
        "--no-imports",
        "-c",
        "from wagtail.models import Site; print(Site.objects.get().root_url)",
    )
    assert address.startswith("http://127.0.0.1:")
