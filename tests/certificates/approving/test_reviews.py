"""A credential that rests on a lost pass: what is decided of it may have to be approved, too."""

from __future__ import annotations

import pytest
from django.urls import reverse

from certificates.approving.proposing import approve, decline
from certificates.models import CredentialReview, Proposal
from certificates.standing import Standing, standing_of
from tests import make
from tests.certificates.approving.making import approve_from_now_on, kinds_of
from tests.remarked import LATER, correct, page_with_a_wrong_key, plan_for, question_of, run, sit

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(rosa):
    return page_with_a_wrong_key()


@pytest.fixture
def earned(page):
    """Issued by itself, where everything of registrars has to be approved."""
    make.award(quiz=page.quiz)
    approve_from_now_on(*Proposal.Act.values)
    return sit(page, first=0, wrong=1).enrolment.learner.credentials.get()


@pytest.fixture
def review(page, earned):
    correct(question_of(page))
    run(plan_for(page, keep_better=False))
    return CredentialReview.objects.get(credential=earned)


@pytest.fixture
def decide(client, rosa, review, settings):
    settings.STAFF_NEED_SECOND_FACTOR = False
    client.force_login(rosa)

    def send(decision):
        form = {"decision": decision, "reason": "Not passed.", "explanation": "Please sit it."}
        address = reverse("credential_reviews:decide", args=[review.pk])
        return client.post(address, form, follow=True)

    return send


def test_what_the_site_issues_by_itself_waits_for_nobody(earned):
    assert kinds_of(earned) == ["issued"]
    event = earned.events.get()
    assert (event.actor, event.approved_by) == (None, None)
    assert not Proposal.objects.exists()


def test_a_revocation_waits_and_the_review_with_it(decide, rosa, noor, review):
    response = decide("revoked")
    proposal = Proposal.objects.get()
    assert response.redirect_chain[-1][0] == reverse("proposals:proposal", args=[proposal.pk])
    assert (proposal.review, proposal.act, proposal.proposed_by) == (review, "revoke", rosa)
    review.refresh_from_db()
    assert review.decision == ""
    approve(proposal, by=noor, at=LATER)
    review.refresh_from_db()
    assert (review.decision, review.decided_by) == ("revoked", rosa)
    assert review.credential.events.last().approved_by == noor
    assert standing_of(review.credential, at=LATER) == Standing.REVOKED


def test_declined_the_review_is_still_to_be_decided(decide, noor, review):
    decide("suspended")
    decline(Proposal.objects.get(), by=noor, answer="Let them sit it again.", at=LATER)
    assert CredentialReview.objects.undecided().get() == review
    assert kinds_of(review.credential) == ["issued"]


def test_keeping_it_as_it_is_needs_nobody_else(decide, review):
    decide("kept")
    review.refresh_from_db()
    assert review.decision == "kept"
    assert not Proposal.objects.exists()
