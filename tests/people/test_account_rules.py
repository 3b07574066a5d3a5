"""The rules of an account, whichever page asks for them: who it is, what may be typed, what ends."""

from __future__ import annotations

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st

from people.adapter import AccountAdapter, MFAAdapter, has_second_factor, with_base_url
from people.forms import NameField, ProfileForm
from people.http import STAFF_SESSION_KEY
from people.models import User, validate_time_zone
from people.names import clean_name
from people.receivers import mark_staff_session, users_of_change
from people.validators import DEMONSTRATION_PASSWORD, DemonstrationPasswordValidator
from people.viewsets import describe_access
from tests import make

SITE = "https://learn.example.org"


# Addresses in mail ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("/accounts/login/", f"{SITE}/accounts/login/"),
        ("https://evil.example/accounts/login/", f"{SITE}/accounts/login/"),
        ("//evil.example/accounts/login/", f"{SITE}/accounts/login/"),
        ("http://learn.example.org/a/?key=1#top", f"{SITE}/a/?key=1#top"),
        ("", SITE),
    ],
)
def test_a_link_in_a_letter_leads_here_whatever_host_a_request_named(settings, url, expected):
    settings.BASE_URL = SITE
    assert with_base_url(url) == expected


@given(st.text(max_size=40).filter(lambda host: "[" not in host and "]" not in host))
def test_no_host_at_all_gets_into_a_letter(host):
    assert not with_base_url(f"https://{host}/page/").startswith(f"https://{host}/") or not host


# Who somebody is --------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("email", "stored"),
    [("Ada@Peerwork.Example", "ada@peerwork.example"), (" a@b.example ", "a@b.example")],
)
def test_an_address_is_one_address_whatever_its_capitals(email, stored):
    person = User.objects.create_user(email, full_name="Ada")
    assert person.email == stored
    assert User.objects.get_by_natural_key(f"  {email.upper()}") == person
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.create_user(email.swapcase(), full_name="Other")


@pytest.mark.django_db
def test_nobody_is_found_by_no_address():
    with pytest.raises(User.DoesNotExist):
        User.objects.get_by_natural_key(None)


@pytest.mark.parametrize(
    ("name", "short"),
    [("Ada Okafor", "Ada"), ("Ada", "Ada"), ("", ""), ("María José Núñez", "María")],
)
def test_a_person_is_greeted_by_their_first_word(name, short):
    assert User(full_name=name).get_short_name() == short
    assert User(full_name=name).get_full_name() == name


def test_a_person_without_a_name_is_called_by_their_address():
    assert str(User(email="ada@peerwork.example")) == "ada@peerwork.example"
    assert str(User(email="ada@peerwork.example", full_name="Ada")) == "Ada"


@pytest.mark.django_db
def test_only_those_who_may_open_the_staff_pages_are_staff():
    learner, trainer = make.user(), make.user()
    trainer.groups.add(Group.objects.get(name="Trainers"))
    left = make.user(is_superuser=True, is_active=False)
    assert [User.objects.get(pk=p.pk).is_staff for p in (learner, trainer, left)] == [
        False,
        True,
        False,
    ]


@pytest.mark.django_db
def test_what_somebody_may_do_is_said_in_a_word():
    person = make.user()
    assert describe_access(person) == ""
    person.groups.add(*Group.objects.filter(name__in=["Trainers", "Assessors"]))
    assert describe_access(person) == "Assessors, Trainers"
    person.is_superuser = True
    assert describe_access(person) == "Administrator"


# Names and time zones ---------------------------------------------------------------------


@given(st.text(max_size=60))
def test_a_name_that_was_cleaned_is_clean(text):
    cleaned = clean_name(text)
    assert clean_name(cleaned) == cleaned
    assert "\n" not in cleaned
    assert cleaned == cleaned.strip()
    assert "  " not in cleaned


@given(st.text(alphabet="aÄ\u0308 \u202e\n\t’-", max_size=60))
def test_a_form_takes_a_name_as_it_will_be_printed(text):
    if clean_name(text):
        assert NameField().clean(text) == clean_name(text)
    else:
        with pytest.raises(ValidationError, match="name to print"):
            NameField().clean(text)


@pytest.mark.parametrize("zone", ["UTC", "Europe/London", "America/Argentina/Buenos_Aires"])
def test_a_time_zone_that_there_is_passes(zone):
    validate_time_zone(zone)


@pytest.mark.parametrize("zone", ["", "London", "Europe/Atlantis", "../../etc/passwd", "utc+1"])
def test_a_time_zone_that_there_is_not_is_refused_with_an_example(zone):
    with pytest.raises(ValidationError, match="Europe/London"):
        validate_time_zone(zone)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({}, set()),
        ({"full_name": " "}, {"full_name"}),
        ({"language": "xx"}, {"language"}),
        ({"time_zone": "Europe/Atlantis"}, {"time_zone"}),
        ({"full_name": "N" * 121, "language": ""}, {"full_name", "language"}),
    ],
)
def test_a_profile_says_of_each_field_what_is_wrong(fields, wrong):
    form = ProfileForm(
        {"full_name": "Ada", "language": "en", "time_zone": "UTC", **fields}, instance=make.user()
    )
    assert set(form.errors) == wrong


# Passwords and second factors -------------------------------------------------------------


@pytest.mark.parametrize(
    ("password", "is_demonstration", "fits"),
    [
        (DEMONSTRATION_PASSWORD, True, True),
        (DEMONSTRATION_PASSWORD, False, False),
        ("quiet-river-stone", False, True),
    ],
)
def test_the_printed_password_serves_the_demonstration_alone(
    settings, password, is_demonstration, fits
):
    settings.DEMONSTRATION = is_demonstration
    validator = DemonstrationPasswordValidator()
    if fits:
        validator.validate(password)
    else:
        with pytest.raises(ValidationError):
            validator.validate(password)
    assert validator.get_help_text()


def add_factor(person, kind):
    return Authenticator.objects.create(user=person, type=kind, data={})


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("kinds", "needed"),
    [
        ([], False),
        (["recovery_codes"], False),
        (["totp"], True),
        (["webauthn"], True),
        (["totp", "recovery_codes"], True),
    ],
)
def test_a_password_is_no_longer_enough_once_there_is_a_real_second_factor(kinds, needed):
    person = make.user()
    for kind in kinds:
        add_factor(person, kind)
    assert has_second_factor(person) is needed


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("is_staff", "required", "kinds", "may"),
    [
        (False, True, ["totp"], True),
        (True, False, ["totp"], True),
        (True, True, ["totp"], False),
        (True, True, ["totp", "recovery_codes"], False),
        (True, True, ["totp", "webauthn"], True),
    ],
)
def test_staff_keep_one_second_factor(settings, is_staff, required, kinds, may):
    settings.STAFF_NEED_SECOND_FACTOR = required
    person = make.user(is_superuser=is_staff)
    first, *_ = [add_factor(person, kind) for kind in kinds]
    assert MFAAdapter().can_delete_authenticator(first) is may


@pytest.mark.django_db
def test_keys_are_numbered_so_that_they_can_be_told_apart():
    person, adapter = make.user(), MFAAdapter()
    kind = Authenticator.Type.WEBAUTHN
    assert adapter.generate_authenticator_name(person, kind) == "My key"
    add_factor(person, kind)
    assert adapter.generate_authenticator_name(person, kind) == "Key 2"
    assert adapter.generate_authenticator_name(make.user(), kind) == "My key"


@pytest.mark.parametrize(
    ("first", "second", "is_same"),
    [
        ("ada@x.example", "ADA@x.example ", True),
        ("ada@x.example", "ada@y.example", False),
    ],
)
def test_guesses_are_counted_by_account_and_by_nothing_that_a_guesser_chooses(
    first, second, is_same
):
    adapter = AccountAdapter()
    one_request = RequestFactory().get("/", headers={"host": "a.example"})
    other_request = RequestFactory().get("/", headers={"host": "b.example:8001"})
    keys = [
        adapter._get_login_attempts_cache_key(one_request, email=first),
        adapter._get_login_attempts_cache_key(other_request, email=second),
    ]
    assert (keys[0] == keys[1]) is is_same


# What ends with a role --------------------------------------------------------------------


@pytest.mark.django_db
def test_a_change_of_roles_is_about_those_whose_roles_change():
    group = Group.objects.get(name="Trainers")
    ada, joel = make.user(), make.user()
    ada.groups.add(group)
    assert list(users_of_change(ada, False, {group.pk})) == [ada]
    assert list(users_of_change(ada, False, set())) == []
    assert list(users_of_change(group, True, {joel.pk})) == [joel]
    assert list(users_of_change(group, True, None)) == [ada]


@pytest.mark.django_db
@pytest.mark.parametrize("is_staff", [True, False])
def test_a_session_says_whether_to_show_the_way_to_the_staff_pages(client, is_staff):
    request = RequestFactory().get("/")
    request.session = client.session
    mark_staff_session(request, make.user(is_superuser=is_staff))
    assert request.session.get(STAFF_SESSION_KEY, False) is is_staff
