"""`manage.py sweep` finds what is owed and does it, once, however often it is run."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core import mail
from django.core.mail import EmailMessage
from django.core.management import CommandError, call_command
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from certificates.models import Credential
from certificates.preparing import LEASE
from certificates.revoking import revoke
from courses.models import Completion
from people.models import User
from tests import make
from tests.racing import at_once


def sweep(*options):
    out = StringIO()
    call_command("sweep", *options, stdout=out)
    return out.getvalue().strip()


def nothing_is_owed():
    return sweep("--dry-run").startswith("Dry run. Found 0 awards to issue, 0 certificates")


@pytest.fixture
def owed(db):
    """Someone who earned an award that nobody issued."""
    course = make.full_course()
    learner = make.user()
    make.completion(learner, course)
    return learner, make.award(course=course)


def test_an_award_that_was_earned_and_not_issued_is_issued_made_and_announced(owed):
    learner, award = owed
    line = sweep()
    assert "Issued 1, made or announced 1" in line
    assert "\n" not in line
    credential = Credential.objects.get()
    assert (credential.holder, credential.award) == (learner, award)
    assert credential.pdf
    assert [letter.to for letter in mail.outbox] == [[learner.email]]
    assert nothing_is_owed()


def test_whoever_was_missed_years_ago_is_found_by_any_sweep(owed):
    """Nothing is remembered between two sweeps, so that no news can be lost between them."""
    learner, _award = owed
    sweep()
    late = make.user()
    make.completion(late, Completion.objects.first().enrolment.course)
    Completion.objects.update(completed_at=timezone.now() - timedelta(days=1000))
    assert "Issued 1" in sweep()
    assert {row.holder for row in Credential.objects.all()} == {learner, late}
    assert nothing_is_owed()


def test_a_second_sweep_does_nothing_again(owed):
    sweep()
    before = Credential.objects.values().get()
    sweep()
    assert Credential.objects.values().get() == before
    assert len(mail.outbox) == 1


def test_a_dry_run_says_what_is_owed_and_changes_nothing(owed):
    make.credential()
    assert "Found 1 awards to issue, 1 certificates" in sweep("--dry-run")
    assert Credential.objects.filter(pdf="").count() == 1
    assert mail.outbox == []


def test_what_a_worker_has_leased_is_left_to_it_until_the_lease_is_over(db):
    credential = make.credential()
    Credential.objects.update(leased_until=timezone.now() + LEASE)
    sweep()
    assert not Credential.objects.get().pdf
    sweep("--after-restart")
    credential.refresh_from_db()
    assert credential.pdf
    assert credential.announced_at


def test_one_that_fails_does_not_stop_the_others_and_is_told(db, monkeypatch, caplog):
    first, second = make.credential(), make.credential()
    # Something covered without a name: the renderer cannot make this one.
    Credential.objects.filter(pk=first.pk).update(competencies=[{"nothing": "useful"}])
    with caplog.at_level("CRITICAL"), pytest.raises(CommandError):
        sweep()
    first.refresh_from_db()
    second.refresh_from_db()
    assert not first.pdf
    assert second.pdf


def test_somebody_without_a_name_is_waited_for(owed):
    learner, _ = owed
    User.objects.filter(pk=learner.pk).update(full_name="")
    assert "1 wait for a name that can be printed" in sweep()
    User.objects.filter(pk=learner.pk).update(full_name="Ada 𒀀")
    assert "1 wait for a name that can be printed" in sweep()
    User.objects.filter(pk=learner.pk).update(full_name="Ada Okafor")
    sweep()
    assert Credential.objects.get().name == "Ada Okafor"


def test_word_that_is_owed_of_a_change_is_sent_once(db):
    credential = make.credential()
    sweep()
    mail.outbox.clear()
    revoke(credential, by=make.user(), reason="For the test.", at=timezone.now())
    assert "1 changes to tell of" in sweep("--dry-run")
    assert mail.outbox == []
    assert "told of 1" in sweep()
    assert "Found 0 awards to issue, 0 certificates" in sweep()
    [letter] = mail.outbox
    assert letter.to == [credential.holder.email]
    assert credential.events.get(kind="revoked").notified_at


def test_a_letter_that_fails_stops_no_other_and_is_told(db, monkeypatch, caplog):
    first, second = make.credential(), make.credential()
    sweep()
    for credential in (first, second):
        revoke(credential, by=make.user(), reason="For the test.", at=timezone.now())
    User.objects.filter(pk=first.holder_id).update(email="first@peerwork.example")
    send = EmailMessage.send

    def fail_for_the_first(letter, *args, **options):
        if letter.to == ["first@peerwork.example"]:
            raise OSError
        return send(letter, *args, **options)

    monkeypatch.setattr(EmailMessage, "send", fail_for_the_first)
    with caplog.at_level("CRITICAL"), pytest.raises(CommandError):
        sweep()
    assert first.events.get(kind="revoked").notified_at is None
    assert second.events.get(kind="revoked").notified_at


def job(minutes_ago, workers=("w1",), status=TaskResultStatus.RUNNING):
    return DBTaskResult.objects.create(
        status=status,
        started_at=timezone.now() - timedelta(minutes=minutes_ago),
        args_kwargs={"args": [], "kwargs": {}},
        task_path="certificates.tasks.prepare_certificate",
        worker_ids=list(workers),
        backend_name="default",
        run_after=timezone.now(),
        exception_class_path="",
        traceback="",
    )


def test_the_job_of_a_dead_worker_is_given_to_another(db):
    dead, busy = job(10), job(1)
    done = job(10, status=TaskResultStatus.SUCCESSFUL)
    sweep()
    for queued, status in [(dead, "READY"), (busy, "RUNNING"), (done, "SUCCESSFUL")]:
        queued.refresh_from_db()
        assert queued.status == status


def test_a_job_that_lost_three_workers_is_given_up(db, caplog):
    killer = job(10, workers=("w1", "w2", "w3"))
    with caplog.at_level("CRITICAL"):
        sweep()
    killer.refresh_from_db()
    assert killer.status == "FAILED"


@pytest.mark.django_db(transaction=True)
def test_many_sweeps_at_once_do_nothing_twice():
    version = make.statement()
    make.award(statement=version)
    for _ in range(4):
        learner = make.user()
        version.attestations.create(
            learner=learner, typed_name=learner.full_name, signed_at=timezone.now()
        )
    raised = [
        outcome for outcome in at_once(4, lambda _: sweep()) if isinstance(outcome, Exception)
    ]
    assert raised == []
    assert Credential.objects.count() == 4
    assert Credential.objects.to_prepare().count() == 0
    assert len(mail.outbox) == 4
