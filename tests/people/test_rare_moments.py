"""What seldom happens to an account: a language that was dropped, roles before there are pages."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group
from django.test import RequestFactory
from django.urls import reverse
from django.utils import timezone, translation
from wagtail.models import Collection, GroupCollectionPermission, GroupPagePermission, Page

from people.middleware import LanguageMiddleware
from people.models import User
from people.roles import last_app_with_models, sync_roles_after_migrate
from people.wagtail_hooks import refuse_to_delete_people
from tests import make

pytestmark = pytest.mark.django_db


# Languages and zones ----------------------------------------------------------------------


def read_with(person, settings):
    """The language and the time zone in which a page is made for somebody."""
    request = RequestFactory().get("/learn/", headers={"accept-language": "en"})
    request.user = person
    request.COOKIES[settings.SESSION_COOKIE_NAME] = "x"
    middleware = LanguageMiddleware(lambda request: None)
    with translation.override("en"), timezone.override(None):
        middleware.process_view(request, None, (), {})
        return translation.get_language(), timezone.get_current_timezone_name()


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"language": "es", "time_zone": "Europe/London"}, ("es", "Europe/London")),
        ({"language": "xx", "time_zone": "UTC"}, ("en", "UTC")),
        ({"language": "es", "time_zone": "Europe/Atlantis"}, ("es", "UTC")),
        ({"language": "en", "time_zone": "../secret"}, ("en", "UTC")),
    ],
)
def test_a_language_or_a_zone_that_there_is_no_more_locks_nobody_out(settings, fields, expected):
    person = make.user()
    User.objects.filter(pk=person.pk).update(**fields)
    person.refresh_from_db()
    assert read_with(person, settings) == expected


# Roles ------------------------------------------------------------------------------------


def sync():
    sync_roles_after_migrate(last_app_with_models(), using="default")


def test_before_there_are_pages_and_files_a_role_has_its_other_permissions():
    GroupPagePermission.objects.all().delete()
    GroupCollectionPermission.objects.all().delete()
    Group.objects.get(name="Trainers").permissions.clear()
    Page.objects.all().delete()
    Collection.objects.all().delete()
    sync()
    trainers = Group.objects.get(name="Trainers")
    assert trainers.permissions.filter(codename="access_admin").exists()
    assert not GroupPagePermission.objects.exists()
    assert not GroupCollectionPermission.objects.exists()


def test_a_second_time_changes_nothing(caplog):
    sync()
    caplog.clear()
    sync()
    assert "gained" not in caplog.text


# Deleting ---------------------------------------------------------------------------------


def test_people_who_were_ticked_in_the_list_are_not_deleted(client, settings):
    settings.STAFF_NEED_SECOND_FACTOR = False
    client.force_login(make.user(is_superuser=True))
    first, second = make.user(), make.user()
    address = reverse("wagtail_bulk_action", args=["people", "user", "delete"])
    query = f"?id={first.pk}&id={second.pk}"
    response = client.post(address + query)
    assert response.url == reverse("wagtailusers_users:index")
    assert User.objects.filter(pk__in=[first.pk, second.pk]).count() == 2


@pytest.mark.parametrize("action", ["set_active_state", "assign_role"])
def test_other_things_are_done_to_several_people_at_once(rf, action):
    assert refuse_to_delete_people(rf.post("/"), action, [make.user()], None) is None


def test_other_rows_than_people_are_deleted_as_ever(rf):
    assert refuse_to_delete_people(rf.post("/"), "delete", [make.competency()], None) is None
