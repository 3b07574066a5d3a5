"""What counts as meeting a requirement, and where it is shown."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from certificates.eligibility import is_met
from certificates.evidence import (
    evidence_for,
    evidence_for_awards,
    learners_owed,
    learners_who_met,
)
from certificates.models import Attestation, Requirement, StatementVersion
from certificates.taught import taught_for
from courses.models import HourDomain, HourScheme, LessonMinutes, QuizMinutes, Result
from tests import make
from tests.make import DAY, HOUR, NOON

pytestmark = pytest.mark.django_db


@pytest.fixture
def everything():
    """An award that asks for a course, a quiz in it and a statement."""
    course = make.full_course(title="Listening")
    quiz = make.quiz(title="Listening: final")
    make.quiz_page(course, quiz)
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
    assert [one.text for one in evidence] == [
        "Complete the course “Listening”",
        "Pass the quiz “Listening: final”",
        "Sign the statement “Code of ethics”",
    ]
    course, quiz, statement = (one.url for one in evidence)
    assert course.startswith("/courses/")
    assert quiz.startswith(course)
    assert statement.startswith("/certificates/statements/")
    assert not any(one.met_on for one in evidence)


def test_all_that_was_shown_counts_with_its_day_where_the_issuer_is(everything):
    learner = make.user()
    everything.issuer.time_zone = "Pacific/Apia"
    everything.issuer.save()
    meet_all(learner, everything)
    evidence = evidence_for(learner, everything)
    assert is_met(evidence)
    assert {one.met_on.isoformat() for one in evidence} == {"2026-11-24"}


def test_what_others_have_shown_does_not_count(everything):
    meet_all(make.user(), everything)
    assert not any(one.met_on for one in evidence_for(make.user(), everything))


def test_a_course_finished_in_spanish_is_finished():
    english = make.full_course(title="Listening")
    spanish = make.full_course(title="Escuchar")
    spanish.translation_key = english.translation_key
    spanish.locale, _ = type(spanish.locale).objects.get_or_create(language_code="es")
    spanish.save()
    learner = make.user()
    make.completion(learner, spanish)
    [evidence] = evidence_for(learner, make.award(course=english))
    assert evidence.met_on
    assert evidence.text == "Complete the course “Escuchar”"


def test_what_was_shown_still_counts_after_leaving_the_course():
    course = make.full_course()
    learner = make.user()
    done = make.completion(learner, course)
    done.enrolment.withdrawn_at = NOON + DAY
    done.enrolment.save()
    assert evidence_for(learner, make.award(course=course))[0].met_on


def test_an_attempt_that_did_not_pass_is_not_evidence():
    quiz = make.quiz()
    learner = make.user()
    award = make.award(quiz=quiz)
    make.passed_quiz(learner, quiz, passed=False)
    assert evidence_for(learner, award)[0].met_on is None
    assert not learners_who_met(award).exists()


def test_a_result_that_was_corrected_to_a_fail_is_not_evidence():
    quiz = make.quiz()
    learner = make.user()
    award = make.award(quiz=quiz)
    first = make.passed_quiz(learner, quiz)
    Result.objects.create(
        attempt=first.attempt,
        number=2,
        score=Decimal(2),
        out_of=Decimal(10),
        passed=False,
        marked_at=NOON + HOUR,
    )
    assert evidence_for(learner, award)[0].met_on is None
    assert not learners_who_met(award).exists()


def test_a_quiz_passed_twice_was_met_the_first_time():
    quiz = make.quiz()
    learner = make.user()
    make.passed_quiz(learner, quiz, at=NOON)
    make.passed_quiz(learner, quiz, at=NOON + 3 * DAY)
    [evidence] = evidence_for(learner, make.award(quiz=quiz))
    assert evidence.met_on == NOON.date()


def test_a_signature_under_an_earlier_version_still_stands():
    first = make.statement()
    learner = make.user()
    sign(learner, first)
    StatementVersion.objects.create(
        statement=first.statement, version="2", text="<p>New.</p>", published_at=NOON
    )
    assert evidence_for(learner, make.award(statement=first))[0].met_on


def test_many_awards_cost_no_more_queries_than_one(everything):
    learner = make.user()
    meet_all(learner, everything)
    evidence_for(learner, everything)
    with CaptureQueriesContext(
        connection,
    ) as one:
        evidence_for_awards(learner, [everything])
    more = [
        make.award(course=make.full_course(), quiz=make.quiz(), statement=make.statement())
        for _ in range(2)
    ]
    awards = [everything, *more]
    evidence_for_awards(learner, awards)
    with CaptureQueriesContext(connection) as three:
        found = evidence_for_awards(learner, awards)
    assert [len(found[award.pk]) for award in awards] == [3, 3, 3]
    assert len(three) <= len(one) + 2  # and where quizzes outside these courses stand


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


def test_nobody_meets_an_award_that_asks_for_nothing():
    make.user()
    assert not learners_who_met(make.award()).exists()


def test_a_course_page_can_say_which_awards_it_leads_to(everything):
    course = everything.requirements.first().course
    make.award(course=course, active=False)
    make.award(course=make.full_course())
    asked = Requirement.objects.asked_with([course])
    assert list(asked) == list(everything.requirements.all())


def test_hours_are_shared_out_by_the_domains_of_the_award_as_published():
    course = make.full_course(modules=1, lessons=2)
    module = course.get_children().get().specific
    first, second = (
        page.specific for page in module.get_children().type(type(make.lesson(module)))[:2]
    )
    scheme = HourScheme.objects.create(name="Board")
    other = HourScheme.objects.create(name="Elsewhere")
    ethics, advocacy, unused = (
        HourDomain.objects.create(scheme=scheme, name=name, sort_order=n)
        for n, name in enumerate(("Ethics", "Advocacy", "Unused"))
    )
    foreign = HourDomain.objects.create(scheme=other, name="Ethics")
    quiz_page = make.quiz_page(module)
    draft = make.lesson(module, live=False)
    LessonMinutes.objects.create(lesson=first, domain=ethics, minutes=30)
    LessonMinutes.objects.create(lesson=second, domain=advocacy, minutes=20)
    LessonMinutes.objects.create(lesson=second, domain=foreign, minutes=500)
    LessonMinutes.objects.create(lesson=draft, domain=ethics, minutes=900)
    QuizMinutes.objects.create(quiz_page=quiz_page, domain=ethics, minutes=15)
    first.competencies.add(make.competency("LI2"), make.competency("LI1"))
    first.save()
    second.competencies.add(first.competencies.first())
    second.save()

    taught = taught_for(make.award(hours_course=course, hour_scheme=scheme))
    assert taught.minutes_by_domain == [
        {"domain": "Ethics", "minutes": 45},
        {"domain": "Advocacy", "minutes": 20},
    ]
    assert taught.minutes == 65
    assert [one["code"] for one in taught.competencies] == ["LI1", "LI2"]
    assert unused.name not in str(taught)


def test_without_a_scheme_the_hours_are_those_of_the_course():
    course = make.full_course(modules=1, lessons=2, quizzes=False)
    taught = taught_for(make.award(hours_course=course))
    assert (taught.minutes, taught.minutes_by_domain) == (60, [])
