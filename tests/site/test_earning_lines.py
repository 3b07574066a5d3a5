"""What can be earned, as lines of a list: the same facts on every page that shows them."""

from __future__ import annotations

from dataclasses import replace
from uuid import NAMESPACE_OID, uuid5

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from certificates.models import Requirement
from certificates.requirements.base import Way
from certificates.revoking import revoke, suspend
from certificates.standing import Standing
from courses.models import Edition
from courses.progress import ModuleOutline, Outline, Progress, StepOutline
from lms.earning import (
    AwardLine,
    RequirementLine,
    awards_ahead,
    awards_with,
    certificates,
    held_by,
)
from practice.models import ConversationPage
from tests import make
from tests.make import DAY, NOON

pytestmark = pytest.mark.django_db


def lines(*met):
    return AwardLine(
        "Foundations", [RequirementLine(f"Part {n}", met=m) for n, m in enumerate(met)]
    )


# One line and its award -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("met", "left", "last"),
    [
        ([True, True], [], None),
        ([True, False], ["Part 1"], "Part 1"),
        ([False, True], ["Part 0"], "Part 0"),
        ([False, False], ["Part 0", "Part 1"], None),
        ([False], ["Part 0"], "Part 0"),
        ([None, None], ["Part 0", "Part 1"], None),
        ([], [], None),
    ],
)
def test_what_is_left_is_named_and_the_last_thing_alone_stands_out(met, left, last):
    award = lines(*met)
    assert [line.text for line in award.left] == left
    assert (award.last and award.last.text) == last


# Whom to talk with ------------------------------------------------------------------------


def way(title, person="Sunil", *, is_done=False):
    return Way(uuid5(NAMESPACE_OID, title), title, f"/{title}/", person, is_done=is_done)


def talks(*ways, met=False):
    return RequirementLine("Talk", met=met, topic="Listening", ways=ways)


def progress_with(open_ways, locked_ways=()):
    """How far somebody is who has gone through nothing, in a course that is taken in order."""

    def module(name, ways):
        steps = tuple(
            StepOutline(ConversationPage.kind, each.key, 0, each.title, each.url) for each in ways
        )
        return ModuleOutline(uuid5(NAMESPACE_OID, name), 0, name, "", steps=steps)

    modules = (module("first", open_ways), module("second", locked_ways))
    outline = Outline(uuid5(NAMESPACE_OID, "course"), 0, "Course", "/", True, modules=modules)
    return Progress(outline, {})


def test_what_one_thing_meets_stands_apart_from_what_one_chooses_for():
    award = AwardLine("Foundations", [RequirementLine("Sign"), talks(way("a"))])
    assert [line.text for line in award.plain] == ["Sign"]
    assert [line.text for line in award.choices] == ["Talk"]


def test_the_next_way_is_the_first_that_is_open_and_that_something_still_asks_for():
    done, reached, locked, first, second = map(way, ("done", "reached", "locked", "one", "two"))
    reached = replace(reached, is_done=True)
    award = AwardLine("A", [talks(done, met=True), talks(reached, locked), talks(first, second)])
    progress = progress_with([done, reached, first, second], [locked])
    assert award.next_way(progress) == first
    assert award.next_way(progress_with([done, reached], [locked, first, second])) is None


def test_everybody_is_named_once_and_one_who_is_drawn_stands_for_all():
    line = talks(way("a", "Quill"), way("b", "Yusra"), way("c", "Quill"), way("d", ""))
    assert line.people == ["Quill", "Yusra"]
    assert line.face == "Yusra"
    assert talks(way("a", "Quill")).face == "Quill"
    assert RequirementLine("Sign").face == ""


# Ahead of one person ----------------------------------------------------------------------


@pytest.fixture
def course():
    return make.full_course(modules=1, lessons=1, quizzes=False)


@pytest.fixture
def code():
    return make.statement("Code of ethics")


def ahead(learner, *courses, **options):
    keys = {course.pk: course.translation_key for course in courses}
    return awards_ahead(learner, keys, Edition.current(), **options)


def test_a_learner_reads_how_far_they_are_and_where_to_go_on(course, code):
    make.award(course=course, statement=code, name="Foundations award")
    learner = make.enrolment(course=course).learner
    [award] = ahead(learner, course)[course.pk]
    done, signed = award.requirements
    assert award.name == "Foundations award"
    assert (done.met, done.how_far, done.url) == (False, "0 of 1 step", course.url)
    assert (signed.met, signed.how_far) == (False, "not signed yet")
    assert signed.url == reverse("certificates:sign", args=[code.statement.slug])
    assert signed.is_quick
    assert not done.is_quick


def test_a_visitor_reads_the_same_words_and_nothing_about_anyone(course, code):
    make.award(course=course, statement=code)
    [for_visitor] = awards_with(course, AnonymousUser(), Edition.current())
    [for_learner] = awards_with(course, make.user(), Edition.current())
    assert [line.text for line in for_visitor.requirements] == [
        line.text for line in for_learner.requirements
    ]
    assert {line.met for line in for_visitor.requirements} == {None}
    assert {line.how_far for line in for_visitor.requirements} == {""}


def test_an_award_that_two_courses_ask_for_stands_with_both(course):
    other = make.full_course(modules=1, lessons=1, quizzes=False)
    award = make.award(course=course, name="Both")
    Requirement.objects.create(award=award, kind="course", course=other, sort_order=5)
    by_course = ahead(make.user(), course, other)
    assert [line.name for line in by_course[course.pk]] == ["Both"]
    assert by_course[course.pk] == by_course[other.pk]


def test_an_award_that_is_held_or_closed_is_not_ahead(course, code):
    held = make.award(course=course, name="Held")
    make.award(course=course, name="Closed", active=False)
    make.award(course=course, statement=code, name="Ahead")
    by_course = ahead(make.user(), course, but_for={held.pk})
    assert [line.name for line in by_course[course.pk]] == ["Ahead"]


def test_a_course_that_no_award_asks_for_leads_to_none(course):
    make.award(statement=make.statement())
    assert ahead(make.user(), course) == {course.pk: []}
    assert ahead(make.user()) == {}


def test_more_awards_and_courses_cost_no_more_queries(course, code):
    learner = make.enrolment(course=course).learner
    make.award(course=course, statement=code)
    ahead(learner, course)
    with CaptureQueriesContext(connection) as queries_of_one:
        ahead(learner, course)
    courses = [course]
    for _ in range(3):
        courses.append(make.full_course(modules=1, lessons=1, quizzes=False))
        make.award(course=courses[-1], statement=code)
    ahead(learner, *courses)
    with CaptureQueriesContext(connection) as queries_of_four:
        ahead(learner, *courses)
    assert len(queries_of_four) <= len(queries_of_one)


# What is held -----------------------------------------------------------------------------


def test_a_holder_sees_theirs_the_newest_first_and_nobody_elses():
    holder = make.user()
    first = make.credential(holder=holder, at=NOON)
    second = make.credential(holder=holder, at=NOON + DAY)
    make.credential()
    assert [credential.pk for credential in held_by(holder)] == [second.pk, first.pk]


def test_whoever_holds_nothing_costs_one_query(django_assert_num_queries):
    person = make.user()
    with django_assert_num_queries(1):
        assert held_by(person) == []


def test_many_are_listed_at_the_cost_of_one(django_assert_num_queries):
    holder = make.user()
    for _ in range(3):
        make.credential(holder=holder)
    with django_assert_num_queries(5):  # two of them: from when on each can be renewed
        assert len(certificates(held_by(holder), at=NOON)) == 3


@pytest.mark.parametrize(
    ("verb", "standing"),
    [(None, Standing.CURRENT), (suspend, Standing.SUSPENDED), (revoke, Standing.REVOKED)],
)
def test_a_line_says_what_a_checker_would_be_told(verb, standing):
    credential = make.credential()
    if verb:
        verb(credential, by=make.user(), reason="For the test.", at=NOON)
    [line] = certificates(held_by(credential.holder), at=NOON)
    assert line.standing == standing
    assert line.url == f"/verify/{credential.number}/"
    assert (line.number, line.award_name) == (credential.number, credential.award_name)


def test_a_certificate_is_offered_once_there_is_a_file():
    credential = make.credential()
    [waiting] = certificates(held_by(credential.holder), at=NOON)
    assert waiting.pdf_url is None
    credential.pdf = "credentials/x.pdf"
    credential.save()
    [ready] = certificates(held_by(credential.holder), at=NOON)
    assert ready.pdf_url == reverse("certificates:pdf", args=[credential.number])


def test_it_expires_for_its_holder_on_the_day_it_does_for_everybody():
    credential = make.credential(make.award(valid_months=1))
    last_day, day_after = NOON + 30 * DAY, NOON + 31 * DAY
    assert certificates(held_by(credential.holder), at=last_day)[0].standing == "expiring"
    assert certificates(held_by(credential.holder), at=day_after)[0].standing == Standing.EXPIRED
