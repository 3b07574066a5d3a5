"""A film may be sent by staff who are signed in; nothing as large is read for anyone else."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import HttpResponse
from django.test import RequestFactory

from lms.middleware import InputGuardMiddleware, body_limit
from tests import make

MB = 1024 * 1024
FILM = "/admin/media/video/add/"
FORM = "multipart/form-data; boundary=x"


def sent(path, size, content_type=FORM, user=None):
    request = RequestFactory().post(path, b"x", content_type=content_type)
    request.META["CONTENT_LENGTH"] = str(size)
    request.user = user or AnonymousUser()
    return request


def answer_to(request):
    guard = InputGuardMiddleware(lambda request: HttpResponse("taken"))
    refused = guard.refusal(request)
    return refused or guard.refusal_of_film(request)


@pytest.mark.parametrize(
    ("path", "content_type", "limit"),
    [
        ("/learn/", FORM, 1),
        ("/admin/documents/multiple/add/", FORM, 25),
        (FILM, FORM, 1024 + 25),
        ("/admin/media/video/chooser/upload/", FORM, 1024 + 25),
        ("/admin/media/edit/3/", FORM, 1024 + 25),
        (FILM, "application/x-www-form-urlencoded", 25),
    ],
)
def test_each_address_takes_as_much_as_is_meant_for_it(path, content_type, limit):
    assert body_limit(sent(path, 0, content_type)) == limit * MB
    assert answer_to(sent(path, limit * MB + 1, content_type)).status_code == 413


@pytest.mark.django_db
def test_a_film_of_a_gigabyte_is_taken_from_staff():
    staff = make.staff("wagtailadmin.access_admin")
    assert answer_to(sent(FILM, 1024 * MB, user=staff)) is None


@pytest.mark.django_db
def test_a_film_of_somebody_else_is_not_even_read():
    learner = answer_to(sent(FILM, 1024 * MB, user=make.user()))
    visitor = answer_to(sent(FILM, 1024 * MB))
    assert learner.status_code == 403
    assert (visitor.status_code, visitor["Location"].split("?")[0]) == (302, "/accounts/login/")


def test_a_film_goes_to_the_disk_on_which_it_stays(settings):
    assert settings.FILE_UPLOAD_TEMP_DIR.is_dir()
    assert settings.FILE_UPLOAD_TEMP_DIR.parent == settings.MEDIA_ROOT.parent
