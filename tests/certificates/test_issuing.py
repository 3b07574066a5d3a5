"""Issued once, frozen for good, and changed only by events that say who and why."""

import logging
from datetime import date

import pytest
from django.core import mail
from django.db import transaction

from certificates import exceptions as cannot
from certificates.issuing import issue_by_hand, issue_if_earned, retry_certificate
from certificates.models import Attestation, Award, Credential, CredentialEvent, Requirement
from certificates.revoking import revoke, suspend
from certificates.signing_statements import sign_statement
from courses.enrolling import complete_lesson
from courses.models import Completion, LessonPage
from courses.signals import evidence_landed
from people.models import User, lock_learner
from tests import make
from tests.make import DAY, HOUR, NOON
from tests.racing import at_once

REASON = "The file was read again."


@pytest.fixture
def earned(db):
    """A learner who has met all that an award asks for, and the award."""
    course = make.full_course(title="Listening")
    learner = make.user(full_name="Łukasz O’Brien", language="es")
    make.completion(learner, course)
    award = make.award(course=course, valid_months=24, hours_course=course)
    return learner, award


def land(learner, at=NOON):
    """A piece of evidence lands, as the courses tell of it."""
    with transaction.atomic():
        lock_learner(learner.pk)
        evidence_landed.send(sender=Completion, learner=learner, at=at)


class TestWhenTheLastRequirementIsMet:
    def test_the_award_is_issued_and_everything_printed_is_frozen(self, earned):
        learner, award = earned
        [credential] = issue_if_earned(learner, at=NOON)
        assert credential.name == "Łukasz O’Brien"
        assert credential.award_name == award.name
        assert credential.issuer_name == award.issuer.name
        assert credential.signatory_name == award.issuer.signatory_name
        assert credential.issued_on == date(2026, 11, 23)
        assert credential.expires_on == date(2028, 11, 23)
        assert credential.language == "en"  # the award's; the letter is in the learner's
        assert credential.minutes == 0  # nothing was read: no hours come from a plan
        [shown] = credential.evidence
        assert "Listening" in shown["requirement"]
        assert shown["met_on"] == "2026-11-23"
        [event] = credential.events.all()
        assert (event.number, event.kind, event.at, event.actor) == (1, "issued", NOON, None)

    def test_finishing_the_last_lesson_of_the_course_issues_it(self, db):
        course = make.full_course(modules=1, lessons=2, quizzes=False)
        award = make.award(course=course)
        enrolment = make.enrolment(course=course)
        first, second = LessonPage.objects.descendant_of(course)
        complete_lesson(enrolment, first, at=NOON)
        assert not Credential.objects.exists()
        complete_lesson(enrolment, second, at=NOON + HOUR)
        credential = Credential.objects.get()
        assert (credential.holder, credential.award) == (enrolment.learner, award)
        assert credential.issued_at == NOON + HOUR

    def test_later_edits_change_nothing_that_was_issued(self, earned):
        learner, award = earned
        [credential] = issue_if_earned(learner, at=NOON)
        before = Credential.objects.filter(pk=credential.pk).values().get()
        User.objects.filter(pk=learner.pk).update(full_name="Somebody Else")
        Award.objects.filter(pk=award.pk).update(name="Other", valid_months=1, description="New")
        award.issuer.signatory_name = "Another"
        award.issuer.save()
        course = award.hours_course
        course.title = "Renamed"
        course.save()
        assert Credential.objects.filter(pk=credential.pk).values().get() == before

    def test_a_requirement_short_of_it_issues_nothing(self, earned):
        learner, award = earned
        other = make.user()
        assert issue_if_earned(other, at=NOON) == []
        Requirement.objects.create(
            award=award, kind="statement", statement=make.statement().statement
        )
        assert issue_if_earned(learner, at=NOON) == []

    def test_an_award_that_is_closed_or_asks_for_nothing_is_not_issued(self, earned):
        learner, award = earned
        make.award()
        Award.objects.filter(pk=award.pk).update(active=False)
        assert issue_if_earned(learner, at=NOON) == []

    def test_it_is_issued_once_however_often_evidence_lands(self, earned):
        learner, _ = earned
        for hour in range(5):
            land(learner, at=NOON + hour * HOUR)
        assert Credential.objects.get().issued_at == NOON
        assert CredentialEvent.objects.count() == 1

    def test_one_that_was_revoked_is_not_issued_again_by_itself(self, earned):
        learner, _ = earned
        [credential] = issue_if_earned(learner, at=NOON)
        revoke(credential, by=make.user(), reason=REASON, at=NOON)
        land(learner, at=NOON + DAY)
        assert Credential.objects.count() == 1

    def test_evidence_and_credential_are_kept_together_or_not_at_all(self, earned):
        learner, _ = earned
        with transaction.atomic():
            evidence_landed.send(sender=Completion, learner=learner, at=NOON)
            assert Credential.objects.count() == 1
            transaction.set_rollback(True)
        assert Credential.objects.count() == 0

    def test_a_failure_to_issue_never_costs_the_evidence(self, earned, caplog):
        learner, _ = earned
        User.objects.filter(pk=learner.pk).update(full_name="")
        learner.refresh_from_db()
        signed = make.statement()
        with caplog.at_level(logging.CRITICAL, logger="certificates"), transaction.atomic():
            Attestation.objects.create(
                learner=learner, version=signed, typed_name="x", signed_at=NOON
            )
            evidence_landed.send(sender=Attestation, learner=learner, at=NOON)
        assert Attestation.objects.count() == 1
        assert Credential.objects.count() == 0

    @pytest.mark.parametrize(
        ("name", "problem"),
        [
            ("", cannot.HolderHasNoName),
            ("’ -", cannot.NameHasNoLetter),
            ("12345", cannot.NameHasNoLetter),
            ("\u200d", cannot.NameHasNoLetter),
            ("Ada 😀", cannot.UnprintableName),
            ("𒀀𒀁", cannot.UnprintableName),
        ],
    )
    def test_a_name_that_cannot_be_printed_stops_the_issue_until_it_changes(
        self, earned, name, problem
    ):
        learner, _ = earned
        User.objects.filter(pk=learner.pk).update(full_name=name)
        learner.refresh_from_db()
        with pytest.raises(problem) as stopped:
            issue_if_earned(learner, at=NOON)
        assert isinstance(stopped.value, cannot.NameIsNotPrintable)
        land(learner)
        assert not Credential.objects.exists()
        User.objects.filter(pk=learner.pk).update(full_name="Ada Okafor")
        learner.refresh_from_db()
        land(learner)
        assert Credential.objects.get().name == "Ada Okafor"

    def test_an_award_that_cannot_be_printed_holds_up_no_other(self, earned, caplog):
        learner, award = earned
        other = make.award(course=award.hours_course, description="has done it all 😀")
        with caplog.at_level(logging.ERROR, logger="certificates"):
            [issued] = issue_if_earned(learner, at=NOON)
        assert issued.award == award
        assert f"Award {other.pk} is not issued" in caplog.text

    def test_it_is_printed_in_the_language_of_the_award(self, earned):
        learner, award = earned
        Award.objects.filter(pk=award.pk).update(language="es")
        User.objects.filter(pk=learner.pk).update(language="en")
        [credential] = issue_if_earned(User.objects.get(pk=learner.pk), at=NOON)
        assert credential.language == "es"

    def test_the_worker_is_told_once_and_only_after_the_commit(
        self, earned, enqueued, django_capture_on_commit_callbacks
    ):
        learner, _ = earned
        with django_capture_on_commit_callbacks(execute=True):
            [credential] = issue_if_earned(learner, at=NOON)
            assert enqueued() == []
        assert enqueued() == [str(credential.pk)]
        assert mail.outbox == []


class TestManyAtOnce:
    pytestmark = pytest.mark.django_db(transaction=True)

    def test_last_pieces_of_evidence_that_land_together_issue_one_credential(self):
        version = make.statement()
        make.award(statement=version)
        learner = make.user()

        def sign(_):
            return sign_statement(learner, version, typed_name=learner.full_name, at=NOON).pk

        assert len(set(at_once(12, sign))) == 1
        assert Attestation.objects.count() == 1
        assert Credential.objects.count() == 1
        assert CredentialEvent.objects.count() == 1

    def test_all_who_issue_at_once_are_given_the_same_credential(self):
        version = make.statement()
        award = make.award(statement=version)
        learner = make.user()
        Attestation.objects.create(
            learner=learner, version=version, typed_name="Ada Okafor", signed_at=NOON
        )
        given = at_once(
            12, lambda _: [credential.number for credential in issue_if_earned(learner, at=NOON)]
        )
        assert {tuple(numbers) for numbers in given} <= {(Credential.objects.get().number,), ()}
        assert award.credentials.count() == 1


class TestByHand:
    @pytest.fixture(autouse=True)
    def _db(self, db):
        self.registrar = make.user(full_name="Rosa Adeyemi")
        self.award = make.award()
        self.holder = make.user()

    def issue(self, **changes):
        arguments = {"evidence": "Portfolio seen.", "by": self.registrar, "at": NOON, **changes}
        return issue_by_hand(self.award, self.holder, **arguments)

    def test_it_keeps_who_issued_it_and_what_it_rests_on(self):
        credential = self.issue(evidence="  Portfolio seen on paper.  ")
        assert credential.evidence == [{"requirement": "Portfolio seen on paper.", "met_on": None}]
        assert credential.events.get().actor == self.registrar

    def test_nobody_issues_to_themselves(self):
        with pytest.raises(cannot.IssuesToThemselves) as refused:
            self.issue(by=self.holder)
        assert "another registrar" in str(refused.value)
        assert not Credential.objects.exists()

    @pytest.mark.parametrize(
        "changes",
        [
            {"name": "李小龙 😀"},
            {"name": "12345"},
            {"words": "has shown this 😀"},
        ],
    )
    def test_what_cannot_be_printed_is_never_frozen(self, changes):
        with pytest.raises(cannot.CannotBeDone):
            self.issue(**changes)
        assert not Credential.objects.exists()

    @pytest.mark.parametrize("months", [0, 1, 600, 32767])
    def test_any_length_of_validity_is_a_date_or_for_ever(self, months):
        self.award.valid_months = months
        expires_on = self.issue().expires_on
        assert (expires_on is None) == (months == 0)

    def test_evidence_in_words_is_needed(self):
        with pytest.raises(cannot.EvidenceNeeded):
            self.issue(evidence=" \n ")

    def test_the_name_may_be_given_and_is_made_safe_to_print(self):
        assert self.issue(name="  Ada\u202e   Lovelace ").name == "Ada Lovelace"

    def test_it_says_what_the_award_says_when_all_of_it_was_done(self):
        self.award.hours_course = make.full_course()
        credential = self.issue()
        assert credential.description == self.award.description
        assert credential.study["of_parts"] == 4

    def test_with_other_words_it_claims_no_hours_and_no_competencies(self):
        self.award.hours_course = make.full_course()
        credential = self.issue(words="has shown this through a portfolio.")
        assert credential.description == "has shown this through a portfolio."
        assert (credential.minutes, credential.study) == (0, {})
        assert credential.competencies == []

    def test_an_award_that_is_held_is_not_issued_beside_itself(self):
        first = self.issue()
        with pytest.raises(cannot.AlreadyHolds) as held:
            self.issue()
        assert held.value.credential == first
        assert first.number in str(held.value)

    def test_a_suspended_one_is_still_held(self):
        suspend(self.issue(), by=self.registrar, reason=REASON, at=NOON)
        with pytest.raises(cannot.AlreadyHolds):
            self.issue()

    def test_after_one_that_came_to_an_end_the_next_may_be_issued(self):
        revoke(self.issue(), by=self.registrar, reason=REASON, at=NOON)
        assert self.issue().cycle == 2

    def test_after_one_that_expired_the_next_may_be_issued(self):
        self.award.valid_months = 1
        self.issue()
        assert self.issue(at=NOON + 60 * DAY).cycle == 2

    def test_a_closed_award_is_not_issued(self):
        self.award.active = False
        with pytest.raises(cannot.AwardIsClosed):
            self.issue()


def test_a_certificate_that_could_not_be_made_may_be_tried_again(
    db, enqueued, django_capture_on_commit_callbacks
):
    credential = make.credential()
    assert not retry_certificate(credential)
    Credential.objects.update(pdf_problem="No font.")
    with django_capture_on_commit_callbacks(execute=True):
        assert retry_certificate(credential)
    assert Credential.objects.to_prepare().get() == credential
    assert enqueued() == [str(credential.pk)]
