"""Every kind of requirement holds to the same promises, and the list names every folder."""

from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from certificates import requirements
from certificates.evidence import evidence_for_awards, learners_who_met
from certificates.models import Attestation, Requirement
from certificates.requirements import BY_NAME, KINDS, NAMES
from lms.earning import awards_with
from tests import make
from tests.make import NOON

pytestmark = pytest.mark.django_db


def make_course():
    return make.full_course(title="Listening", modules=1, lessons=1)


def make_quiz():
    return make.quiz_page(make.course()).quiz


MAKE = {"course": make_course, "quiz": make_quiz, "statement": make.statement}
"""What each kind may name."""


def sign(learner, version):
    Attestation.objects.create(
        learner=learner, version=version, typed_name=learner.full_name, signed_at=NOON
    )


MEET = {"course": make.completion, "quiz": make.passed_quiz, "statement": sign}


def test_the_list_names_every_folder_and_this_file_every_kind():
    folder = Path(requirements.__file__).parent
    assert {path.parent.name for path in folder.glob("*/kind.py")} == set(NAMES) == set(BY_NAME)
    assert set(MAKE) == set(MEET) == set(NAMES)


@pytest.mark.parametrize("kind", KINDS, ids=NAMES)
class TestEveryKind:
    def test_has_words_for_a_visitor_and_for_the_registrar(self, kind):
        award = make.award(**{kind.name: MAKE[kind.name]()})
        [row] = award.requirements.all()
        assert kind.text(row)
        assert str(row).startswith(str(kind.label))
        assert str(kind.action)

    def test_is_met_by_its_evidence_for_one_learner_and_among_all(self, kind):
        target = MAKE[kind.name]()
        award = make.award(**{kind.name: target})
        learner, other = make.user(), make.user()
        before = evidence_for_awards(learner, [award])[award.pk][0]
        assert (before.met_on, bool(before.how_far), bool(before.url)) == (None, True, True)
        MEET[kind.name](learner, target)
        for person, met in ((learner, True), (other, False)):
            [evidence] = evidence_for_awards(person, [award])[award.pk]
            assert (evidence.met_on is not None) == met
        assert list(learners_who_met(award)) == [learner]

    def test_costs_no_more_queries_for_three_than_for_one(self, kind):
        learner = make.user()
        awards = [make.award(**{kind.name: MAKE[kind.name]()}) for _ in range(3)]
        for some in (awards[:1], awards):
            evidence_for_awards(learner, some)
        with CaptureQueriesContext(connection) as for_one:
            evidence_for_awards(learner, awards[:1])
        with CaptureQueriesContext(connection) as for_three:
            evidence_for_awards(learner, awards)
        assert len(for_three) == len(for_one)

    def test_fills_its_own_columns_and_no_other(self, kind):
        others = [name for name in NAMES if name != kind.name]
        award = make.award(**{kind.name: MAKE[kind.name]()})
        [row] = award.requirements.all()
        row.full_clean()
        for name in others:
            row.kind = name
            with pytest.raises(ValidationError, match="Choose what the requirement names"):
                row.full_clean()
            with pytest.raises(IntegrityError), transaction.atomic():
                row.save()


def test_a_row_that_names_two_things_is_refused_by_form_and_database():
    row = Requirement(
        award=make.award(), kind="quiz", quiz=make.quiz(), statement=make.statement().statement
    )
    with pytest.raises(ValidationError, match="and nothing else"):
        row.full_clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save()


def test_a_kind_that_no_award_asks_for_costs_no_query(django_assert_num_queries):
    award = make.award(statement=make.statement())
    learner = make.user()
    with django_assert_num_queries(2):  # the requirements, and the signatures
        evidence_for_awards(learner, [award], edition=1)


def test_visitors_read_the_same_words_as_learners():
    course = make_course()
    make.award(course=course, quiz=make.quiz(title="Final"), statement=make.statement())
    [for_visitor] = awards_with(course, None, 1)
    [for_learner] = awards_with(course, make.user(), 1)
    texts = [line.text for line in for_visitor.requirements]
    assert texts == [line.text for line in for_learner.requirements]
    assert {line.met for line in for_visitor.requirements} == {None}
