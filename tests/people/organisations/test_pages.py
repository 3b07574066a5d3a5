"""The pages of an organisation: each for its members, some for its owners, none for anybody else."""

from __future__ import annotations

import pytest
from django.urls import reverse
from django.utils import timezone

from people.copies import sections
from people.models import Membership, Organisation, OrganisationInvitation
from people.organisations.joining import invite_member
from tests import make
from tests.people.organisations import making

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner():
    return make.user("rosa@peerwork.example", full_name="Rosa Delgado")


@pytest.fixture
def house(owner):
    return making.organisation(owner)


@pytest.fixture
def as_owner(client, owner):
    client.force_login(owner)
    return client


def at(name, *arguments):
    return reverse(f"organisations:{name}", args=arguments)


def asked(house, owner, email="bo@peerwork.example"):
    return invite_member(house, email, "member", by=owner, at=timezone.now())


# Finding one's way --------------------------------------------------------------------------


def test_my_learning_leads_whoever_is_here_for_an_organisation(as_owner):
    assert at("home") in as_owner.get("/learn/").content.decode()
    page = as_owner.get(at("home")).content.decode()
    assert at("new") in page
    assert "You belong to none yet" in page


def test_whoever_has_one_is_led_to_it_and_whoever_has_two_chooses(as_owner, owner, house):
    assert as_owner.get(at("home")).headers["Location"] == house.get_absolute_url()
    other = making.organisation(owner, name="Bay Trust")
    page = as_owner.get(at("home")).content.decode()
    assert page.index("Bay Trust") < page.index("Harbour House")
    assert other.get_absolute_url() in page


def test_whoever_has_one_still_reaches_the_list_to_make_another(as_owner, house):
    assert f"{at('home')}?all=1" in as_owner.get(house.get_absolute_url()).content.decode()
    assert at("new") in as_owner.get(at("home"), {"all": "1"}).content.decode()


def test_an_organisation_is_made_with_its_name_tidied(as_owner, owner):
    response = as_owner.post(at("new"), {"name": "  Harbour \u202e House "}, follow=True)
    house = Organisation.objects.get()
    assert house.name == "Harbour House"
    assert response.redirect_chain[-1][0] == house.get_absolute_url()
    assert b"home here now" in response.content


@pytest.mark.parametrize(
    "name",
    ["", "123", "Win at www.example.org", "https://x.example", "Go to example.com now", "x" * 81],
)
def test_a_name_that_would_lead_strangers_elsewhere_is_refused(as_owner, name):
    assert as_owner.post(at("new"), {"name": name}).status_code == 422
    assert not Organisation.objects.exists()


def test_the_sixth_is_refused_with_a_reason(as_owner, owner):
    for _ in range(5):
        making.organisation(owner, at=timezone.now())
    response = as_owner.post(at("new"), {"name": "Sixth"})
    assert response.status_code == 422
    assert b"One person can own 5 organisations" in response.content


def test_its_home_leads_to_checking_many_and_to_its_members(as_owner, house):
    page = as_owner.get(house.get_absolute_url()).content.decode()
    for address in (reverse("certificates:verify_many"), at("members", house.pk)):
        assert f'href="{address}"' in page
    assert "1 person belongs to it" in page
    assert "nobody’s learning" in page


def test_an_owner_gives_another_name(as_owner, house):
    as_owner.post(at("rename", house.pk), {"name": "Bay Trust"})
    house.refresh_from_db()
    assert house.name == "Bay Trust"


def test_an_owner_ends_it_after_being_asked(as_owner, house):
    assert b"cannot be had back" in as_owner.get(at("end", house.pk)).content
    assert Organisation.objects.exists()
    response = as_owner.post(at("end", house.pk), follow=True)
    assert b"The organisation is ended" in response.content
    assert not Organisation.objects.exists()


# Who sees what ------------------------------------------------------------------------------

EVERY = ["organisation", "members"]
OWNERS = ["rename", "end"]


def test_for_a_stranger_and_staff_it_is_not_there(client, house, owner):
    invitation = asked(house, owner)
    for person in (make.user(), make.registrar()):
        client.force_login(person)
        for name in EVERY + OWNERS:
            assert client.get(at(name, house.pk)).status_code == 404, name
            assert client.post(at(name, house.pk), {"name": "x"}).status_code in {404, 405}, name
        own = house.memberships.get().pk
        for name, last in (("role", own), ("remove", own), ("take_back", invitation.pk)):
            assert client.post(at(name, house.pk, last), {"role": "member"}).status_code == 404
    house.refresh_from_db()
    assert house.name == "Harbour House"
    assert house.invitations.open(timezone.now()).count() == 1


def test_a_visitor_is_asked_to_sign_in(client, house):
    for url in (at("home"), at("new"), house.get_absolute_url(), at("members", house.pk)):
        assert client.get(url).headers["Location"].startswith("/accounts/login/")


def test_a_member_sees_names_and_changes_nothing(client, house, owner):
    invitation = asked(house, owner)
    member = making.member(house, make.user("cy@peerwork.example", full_name="Cy Chan"))
    client.force_login(member.person)
    page = client.get(at("members", house.pk)).content.decode()
    assert "Rosa Delgado" in page
    assert "rosa@peerwork.example" not in page
    assert "bo@peerwork.example" not in page
    assert "Send the letter" not in page
    assert client.post(at("members", house.pk), {"email": "x@y.example"}).status_code == 404
    for name in OWNERS:
        assert client.get(at(name, house.pk)).status_code == 404
    others = house.memberships.exclude(pk=member.pk).get()
    assert client.post(at("remove", house.pk, others.pk)).status_code == 404
    assert client.post(at("role", house.pk, member.pk), {"role": "owner"}).status_code == 404
    assert client.post(at("take_back", house.pk, invitation.pk)).status_code == 404
    assert house.memberships.count() == 2
    member.refresh_from_db()
    assert member.role == "member"


def test_a_member_of_another_organisation_is_not_reached_through_ones_own(as_owner, house):
    other = making.organisation(make.user(), name="Bay Trust")
    theirs = other.memberships.get()
    assert as_owner.post(at("remove", house.pk, theirs.pk)).status_code == 404
    assert as_owner.post(at("role", house.pk, theirs.pk), {"role": "member"}).status_code == 404
    theirs.refresh_from_db()
    assert theirs.role == "owner"


def test_what_is_on_its_pages_is_kept_by_no_cache(as_owner, house):
    for url in (at("home"), house.get_absolute_url(), at("members", house.pk)):
        assert "no-store" in as_owner.get(url).headers["Cache-Control"]


@pytest.mark.parametrize("members", [1, 3])
def test_the_list_of_members_costs_the_same_for_one_and_for_three(
    as_owner, house, members, django_assert_max_num_queries
):
    for _ in range(members):
        making.member(house)
    as_owner.get(at("members", house.pk))
    with django_assert_max_num_queries(8):
        as_owner.get(at("members", house.pk))


# Members ------------------------------------------------------------------------------------


def test_an_owner_invites_and_the_answer_tells_nothing_of_the_address(as_owner, house):
    make.user("has@peerwork.example")
    answers = []
    for email in ("has@peerwork.example", "hasnot@peerwork.example"):
        form = {"email": email, "role": "member"}
        response = as_owner.post(at("members", house.pk), form, follow=True)
        answers.append(response.content.decode().count("The letter is on its way."))
    assert answers == [1, 1]
    assert house.invitations.count() == 2


def test_an_owner_sees_whom_they_asked_and_takes_it_back(as_owner, house, owner):
    invitation = asked(house, owner)
    assert b"bo@peerwork.example" in as_owner.get(at("members", house.pk)).content
    as_owner.post(at("take_back", house.pk, invitation.pk))
    assert b"bo@peerwork.example" not in as_owner.get(at("members", house.pk)).content


def test_an_owner_changes_a_role_by_a_button(as_owner, house):
    member = making.member(house)
    response = as_owner.post(at("role", house.pk, member.pk), {"role": "owner"}, follow=True)
    assert b"The role is changed." in response.content
    member.refresh_from_db()
    assert member.role == "owner"
    as_owner.post(at("role", house.pk, member.pk), {"role": "captain"})
    member.refresh_from_db()
    assert member.role == "owner"


def test_an_owner_removes_a_member_after_being_asked(as_owner, house):
    member = making.member(house, make.user(full_name="Cy Chan"))
    assert (
        b"Cy Chan belongs to it no more" in as_owner.get(at("remove", house.pk, member.pk)).content
    )
    assert Membership.objects.filter(pk=member.pk).exists()
    as_owner.post(at("remove", house.pk, member.pk))
    assert not Membership.objects.filter(pk=member.pk).exists()


def test_a_member_leaves(client, house):
    member = making.member(house)
    client.force_login(member.person)
    assert b"Your account" in client.get(at("remove", house.pk, member.pk)).content
    response = client.post(at("remove", house.pk, member.pk))
    assert response.headers["Location"] == at("home")
    assert house.memberships.count() == 1


def test_the_last_owner_is_told_why_they_stay(as_owner, house):
    own = house.memberships.get()
    for name, form in (("remove", {}), ("role", {"role": "member"})):
        page = as_owner.post(at(name, house.pk, own.pk), form, follow=True).content.decode()
        assert "An organisation needs an owner." in page
    assert house.memberships.owners().count() == 1


# Invitations --------------------------------------------------------------------------------


def test_whoever_is_invited_reads_what_others_will_see_and_joins(client, house, owner):
    bo = make.user("bo@peerwork.example", full_name="Bo Berg")
    invitation = asked(house, owner)
    client.force_login(bo)
    assert at("invitation", invitation.pk) in client.get(at("home")).content.decode()
    page = client.get(at("invitation", invitation.pk)).content.decode()
    assert "Harbour House" in page
    assert "They see your name" in page
    response = client.post(at("invitation", invitation.pk), {"yes": "1"}, follow=True)
    assert b"You are a member now." in response.content
    assert response.redirect_chain[-1][0] == house.get_absolute_url()


def test_whoever_says_no_is_asked_no_more(client, house, owner):
    client.force_login(make.user("bo@peerwork.example"))
    invitation = asked(house, owner)
    response = client.post(at("invitation", invitation.pk), {"no": "1"}, follow=True)
    assert b"Nobody is told." in response.content
    assert not OrganisationInvitation.objects.exists()
    assert client.get(at("invitation", invitation.pk)).status_code == 404


def test_somebody_else_with_the_link_does_not_learn_whose_it_is(client, house, owner):
    client.force_login(make.user("other@peerwork.example"))
    invitation = asked(house, owner)
    for response in (
        client.get(at("invitation", invitation.pk)),
        client.post(at("invitation", invitation.pk), {"yes": "1"}),
    ):
        assert response.status_code == 403
        assert b"Harbour House" not in response.content
        assert b"bo@peerwork.example" not in response.content
        assert b"other@peerwork.example" in response.content
    assert house.memberships.count() == 1


def test_a_visitor_with_the_link_signs_in_first_and_comes_back(client, house, owner):
    invitation = asked(house, owner)
    where = client.get(at("invitation", invitation.pk)).headers["Location"]
    assert where == f"/accounts/login/?next={at('invitation', invitation.pk)}"


def test_the_copy_of_a_persons_data_says_where_they_belong(as_owner, house):
    titles = {section.name: section for section in sections()}
    rows = list(titles["people.Membership"].rows(house.memberships.get().person))
    assert [row["organisation__name"] for row in rows] == ["Harbour House"]
