"""An organisation with a key, and what its program asks with it."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from django.test import Client
from django.utils import timezone

from people.organisations.keys import make_key
from tests import make
from tests.people.organisations import making


@pytest.fixture
def house():
    return making.organisation(make.user())


@pytest.fixture
def program(house):
    """Asks with the key of an organisation, as a program does: without a cookie."""
    owner = house.memberships.get().person
    row, key = make_key(house, "Payroll", by=owner, at=timezone.now())
    row.last_used_at = timezone.now()
    row.save()
    headers = {"Authorization": f"Bearer {key}"}
    client = Client(headers=headers, enforce_csrf_checks=True)

    def get(number, **query):
        return client.get(f"/api/v1/certificates/{number}", query)

    def post(checks, **options):
        sent = checks if isinstance(checks, str | bytes | dict) else {"checks": checks}
        return client.post("/api/v1/checks", sent, content_type="application/json", **options)

    return SimpleNamespace(get=get, post=post, client=client, key=key, row=row, house=house)
