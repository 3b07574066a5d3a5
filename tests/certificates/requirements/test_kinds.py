"""Every kind of requirement holds to the same promises, and the list names every folder."""

from importlib import import_module
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from certificates import requirements
from certificates.evidence import evidence_for_awards, learners_who_met
from certificates.models import Requirement
from certificates.requirements import BY_NAME, KINDS, NAMES
from lms.earning import awards_with
from tests import make

pytestmark = pytest.mark.django_db


MODULES = {name: import_module(f"tests.certificates.requirements.test_{name}") for name in NAMES}
"""The tests of each kind, which also know what it names and how it is met."""


def requirement_of(kind):
    """A requirement of a kind, alone in its award."""
    columns = MODULES[kind.name].columns()
    return Requirement.objects.create(award=make.award(), kind=kind.name, **columns)


def test_the_list_names_every_folder():
    folder = Path(requirements.__file__).parent
    assert {path.parent.name for path in folder.glob("*/kind.py")} == set(NAMES) == set(BY_NAME)


@pytest.mark.parametrize("kind", KINDS, ids=NAMES)
class TestEveryKind:
    def test_has_words_for_a_visitor_and_for_the_registrar(self, kind):
        row = requirement_of(kind)
        assert kind.text(row)
        assert str(row).startswith(str(kind.label))
        assert str(kind.action)

    def test_is_met_by_its_evidence_for_one_learner_and_among_all(self, kind):
        row = requirement_of(kind)
        award = row.award
        learner, other = make.user(), make.user()
        before = evidence_for_awards(learner, [award])[award.pk][0]
        assert (before.met_on, bool(before.how_far), bool(before.url)) == (None, True, True)
        MODULES[kind.name].meet(learner, row)
        for person, met in ((learner, True), (other, False)):
            [evidence] = evidence_for_awards(person, [award])[award.pk]
            assert (evidence.met_on is not None) == met
        assert list(learners_who_met(award)) == [learner]

    def test_costs_no_more_queries_for_three_than_for_one(self, kind):
        learner = make.user()
        awards = [requirement_of(kind).award for _ in range(3)]
        for some in (awards[:1], awards):
            evidence_for_awards(learner, some)
        with CaptureQueriesContext(connection) as for_one:
            evidence_for_awards(learner, awards[:1])
        with CaptureQueriesContext(connection) as for_three:
            evidence_for_awards(learner, awards)
        assert len(for_three) == len(for_one)

    def test_fills_its_own_columns_and_no_other(self, kind):
        others = [name for name in NAMES if name != kind.name]
        row = requirement_of(kind)
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
    course = make.full_course(title="Listening", modules=1, lessons=1)
    make.award(course=course, quiz=make.quiz(title="Final"), statement=make.statement())
    [for_visitor] = awards_with(course, None, 1)
    [for_learner] = awards_with(course, make.user(), 1)
    texts = [line.text for line in for_visitor.requirements]
    assert texts == [line.text for line in for_learner.requirements]
    assert {line.met for line in for_visitor.requirements} == {None}
