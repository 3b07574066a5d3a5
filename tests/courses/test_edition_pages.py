"""Declaring an edition in the staff pages, and what is said before a page goes."""

from __future__ import annotations

import pytest
from django.urls import reverse
from wagtail.models import Locale

from courses.admin.resting import what_rests_on
from courses.declaring import propose
from courses.enrolling import complete_lesson
from courses.models import CourseEdition, LessonPage
from tests import make
from tests.courses.reading import text_of
from tests.courses.staff import sign_in
from tests.make import NOON

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_once_and_without_second_factor")]


@pytest.fixture
def course():
    return make.full_course(modules=2, lessons=2, quizzes=False, title="Listening", order="free")


@pytest.fixture
def lessons(course):
    return list(LessonPage.objects.descendant_of(course).order_by("path"))


def declare_url(course):
    return reverse("editions:declare", args=[course.pk])


def form(course, **fields):
    return {"reason": "A lesson more", "seen": propose(course).stamp, **fields}


# Declaring ----------------------------------------------------------------------------------


def test_a_lead_trainer_looks_and_then_declares(client, course, lessons):
    browser = sign_in(client, "Lead trainers")
    place = make.enrolment(course=course)
    make.lesson(lessons[0].get_parent().specific, "Silence", minutes=7)
    page = text_of(browser.get(declare_url(course)))
    assert "Silence" in page
    assert "New, must be done" in page
    assert "Have more left to do than now: 1" in page
    assert CourseEdition.objects.count() == 1
    response = browser.post(declare_url(course), form(course), follow=True)
    assert "is in force." in text_of(response)
    edition = CourseEdition.objects.in_force().get()
    assert (edition.number, edition.reason) == (2, "A lesson more")
    assert edition.declared_by.groups.get().name == "Lead trainers"
    assert "A lesson more" in text_of(response)
    assert place.course_id == course.pk


def test_a_first_edition_is_shown_whole(client):
    course = make.course("New course")
    make.lesson(make.module(course, "Beginnings"), "Silence")
    page = text_of(sign_in(client).get(declare_url(course)))
    assert "No edition was declared yet" in page
    assert "Beginnings" in page
    assert "Silence" in page


@pytest.mark.parametrize("role", ["Trainers", "Assessors", "Registrars"])
def test_whoever_may_not_publish_may_not_declare(client, course, role):
    browser = sign_in(client, role)
    browser.get(declare_url(course))
    assert browser.post(declare_url(course), form(course)).status_code in {302, 403}
    assert CourseEdition.objects.count() == 1


def test_a_reason_is_asked_for(client, course, lessons):
    make.lesson(lessons[0].get_parent().specific, "Silence")
    response = sign_in(client).post(declare_url(course), form(course, reason=""))
    assert response.status_code == 422
    assert CourseEdition.objects.count() == 1


def test_a_step_that_is_down_is_named_and_left_out_when_it_is_ticked(client, course, lessons):
    browser = sign_in(client)
    lessons[1].unpublish()
    page = text_of(browser.get(declare_url(course)))
    assert "Leave out of the new edition" in page
    refused = browser.post(declare_url(course), form(course))
    assert refused.status_code == 422
    assert f"Not published at the moment: “{lessons[1].title}”" in text_of(refused)
    ticked = form(course, leave_out=str(lessons[1].translation_key))
    assert browser.post(declare_url(course), ticked).status_code == 302
    assert CourseEdition.objects.in_force().get().steps.count() == 3


def test_what_changed_since_it_was_looked_at_is_shown_again(client, course, lessons):
    browser = sign_in(client)
    make.lesson(lessons[0].get_parent().specific, "Silence")
    seen = form(course)
    make.lesson(lessons[0].get_parent().specific, "Listening again")
    response = browser.post(declare_url(course), seen)
    assert response.status_code == 422
    page = text_of(response)
    assert "The course was changed since you opened this page" in page
    assert "Listening again" in page
    assert propose(course).stamp in page


def test_nothing_different_is_nothing_to_declare(client, course):
    page = text_of(sign_in(client).get(declare_url(course)))
    assert "Nothing is different from the edition in force." in page
    assert "Declare this edition" not in page


# On the page of the course ------------------------------------------------------------------


def test_the_editor_of_a_course_reads_that_edits_wait(client, course, lessons):
    browser = sign_in(client)
    edit = reverse("wagtailadmin_pages:edit", args=[course.pk])
    page = text_of(browser.get(edit))
    assert "Edition 1 is in force, and the published pages are what it says." in page
    assert declare_url(course) in page
    make.lesson(lessons[0].get_parent().specific, "Silence")
    page = text_of(browser.get(edit))
    assert "count for learners from the next edition on" in page


def test_a_trainer_reads_it_without_the_way_there(client, course):
    browser = sign_in(client, "Trainers")
    page = text_of(browser.get(reverse("wagtailadmin_pages:edit", args=[course.pk])))
    assert "Edition 1 is in force" in page
    assert declare_url(course) not in page


def test_the_form_of_a_new_course_says_nothing_of_editions(client):
    url = reverse("wagtailadmin_pages:add", args=["courses", "coursepage", make.catalogue().pk])
    page = text_of(sign_in(client).get(url))
    assert "edition" not in page.lower().replace("editions/", "")


# Before a page goes -------------------------------------------------------------------------


def test_before_a_page_goes_it_is_said_how_many_learners_and_awards_rest_on_it(
    client, course, lessons
):
    browser = sign_in(client)
    make.award(course=course)
    first, second = make.enrolment(course=course), make.enrolment(course=course)
    complete_lesson(first, lessons[0], at=NOON)
    lesson, home = lessons[0].pk, lessons[2].get_parent().pk
    addresses = [
        reverse("wagtailadmin_pages:unpublish", args=[lesson]),
        reverse("wagtailadmin_pages:delete", args=[lessons[1].pk]),
        reverse("wagtailadmin_pages:move_confirm", args=[lesson, home]),
        *(
            f"{reverse('wagtail_bulk_action', args=['wagtailcore', 'page', action])}?id={lesson}"
            for action in ("unpublish", "delete", "move")
        ),
    ]
    for address in addresses:
        page = text_of(browser.get(address))
        assert "2 learners are on the way through the course." in page, address
        assert "1 award asks for the course or for something in it." in page, address
        assert "certificates were issued" not in page, address
        assert "referenced" not in page, address
    finished = "1 learner has finished this page."
    assert finished in text_of(browser.get(addresses[0]))
    assert finished not in text_of(browser.get(addresses[1]))
    assert second.course_id == course.pk


def test_before_an_alias_becomes_a_page_it_is_said_who_rests_on_it_and_what_no_longer_comes(
    client, course, lessons
):
    alias = make.lesson(make.module(make.course("The original"))).create_alias(
        parent=lessons[0].get_parent()
    )
    make.edition(course)
    make.enrolment(course=course)
    page = text_of(
        sign_in(client).get(reverse("wagtailadmin_pages:convert_alias", args=[alias.pk]))
    )
    assert "1 learner is on the way through the course." in page
    assert "What is changed on the original from then on no longer comes here." in page
    assert "Yes, convert it" in page


def test_a_whole_course_or_module_counts_what_stands_below_it(course, lessons):
    place = make.enrolment(course=course)
    complete_lesson(place, lessons[2], at=NOON)
    for page in (course, lessons[2].get_parent()):
        assert "1 learner has finished some or all of it." in what_rests_on([page])
    assert "0 learners have finished some or all of it." in what_rests_on([lessons[0].get_parent()])


def test_what_becomes_of_a_page_that_moves_is_said_otherwise(course, lessons):
    assert any(
        "Within its course it counts as before" in each
        for each in what_rests_on([course], act="move")
    )
    assert any("marked as being worked on" in each for each in what_rests_on([lessons[0]]))
    assert any("until it is back" in each for each in what_rests_on([lessons[0]]))


def test_what_stays_open_in_another_language_is_said(course, lessons):
    """Its address leads to the translation, in which learners go on."""
    spanish, _created = Locale.objects.get_or_create(language_code="es")
    module = lessons[0].get_parent()
    assert not any("stays open" in each for each in what_rests_on([lessons[0]]))
    translations = [
        page.copy_for_translation(spanish, copy_parents=True) for page in (module, lessons[0])
    ]
    assert not any("stays open" in each for each in what_rests_on([lessons[0]])), "it is a draft"
    for translation in translations:
        translation.save_revision().publish()
    of_one = what_rests_on([lessons[0]])
    assert any(each.startswith("It stays open in Spanish") for each in of_one)
    assert not any("nobody can do it" in each for each in of_one)
    assert any("published in Spanish stays open there" in each for each in what_rests_on([module]))


def test_an_alias_goes_down_with_its_page_also_where_nothing_was_declared():
    lesson = make.lesson(make.module(make.course("Drafted only")))
    lesson.create_alias(parent=make.module(make.course("Shown here")))
    assert what_rests_on([lesson]) == [
        "It is shown by an alias in “Shown here” too, and goes down there with it."
    ]


def test_of_a_page_that_is_deleted_nobody_waits_for_it_to_come_back(lessons):
    sentences = " ".join(what_rests_on([lessons[0]], act="delete"))
    assert "until the course is declared without it" in sentences
    assert "until it is back" not in sentences


@pytest.mark.parametrize("act", ["unpublish", "delete"])
def test_a_whole_course_is_spoken_of_as_one(course, act):
    sentences = " ".join(what_rests_on([course], act=act))
    assert "Learners keep their places and what they finished" in sentences
    assert "this page" not in sentences


def test_certificates_are_counted_beside_the_award_that_they_are_of(course, lessons):
    assert "No award asks for the course or for anything in it." in what_rests_on([lessons[0]])
    award = make.award(course=course)
    for _ in range(2):
        make.credential(award=award)
    sentences = what_rests_on([lessons[0]])
    assert "1 award asks for the course or for something in it." in sentences
    assert "2 certificates have been issued for that, and stay as they are." in sentences


def test_nothing_is_said_of_a_page_that_no_edition_has(course, lessons):
    added = make.lesson(lessons[0].get_parent().specific, "Silence")
    assert what_rests_on([added]) == []
    assert what_rests_on([make.home()]) != []  # every course stands below it


# What an alias brings into another course ---------------------------------------------------------


@pytest.fixture
def other_course(lessons):
    """A course of its own that shows the first lesson of the course by an alias."""
    other = make.course("Yak", order="free")
    module = make.module(other)
    lessons[0].create_alias(parent=module, update_slug="the-alias")
    make.lesson(module, "Of its own")
    make.edition(other)
    return other


@pytest.mark.parametrize("act", ["unpublish", "delete"])
@pytest.mark.parametrize("what", ["the lesson", "its module"])
def test_what_rests_on_an_alias_is_counted_with_its_page(what, act, course, lessons, other_course):
    for _ in range(2):
        make.enrolment(make.user(), other_course)
    make.award(course=other_course)
    page = lessons[0] if what == "the lesson" else lessons[0].get_parent()
    sentences = " ".join(what_rests_on([page], act=act))
    assert "It is shown by an alias in “Yak” too, and goes down there with it." in sentences
    assert "2 learners are on the way through the course." in sentences
    assert "1 award asks for the course or for something in it." in sentences


def test_a_move_leaves_aliases_where_they_are(course, lessons, other_course):
    make.enrolment(make.user(), other_course)
    sentences = " ".join(what_rests_on([lessons[0]], act="move"))
    assert "alias" not in sentences
    assert "0 learners are on the way through the course." in sentences


def test_an_alias_alone_is_counted_for_its_own_course(course, lessons, other_course):
    make.enrolment(make.user(), course)
    alias = LessonPage.objects.descendant_of(other_course).get(slug="the-alias")
    sentences = " ".join(what_rests_on([alias]))
    assert "is shown by an alias" not in sentences
    assert "0 learners are on the way through the course." in sentences


def test_of_a_course_that_holds_both_it_is_said_once(course, lessons):
    lessons[0].create_alias(parent=lessons[0].get_parent(), update_slug="the-alias")
    make.edition(course)
    assert not any("is shown by an alias" in each for each in what_rests_on([course]))
