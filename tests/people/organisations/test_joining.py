"""Organisations: who makes them, who is asked to join, who leads them, and how they end."""

from __future__ import annotations

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.utils import timezone, translation

from lms.sweeping import sweep
from people.erasure import ask_to_erase, carry_on
from people.models import Act, Letter, Membership, Organisation, OrganisationInvitation
from people.organisations import exceptions as ours
from people.organisations.joining import (
    MOST_INVITED_A_DAY,
    MOST_OWNED,
    accept_invitation,
    change_role,
    decline_invitation,
    end_organisation,
    hand_over,
    invite_member,
    make_organisation,
    remove_member,
    take_back_invitation,
)
from people.organisations.tasks import send_organisation_invitation
from people.retention import forget_expired
from tests import make
from tests.make import DAY, HOUR, NOON
from tests.people.organisations import making

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner():
    return make.user("rosa@peerwork.example", full_name="Rosa Delgado")


@pytest.fixture
def house(owner):
    return making.organisation(owner)


def invited(house, owner, email="bo@peerwork.example", role="member", at=NOON):
    return invite_member(house, email, role, by=owner, at=at)


def kinds_of_acts(house):
    acts = Act.objects.filter(subject_id=str(house.pk)).order_by("number")
    return [(act.kind, act.actor_id, act.person_id) for act in acts]


def roles(house):
    return sorted(house.memberships.values_list("person__full_name", "role"))


# Making and ending --------------------------------------------------------------------------


def test_whoever_makes_an_organisation_owns_it(owner, house):
    assert roles(house) == [("Rosa Delgado", "owner")]
    assert kinds_of_acts(house) == [("organisation.made", owner.pk, owner.pk)]
    assert [*Organisation.objects.of(owner)] == [house]


def test_nobody_owns_more_than_a_few(owner):
    for _ in range(MOST_OWNED):
        make_organisation("House", by=owner, at=NOON)
    with pytest.raises(ours.TooManyOrganisations):
        make_organisation("One more", by=owner, at=NOON + 3 * DAY)
    assert Organisation.objects.count() == MOST_OWNED


def test_nobody_makes_and_ends_them_all_day_long(owner):
    for _ in range(MOST_OWNED):
        end_organisation(make_organisation("House", by=owner, at=NOON), by=owner, at=NOON)
    with pytest.raises(ours.TooManyOrganisations):
        make_organisation("One more", by=owner, at=NOON + HOUR)
    assert make_organisation("Another day", by=owner, at=NOON + 2 * DAY)


def test_its_end_takes_everything_of_it_along_and_no_account(owner, house):
    member = making.member(house)
    invited(house, owner)
    key = house.pk
    end_organisation(house, by=owner, at=NOON)
    assert not Membership.objects.exists()
    assert not OrganisationInvitation.objects.exists()
    member.person.refresh_from_db()
    assert member.person.is_active
    last = Act.objects.filter(subject_id=str(key)).order_by("-number").first()
    assert (last.kind, last.actor_id) == ("organisation.ended", owner.pk)


# Asking people to join ----------------------------------------------------------------------


def send(invitation, run=send_organisation_invitation.func):
    mail.outbox.clear()
    said = run(str(invitation.pk))
    return said, list(mail.outbox)


@pytest.mark.parametrize("has_account", [True, False])
def test_the_letter_is_the_same_with_and_without_an_account(owner, house, has_account):
    if has_account:
        make.user("bo@peerwork.example", full_name="Bo Berg", language="es")
    invitation = invited(house, owner, at=timezone.now())
    said, letters = send(invitation)
    [letter] = letters
    assert said == "sent"
    assert letter.to == ["bo@peerwork.example"]
    assert "Rosa Delgado asks you to join “Harbour House”" in letter.body
    assert f"/organisations/invitations/{invitation.pk}/" in letter.body
    assert "Bo Berg" not in letter.body
    assert "Harbour House" not in letter.subject
    assert Letter.objects.get(thing=f"joins.{invitation.pk}").person is None


def test_the_letter_is_in_the_language_of_whoever_invites(owner, house):
    owner.language = "es"
    _said, [letter] = send(invited(house, owner, at=timezone.now()))
    with translation.override("es"):
        assert str(translation.gettext("Hello,")) in letter.body
    assert "asks you to join" not in letter.body


def test_an_address_has_one_letter_for_one_invitation(owner, house):
    invitation = invited(house, owner, at=timezone.now())
    assert send(invitation)[0] == "sent"
    assert send(invitation) == ("nothing to send", [])


def test_a_letter_that_no_worker_sent_is_sent_by_the_sweep(owner, house, settings):
    settings.EMAIL_BACKEND = "tests.people.organisations.test_joining.NoServer"
    at = timezone.now()
    invitation = invited(house, owner, at=at)
    assert sweep(lambda: at).failed == 1
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    sweep(lambda: at + timedelta(seconds=30))
    assert mail.outbox == []  # it waits a minute
    assert sweep(lambda: at + timedelta(minutes=2)).failed == 0
    assert [letter.to for letter in mail.outbox] == [["bo@peerwork.example"]]
    sweep(lambda: at + timedelta(minutes=5))
    assert len(mail.outbox) == 1
    invitation.refresh_from_db()
    assert invitation.sent_at == at + timedelta(minutes=2)


class NoServer:
    def __init__(self, *args, **kwargs):
        pass

    def send_messages(self, messages):
        raise OSError("refused")


def test_one_that_was_taken_back_is_not_sent_and_not_accepted(owner, house):
    bo = make.user("bo@peerwork.example")
    invitation = invited(house, owner, at=timezone.now())
    take_back_invitation(house, invitation.pk, at=timezone.now())
    assert send(invitation) == ("nothing to send", [])
    with pytest.raises(ours.InvitationIsOver):
        accept_invitation(invitation, by=bo, at=timezone.now())
    assert roles(house) == [("Rosa Delgado", "owner")]


def test_whoever_has_the_address_joins_in_the_role_they_were_asked_for(owner, house):
    bo = make.user("bo@peerwork.example", full_name="Bo Berg")
    invitation = invited(house, owner, "Bo@Peerwork.Example", role="owner")
    accept_invitation(invitation, by=bo, at=NOON + HOUR)
    assert roles(house) == [("Bo Berg", "owner"), ("Rosa Delgado", "owner")]
    assert kinds_of_acts(house)[-1] == ("organisation.joined", bo.pk, bo.pk)
    assert not OrganisationInvitation.objects.exists()


def test_nobody_else_joins_by_the_link(owner, house):
    other = make.user("other@peerwork.example")
    EmailAddress.objects.create(user=other, email="bo@peerwork.example", verified=False)
    invitation = invited(house, owner)
    for answer in (
        lambda: accept_invitation(invitation, by=other, at=NOON),
        lambda: decline_invitation(invitation, by=other),
    ):
        with pytest.raises(ours.InvitationForAnother):
            answer()
    assert OrganisationInvitation.objects.count() == 1
    assert house.memberships.count() == 1


def test_a_second_address_that_is_confirmed_counts(owner, house):
    person = make.user("ann@peerwork.example", full_name="Ann Bo")
    EmailAddress.objects.create(user=person, email="bo@peerwork.example", verified=True)
    accept_invitation(invited(house, owner), by=person, at=NOON)
    assert ("Ann Bo", "member") in roles(house)


def test_it_ends_after_two_weeks(owner, house):
    bo = make.user("bo@peerwork.example")
    invitation = invited(house, owner)
    with pytest.raises(ours.InvitationIsOver):
        accept_invitation(invitation, by=bo, at=NOON + 14 * DAY)
    forget_expired(NOON + 14 * DAY)
    assert OrganisationInvitation.objects.exists()
    forget_expired(NOON + 16 * DAY)
    assert not OrganisationInvitation.objects.exists()


def test_to_say_no_leaves_nothing(owner, house):
    bo = make.user("bo@peerwork.example")
    decline_invitation(invited(house, owner), by=bo)
    assert not OrganisationInvitation.objects.exists()
    assert house.memberships.count() == 1


def test_whoever_was_asked_before_is_asked_anew(owner, house):
    first = invited(house, owner)
    second = invited(house, owner, role="owner", at=NOON + HOUR)
    assert [*house.invitations.values_list("pk", "role")] == [(second.pk, "owner")]
    assert first.pk != second.pk


def test_a_member_is_not_asked_again(owner, house):
    making.member(house, make.user("bo@peerwork.example"))
    with pytest.raises(ours.AlreadyMember):
        invited(house, owner)


def test_a_member_who_accepts_an_old_letter_keeps_their_role(owner, house):
    bo = make.user("bo@peerwork.example", full_name="Bo Berg")
    invitation = invited(house, owner)
    making.member(house, bo, role="owner")
    accept_invitation(invitation, by=bo, at=NOON)
    assert ("Bo Berg", "owner") in roles(house)


def test_letters_to_strangers_are_few(owner, house):
    for number in range(MOST_INVITED_A_DAY):
        invitation = invited(house, owner, f"p{number}@peerwork.example")
        take_back_invitation(house, invitation.pk, at=NOON)
    with pytest.raises(ours.TooManyInvitations):
        invited(house, owner, at=NOON + HOUR)
    assert invited(house, owner, at=NOON + DAY + HOUR)


def test_the_database_takes_no_second_place_in_one_organisation(owner, house):
    with pytest.raises(IntegrityError), transaction.atomic():
        making.member(house, owner)


# Roles --------------------------------------------------------------------------------------


def test_a_member_becomes_an_owner_and_is_one_no_more(owner, house):
    member = making.member(house, make.user(full_name="Bo Berg"))
    change_role(member, "owner", by=owner, at=NOON)
    change_role(member, "owner", by=owner, at=NOON)
    assert ("Bo Berg", "owner") in roles(house)
    change_role(member, "member", by=owner, at=NOON)
    assert ("Bo Berg", "member") in roles(house)
    assert [kind for kind, *_ in kinds_of_acts(house)].count("organisation.member") == 2


def test_the_last_owner_stays(owner, house):
    making.member(house)
    own = house.memberships.get(person=owner)
    for leave in (
        lambda: change_role(own, "member", by=owner, at=NOON),
        lambda: remove_member(own, by=owner, at=NOON),
    ):
        with pytest.raises(ours.LastOwnerStays):
            leave()
    assert house.memberships.owners().count() == 1


def test_of_two_owners_one_may_leave(owner):
    other = make.user(full_name="Bo Berg")
    house = making.organisation(owner, other)
    remove_member(house.memberships.get(person=owner), by=owner, at=NOON)
    assert roles(house) == [("Bo Berg", "owner")]
    assert kinds_of_acts(house)[-1] == ("organisation.left", owner.pk, owner.pk)
    with pytest.raises(ours.LastOwnerStays):
        remove_member(house.memberships.get(), by=other, at=NOON)


def test_a_member_is_removed_once(owner, house):
    member = making.member(house)
    remove_member(member, by=owner, at=NOON)
    remove_member(member, by=owner, at=NOON)
    assert [kind for kind, *_ in kinds_of_acts(house)].count("organisation.left") == 1


# When an owner is erased --------------------------------------------------------------------


def erase(person):
    at = timezone.now()
    erasure = ask_to_erase(person, at=at, pause=timedelta())
    assert carry_on(erasure, at=at)


def test_an_organisation_goes_on_to_the_member_who_was_there_longest(owner, house):
    making.member(house, make.user(full_name="Late"), at=NOON + DAY)
    making.member(house, make.user(full_name="Early"), at=NOON + HOUR)
    erase(owner)
    assert roles(house) == [("Early", "owner"), ("Late", "member")]


def test_one_with_another_owner_stays_theirs(owner):
    house = making.organisation(owner, make.user(full_name="Bo Berg"))
    making.member(house, make.user(full_name="Cy"))
    erase(owner)
    assert roles(house) == [("Bo Berg", "owner"), ("Cy", "member")]


def test_one_with_nobody_left_ends(owner, house):
    invited(house, owner)
    erase(owner)
    assert not Organisation.objects.exists()


def test_handing_over_twice_does_no_harm(owner, house):
    making.member(house, make.user(full_name="Bo Berg"))
    hand_over(owner, at=NOON)
    hand_over(owner, at=NOON)
    assert house.memberships.owners().count() == 2


def test_who_was_invited_is_forgotten_and_who_invited_is_a_number(owner):
    house = making.organisation(owner, make.user())
    bo = make.user("bo@peerwork.example")
    invited(house, owner)
    erase(bo)
    assert not OrganisationInvitation.objects.exists()
    invitation = invited(house, owner, "cy@peerwork.example")
    erase(owner)
    invitation.refresh_from_db()
    assert "Rosa" not in invitation.invited_by.full_name


# Words --------------------------------------------------------------------------------------

REFUSALS = [
    ours.LastOwnerStays(),
    ours.TooManyOrganisations(5),
    ours.TooManyInvitations(20),
    ours.AlreadyMember(),
    ours.TooManyKeys(10),
    ours.QuotaReached(100, NOON),
    ours.InvitationIsOver(),
    ours.InvitationForAnother(),
]


def test_every_refusal_is_a_whole_sentence_in_two_languages():
    assert {type(each) for each in REFUSALS} == set(ours.CannotOrganise.__subclasses__())
    for refusal in REFUSALS:
        english = str(refusal)
        assert english[0].isupper()
        assert english.endswith(".")
        with translation.override("es"):
            assert str(refusal) != english


def test_the_command_that_forgets_knows_of_invitations(capsys):
    call_command("forget_expired", dry_run=True)
    assert "invitations to organisations" in capsys.readouterr().out
