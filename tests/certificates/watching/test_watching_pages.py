"""The pages of an organisation that watches: for its members, and no more than anybody sees."""

from __future__ import annotations

import re
from uuid import uuid4

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from certificates.models import DigestWish, Watch, WatchEvent
from certificates.models.watching import WatchReason
from certificates.numbers import formatted, random_code
from certificates.public_view import PublicView
from certificates.retentions import ended_watches, old_news
from certificates.revoking import revoke
from certificates.sharing import choose_public_view
from certificates.standing import Standing
from certificates.watching.exceptions import NoWebhookYet
from certificates.watching.watching import (
    Outcome,
    end_watch,
    object_to,
)
from certificates.watching.webhooks import send_test
from tests import make
from tests.certificates.views.verify_page import words_of
from tests.certificates.watching.news import LATER, look
from tests.make import NOON
from tests.people.organisations import making

# The pages of the organisation --------------------------------------------------------------


@pytest.fixture
def member(client, house):
    client.force_login(making.member(house, make.user(full_name="Mel Member")).person)
    return client


def test_a_member_adds_sees_and_ends(member, house, credential, address):
    url = address("watching", house.pk)
    assert "There is none yet." in words_of(member.get(url))
    page = words_of(member.post(url, {"numbers": credential.number, "reason": "applied"}))
    for words in (
        "1 certificate is watched from now on",
        "Ada Okafor",
        "This person applied to us",
        "by Mel Member",
        "Nobody is told of changes yet",
    ):
        assert words in page
    watch = Watch.objects.get()
    page = words_of(member.post(address("end_watch", house.pk, watch.pk), follow=True))
    assert "It is watched no more." in page
    assert "Ada Okafor" not in page


def test_why_some_were_not_added_is_said(member, house, address):
    unknown = formatted("PSW", random_code())
    sent = {"numbers": f"{unknown}\n<b>x", "reason": "works"}
    response = member.post(address("watching", house.pk), sent)
    assert "There is no certificate with this number" in words_of(response)
    assert b"<b>x" not in response.content


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"numbers": "", "reason": "works"},
        {"numbers": "x"},
        {"numbers": "x", "reason": "curious"},
        {"numbers": "\n".join(["x"] * 501), "reason": "works"},
    ],
)
def test_what_cannot_be_watched_is_refused_kindly(member, house, address, sent):
    assert member.post(address("watching", house.pk), sent).status_code == 422
    assert not Watch.objects.exists()


@pytest.mark.parametrize("view", [PublicView.TYPED, PublicView.STANDING])
def test_it_shows_what_the_check_page_shows_and_no_more(
    member, house, watched, credential, address, view
):
    choose_public_view(credential, view)
    page = words_of(member.get(address("watching", house.pk)))
    assert credential.number in page
    assert "Okafor" not in page
    assert (credential.award_name in page) == (view == PublicView.TYPED)


def test_a_revoked_one_says_so_in_the_list_and_among_the_news(
    member, house, watched, credential, address
):
    revoke(credential, by=make.user(), reason="REASON-CANARY", at=NOON)
    look()
    page = words_of(member.get(address("watching", house.pk)))
    assert "What changed" in page
    assert page.count("Revoked") >= 2
    assert "CANARY" not in page


def test_unknown_numbers_are_misses_here_too(member, house, address):
    unknown = "\n".join(formatted("PSW", random_code()) for _ in range(60))
    member.post(address("watching", house.pk), {"numbers": unknown, "reason": "works"})
    response = Client().get(f"/verify/{formatted('PSW', random_code())}/")
    assert response.status_code == 429


def test_letters_are_each_members_own_choice(member, house, address):
    url = address("digest", house.pk)
    assert "one a day at most" in words_of(member.post(url, follow=True))
    assert DigestWish.objects.count() == 1
    member.post(url)
    assert DigestWish.objects.count() == 1
    assert "You get no letters" in words_of(member.post(url, {"stop": "1"}, follow=True))
    assert not DigestWish.objects.exists()


def test_strangers_find_no_organisation_there(client, house, watched, address):
    client.force_login(make.user())
    assert client.get(address("watching", house.pk)).status_code == 404
    assert client.post(address("digest", house.pk)).status_code == 404
    assert client.post(address("end_watch", house.pk, watched.pk)).status_code == 404
    assert client.get(address("watching", uuid4())).status_code == 404
    client.logout()
    assert client.get(address("watching", house.pk)).status_code == 302


def test_one_organisation_does_not_end_what_another_watches(client, watched, address):
    outsider = make.user()
    other = making.organisation(outsider)
    client.force_login(outsider)
    client.post(address("end_watch", other.pk, watched.pk))
    assert Watch.objects.open().filter(pk=watched.pk).exists()


def test_fifty_stand_on_a_page_and_cost_no_more_queries(client, house, owner, watch_of, address):
    client.force_login(owner)

    def cost():
        with CaptureQueriesContext(connection) as queries:
            client.get(address("watching", house.pk))
        return len(queries)

    watch_of(house, make.credential().number)
    cost()
    one = cost()
    watch_of(house, *(make.credential().number for _ in range(3)))
    cost()
    assert cost() == one


# From a list that was checked ---------------------------------------------------------------


def test_a_list_that_was_checked_fills_the_form(client, house, owner, credential, address):
    answers = client.post(address("verify_many"), {"numbers": credential.number}).content.decode()
    assert address("watch_from_list") in answers
    again = re.search(r"<textarea name=\"numbers\" hidden>\n(.*?)</textarea>", answers, re.S)[1]
    client.force_login(owner)
    response = client.post(address("watch_from_list"), {"numbers": again})
    assert credential.number in response.content.decode()
    assert not Watch.objects.exists(), "nothing is watched before somebody says why"
    assert f'action="{address("watching", house.pk)}"' in response.content.decode()


def test_whoever_belongs_to_several_chooses_one(client, house, owner, credential, address):
    making.organisation(owner, name="Bay Trust")
    client.force_login(owner)
    page = client.post(address("watch_from_list"), {"numbers": credential.number})
    assert "Which organisation watches?" in words_of(page)
    filled = client.post(address("watching", house.pk), {"fill": "1", "numbers": credential.number})
    assert filled.status_code == 200
    assert credential.number in filled.content.decode()
    assert not Watch.objects.exists()


def test_whoever_has_none_is_led_to_making_one(client, credential, address):
    client.force_login(make.user())
    page = client.post(address("watch_from_list"), {"numbers": credential.number}, follow=True)
    assert "Make an organisation first" in words_of(page)


# Forgetting ---------------------------------------------------------------------------------


def test_what_ended_is_forgotten_but_an_objection_stays(watched, credential, house, watch_of):
    object_to(credential.holder, watched.pk, at=NOON)
    other = making.organisation(make.user())
    watch_of(other, credential.number)
    end_watch(other, other.watches.get().pk, at=NOON)
    assert list(ended_watches(LATER)) == [other.watches.get()]
    assert len(old_news(LATER)) == 1


def test_each_reason_and_outcome_is_a_sentence():
    for choice in (*WatchReason, *Outcome, *Watch.EndedBy):
        assert str(choice.label)[0].isalpha()
    with time_machine.travel(NOON, tick=False), pytest.raises(NoWebhookYet, match="set one first"):
        send_test(making.organisation(make.user()), at=NOON)
    assert Standing(WatchEvent(after="revoked").standing) == Standing.REVOKED
