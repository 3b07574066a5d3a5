"""Links that show a certificate in full until they end, and counts of checks."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.db import DatabaseError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from certificates import check_counts
from certificates.check_counts import checks_by_month, count_checks_of
from certificates.following import replace_credential
from certificates.models import CheckCount, ShareLink
from certificates.public_view import PublicView
from certificates.retentions import ended_links, old_counts
from certificates.revoking import revoke
from certificates.sharing import DAYS, MOST_LINKS, choose_public_view, find_link, make_link
from certificates.sharing_exceptions import TooManyLinks
from certificates.views import sharing as sharing_views
from tests import make
from tests.certificates.views.verify_page import page, words_of
from tests.make import DAY, NOON

pytestmark = pytest.mark.django_db
SOON = NOON + timedelta(hours=1)


@pytest.fixture(autouse=True)
def home():
    make.home()
    cache.clear()


@pytest.fixture
def credential():
    return make.credential(holder=make.user(full_name="Ada Okafor"))


@pytest.fixture
def holder(client, credential):
    client.force_login(credential.holder)
    return client


@pytest.fixture
def links(credential):
    return reverse("certificates:share_links", args=[credential.number])


def link_to(credential, *, days=7, at=SOON, name=""):
    link, token = make_link(credential, days=days, name=name, at=at)
    return link, reverse("certificates:shared", args=[token])


def opened(address, at=SOON, **headers):
    with time_machine.travel(at, tick=False):
        return Client().get(address, headers=headers)


# Making -------------------------------------------------------------------------------------


@pytest.mark.parametrize("days", DAYS)
def test_a_link_is_shown_once_and_kept_as_a_hash(holder, credential, links, days):
    response = holder.post(links, {"days": days, "name": "New job"})
    address = re.search(r"/shared/([\w-]{43})/", response.content.decode())
    link = ShareLink.objects.get()
    assert response.status_code == 200
    assert address[1] not in str(vars(link))
    assert link.ends_at - link.made_at == timedelta(days=days)
    again = holder.get(links)
    assert address[1] not in again.content.decode()
    assert "New job" in words_of(again)
    assert Client().get(address[0]).status_code == 200


@pytest.mark.parametrize("sent", [{}, {"days": "8"}, {"days": "x"}, {"days": 7, "name": "x" * 61}])
def test_what_cannot_be_made_is_refused_kindly(holder, links, sent):
    assert holder.post(links, sent).status_code == 422
    assert not ShareLink.objects.exists()


def test_one_certificate_has_so_many_open_links(holder, credential, links):
    for _time in range(MOST_LINKS):
        link_to(credential, at=timezone.now())
    with pytest.raises(TooManyLinks, match="Stop one that is not needed"):
        link_to(credential, at=timezone.now())
    response = holder.post(links, {"days": 7})
    assert response.status_code == 422
    assert "Stop one that is not needed" in words_of(response)
    ShareLink.objects.first().delete()
    assert holder.post(links, {"days": 7}).status_code == 200


def test_only_the_holder_makes_sees_and_stops_links(client, credential, links):
    link, _address = link_to(credential)
    stop = reverse("certificates:stop_link", args=[credential.number, link.pk])
    client.force_login(make.registrar())
    assert client.get(links).status_code == 404
    assert client.post(links, {"days": 7}).status_code == 404
    assert client.post(stop).status_code == 404
    client.force_login(make.user())
    assert client.post(stop).status_code == 404
    link.refresh_from_db()
    assert link.stopped_at is None


# Opening ------------------------------------------------------------------------------------


@pytest.mark.parametrize("view", list(PublicView))
def test_it_shows_all_that_is_printed_whatever_strangers_see(credential, view):
    choose_public_view(credential, view)
    _link, address = link_to(credential)
    response = opened(address)
    text = words_of(response)
    assert response.status_code == 200
    for words in ("Current", "Ada Okafor", credential.award_name, "until 30 November 2026"):
        assert words in text
    assert "Does the name fit?" not in text


def test_no_search_engine_cache_or_other_site_learns_of_it(credential):
    _link, address = link_to(credential)
    for response in (opened(address), opened(address, at=SOON + 8 * DAY)):
        assert "noindex" in response["X-Robots-Tag"]
        assert response["Cache-Control"] == "no-store"
        assert response["Referrer-Policy"] == "no-referrer"
        assert '<meta name="robots" content="noindex' in response.content.decode()


def test_it_says_today_what_became_of_the_certificate(credential):
    _link, address = link_to(credential)
    revoke(credential, by=make.user(), reason="REASON-CANARY", at=SOON)
    text = words_of(opened(address, at=SOON + DAY))
    assert "Revoked on 23 November 2026" in text
    assert "CANARY" not in text


def test_a_former_name_is_not_shown_by_a_link_either(credential):
    _link, address = link_to(credential)
    replace_credential(credential, name="New Name", by=make.user(), reason="x", at=SOON)
    text = words_of(opened(address, at=SOON + DAY))
    assert "Replaced on" in text
    assert "Okafor" not in text
    assert "New Name" not in text


def test_on_its_last_moment_it_shows_and_then_it_has_ended(credential):
    link, address = link_to(credential)
    assert opened(address, at=link.ends_at - timedelta(seconds=1)).status_code == 200
    response = opened(address, at=link.ends_at)
    assert response.status_code == 410
    assert "That says nothing about the certificate or its holder" in words_of(response)
    assert "Okafor" not in response.content.decode()


def test_a_stopped_link_shows_nothing_at_once(holder, credential, links):
    link, address = link_to(credential, at=timezone.now())
    stop = reverse("certificates:stop_link", args=[credential.number, link.pk])
    assert "Stop this link" in words_of(holder.get(links))
    assert "The link is stopped" in words_of(holder.post(stop, follow=True))
    assert Client().get(address).status_code == 410
    first = ShareLink.objects.get().stopped_at
    holder.post(stop)
    assert ShareLink.objects.get().stopped_at == first
    assert holder.get(stop).status_code == 405


@pytest.mark.parametrize(
    "token", ["x", "a" * 43, "ü" * 43, "a" * 44, "e3b4dc77-bfb2-4cff-96c3-671b9addaf4e"]
)
def test_what_nobody_made_is_not_there(token):
    assert Client().get(reverse("certificates:shared", args=[token])).status_code == 404


def test_what_cannot_be_a_link_costs_no_query():
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert find_link("not-a-token") is None
    assert not len(queries)


def test_it_is_told_how_often_it_was_opened_and_not_by_whom(holder, credential, links):
    link, address = link_to(credential, at=timezone.now())
    for _time in range(3):
        Client().get(address)
    link.refresh_from_db()
    assert link.opened == 3
    assert "Opened 3 times." in words_of(holder.get(links))
    Client().get(address + "?x=1", headers={"user-agent": "CANARY-AGENT"})
    assert "CANARY" not in str([vars(each) for each in ShareLink.objects.all()])


def test_a_count_that_cannot_be_written_keeps_nobody_from_reading(credential, monkeypatch):
    _link, address = link_to(credential)

    def fail(link):
        raise DatabaseError

    monkeypatch.setattr(sharing_views, "count_opening", fail)
    assert opened(address).status_code == 200


def test_ended_links_are_forgotten_after_a_while(credential):
    ended, _ = link_to(credential, at=NOON - 100 * DAY)
    stopped, _ = link_to(credential, days=90, at=NOON - 100 * DAY)
    ShareLink.objects.filter(pk=stopped.pk).update(stopped_at=NOON - 99 * DAY)
    link_to(credential)
    assert set(ended_links(NOON - 90 * DAY)) == {ended, stopped}


# How often it was checked -------------------------------------------------------------------


def test_each_way_of_checking_counts_once(client, credential):
    page(client, credential)
    page(client, credential, accept="application/json")
    many = reverse("certificates:verify_many")
    client.post(many, {"numbers": f"{credential.number}\n{credential.number}"})
    assert [each.number for each in checks_by_month(credential)] == [3]


def test_an_unknown_or_redirected_number_counts_nothing(client, credential):
    client.get(reverse("certificates:verify_number", args=[credential.number.lower()]))
    client.get(reverse("certificates:verify_number", args=["PSW-2222-2222-2222"]))
    assert not CheckCount.objects.exists()


def test_months_are_apart_and_the_newest_comes_first(credential):
    for at in (NOON, NOON + 10 * DAY, NOON + 11 * DAY):
        count_checks_of([credential.code], at=at)
    assert [(each.month, each.number) for each in checks_by_month(credential)] == [
        (date(2026, 12, 1), 2),
        (date(2026, 11, 1), 1),
    ]


def test_many_are_counted_by_one_statement(credential):
    codes = [credential.code, *(make.credential().code for _ in range(4))]
    count_checks_of(codes[:2], at=NOON)
    count_checks_of(codes, at=NOON)
    with CaptureQueriesContext(connection) as queries:
        count_checks_of(codes, at=NOON)
    assert len(queries) == 1
    numbers = {each.credential_id: each.number for each in CheckCount.objects.all()}
    assert numbers == {code: 3 if place < 2 else 2 for place, code in enumerate(codes)}


def test_nothing_of_who_checked_is_kept(client, credential):
    page(client, credential, user_agent="CANARY-AGENT", referer="https://canary.example/")
    assert {field.name for field in CheckCount._meta.fields} == {
        *("id", "credential", "month", "number")
    }


def test_a_check_is_answered_where_it_cannot_be_counted(client, credential, monkeypatch):
    class Broken:
        def filter(self, **kwargs):
            raise DatabaseError("disk full")

    monkeypatch.setattr(check_counts.CheckCount, "objects", Broken())
    assert page(client, credential).status_code == 200


def test_the_holder_reads_it_in_words(holder, credential):
    held = reverse("certificates:held", args=[credential.number])
    assert "Nobody has checked it yet" in words_of(holder.get(held))
    count_checks_of([credential.code], at=NOON)
    count_checks_of([credential.code], at=NOON)
    text = words_of(holder.get(held))
    assert "November 2026: 2 times" in text
    assert "Who asked is not kept" in text


def test_old_counts_are_forgotten(credential):
    count_checks_of([credential.code], at=NOON)
    assert not old_counts(NOON - 1000 * DAY)
    assert len(old_counts(NOON + 30 * DAY)) == 1
