"""Proposing a change and reading one, in the staff pages."""

from __future__ import annotations

from html import unescape

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse
from wagtail.test.utils.form_data import inline_formset, nested_form_data

from courses.admin.competencies import ProposeChangeView
from courses.models import Competency, ProposedChange
from courses.models.second_read import without_second_reader
from courses.proposed_values import values_of
from courses.proposing import propose_change
from tests import make
from tests.make import NOON

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_once_and_without_second_factor")]

State = ProposedChange.State


def of_role(name, role="Trainers"):
    person = make.user(full_name=name)
    person.groups.add(Group.objects.get(name=role))
    browser = Client()
    browser.force_login(person)
    browser.person = person
    return browser


@pytest.fixture
def rosa():
    return of_role("Rosa Adler")


@pytest.fixture
def tariq():
    return of_role("Tariq Aziz", "Lead trainers")


@pytest.fixture
def competency():
    return make.competency("LI1", name="Be present")


def competency_form(**values):
    return nested_form_data(
        {
            "code": "LI1",
            "name": "Stay present",
            "description": "Attends.",
            "reason_of_change": "Clearer.",
            "words": inline_formset([]),
            "mappings": inline_formset([]),
            **values,
        }
    )


def words_of(response):
    return unescape(response.content.decode())


def change_url(change=None):
    return reverse("changes:change", args=[(change or ProposedChange.objects.latest("pk")).pk])


@pytest.fixture
def change(competency, rosa):
    after = {**values_of(competency), "name": "Stay present"}
    return propose_change(competency, after, reason="Clearer.", by=rosa.person, at=NOON)


def test_one_proposes_and_another_agrees_all_the_way(competency, rosa, tariq):
    edit = reverse("competencies:edit", args=[competency.pk])
    answer = rosa.post(edit, competency_form(), follow=True)
    assert "takes effect when somebody else has read it" in words_of(answer)
    assert Competency.objects.get().name == "Be present"
    assert "A change of this waits for a second reader." in words_of(rosa.get(edit))
    assert "Agree: it takes effect" not in words_of(rosa.get(change_url()))
    assert "1 proposed change waits for you to read it" in words_of(tariq.get("/admin/"))
    page = words_of(tariq.get(change_url()))
    for words in ("Rosa Adler", "Clearer.", "Be present", "Stay present", "No lesson and no"):
        assert words in page
    answer = tariq.post(change_url(), {"decision": "agree"}, follow=True)
    assert "You agreed, and it is in effect." in words_of(answer)
    assert Competency.objects.get().name == "Stay present"
    assert "waits for you to read it" not in words_of(tariq.get("/admin/"))


def test_no_reason_is_asked_for_and_nothing_typed_is_lost(competency, rosa):
    edit = reverse("competencies:edit", args=[competency.pk])
    page = words_of(rosa.post(edit, competency_form(reason_of_change="")))
    assert 'value="Stay present"' in page
    assert not ProposedChange.objects.exists()


def test_a_second_proposal_of_the_same_is_refused_by_name(change, competency, tariq):
    edit = reverse("competencies:edit", args=[competency.pk])
    page = words_of(tariq.post(edit, competency_form(name="Third")))
    assert "proposed by Rosa Adler" in page
    assert 'value="Third"' in page


def test_a_form_that_changes_nothing_proposes_nothing(competency, rosa):
    edit = reverse("competencies:edit", args=[competency.pk])
    answer = rosa.post(edit, competency_form(name="Be present"), follow=True)
    assert "Nothing would be changed by this." in words_of(answer)
    assert not ProposedChange.objects.exists()


def test_something_new_is_proposed_with_its_rows(rosa, tariq):
    form = competency_form(
        code="LI9", mappings=inline_formset([{"framework": "Ours", "reference": "1", "url": ""}])
    )
    rosa.post(reverse("competencies:add"), form)
    assert not Competency.objects.exists()
    assert "Ours, 1" in words_of(tariq.get(change_url()))
    tariq.post(change_url(), {"decision": "agree"})
    assert Competency.objects.get().mappings.get().framework == "Ours"


def test_deleting_is_proposed_with_a_reason(competency, tariq):
    chief = Client()
    chief.force_login(make.user(is_superuser=True))
    url = reverse("competencies:delete", args=[competency.pk])
    assert "Propose to delete it" in words_of(chief.get(url))
    assert chief.post(url, {"reason": ""}).status_code == 422
    chief.post(url, {"reason": "It stands there twice."})
    assert chief.post(url, {"reason": "Again."}).status_code == 422
    assert Competency.objects.exists()
    tariq.post(change_url(), {"decision": "agree"})
    assert not Competency.objects.exists()


def test_it_is_sent_back_with_words_and_answered(change, rosa, tariq):
    assert tariq.post(change_url(), {"decision": "send_back"}).status_code == 422
    tariq.post(change_url(), {"decision": "send_back", "words": "Say it shorter."})
    assert "1 change that you proposed was sent back" in words_of(rosa.get("/admin/"))
    assert "Say it shorter." in words_of(rosa.get(change_url()))
    rosa.post(change_url(), {"decision": "withdraw"})
    assert ProposedChange.objects.get().state == State.WITHDRAWN
    assert "was sent back" not in words_of(rosa.get("/admin/"))


def test_nobody_agrees_by_hand_to_what_they_proposed(change, rosa, competency):
    answer = rosa.post(change_url(), {"decision": "agree"})
    assert answer.status_code == 422
    assert "You proposed this yourself." in words_of(answer)
    assert Competency.objects.get().name == "Be present"


def test_a_stale_change_says_so_and_offers_no_agreement(change, tariq):
    with without_second_reader():
        Competency.objects.update(description="Another.")
    page = words_of(tariq.get(change_url()))
    assert "It cannot take effect" in page
    assert "Agree: it takes effect" not in page
    assert tariq.post(change_url(), {"decision": "agree"}).status_code == 422


def test_what_was_decided_a_moment_ago_is_said(change, tariq):
    tariq.post(change_url(), {"decision": "agree"})
    late = of_role("Mina Berg").post(change_url(), {"decision": "agree"})
    assert late.status_code == 422
    assert "Somebody decided about this a moment ago." in words_of(late)


def test_what_rests_on_it_is_told_in_sentences(competency, rosa, tariq):
    course = make.full_course(modules=1, lessons=1)
    lesson = course.get_descendants().filter(slug__contains="lesson").first()
    lesson = (lesson or course.get_descendants().last()).specific
    lesson.competencies.add(competency)
    lesson.save_revision().publish()
    award = make.award(course=course, hours_course=course, name="Bridge award")
    make.edition(course)
    make.credential(award)
    after = {**values_of(competency), "name": "Stay present"}
    propose_change(competency, after, reason="Clearer.", by=rosa.person, at=NOON)
    page = words_of(tariq.get(change_url()))
    assert "1 edition in force names it" in page
    assert "Bridge award" in page
    assert "1 certificate has been issued for that" in page
    assert "0 questions that learners were asked are about it" in page


def test_whoever_may_change_none_of_it_sees_none(change, client):
    client.force_login(make.staff())
    assert client.get(reverse("changes:index")).status_code == 302
    registrar = Client()
    registrar.force_login(make.registrar())
    assert registrar.get(reverse("changes:index")).status_code == 200
    assert registrar.get(change_url(change)).status_code == 404


def test_a_site_of_one_person_is_told_what_that_means(competency, rosa, settings):
    settings.SECOND_READER = False
    edit = reverse("competencies:edit", args=[competency.pk])
    assert "This site has no second reader" in words_of(rosa.get(edit))
    answer = rosa.post(edit, competency_form(), follow=True)
    assert "It is in effect." in words_of(answer)
    assert Competency.objects.get().name == "Stay present"
    assert "This site has no second reader" in words_of(rosa.get(reverse("changes:index")))


def test_where_nobody_else_may_read_it_the_page_says_whom_to_ask(change, rosa):
    assert "Nobody else here may read this." in words_of(rosa.get(change_url()))
    of_role("Tariq Aziz", "Lead trainers")
    assert "Nobody else here may read this." not in words_of(rosa.get(change_url()))


def test_the_list_costs_the_same_for_one_and_for_many(change, tariq, django_assert_max_num_queries):
    url = reverse("changes:index")
    tariq.get(url)
    with django_assert_max_num_queries(60) as one:
        tariq.get(url)
    count = len(one)
    for number in range(3):
        row = make.competency(f"ZZ{number}")
        after = {**values_of(row), "name": "Other"}
        propose_change(row, after, reason="Clearer.", by=make.user(), at=NOON)
    tariq.get(url)  # a new competency ends what was cached
    with django_assert_max_num_queries(count):
        assert "ZZ2" in words_of(tariq.get(url))


def test_a_door_that_forgets_the_rule_answers_with_it(competency, rosa, monkeypatch):
    monkeypatch.setattr(ProposeChangeView, "form_valid", lambda view, form: form.save())
    edit = reverse("competencies:edit", args=[competency.pk])
    answer = rosa.post(edit, competency_form(), follow=True)
    assert "when somebody else has read it and agreed" in words_of(answer)
    assert Competency.objects.get().name == "Be present"
