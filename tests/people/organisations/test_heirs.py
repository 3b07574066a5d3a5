"""Whoever becomes the owner of an organisation because the only one is gone is told so, once."""

from __future__ import annotations

from datetime import timedelta
from smtplib import SMTPServerDisconnected

import pytest
from django.core import mail
from django.utils import timezone

from lms.sweeping import sweep
from people.erasure import ask_to_erase, carry_on
from people.models import Letter, Membership
from people.organisations.joining import change_role, hand_over, remove_member
from people.organisations.letters import tell_heir
from people.organisations.tasks import tell_heir_of_organisation
from tests import make
from tests.make import DAY, NOON
from tests.people.organisations import making

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner(db):
    return make.user("owner@peerwork.example", full_name="CANARY Owner")


@pytest.fixture
def heir(db):
    return make.user("bo@peerwork.example", full_name="Bo Berg", language="en")


@pytest.fixture
def place(owner, heir):
    """The heir's place in an organisation that was handed over."""
    house = making.organisation(owner)
    member = making.member(house, heir)
    making.member(house, make.user("late@peerwork.example"), at=NOON + DAY)
    hand_over(owner, at=NOON + DAY)
    return Membership.objects.get(pk=member.pk)


def words_of(letter):
    return " ".join(letter.body.split())


def test_the_member_of_longest_standing_is_written_to(place):
    assert tell_heir_of_organisation.call(place.pk) == "sent"
    [letter] = mail.outbox
    assert letter.to == ["bo@peerwork.example"]
    assert letter.subject == "You are the owner of an organisation at Peerwork now"
    assert "“Harbour House” at Peerwork has no other owner any more" in words_of(letter)
    assert f"/organisations/{place.organisation_id}/" in letter.body


def test_it_has_the_look_of_the_house(place):
    tell_heir_of_organisation.call(place.pk)
    [(html, kind)] = [tuple(each) for each in mail.outbox[0].alternatives]
    assert kind == "text/html"
    assert "Harbour House" in html


def test_it_says_nothing_of_who_is_gone(place):
    tell_heir_of_organisation.call(place.pk)
    assert "CANARY" not in mail.outbox[0].message().as_string()
    assert "owner@peerwork.example" not in mail.outbox[0].message().as_string()


def test_it_is_in_the_language_of_whoever_reads_it(place, heir):
    type(heir).objects.filter(pk=heir.pk).update(language="es")
    tell_heir_of_organisation.call(place.pk)
    html, _kind = mail.outbox[0].alternatives[0]
    assert 'lang="es"' in html


def test_it_is_sent_once_however_often_it_is_asked_for(place):
    assert tell_heir_of_organisation.call(place.pk) == "sent"
    assert tell_heir_of_organisation.call(place.pk) == "nothing to send"
    sweep(timezone.now)
    assert len([each for each in mail.outbox if each.to == ["bo@peerwork.example"]]) == 1


def test_the_sweep_sends_what_was_lost(place):
    sweep(timezone.now)
    assert [each.to for each in mail.outbox] == [["bo@peerwork.example"]]
    place.refresh_from_db()
    assert place.told_at
    assert Letter.objects.get().kind == Letter.Kind.ORGANISATION


def test_a_dry_run_sends_nothing(place):
    sweep(timezone.now, dry_run=True)
    assert not mail.outbox


def test_where_the_mail_is_down_it_is_tried_again(place, monkeypatch):
    def down(self):
        raise SMTPServerDisconnected

    with monkeypatch.context() as broken:
        broken.setattr("django.core.mail.message.EmailMessage.send", down)
        with pytest.raises(SMTPServerDisconnected):
            tell_heir(place, at=NOON + DAY)
    place.refresh_from_db()
    assert place.told_at is None
    assert tell_heir(place, at=NOON + DAY + timedelta(minutes=2))


def test_erasing_the_only_owner_writes_to_the_heir(owner, heir, django_capture_on_commit_callbacks):
    house = making.organisation(owner)
    making.member(house, heir)
    with django_capture_on_commit_callbacks(execute=True):
        erasure = ask_to_erase(owner, at=timezone.now(), pause=timedelta())
        carry_on(erasure, at=timezone.now())
    sweep(timezone.now)
    assert len([each for each in mail.outbox if each.to == ["bo@peerwork.example"]]) == 1


def test_where_another_owner_stays_nobody_is_written_to(owner, heir):
    making.organisation(owner, heir)
    hand_over(owner, at=NOON)
    assert not Membership.objects.to_tell().exists()


def test_who_was_made_owner_by_hand_is_not_written_to(owner, heir):
    house = making.organisation(owner)
    change_role(making.member(house, heir), "owner", by=owner, at=NOON)
    assert not Membership.objects.to_tell().exists()


def test_who_gave_it_on_before_the_letter_went_gets_none(place, heir):
    late = place.organisation.memberships.get(person__email="late@peerwork.example")
    change_role(late, "owner", by=heir, at=NOON + DAY)
    change_role(place, "member", by=heir, at=NOON + DAY)
    assert tell_heir_of_organisation.call(place.pk) == "nothing to send"


def test_who_left_or_closed_their_account_gets_none(place, heir):
    type(heir).objects.filter(pk=heir.pk).update(is_active=False)
    assert tell_heir_of_organisation.call(place.pk) == "nothing to send"
    type(heir).objects.filter(pk=heir.pk).update(is_active=True)
    other = place.organisation.memberships.owners().exclude(pk=place.pk).get()
    assert other.role == "owner"
    remove_member(place, by=heir, at=NOON + DAY)
    assert tell_heir_of_organisation.call(place.pk) == "nothing to send"
