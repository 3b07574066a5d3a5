"""Staff who were away for half an hour: what they send then is given back to them."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from wagtail.test.utils.form_data import inline_formset, nested_form_data

from courses.models import CompetencyGroup, ProposedChange
from people.models import SetAsideForm, User
from people.page_owners import FIELD, HEADER, stamp_for
from tests import make
from tests.courses.reading import signed_in, text_of
from tests.people.test_page_owners import LIST, send_again

pytestmark = pytest.mark.django_db

NEW_GROUP = "/admin/competency-groups/new/"


@pytest.fixture
def staff_browser(settings):
    """A browser of somebody of the staff, who has just opened a page, and they."""
    settings.STAFF_NEED_SECOND_FACTOR = False
    person = make.user(is_superuser=True)
    client = signed_in(person)
    assert client.get(NEW_GROUP).status_code == 200
    return client, person


def leave_for_half_an_hour(client):
    session = client.session
    session["staff_seen_at"] -= 31 * 60
    session.save()


def test_what_staff_typed_after_half_an_hour_is_given_back(staff_browser):
    client, person = staff_browser
    leave_for_half_an_hour(client)
    form = {FIELD: stamp_for(person), "name": "Listening with care", "place": "1"}
    form["reason_of_change"] = "It was missing."
    form |= nested_form_data({"names": inline_formset([])})
    answer = client.post(NEW_GROUP, form)
    assert answer.headers["Location"] == f"/accounts/login/?next={LIST}"
    assert not CompetencyGroup.objects.filter(name=form["name"]).exists()
    client.force_login(person)
    page = text_of(client.get(LIST))
    assert "Listening with care" in page
    send_again(client, page)
    assert ProposedChange.objects.filter(name=form["name"]).exists()
    assert not SetAsideForm.objects.exists()


def test_a_script_of_the_staff_is_told_that_the_session_is_over(staff_browser):
    client, person = staff_browser
    leave_for_half_an_hour(client)
    stamp = stamp_for(person)
    answer = client.post(
        NEW_GROUP,
        {FIELD: stamp, "name": "Typed"},
        headers={HEADER: stamp, "Referer": f"{settings.BASE_URL}{NEW_GROUP}"},
    )
    assert answer.status_code == 401
    assert answer["X-Page-Owner"] == "signed_out"
    assert "_auth_user_id" not in client.session
    assert SetAsideForm.objects.get().owner == person


def test_a_preview_that_comes_too_late_is_no_form_to_send_again(staff_browser):
    client, person = staff_browser
    leave_for_half_an_hour(client)
    stamp = stamp_for(person)
    headers = {HEADER: stamp, "Referer": f"{settings.BASE_URL}/admin/competency-groups/edit/1/"}
    answer = client.post(NEW_GROUP, {FIELD: stamp, "name": "Typed so far"}, headers=headers)
    assert answer.status_code == 401
    assert not SetAsideForm.objects.exists()


def test_the_code_of_a_lesson_is_no_secret_and_is_kept(staff_browser):
    _, person = staff_browser
    lesson = make.lesson(make.module(make.course("Course")), title="Lesson", code="1.2")
    address = f"/admin/pages/{lesson.pk}/edit/"
    Client().post(address, {FIELD: stamp_for(person), "title": "Anew", "code": "1.2"})
    assert ["code", "1.2"] in SetAsideForm.objects.get().fields


def test_who_saved_the_same_page_meanwhile_is_said_before_it_is_sent(staff_browser):
    _, person = staff_browser
    lesson = make.lesson(make.module(make.course("Course")), title="Lesson", code="1.2")
    opened = lesson.save_revision(user=person)
    form = {"title": "Anew", "loaded_revision_id": str(opened.pk)}
    Client().post(f"/admin/pages/{lesson.pk}/edit/", {FIELD: stamp_for(person), **form})
    page = text_of(signed_in(person).get(LIST))
    assert "Saved since" not in page
    colleague = make.user("colleague@peerwork.example", full_name="Bela Ruiz")
    lesson.save_revision(user=colleague, changed=False)
    assert "Saved since by Bela Ruiz" in text_of(signed_in(person).get(LIST))


def test_what_the_editor_refuses_waits_until_it_is_taken(staff_browser):
    _, person = staff_browser
    Client().post(NEW_GROUP, {FIELD: stamp_for(person), "name": "", "place": "1"})
    form = SetAsideForm.objects.get()
    client = signed_in(person)
    again = {**dict(form.fields), FIELD: stamp_for(person)}
    refused = client.post(NEW_GROUP, {**again, "sent_again": form.pk})
    assert refused.status_code in {200, 422}
    assert f'name="set_aside" value="{form.pk}"' in refused.content.decode()
    whole = {**again, "name": "Listening", "reason_of_change": "It was missing."}
    whole |= nested_form_data({"names": inline_formset([])})
    taken = client.post(NEW_GROUP, {**whole, "set_aside": form.pk})
    assert taken.status_code == 302
    assert not SetAsideForm.objects.exists()


def test_files_are_named_and_not_kept(staff_browser):
    _, person = staff_browser
    file = SimpleUploadedFile("photo.png", b"x")
    form = {FIELD: stamp_for(person), "title": "A photo", "file": file}
    Client().post("/admin/images/add/", form)
    assert SetAsideForm.objects.get().file_names == ["photo.png"]
    assert "photo.png" in text_of(signed_in(person).get(LIST))


def test_what_somebody_may_not_do_any_more_waits_on(staff_browser):
    _, person = staff_browser
    Client().post(NEW_GROUP, {FIELD: stamp_for(person), "name": "Not mine to add", "place": "1"})
    User.objects.filter(pk=person.pk).update(is_superuser=False)
    client, form = signed_in(person), SetAsideForm.objects.get()
    again = {**dict(form.fields), FIELD: stamp_for(person), "sent_again": form.pk}
    assert client.post(NEW_GROUP, again).status_code in {302, 403}
    assert SetAsideForm.objects.filter(pk=form.pk).exists()
