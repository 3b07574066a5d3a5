"""What the hours of an award are counted from is changed by two registrars."""

from __future__ import annotations

from html import unescape

import pytest
from django.test import Client
from django.urls import reverse
from wagtail.test.utils.form_data import inline_formset, nested_form_data

from certificates.models import Award
from courses.models import ProposedChange
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def award():
    return make.award(course=make.full_course(modules=1, lessons=1), active=False)


def browser_of(person):
    browser = Client()
    browser.force_login(person)
    return browser


def award_form(award, **values):
    requirements = [
        {"id": row.pk, "kind": row.kind, "course": row.course_id, "ORDER": number}
        for number, row in enumerate(award.requirements.all(), start=1)
    ]
    return nested_form_data(
        {
            "name": award.name,
            "slug": award.slug,
            "issuer": award.issuer_id,
            "description": award.description,
            "limits": "",
            "language": "en",
            "valid_months": "",
            "renewal_opens_days": "90",
            "design": award.design,
            "hours_course": "",
            "words": inline_formset([]),
            "requirements": inline_formset(requirements, initial=len(requirements)),
            **values,
        }
    )


def words_of(response):
    return unescape(response.content.decode())


def test_the_rest_is_saved_and_the_hours_wait(award, settings):
    settings.STAFF_NEED_SECOND_FACTOR = False
    first, second = browser_of(make.registrar()), browser_of(make.registrar())
    url = reverse("awards:edit", args=[award.pk])
    sent = award_form(
        award, description="Has done it.", taught_in_room="on", reason_of_change="It is taught."
    )
    answer = first.post(url, sent, follow=True)
    assert "It takes effect when somebody else has read it" in words_of(answer)
    award.refresh_from_db()
    assert (award.description, award.taught_in_room) == ("Has done it.", False)
    change = ProposedChange.objects.get()
    address = reverse("changes:change", args=[change.pk])
    page = words_of(second.get(address))
    assert "Taught in a room" in page
    assert "0 certificates have been issued for that" in page
    second.post(address, {"decision": "agree"})
    award.refresh_from_db()
    assert award.taught_in_room


def test_another_course_of_the_hours_needs_a_reason_and_one_waits_at_a_time(award, settings):
    settings.STAFF_NEED_SECOND_FACTOR = False
    registrar = browser_of(make.registrar())
    url = reverse("awards:edit", args=[award.pk])
    course = award.requirements.get().course
    page = words_of(registrar.post(url, award_form(award, hours_course=course.pk)))
    assert "Please say why." in page
    assert not ProposedChange.objects.exists()
    sent = award_form(award, hours_course=course.pk, reason_of_change="It was left out.")
    registrar.post(url, sent)
    assert Award.objects.get().hours_course is None
    assert "waits for a second reader already" in words_of(registrar.post(url, sent))
    assert ProposedChange.objects.get().after["hours_course"] == course.pk


def test_what_is_no_matter_of_hours_is_saved_at_once_and_without_a_reason(award, settings):
    settings.STAFF_NEED_SECOND_FACTOR = False
    registrar = browser_of(make.registrar())
    url = reverse("awards:edit", args=[award.pk])
    assert registrar.post(url, award_form(award, description="Other.")).status_code == 302
    assert Award.objects.get().description == "Other."
    assert not ProposedChange.objects.exists()
