"""A page that records rest on is not deleted, and the editor is told why."""

import pytest
from django.urls import reverse
from wagtail.models import Page

from assessments.models import Draw
from courses.models import LessonPage
from lms.page_records import records_on
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor(client, settings):
    settings.STAFF_NEED_SECOND_FACTOR = False
    person = make.user(is_superuser=True)
    client.force_login(person)
    return person


def module_of(course):
    return course.get_children().first().specific


def enrolled(course):
    make.enrolment(course=course)


def completed(course):
    make.completion(make.user(), course)


def sat(course):
    page = module_of(course).get_children().last().specific
    make.passed_quiz(make.user(), page.quiz)


def required(course):
    make.award(course=course, name="Bridge award")


def quiz_required(course):
    page = module_of(course).get_children().last().specific
    make.award(quiz=page.quiz, name="Bridge award")


def counted(course):
    make.award(hours_course=course, name="Bridge award")


def drawn(course):
    Draw.objects.create(quiz=make.quiz([], title="Final"), module=module_of(course))


def read_again(course):
    """Whoever misses the question is led to this lesson."""
    make.true_false(lesson=LessonPage.objects.descendant_of(course).first())


def filed(course):
    make.single_choice(module=module_of(course))


@pytest.mark.parametrize(
    ("add_record", "reason"),
    [
        (enrolled, "1 person has or had a place"),
        (completed, "1 record that somebody finished it"),
        (sat, "1 try at its quiz"),
        (required, "the award “Bridge award” asks for it"),
        (quiz_required, "the award “Bridge award” asks for it"),
        (counted, "the award “Bridge award” takes its hours from it"),
        (drawn, "the quiz “Final” draws questions from it"),
        (filed, "1 question of the bank belongs to it"),
        (read_again, "1 question of the bank belongs to it"),
    ],
)
def test_the_page_stays_and_the_editor_is_told_records_on_it(client, editor, add_record, reason):
    course = make.full_course(modules=1, lessons=1)
    add_record(course)
    url = reverse("wagtailadmin_pages:delete", args=[course.pk])
    for response in (client.get(url, follow=True), client.post(url, follow=True)):
        page = response.content.decode()
        assert response.status_code == 200
        assert reason in page
        assert "unpublish it" in page
    assert Page.objects.filter(pk=course.pk).exists()


def test_records_on_a_page_below_holds_the_pages_above(client, editor):
    course = make.full_course(modules=1, lessons=1)
    sat(course)
    assert records_on(course)
    assert records_on(module_of(course))
    assert not records_on(module_of(course).get_children().first())


def test_of_several_pages_chosen_those_go_that_nothing_rests_on(client, editor):
    used, unused = make.full_course(modules=1), make.full_course(modules=1)
    enrolled(used)
    url = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "delete"])
    query = f"?id={used.pk}&id={unused.pk}&next=/admin/"
    response = client.post(
        url + query,
        {"wagtailadmin-site-name": "Peerwork", "wagtail_site_name": "Peerwork"},
        follow=True,
    )
    assert response.status_code == 200
    assert "has or had a place" in response.content.decode()
    assert list(Page.objects.filter(pk__in=[used.pk, unused.pk])) == [used.page_ptr]


def test_where_all_that_were_chosen_stay_nothing_is_said_to_be_deleted(client, editor):
    used = make.full_course(modules=1)
    enrolled(used)
    url = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "delete"])
    form = {"wagtailadmin-site-name": "Peerwork", "wagtail_site_name": "Peerwork"}
    response = client.post(f"{url}?id={used.pk}&next=/admin/", form, follow=True)
    assert "has or had a place" in response.content.decode()
    assert "deleted" not in response.content.decode()
    assert Page.objects.filter(pk=used.pk).exists()


def test_a_page_that_nothing_rests_on_is_deleted(client, editor):
    course = make.course()
    lonely = make.lesson(make.module(course))
    assert records_on(lonely) == []
    client.post(reverse("wagtailadmin_pages:delete", args=[lonely.pk]))
    assert not Page.objects.filter(pk=lonely.pk).exists()


def test_unpublishing_it_is_allowed_and_keeps_every_record(client, editor):
    enrolment = make.enrolment()
    course = enrolment.course
    client.post(reverse("wagtailadmin_pages:unpublish", args=[course.pk]))
    course.refresh_from_db()
    assert not course.live
    enrolment.refresh_from_db()
