"""A page stays among the pages of its own language, and whoever moves it elsewhere is told why."""

from __future__ import annotations

import pytest
from django.urls import reverse
from django.utils.html import escape
from wagtail.models import Locale, Page

from tests import make
from tests.courses.staff import sign_in

pytestmark = pytest.mark.django_db

REASON = "“Being there” is in English, and “Silencio” in Spanish"
WAY_ON = "Choose a place in English."


@pytest.fixture(autouse=True)
def without_second_factor(settings):
    settings.STAFF_NEED_SECOND_FACTOR = False


@pytest.fixture
def lesson():
    return make.lesson(make.module(make.course("Listening well"), title="Silence"), "Being there")


@pytest.fixture
def spanish_module(lesson):
    spanish = Locale.objects.get_or_create(language_code="es")[0]
    module = lesson.get_parent().specific.copy_for_translation(spanish, copy_parents=True)
    module.title = module.draft_title = "Silencio"
    module.save()
    return module


def text_of(answer):
    return answer.content.decode()


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("role", [None, "Lead trainers"])
def test_the_question_is_not_asked_and_the_reason_is_said(
    method, role, client, lesson, spanish_module
):
    browser = sign_in(client, role)
    url = reverse("wagtailadmin_pages:move_confirm", args=[lesson.pk, spanish_module.pk])
    answer = getattr(browser, method)(url, follow=True)
    assert answer.redirect_chain == [(reverse("wagtailadmin_pages:move", args=[lesson.pk]), 302)]
    assert REASON in text_of(answer)
    assert WAY_ON in text_of(answer)
    assert "Yes, move this page" not in text_of(answer)
    assert Page.objects.get(pk=lesson.pk).path == lesson.path


def test_the_form_in_which_a_place_is_chosen_leads_back_to_itself(client, lesson, spanish_module):
    url = reverse("wagtailadmin_pages:move", args=[lesson.pk])
    answer = sign_in(client).post(url, {"new_parent_page": spanish_module.pk}, follow=True)
    assert answer.redirect_chain[-1] == (url, 302)
    assert REASON in text_of(answer)


def test_within_its_language_it_moves_as_before(client, lesson, spanish_module):
    target = make.module(make.course("Boundaries"))
    url = reverse("wagtailadmin_pages:move_confirm", args=[lesson.pk, target.pk])
    browser = sign_in(client)
    assert "Yes, move this page" in text_of(browser.get(url))
    assert "stays among" not in text_of(browser.post(url, follow=True))
    assert Page.objects.get(pk=lesson.pk).get_parent().pk == target.pk


def test_of_several_that_are_moved_each_that_stays_says_why(client, lesson, spanish_module):
    url = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "move"])
    answer = sign_in(client).post(f"{url}?id={lesson.pk}", {"chooser": spanish_module.pk})
    assert REASON in text_of(answer)
    assert Page.objects.get(pk=lesson.pk).path == lesson.path


def test_a_title_is_shown_as_it_was_typed(client, lesson, spanish_module):
    spanish_module.title = spanish_module.draft_title = "<b>Si</b>"
    spanish_module.save()
    url = reverse("wagtailadmin_pages:move_confirm", args=[lesson.pk, spanish_module.pk])
    page = text_of(sign_in(client).get(url, follow=True))
    assert escape(spanish_module.title) in page
    assert spanish_module.title not in page
