"""Whoever finds a fault is told whom to write to, in the form that their tools read."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from lms.checks import security_contacts_are_addresses

URL = "/.well-known/security.txt"

pytestmark = pytest.mark.django_db


def fields(response):
    lines = response.content.decode().splitlines()
    return [tuple(line.split(": ", 1)) for line in lines]


def test_it_says_whom_to_tell_and_until_when_that_is_true(client, settings):
    settings.SECURITY_CONTACT = ["mailto:security@peerwork.example", "https://peerwork.example/x"]
    settings.BASE_URL = "https://learn.peerwork.example"
    response = client.get(URL)
    assert response.headers["Content-Type"] == "text/plain; charset=utf-8"
    found = fields(response)
    contacts = [value for name, value in found if name == "Contact"]
    assert contacts == settings.SECURITY_CONTACT
    (expires,) = [value for name, value in found if name == "Expires"]
    moment = datetime.strptime(expires, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    assert timedelta(days=29) < moment - timezone.now() < timedelta(days=366)
    assert ("Canonical", f"https://learn.peerwork.example{URL}") in found
    assert ("Preferred-Languages", "en, es") in found


def test_a_copy_is_never_cached_beyond_what_it_says(client, settings):
    settings.SECURITY_CONTACT = ["mailto:security@peerwork.example"]
    assert client.get(URL).headers["Cache-Control"] == "public, max-age=86400"


def test_it_is_not_there_where_nobody_is_named(client, settings):
    settings.SECURITY_CONTACT = []
    assert client.get(URL).status_code == 404


@pytest.mark.parametrize(
    ("contact", "is_one"),
    [
        ("mailto:security@peerwork.example", True),
        ("https://peerwork.example/security", True),
        ("tel:+1-201-555-0123", True),
        ("http://peerwork.example/", False),
        ("mailto:nobody", False),
        ("mailto:a@b.example\nExpires: 2999-01-01T00:00:00Z", False),
        ("javascript:alert(1)", False),
    ],
)
def test_what_is_no_address_stops_the_start(settings, contact, is_one):
    settings.SECURITY_CONTACT = [contact]
    assert (security_contacts_are_addresses() == []) is is_one
