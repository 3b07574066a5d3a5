"""A page with a password: in the look of the site, and not to be guessed."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from tests import make
from tests.courses.test_privacy import TITLE, close

pytestmark = pytest.mark.django_db

RIGHT = "open sesame"
WAIT = "pausing it for five minutes"


@pytest.fixture
def course():
    course = make.course(TITLE, order="free")
    make.lesson(make.module(course), title="Canary lesson")
    return course


@pytest.fixture
def enter(course):
    """Enters a password as somebody who just came: `enter("wrong", address="192.0.2.7")`."""
    row = close(course, kind="password", password=RIGHT)
    url = reverse("wagtailcore_authenticate_with_password", args=[row.pk, course.pk])

    def enter(password, address="192.0.2.1", browser=None):
        fields = {"password": password, "return_url": course.url}
        return (browser or Client()).post(url, fields, REMOTE_ADDR=address)

    return enter


def words(answer):
    return " ".join(answer.content.decode().split())


def test_it_asks_in_the_look_of_the_site_and_shows_nothing_of_the_page(course, enter):
    answer = Client().get(course.url)
    page = words(answer)
    assert answer.status_code == 200
    assert page.count("<h1") == 1
    assert "This page has a password" in page
    assert '<label for="id_password">' in page
    assert 'id="content"' in page
    assert TITLE not in page.replace(course.url, "")
    assert "Canary" not in page


def test_a_wrong_one_is_said_beside_the_field_and_in_the_title(enter):
    page = words(enter("wrong"))
    assert "<title>Error: This page has a password" in page
    assert 'aria-invalid="true"' in page
    assert "That is not the password. Try again, or ask whoever runs the course." in page


def test_a_right_one_opens_it(course, enter):
    browser = Client()
    answer = enter(RIGHT, browser=browser)
    assert answer.url == course.url
    assert TITLE in words(browser.get(course.url))


def test_nobody_tries_on_until_one_fits(enter):
    answers = [enter(f"guess {number}") for number in range(12)]
    assert [each.status_code for each in answers] == [200] * 10 + [429] * 2
    assert WAIT in words(answers[-1])
    refused = enter(RIGHT)
    assert refused.status_code == 429
    assert "Location" not in refused


def test_elsewhere_it_can_be_entered_meanwhile(course, enter):
    for number in range(11):
        enter(f"guess {number}")
    assert enter(RIGHT, address="198.51.100.7").url == course.url


def test_a_class_in_one_room_is_let_in(course, enter):
    assert {enter(RIGHT).url for _ in range(30)} == {course.url}


def test_a_page_that_is_not_there_is_not_found(enter):
    url = reverse("wagtailcore_authenticate_with_password", args=[999_999, 999_999])
    assert Client().post(url, {"password": "x", "return_url": "/"}).status_code == 404
    for number in range(11):
        enter(f"guess {number}")
    assert Client().post(url, {"password": "x"}, REMOTE_ADDR="192.0.2.1").status_code == 404


def test_without_anything_sent_it_asks_again(enter):
    for _ in range(12):
        answer = enter("")
    assert answer.status_code in {200, 429}
    assert "This page has a password" in words(answer)
