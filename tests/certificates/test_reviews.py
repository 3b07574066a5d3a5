"""A credential that rests on a lost pass goes to the registrars' list, and changes only by them."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from assessments.corrections import Way
from assessments.remarking import RemarkPlan
from certificates.exceptions import AlreadySuspended, ChangedMeanwhile, ReasonNeeded
from certificates.models import Credential, CredentialEvent, CredentialReview
from certificates.reviews import Decision, decide_review
from certificates.revoking import suspend
from certificates.standing import Standing, standing_of
from tests import make
from tests.make import HOUR, NOON
from tests.remarked import (
    LATER,
    correct,
    course_of,
    page_with_a_wrong_key,
    plan_for,
    question_of,
    run,
    sit,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(db):
    return page_with_a_wrong_key()


def frozen(credential):
    return Credential.objects.filter(pk=credential.pk).values().get()


def standing(credential):
    return standing_of(Credential.objects.get(pk=credential.pk), at=LATER)


@pytest.fixture
def award(page):
    return make.award(quiz=page.quiz)


@pytest.fixture
def credential(page, award):
    """Issued by itself for a pass that a corrected key takes away."""
    attempt = sit(page, first=0, wrong=1)
    return attempt.enrolment.learner.credentials.get()


def lose_the_pass(page, **fields):
    correct(question_of(page))
    return run(plan_for(page, keep_better=False, **fields))


@pytest.fixture
def review(page, credential):
    lose_the_pass(page)
    return CredentialReview.objects.get()


def test_a_lost_pass_puts_it_on_the_list_and_changes_nothing(page, credential):
    before = frozen(credential)
    remarking = lose_the_pass(page)
    review = CredentialReview.objects.get()
    assert (review.credential, review.remarking) == (credential, remarking)
    assert (review.before.passed, review.after.passed) == (True, False)
    assert review.raised_at == LATER
    assert review.decision == ""
    assert frozen(credential) == before
    assert standing(credential) == Standing.CURRENT
    assert credential.events.count() == 1


def test_a_kept_pass_raises_nothing(page, credential):
    correct(question_of(page))
    run(plan_for(page))
    assert not CredentialReview.objects.exists()


def test_a_pass_in_another_attempt_still_carries_it(page, award):
    learner = make.user()
    sit(page, first=0, wrong=1, learner=learner)
    sit(page, first=2, wrong=0, learner=learner, at=NOON + HOUR)
    correct(question_of(page))
    run(plan_for(page))
    sit(page, first=2, learner=learner, at=LATER)
    run(RemarkPlan(way=Way.LEFT_OUT, question=question_of(page), keep_better=False), at=LATER)
    assert Credential.objects.filter(holder=learner).exists()
    assert not CredentialReview.objects.exists()


def test_an_award_for_the_course_around_the_quiz_rests_on_it_too(page):
    award = make.award(course=course_of(page))
    attempt = sit(page, first=0, wrong=1)
    credential = attempt.enrolment.learner.credentials.get(award=award)
    lose_the_pass(page)
    assert CredentialReview.objects.get().credential == credential


def test_another_award_and_another_persons_credential_do_not(page):
    sit(page, first=0, wrong=1)
    make.credential(make.award(quiz=make.quiz()), make.user())
    lose_the_pass(page)
    assert not CredentialReview.objects.exists()


def test_running_it_again_raises_it_once(page, credential):
    remarking = lose_the_pass(page)
    run(plan_for(page, keep_better=False))
    assert CredentialReview.objects.get().remarking == remarking


@pytest.mark.parametrize(
    ("decision", "becomes"),
    [
        (Decision.KEPT, Standing.CURRENT),
        (Decision.SUSPENDED, Standing.SUSPENDED),
        (Decision.REVOKED, Standing.REVOKED),
    ],
)
def test_a_registrar_decides_once_with_a_reason(review, decision, becomes):
    registrar = make.registrar(full_name="Rosa Adeyemi")
    with pytest.raises(ReasonNeeded):
        decide_review(review, decision, by=registrar, reason=" ", at=LATER)
    assert standing(review.credential) == Standing.CURRENT
    decide_review(review, decision, by=registrar, reason="Talked it over.", at=LATER)
    review.refresh_from_db()
    assert (review.decision, review.decided_by, review.reason) == (
        decision,
        registrar,
        "Talked it over.",
    )
    assert standing(review.credential) == becomes
    with pytest.raises(ChangedMeanwhile):
        decide_review(review, Decision.KEPT, by=registrar, reason="Again.", at=LATER)
    review.refresh_from_db()
    assert review.decision == decision


def test_a_decision_that_cannot_be_done_is_not_recorded(review):
    registrar = make.registrar()
    suspend(review.credential, by=registrar, reason="Meanwhile.", at=LATER)
    with pytest.raises(AlreadySuspended):
        decide_review(review, Decision.SUSPENDED, by=registrar, reason="x", at=LATER)
    review.refresh_from_db()
    assert review.decision == ""


def test_the_registrars_pages_show_what_changed_who_and_when(review, settings):
    settings.STAFF_NEED_SECOND_FACTOR = False
    browser = Client()
    browser.force_login(make.registrar())
    home = browser.get("/admin/").content.decode()
    assert "One credential rests on a result that was corrected" in home
    listed = browser.get(reverse("credential_reviews:index")).content.decode()
    assert review.credential.number in listed
    assert "3 of 4 marks, passed" in listed
    assert "Waiting for you" in listed
    url = reverse("credential_reviews:decide", args=[review.pk])
    shown = browser.get(url).content.decode()
    assert review.remarking.reason in shown
    assert review.remarking.decided_by.full_name in shown
    assert browser.post(url, {"decision": "kept", "reason": ""}).status_code == 422
    decision = {"decision": "suspended", "reason": "Until we have talked."}
    assert browser.post(url, decision).status_code == 422
    browser.post(url, {**decision, "explanation": "A mark was corrected. Let us talk."})
    assert CredentialEvent.objects.filter(kind="suspended").count() == 1
    assert "Until we have talked." in browser.get(url).content.decode()
    assert "One credential rests" not in browser.get("/admin/").content.decode()


def test_the_list_costs_the_same_for_one_and_for_three(
    page, award, settings, django_assert_max_num_queries
):
    settings.STAFF_NEED_SECOND_FACTOR = False
    for _ in range(3):
        sit(page, first=0, wrong=1)
    lose_the_pass(page)
    assert CredentialReview.objects.count() == 3
    browser = Client()
    browser.force_login(make.registrar())
    url = reverse("credential_reviews:index")
    browser.get(url)
    [*spare, last] = CredentialReview.objects.all()
    with django_assert_max_num_queries(60) as three:
        browser.get(url)
    CredentialReview.objects.filter(pk__in=[review.pk for review in spare]).delete()
    number = last.credential.number
    with django_assert_max_num_queries(len(three)):
        assert number in browser.get(url).content.decode()


def test_a_trainer_does_not_open_the_list(settings):
    settings.STAFF_NEED_SECOND_FACTOR = False
    browser = Client()
    browser.force_login(make.staff())
    response = browser.get(reverse("credential_reviews:index"))
    assert response.headers["Location"] == "/admin/"
