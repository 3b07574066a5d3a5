"""Who teaches a course is said on its page, by a lead trainer, of those who are trainers."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group
from django.urls import reverse
from wagtail.test.utils.form_data import inline_formset, nested_form_data, rich_text, streamfield

from courses.access import enrolments_seen_by
from courses.models import CoursePage
from courses.outlines import outline_of
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def without_second_factor(settings):
    settings.STAFF_NEED_SECOND_FACTOR = False


def member_of(*groups, **fields):
    person = make.user(**fields)
    person.groups.set(Group.objects.filter(name__in=groups))
    return person


def rows_of(*people):
    return inline_formset([{"trainer": str(person.pk)} for person in people])


def course_form(course, trainers, **fields):
    return nested_form_data(
        {
            "title": course.title,
            "slug": course.slug,
            "code": "",
            "summary": course.summary,
            "introduction": rich_text("<p>Welcome.</p>"),
            "outcomes": streamfield([]),
            "order": "free",
            "contact_name": "Lucía, your trainer",
            "contact_email": "lucia@x.example",
            "trainers": trainers,
            "comments": inline_formset([]),
            **fields,
        }
    )


def edit(client, person, course, trainers, **fields):
    client.force_login(person)
    url = reverse("wagtailadmin_pages:edit", args=[course.pk])
    return client.post(url, course_form(course, trainers, **fields))


@pytest.fixture
def course():
    page = make.course(order="free")
    make.enrolment(make.user(full_name="Learner Person"), page)
    return page


def test_a_lead_trainer_publishes_who_sees_the_learners_and_whom_they_may_ask(client, course):
    trainer = member_of("Trainers")
    lead = member_of("Lead trainers")
    edit(client, lead, course, rows_of(trainer), **{"action-publish": "1"})
    assert enrolments_seen_by(trainer).count() == 1
    assert outline_of(CoursePage.objects.get(pk=course.pk)).contact.name == "Lucía, your trainer"
    edit(client, lead, course, taken_away(course), **{"action-publish": "1"})
    assert not enrolments_seen_by(trainer).exists()


def taken_away(course):
    row = CoursePage.objects.get(pk=course.pk).trainers.get()
    line = {"id": str(row.pk), "trainer": str(row.trainer_id), "DELETE": "on"}
    return inline_formset([line], initial=1)


def test_a_trainer_who_names_themselves_in_a_draft_sees_nobody(client, course):
    trainer = member_of("Trainers")
    response = edit(client, trainer, course, rows_of(trainer))
    assert response.status_code == 302
    assert CoursePage.objects.get(pk=course.pk).has_unpublished_changes
    assert not enrolments_seen_by(trainer).exists()
    edit(client, trainer, course, rows_of(trainer), **{"action-publish": "1"})
    assert not enrolments_seen_by(trainer).exists(), "trainers do not publish"


def test_a_trainer_sees_nobody_of_a_course_that_they_made_and_that_was_never_published(client):
    trainer = member_of("Trainers")
    draft = make.course(live=False)
    draft.trainers.create(trainer=trainer)
    make.enrolment(make.user(), make.course())
    assert not enrolments_seen_by(trainer).exists()


def test_only_trainers_can_be_chosen_and_learners_are_not_listed(client, course):
    names = {
        "Trainer Person": ["Trainers"],
        "Lead Person": ["Lead trainers"],
        "Both Person": ["Trainers", "Lead trainers"],
        "Registrar Person": ["Registrars"],
    }
    for name, groups in names.items():
        member_of(*groups, full_name=name)
    member_of("Trainers", full_name="Gone Person", is_active=False)
    client.force_login(member_of("Lead trainers", full_name="Somebody Else"))
    page = client.get(reverse("wagtailadmin_pages:edit", args=[course.pk])).content.decode()
    choices = page[page.index("trainers-__prefix__-trainer") :]
    choices = choices[: choices.index("/select")]
    for name in ("Trainer Person", "Lead Person", "Both Person"):
        assert choices.count(name) == 1
    for name in ("Registrar Person", "Learner Person", "Gone Person"):
        assert name not in choices


def test_one_who_is_no_trainer_is_refused(client, course):
    learner = make.user()
    response = edit(client, member_of("Lead trainers"), course, rows_of(learner))
    assert response.status_code == 200
    assert not CoursePage.objects.get(pk=course.pk).has_unpublished_changes
    assert "Select a valid choice" in response.content.decode()
