"""Wagtail's screens for people, with one name and no password field."""

from html import unescape

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.models import Group, Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from people.forms import NAME_ERRORS
from people.models import NAME_LENGTH, User
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_second_step(settings):
    settings.STAFF_NEED_SECOND_FACTOR = False


@pytest.fixture
def admin(client):
    person = make.user("root@peerwork.example", full_name="Root Admin", is_superuser=True)
    client.force_login(person)
    return person


def edit(person, **changes):
    return {
        "email": person.email,
        "full_name": person.full_name,
        "language": person.language,
        "is_active": "on",
        **changes,
    }


def test_people_are_listed_by_name_and_found_by_name_or_address(client, admin, ada):
    page = client.get("/admin/users/").content.decode()
    assert "Ada Okafor" in page
    assert ada.email in page
    for words in ("Okafor", "ada@"):
        page = client.get("/admin/users/results/", {"q": words}).content.decode()
        assert "Ada Okafor" in page
        assert "Root Admin" not in page


def test_the_list_costs_the_same_with_one_person_and_with_three(
    client, admin, django_assert_max_num_queries
):
    client.get("/admin/users/")
    with CaptureQueriesContext(connection) as queries_for_one:
        client.get("/admin/users/")
    make.user(), make.user()
    with CaptureQueriesContext(connection) as queries_for_three:
        client.get("/admin/users/")
    assert len(queries_for_one) == len(queries_for_three)


def test_an_administrator_makes_an_account_without_knowing_its_password(client, admin, mailbox):
    assert 'name="password' not in client.get("/admin/users/new/").content.decode()
    trainers = Group.objects.get(name="Trainers")
    client.post(
        "/admin/users/new/",
        {
            "email": "Tess@Peerwork.Example",
            "full_name": "Tess Train",
            "language": "es",
            "groups": [trainers.pk],
        },
    )
    tess = User.objects.get(email="tess@peerwork.example")
    assert tess.full_name == "Tess Train"
    assert tess.language == "es"
    assert tess.groups.get() == trainers
    assert not tess.has_usable_password()
    browser = Client()
    browser.post("/accounts/login/code/", {"email": tess.email})
    browser.post("/accounts/login/code/confirm/", {"code": mailbox.code})
    assert browser.get("/admin/").status_code == 200
    assert EmailAddress.objects.get(user=tess).verified


def test_an_address_is_taken_in_any_case(client, admin, ada):
    page = client.post(
        "/admin/users/new/", {"email": "ADA@peerwork.example", "full_name": "Eve", "language": "en"}
    )
    assert "There is already an account with this email address." in page.content.decode()


TAKEN = "There is already an account with this email address."
REFUSED = [
    ({"full_name": ""}, "Type the full name of this person."),
    ({"full_name": "   "}, "Type the full name of this person."),
    ({"full_name": "\u200b\u202e"}, "Type the full name of this person."),
    ({"full_name": "N" * (NAME_LENGTH + 1)}, NAME_ERRORS["max_length"]),
    ({"email": ""}, "This field is required."),
    ({"email": "not-an-address"}, "Enter a valid email address."),
    ({"email": "ROOT@Peerwork.Example"}, TAKEN),
    ({"language": "tlh"}, "Select a valid choice."),
    ({"groups": ["999999"]}, "Select a valid choice."),
]


def shown_reason(reason):
    return str(reason) % {"limit_value": NAME_LENGTH, "show_value": NAME_LENGTH + 1}


def words_of(response):
    return unescape(" ".join(response.content.decode().split()))


@pytest.mark.parametrize(("typed", "reason"), REFUSED)
def test_a_person_who_cannot_be_added_is_refused_with_the_reason(client, admin, typed, reason):
    fields = {"email": "new@peerwork.example", "full_name": "New Person", "language": "en"}
    response = client.post("/admin/users/new/", fields | typed)
    assert response.status_code == 200
    assert shown_reason(reason) in words_of(response)
    assert User.objects.get() == admin


@pytest.mark.parametrize(("typed", "reason"), REFUSED)
def test_a_change_that_is_refused_changes_nothing_and_keeps_what_was_typed(
    client, admin, ada, typed, reason
):
    before = User.objects.filter(pk=ada.pk).values().get()
    address = EmailAddress.objects.filter(user=ada).values().get()
    fields = {"full_name": "Ada Eze", "email": "eze@peerwork.example"} | typed
    response = client.post(f"/admin/users/edit/{ada.pk}/", edit(ada, **fields))
    assert response.status_code == 200
    assert shown_reason(reason) in words_of(response)
    assert User.objects.filter(pk=ada.pk).values().get() == before
    assert EmailAddress.objects.filter(user=ada).values().get() == address
    valid = [value for name, value in fields.items() if name not in typed and name != "groups"]
    assert all(f'value="{value}"' in response.content.decode() for value in valid)


def test_ones_own_address_is_not_taken_by_oneself(client, admin, ada):
    client.post(f"/admin/users/edit/{ada.pk}/", edit(ada, email=ada.email.upper(), language="es"))
    ada.refresh_from_db()
    assert (ada.email, ada.language) == ("ada@peerwork.example", "es")


def test_an_administrator_changes_a_name_and_an_address(client, admin, ada, mailbox):
    page = client.get(f"/admin/users/edit/{ada.pk}/")
    assert page.status_code == 200
    client.post(
        f"/admin/users/edit/{ada.pk}/", edit(ada, full_name="Ada Eze", email="eze@peerwork.example")
    )
    ada.refresh_from_db()
    assert ada.full_name == "Ada Eze"
    assert list(EmailAddress.objects.filter(user=ada).values_list("email", "verified")) == [
        ("eze@peerwork.example", False)
    ]
    old = Client()
    old.post("/accounts/login/", {"login": "ada@peerwork.example", "password": make.PASSWORD})
    assert "_auth_user_id" not in old.session


def test_making_someone_inactive_or_an_administrator_ends_their_sessions(
    client, admin, ada, sign_in
):
    browser = Client()
    sign_in(by=browser)
    client.post(f"/admin/users/edit/{ada.pk}/", edit(ada, is_superuser="on"))
    assert browser.get("/accounts/profile/").status_code == 302


def test_nobody_is_deleted_and_so_no_evidence_is_lost(client, admin, ada):
    client.post(f"/admin/users/delete/{ada.pk}/")
    client.post(f"/admin/bulk/people/user/delete/?id={ada.pk}", {})
    assert User.objects.filter(pk=ada.pk).exists()


def test_whoever_may_edit_people_cannot_make_themselves_an_administrator(client, ada, admin):
    helper = make.user("helper@peerwork.example")
    helper.user_permissions.set(
        Permission.objects.filter(codename__in=["access_admin", "add_user", "change_user"])
    )
    browser = Client()
    browser.force_login(helper)
    browser.post(f"/admin/users/edit/{ada.pk}/", edit(ada, is_superuser="on", full_name="Ada Eze"))
    ada.refresh_from_db()
    assert ada.full_name == "Ada Eze"
    assert not ada.is_superuser
    browser.post(f"/admin/users/edit/{admin.pk}/", edit(admin, full_name="Taken Over"))
    admin.refresh_from_db()
    assert admin.full_name == "Root Admin"


def test_wagtails_own_account_page_works_and_keeps_no_second_name_or_password(client, admin):
    page = client.get("/admin/account/")
    html = page.content.decode()
    assert page.status_code == 200
    assert "first_name" not in html
    assert "new_password" not in html
    saved = client.post(
        "/admin/account/",
        {
            "theme-theme": "dark",
            "theme-contrast": "system",
            "theme-density": "default",
            "theme-keyboard_shortcuts": "on",
            "locale-language": "es",
            "locale-time_zone": "Europe/Madrid",
        },
    )
    assert saved.status_code == 302
    assert User.objects.get(pk=admin.pk).wagtail_userprofile.theme == "dark"


def test_the_account_page_asks_who_it_is(client):
    assert (
        client.get("/admin/account/").headers["Location"] == "/accounts/login/?next=/admin/account/"
    )


def test_whoever_is_added_is_written_to_and_told_how_to_come_in(
    client, admin, django_capture_on_commit_callbacks, mailoutbox
):
    new = {"email": "new@peerwork.example", "full_name": "New Person", "language": "en"}
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post("/admin/users/new/", new).status_code == 302
    [message] = mailoutbox
    assert message.to == ["new@peerwork.example"]
    assert "/accounts/login/code/" in message.body


def test_the_list_says_what_each_person_may_do(client, admin, ada):
    ada.groups.add(Group.objects.get(name="Registrars"))
    page = client.get("/admin/users/").content.decode()
    assert "Registrars" in page
