"""An organisation that watches a certificate."""

from __future__ import annotations

import pytest
from django.core.cache import cache
from django.urls import reverse

from certificates.many import check_many, pasted_numbers
from certificates.models.watching import WatchReason
from certificates.revoking import revoke
from certificates.watching import outgoing
from certificates.watching.outgoing import Sent
from certificates.watching.watching import watch_numbers
from certificates.watching.webhooks import set_webhook
from tests import make
from tests.certificates.watching.news import LATER, URL, look
from tests.make import NOON
from tests.people.organisations import making


@pytest.fixture(autouse=True)
def home(db):
    make.home()
    cache.clear()


@pytest.fixture
def owner():
    return make.user(email="owner@house.example", full_name="Olu Owner")


@pytest.fixture
def house(owner):
    return making.organisation(owner, name="Harbour House")


@pytest.fixture
def credential():
    holder = make.user(email="ada@peerwork.example", full_name="Ada Okafor")
    return make.credential(make.award(valid_months=24), holder)


@pytest.fixture
def watch_of(owner):
    """Has an organisation watch numbers, and gives what became of each."""

    def begin(house, *numbers, reason=WatchReason.WORKS, by=owner, at=NOON):
        listed = pasted_numbers("\n".join(numbers))
        checked, _misses = check_many(
            listed, asker="x", own_hosts={"testserver"}, most_misses=60, at=at
        )
        answers = watch_numbers(house, checked, reason=reason, by=by, at=at)
        return [each.outcome for each in answers]

    return begin


@pytest.fixture
def watched(house, credential, watch_of):
    """A certificate that the organisation watches."""
    watch_of(house, credential.number)
    return house.watches.get()


@pytest.fixture
def address():
    """An address of an organisation's, by the name of its view."""

    def of(name, *arguments):
        return reverse(f"certificates:{name}", args=arguments)

    return of


@pytest.fixture
def hook(house, owner):
    return set_webhook(house, URL, by=owner, at=NOON)[0]


@pytest.fixture
def answers(monkeypatch):
    """What the other end answers, one after the other, and what was sent to it."""
    sent, coming = [], []

    def fake(url, body, headers):
        sent.append((url, body, headers))
        return coming.pop(0) if coming else Sent(status=204)

    monkeypatch.setattr(outgoing, "send", fake)
    fake.sent, fake.coming = sent, coming
    return fake


@pytest.fixture
def news(watched, credential, hook):
    """A revocation that waits to be delivered."""
    revoke(credential, by=make.user(), reason="REASON-CANARY", at=LATER)
    look()
    return hook.deliveries.get()
