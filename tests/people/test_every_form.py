"""Every form of every page says whose page it is on."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import time_machine
from django.conf import settings
from django.test import Client, RequestFactory
from django.utils import timezone

from people.page_owners import FIELD, read_stamp, stamp_for, stamp_of
from tests import make
from tests.courses.reading import reflecting_lesson, signed_in, text_of

pytestmark = pytest.mark.django_db

PROFILE = "/accounts/profile/"


@pytest.fixture
def lesson():
    return reflecting_lesson(make.module(make.course(order="free")), title="Silence")


@pytest.fixture
def ben():
    return make.user(full_name="Ben Dreyer")


def forms_of(page):
    return re.findall(r'<form[^>]*method="post"[^>]*>.*?</form>', page, re.S | re.I)


@pytest.mark.parametrize("address", ["/learn/", PROFILE, "/accounts/email/", "/verify/"])
def test_every_form_of_a_page_says_whose_it_is(address, ada):
    page = text_of(signed_in(ada).get(address))
    forms = [form for form in forms_of(page) if 'action="/verify/' not in form]
    assert forms
    assert all(f'name="{FIELD}"' in form for form in forms)


def test_no_page_carries_the_stamp_of_whoever_saw_it_before(ada, ben, lesson):
    """What pages share between their readers is cached; whose page it is is not."""
    addresses = ["/", "/courses/", lesson.get_parent().get_parent().url, lesson.url, "/learn/"]
    for person in (ada, ben, ada):
        client = signed_in(person)
        for address in addresses:
            stamps = re.findall(
                r'made[_-]for" (?:value|content)="([^"]+)"', text_of(client.get(address))
            )
            assert {read_stamp(stamp).user_id for stamp in stamps} == {person.pk}, address


def templates_with_forms():
    folders = [settings.BASE_DIR / "templates", settings.BASE_DIR / "assessments" / "kinds"]
    return [
        (path.name, form)
        for folder in folders
        for path in folder.rglob("*.html")
        for form in forms_of(path.read_text())
    ]


def test_every_form_in_a_template_says_whose_page_it_is():
    """Those of ours for help lines act in this browser and on no account. The page that says that
    the site is busy sends again what was sent, with the stamp that it had. Files
    and numbers are checked for anybody, whoever is signed in, and nothing of them is stored."""
    forms = templates_with_forms()
    assert len(forms) > 40
    says_it = ("{% csrf_token %}", "{% page_stamp_field %}")
    assert {name for name, form in forms if not any(tag in form for tag in says_it)} == {
        "help.html",
        "error.html",
        "_file_form.html",
        "verify_many.html",
        "verify_many_answers.html",
        "verify_found.html",
        "verify_receipt.html",
    }


@pytest.mark.parametrize("address", ["/accounts/login/", "/accounts/signup/", "/"])
def test_a_visitors_page_is_nobodys(address):
    page = text_of(Client().get(address))
    assert f'name="{FIELD}"' not in page
    assert "made-for" not in page


def test_a_page_signs_its_stamp_once_and_another_for_whoever_signs_in_meanwhile(ada, ben):
    request = RequestFactory().get("/")
    request.user = ada
    with time_machine.travel(timezone.now(), tick=False) as clock:
        first = stamp_of(request)
        clock.shift(timedelta(minutes=1))
        assert stamp_of(request) == first != stamp_for(ada)
        request.user = ben
        assert read_stamp(stamp_of(request)).user_id == ben.pk
