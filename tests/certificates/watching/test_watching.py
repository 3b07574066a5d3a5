"""Watching: what it shows, whom it tells, and that the holder has the last word."""

from __future__ import annotations

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext

from certificates.fates import withdraw
from certificates.following import renew_credential, replace_credential
from certificates.models import Credential, DigestWish, Watch, WatchEvent, WatchWish
from certificates.numbers import formatted, random_code
from certificates.revoking import reinstate, restore, revoke, suspend
from certificates.watching import watching
from certificates.watching.exceptions import TooManyWatched
from certificates.watching.letters import send_digest
from certificates.watching.queueing import note_change, watches_to_look_at
from certificates.watching.watching import (
    Outcome,
    allow_again,
    end_watch,
    keep_wishes,
    object_to,
)
from lms.sweeping import sweep
from people.models import Letter
from people.organisations.joining import end_organisation, remove_member
from tests import make
from tests.certificates.views.verify_page import words_of
from tests.certificates.watching.news import LATER, look
from tests.make import DAY, HOUR, NOON
from tests.people.organisations import making


def events():
    return [
        (each.kind, each.before, each.after) for each in WatchEvent.objects.order_by("at", "pk")
    ]


# Beginning ----------------------------------------------------------------------------------


def test_what_becomes_of_each_number(house, credential, watch_of):
    gone = make.credential()
    replace_credential(gone, name="New", by=make.user(), reason="x", at=NOON)
    outcomes = watch_of(
        house,
        credential.number.lower(),
        credential.number,
        gone.number,
        formatted("PSW", random_code()),
        "nonsense",
    )
    assert outcomes == [
        Outcome.ADDED,
        Outcome.ALREADY,
        Outcome.OVER,
        Outcome.NONE,
        Outcome.NONE,
    ]
    assert watch_of(house, credential.number) == [Outcome.ALREADY]
    assert Watch.objects.count() == 1


@pytest.mark.parametrize(("verb", "standing"), [(suspend, "suspended"), (revoke, "revoked")])
def test_one_that_may_count_again_can_be_watched(house, credential, watch_of, verb, standing):
    verb(credential, by=make.user(), reason="x", at=NOON)
    assert watch_of(house, credential.number) == [Outcome.ADDED]
    assert Watch.objects.get().standing == standing


def test_one_organisation_watches_only_so_many(house, credential, watch_of, monkeypatch):
    monkeypatch.setattr(watching, "MOST_WATCHED", 2)
    others = [make.credential().number for _ in range(2)]
    watch_of(house, *others)
    with pytest.raises(TooManyWatched, match="An organisation can watch 2 certificates"):
        watch_of(house, credential.number)
    assert house.watches.count() == 2


def test_adding_many_costs_no_more_queries(house, watch_of):
    def cost(number):
        numbers = [make.credential().number for _ in range(number)]
        with CaptureQueriesContext(connection) as queries:
            watch_of(house, *numbers)
        return len(queries)

    assert cost(1) == cost(4)


def test_two_organisations_watch_the_same_without_knowing(house, credential, watch_of):
    other = making.organisation(make.user())
    assert watch_of(house, credential.number) == watch_of(other, credential.number)


# Changes ------------------------------------------------------------------------------------


def test_a_change_is_news_once(watched, credential):
    revoke(credential, by=make.user(), reason="x", at=LATER)
    assert look() == [True]
    assert look() == []
    assert events() == [("certificate.standing_changed", "current", "revoked")]


def test_undone_again_it_is_news_again(watched, credential):
    registrar = make.user()
    suspend(credential, by=registrar, reason="x", at=LATER)
    look()
    restore(credential, by=registrar, reason="x", at=LATER + HOUR)
    look(LATER + HOUR)
    revoke(credential, by=registrar, reason="x", at=LATER + 2 * HOUR)
    look(LATER + 2 * HOUR)
    reinstate(credential, by=make.user(), reason="x", at=LATER + 3 * HOUR)
    look(LATER + 3 * HOUR)
    assert [after for _kind, _before, after in events()] == [
        *("suspended", "current", "revoked", "current")
    ]


def test_what_changed_and_changed_back_between_two_looks_is_no_news(watched, credential):
    registrar = make.user()
    suspend(credential, by=registrar, reason="x", at=LATER)
    restore(credential, by=registrar, reason="x", at=LATER)
    assert look() == [False]
    assert look() == []
    assert events() == []


def test_an_expiry_is_nobodys_act_and_is_news_all_the_same(watched, credential):
    last_day = credential.expires_on
    end = NOON + (last_day - NOON.date()).days * DAY
    assert look(end) in ([], [False])
    assert look(end + DAY) == [True]
    assert look(end + 2 * DAY) == []
    assert events() == [("certificate.standing_changed", "current", "expired")]


def test_a_renewal_and_a_replacement_are_news_without_a_name(watched, credential, watch_of, house):
    Credential.objects.filter(pk=credential.pk).update(expires_on=(NOON + 30 * DAY).date())
    credential.refresh_from_db()
    renew_credential(credential, by=make.user(), reason="x", at=LATER)
    assert look() == [True]
    assert events()[-1] == ("certificate.standing_changed", "current", "renewed")


def test_of_two_that_look_at_once_one_finds_it(watched, credential):
    revoke(credential, by=make.user(), reason="x", at=LATER)
    [first], [second] = list(watches_to_look_at(LATER)), list(watches_to_look_at(LATER))
    assert [note_change(first, at=LATER), note_change(second, at=LATER)] == [True, False]
    assert len(events()) == 1


def test_what_is_ended_is_not_looked_at(watched, credential, house):
    assert end_watch(house, watched.pk, at=NOON)
    assert not end_watch(house, watched.pk, at=NOON)
    revoke(credential, by=make.user(), reason="x", at=LATER)
    assert look() == []


def test_quiet_certificates_cost_one_query_however_many(house, watch_of):
    watch_of(house, *(make.credential().number for _ in range(3)))
    with CaptureQueriesContext(connection) as queries:
        assert list(watches_to_look_at(LATER)) == []
    assert len(queries) == 1


def test_an_erased_holder_is_news_and_nothing_of_them_is_left(watched, credential):
    withdraw(credential.holder)
    assert look() == [True]
    assert events()[-1][2] == "withdrawn"


def test_when_the_organisation_ends_all_of_it_goes(watched, house, owner, credential):
    revoke(credential, by=make.user(), reason="x", at=LATER)
    look()
    end_organisation(house, by=owner, at=LATER)
    assert not Watch.objects.exists()
    assert not WatchEvent.objects.exists()


# The holder's say ---------------------------------------------------------------------------


def test_an_objection_ends_it_and_is_told(watched, credential, house, watch_of):
    assert object_to(credential.holder, watched.pk, at=LATER)
    assert not object_to(credential.holder, watched.pk, at=LATER)
    assert events() == [("watch.ended", "current", "")]
    assert watch_of(house, credential.number, at=LATER) == [Outcome.OBJECTED]
    other = making.organisation(make.user())
    assert watch_of(other, credential.number, at=LATER) == [Outcome.ADDED]


def test_an_objection_can_be_taken_back(watched, credential, house, watch_of):
    object_to(credential.holder, watched.pk, at=LATER)
    assert allow_again(credential.holder, watched.pk)
    assert not house.watches.open().exists(), "it begins only when the organisation asks again"
    assert watch_of(house, credential.number, at=LATER) == [Outcome.ADDED]


def test_nobody_objects_for_another(watched, credential):
    stranger = make.user()
    assert not object_to(stranger, watched.pk, at=LATER)
    object_to(credential.holder, watched.pk, at=LATER)
    assert not allow_again(stranger, watched.pk)


def test_a_holder_lets_nobody_watch(watched, credential, house, watch_of):
    keep_wishes(credential.holder, letters=True, allowed=False, at=LATER)
    assert not Watch.objects.open().exists()
    other = making.organisation(make.user())
    for each in (house, other):
        assert watch_of(each, credential.number, at=LATER) == [Outcome.OBJECTED]
    keep_wishes(credential.holder, letters=True, allowed=True, at=LATER)
    assert watch_of(house, credential.number, at=LATER) == [Outcome.ADDED]


def test_the_holders_page_says_who_watches_and_why(client, watched, credential, address):
    client.force_login(credential.holder)
    held = words_of(client.get(address("held", credential.number)))
    assert "1 organisation watches it." in held
    page = words_of(client.get(address("watched", credential.number)))
    for words in ("Harbour House", "This person works or volunteers with us", "nobody here has"):
        assert words in page
    page = words_of(client.post(address("object", credential.number, watched.pk), follow=True))
    assert "The organisation is told that you objected" in page
    assert "You objected to these" in page
    page = words_of(client.post(address("allow", credential.number, watched.pk), follow=True))
    assert "They may watch it again" in page
    assert "You objected to these" not in page


def test_the_holder_keeps_their_wishes_on_the_page(client, watched, credential, address):
    client.force_login(credential.holder)
    url = address("watched", credential.number)
    assert "Your choice is kept." in words_of(client.post(url, {"letters": "on"}, follow=True))
    wish = WatchWish.objects.get()
    assert (wish.letters, wish.allowed) == (True, False)
    assert "No organisation watches it." in words_of(client.get(url))


def test_none_but_the_holder_reads_who_watches(client, watched, credential, address):
    for person in (make.user(), make.registrar()):
        client.force_login(person)
        assert client.get(address("watched", credential.number)).status_code == 404
        act = client.post(address("object", credential.number, watched.pk))
        assert act.status_code == 404
    assert Watch.objects.open().count() == 1


# The letter to the holder -------------------------------------------------------------------


def test_the_holder_is_told_once_by_a_letter_without_the_organisation_in_it(watched, credential):
    sweep(lambda: NOON + HOUR)
    sweep(lambda: NOON + 2 * HOUR)
    [letter] = [each for each in mail.outbox if "watches a certificate" in each.body]
    assert letter.to == [credential.holder.email]
    assert credential.number in letter.body
    assert f"/certificates/{credential.number}/watching/" in letter.body
    assert "Harbour" not in letter.body + letter.subject, "a stranger chose that name"
    assert credential.award_name not in letter.body + letter.subject
    watched.refresh_from_db()
    assert watched.told_at == NOON + HOUR


def test_several_that_begin_on_one_day_are_one_letter(house, credential, watch_of):
    watch_of(house, credential.number)
    sweep(lambda: NOON)
    for number in range(3):
        other = making.organisation(make.user())
        watch_of(other, credential.number, at=NOON + number * HOUR)
        sweep(lambda number=number: NOON + (number + 1) * HOUR)
    about = [each for each in mail.outbox if "watches a certificate" in each.body]
    assert len(about) == 1
    sweep(lambda: NOON + DAY + HOUR)
    about = [each for each in mail.outbox if "watches a certificate" in each.body]
    assert len(about) == 2
    assert not Watch.objects.not_told().exists()


def test_whoever_wants_no_such_letter_gets_none(credential, house, watch_of):
    keep_wishes(credential.holder, letters=False, allowed=True, at=NOON)
    watch_of(house, credential.number)
    sweep(lambda: NOON + HOUR)
    assert not [each for each in mail.outbox if "watches a certificate" in each.body]
    assert not Watch.objects.not_told().exists()


def test_the_letter_is_in_the_holders_language(credential, house, watch_of):
    credential.holder.language = "es"
    credential.holder.save()
    watch_of(house, credential.number)
    sweep(lambda: NOON + HOUR)
    [letter] = [each for each in mail.outbox if "/watching/" in each.body]
    assert "una organización sigue un certificado tuyo" in letter.body


def test_a_letter_that_cannot_be_sent_stops_nothing_else(watched, credential, house, settings):
    revoke(credential, by=make.user(), reason="x", at=LATER)
    settings.EMAIL_BACKEND = "tests.certificates.watching.test_watching.there_is_none"
    swept = sweep(lambda: LATER)
    assert swept.noted == 1
    assert events()[-1][2] == "revoked"
    watched.refresh_from_db()
    assert watched.told_at is None, "it is owed still"


# The letters to members ---------------------------------------------------------------------


@pytest.fixture
def wish(house, owner):
    membership = house.memberships.get(person=owner)
    return DigestWish.objects.create(membership=membership, told_until=NOON)


def digests():
    return [each for each in mail.outbox if "news of certificates" in each.body]


def test_a_member_who_wants_it_reads_what_changed(watched, credential, wish, owner):
    revoke(credential, by=make.user(), reason="REASON-CANARY", at=LATER)
    sweep(lambda: LATER)
    [letter] = digests()
    assert letter.to == [owner.email]
    assert f"{credential.number}: now Revoked" in letter.body
    assert "Okafor" not in letter.body
    assert "CANARY" not in letter.body
    assert credential.number not in letter.subject


def test_it_comes_once_a_day_at_most_and_misses_nothing(watched, credential, wish):
    registrar = make.user()
    suspend(credential, by=registrar, reason="x", at=LATER)
    sweep(lambda: LATER)
    restore(credential, by=registrar, reason="x", at=LATER + HOUR)
    sweep(lambda: LATER + HOUR)
    revoke(credential, by=registrar, reason="x", at=LATER + 2 * HOUR)
    sweep(lambda: LATER + 2 * HOUR)
    assert len(digests()) == 1
    sweep(lambda: LATER + DAY + HOUR)
    assert len(digests()) == 2
    assert "now Current" in digests()[1].body
    assert "now Revoked" in digests()[1].body
    sweep(lambda: LATER + 3 * DAY)
    assert len(digests()) == 2


def test_an_objection_stands_in_it(watched, credential, wish):
    object_to(credential.holder, watched.pk, at=LATER)
    sweep(lambda: LATER + HOUR)
    assert "the holder ended the watch" in digests()[0].body


def test_whoever_left_gets_none(watched, credential, wish, house, owner):
    other = making.member(house, role="owner")
    remove_member(house.memberships.get(person=owner), by=other.person, at=NOON)
    revoke(credential, by=make.user(), reason="x", at=LATER)
    sweep(lambda: LATER)
    assert not digests()
    assert not DigestWish.objects.exists()


def test_without_news_nothing_is_sent(watched, wish):
    assert not send_digest(wish, at=LATER)
    assert not Letter.objects.filter(thing__startswith="digest").exists()
