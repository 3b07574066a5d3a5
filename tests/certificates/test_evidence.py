"""What counts as meeting a requirement, and where it is shown."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from certificates import evidence as evidence_module
from certificates.eligibility import is_met
from certificates.evidence import (
    evidence_for,
    evidence_for_awards,
    learners_owed,
    learners_who_met,
)
from certificates.models import Attestation, Requirement
from tests import make
from tests.make import NOON

pytestmark = pytest.mark.django_db


@pytest.fixture
def everything():
    """An award that asks for a course, a quiz in it and a statement."""
    course = make.full_course(title="Listening")
    quiz = make.quiz(title="Listening: final")
    make.quiz_page(course, quiz)
    make.edition(course)
    return make.award(course=course, quiz=quiz, statement=make.statement())


def sign(learner, version, at=NOON):
    return Attestation.objects.create(
        learner=learner, version=version, typed_name=learner.full_name, signed_at=at
    )


def meet_all(learner, award):
    course, quiz, statement = award.requirements.order_by("sort_order")
    make.completion(learner, course.course)
    make.passed_quiz(learner, quiz.quiz)
    sign(learner, statement.statement.versions.first())


def test_each_requirement_says_what_to_do_and_where(everything):
    evidence = evidence_for(make.user(), everything)
    assert [item.text for item in evidence] == [
        "Complete the course “Listening”",
        "Pass the quiz “Listening: final”",
        "Sign the statement “Code of ethics”",
    ]
    course, quiz, statement = (item.url for item in evidence)
    assert course.startswith("/courses/")
    assert quiz.startswith(course)
    assert statement.startswith("/certificates/statements/")
    assert not any(item.met_on for item in evidence)


def test_all_that_was_shown_counts_with_its_day_where_the_issuer_is(everything):
    learner = make.user()
    everything.issuer.time_zone = "Pacific/Apia"
    everything.issuer.save()
    meet_all(learner, everything)
    evidence = evidence_for(learner, everything)
    assert is_met(evidence)
    assert {item.met_on.isoformat() for item in evidence} == {"2026-11-24"}


def test_what_others_have_shown_does_not_count(everything):
    meet_all(make.user(), everything)
    assert not any(item.met_on for item in evidence_for(make.user(), everything))


def test_many_awards_cost_no_more_queries_than_one(everything):
    learner = make.user()
    meet_all(learner, everything)
    evidence_for(learner, everything)
    with CaptureQueriesContext(
        connection,
    ) as queries_of_one:
        evidence_for_awards(learner, [everything])
    more = [
        make.award(course=make.full_course(), quiz=make.quiz(), statement=make.statement())
        for _ in range(2)
    ]
    awards = [everything, *more]
    evidence_for_awards(learner, awards)
    with CaptureQueriesContext(connection) as queries_of_three:
        by_award = evidence_for_awards(learner, awards)
    assert [len(by_award[award.pk]) for award in awards] == [3, 3, 3]
    # And where quizzes outside these courses stand.
    assert len(queries_of_three) <= len(queries_of_one) + 2


def test_those_owed_are_those_whose_evidence_is_met_and_who_hold_nothing(everything):
    done, half, held = make.user(), make.user(), make.user()
    meet_all(done, everything)
    make.completion(half, everything.requirements.first().course)
    meet_all(held, everything)
    make.credential(everything, held)
    for learner in (done, half, held):
        met = learners_who_met(everything).filter(pk=learner.pk).exists()
        assert met == is_met(evidence_for(learner, everything))
    assert list(learners_owed(everything)) == [done]


def test_nobodys_tries_are_read_who_lacks_something_else_or_holds_it(everything):
    """There are as many results as everybody has tries, and a sweep asks each minute."""
    course, quiz, statement = everything.requirements.order_by("sort_order")
    held, unsigned, on_no_course = make.user(), make.user(), make.user()
    meet_all(held, everything)
    make.credential(everything, held)
    make.completion(unsigned, course.course)
    sign(on_no_course, statement.statement.versions.first())
    for learner in (unsigned, on_no_course):
        make.passed_quiz(learner, quiz.quiz)
    with CaptureQueriesContext(connection) as queries:
        assert not list(learners_owed(everything))
    assert not [query for query in queries if "assessments_result" in query["sql"]]


@pytest.mark.parametrize("most", [0, 1, 2, 3, 500])
def test_however_many_are_owed_all_of_them_are_found(everything, monkeypatch, most):
    monkeypatch.setattr(evidence_module, "MOST_BY_ID", most)
    course, _quiz, statement = everything.requirements.order_by("sort_order")
    owed = {make.user() for _ in range(3)}
    for learner in owed:
        meet_all(learner, everything)
    not_passed = make.user()
    make.completion(not_passed, course.course)
    sign(not_passed, statement.statement.versions.first())
    assert set(learners_owed(everything)) == owed
    assert learners_owed(everything).count() == 3


def test_whoever_is_owed_what_asks_for_a_quiz_alone_is_found():
    award = make.award(quiz=make.quiz())
    learner, other = make.user(), make.user()
    make.passed_quiz(learner, award.requirements.get().quiz)
    make.enrolment(other)
    assert list(learners_owed(award)) == [learner]


def test_an_account_that_was_closed_is_owed_nothing(everything):
    learner = make.user()
    meet_all(learner, everything)
    learner.is_active = False
    learner.save()
    assert not learners_owed(everything).exists()


def test_nobody_meets_an_award_that_asks_for_nothing():
    make.user()
    assert not learners_who_met(make.award()).exists()


def test_a_course_page_can_say_which_awards_it_leads_to(everything):
    course = everything.requirements.first().course
    make.award(course=course, active=False)
    make.award(course=make.full_course())
    requirements = Requirement.objects.asked_with([course.translation_key])
    assert list(requirements) == list(everything.requirements.all())
