"""Endings reached in conversations: how many, which, when, and nothing of how."""

import pytest
from wagtail.models import Page

from certificates.evidence import evidence_for, learners_who_met
from certificates.models import Requirement
from tests import make
from tests.make import DAY, NOON
from tests.practice import making

pytestmark = pytest.mark.django_db


def course_with(count):
    """A declared course with a lesson and so many conversations, and their pages."""
    course = make.course(order="free")
    module = make.module(course)
    make.lesson(module)
    pages = [making.conversation_page(module) for _ in range(count)]
    make.edition(course)
    return type(course).objects.get(pk=course.pk), pages


def columns():
    course, pages = course_with(2)
    del course
    return {"conversations": making.conversation_set(*(page.conversation for page in pages))}


def meet(learner, requirement):
    page = requirement.conversations.conversations.first().pages.get()
    making.play(make.enrolment(learner, page.get_parent().get_parent().specific), page)


def asking(pages, count=1):
    award = make.award()
    talks = making.conversation_set(*(page.conversation for page in pages), count=count)
    Requirement.objects.create(award=award, kind="conversations", conversations=talks)
    return award


def evidence(learner, award):
    return evidence_for(learner, award)[0]


def test_the_way_leads_through_them_in_the_order_of_the_course():
    course, pages = course_with(3)
    for page, code in zip(pages, ["X9", "X10", "A1"], strict=True):
        type(page.conversation).objects.filter(pk=page.conversation.pk).update(code=code)
    award = asking(pages)
    place = make.enrolment(make.user(), course)
    assert [way.url for way in evidence(place.learner, award).ways] == [page.url for page in pages]


def test_it_is_met_once_enough_of_them_were_reached_on_the_day_of_the_last():
    course, pages = course_with(3)
    award = asking(pages, count=2)
    place = make.enrolment(make.user(), course)
    assert evidence(place.learner, award).how_far == "0 of 2 reached"
    making.play(place, pages[0], at=NOON)
    half = evidence(place.learner, award)
    assert (half.met_on, half.how_far) == (None, "1 of 2 reached")
    assert half.url == pages[1].url, "the way leads to one that was not reached yet"
    assert list(learners_who_met(award)) == []
    making.play(place, pages[2], at=NOON + DAY)
    assert evidence(place.learner, award).met_on == (NOON + DAY).date()
    assert list(learners_who_met(award)) == [place.learner]


@pytest.mark.parametrize(("worths", "is_met"), [("22", True), ("21", True), ("20", False)])
def test_strong_and_okay_count_and_a_red_line_that_is_open_does_not(worths, is_met):
    course, pages = course_with(1)
    award = asking(pages)
    place = make.enrolment(make.user(), course)
    making.play(place, pages[0], worths)
    # The second moment is a red line: an okay ending waits until it is right.
    assert (evidence(place.learner, award).met_on is not None) == (worths == "22")
    if worths != "22":
        making.play(place, pages[0], "2")
        assert (evidence(place.learner, award).met_on is not None) == is_met


def test_the_same_one_reached_twice_is_one():
    course, pages = course_with(2)
    award = asking(pages, count=2)
    place = make.enrolment(make.user(), course)
    making.play(place, pages[0], "22")
    making.play(place, pages[0], "212")
    assert evidence(place.learner, award).how_far == "1 of 2 reached"
    assert list(learners_who_met(award)) == []


def test_what_was_tried_is_not_in_the_evidence():
    course, pages = course_with(1)
    award = asking(pages)
    place = make.enrolment(make.user(), course)
    making.play(place, pages[0], "2002")
    shown = vars(evidence(place.learner, award))
    assert not any("Reply" in str(value) for value in shown.values())


def test_pages_of_the_conversations_are_held_by_the_award():
    course, pages = course_with(1)
    award = asking(pages)
    held = Requirement.objects.naming(Page.objects.filter(pk=pages[0].pk))
    assert [row.award for row in held] == [award]
    other = making.conversation_page(course.get_first_child())
    assert not Requirement.objects.naming(Page.objects.filter(pk=other.pk))


def test_the_ways_to_meet_it_say_whom_one_talks_with_and_what_one_practises():
    course, pages = course_with(2)
    award = asking(pages, count=2)
    place = make.enrolment(make.user(), course)
    making.play(place, pages[1], at=NOON)
    shown = evidence(place.learner, award)
    assert [(way.key, way.url) for way in shown.ways] == [
        (page.translation_key, page.url) for page in pages
    ]
    for way, page in zip(shown.ways, pages, strict=True):
        assert (way.title, way.person) == (page.title, page.conversation.cast)
        assert (way.aim, way.minutes) == (page.conversation.aim, page.minutes)
        assert way.language == page.locale.language_code
    assert [way.is_done for way in shown.ways] == [False, True]
    assert shown.topic == award.requirements.get().conversations.title


def test_a_conversation_that_stands_on_no_page_is_no_way():
    course, pages = course_with(2)
    award = asking(pages)
    pages[0].unpublish()
    shown = evidence(make.enrolment(make.user(), course).learner, award)
    assert [way.key for way in shown.ways] == [pages[1].translation_key]
    assert shown.url == pages[1].url
