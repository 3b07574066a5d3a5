"""Signing a statement: what meets it, where, and how far."""

import pytest

from certificates.evidence import (
    evidence_for,
)
from certificates.models import Attestation, StatementVersion
from tests import make
from tests.make import NOON

pytestmark = pytest.mark.django_db


def columns():
    """What a requirement of this kind names."""
    return {"statement": make.statement().statement}


def meet(learner, requirement):
    sign(learner, requirement.statement.versions.get())


def sign(learner, version, at=NOON):
    return Attestation.objects.create(
        learner=learner, version=version, typed_name=learner.full_name, signed_at=at
    )


def test_a_signature_under_an_earlier_version_still_stands():
    first = make.statement()
    learner = make.user()
    sign(learner, first)
    StatementVersion.objects.create(
        statement=first.statement, version="2", text="<p>New.</p>", published_at=NOON
    )
    assert evidence_for(learner, make.award(statement=first))[0].met_on


def test_it_says_whether_it_is_signed():
    version = make.statement()
    learner = make.user()
    award = make.award(statement=version)
    assert evidence_for(learner, award)[0].how_far == "not signed yet"
    sign(learner, version)
    assert evidence_for(learner, award)[0].how_far == "signed already"


def test_it_is_the_quick_kind_whose_button_says_what_to_do():
    [evidence] = evidence_for(make.user(), make.award(statement=make.statement()))
    assert evidence.is_quick
    assert evidence.action == "Read and sign"
