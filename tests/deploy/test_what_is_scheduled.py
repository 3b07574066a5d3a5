"""What the scheduler promises is done by its own list of tasks, and by nothing else beside it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import mail
from django.core.management import get_commands
from django.utils import timezone
from wagtail.models import Revision

from certificates.models import Credential, certificate_storage
from deploy import scheduling
from deploy.backups import store
from people.erasure import ask_to_erase
from people.models import User
from tests import make
from tests.courses.publishing import is_live
from tests.deploy import backups

pytestmark = [pytest.mark.django_db, pytest.mark.filterwarnings("ignore::ResourceWarning")]

HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def own_var(settings, tmp_path):
    return backups.own_files(settings, tmp_path)


@pytest.fixture(autouse=True)
def same_connection(monkeypatch):
    """A scheduler's thread has a connection of its own; these tests roll back that of theirs."""
    monkeypatch.setattr(scheduling, "close_old_connections", lambda: None)


def one_turn():
    """One turn of everything that the scheduler does, and of nothing else."""
    for task in scheduling.TASKS:
        scheduling.run_once(task)


def scheduled_lesson(at):
    lesson = make.lesson(make.module(make.course()))
    lesson.unpublish()
    lesson.go_live_at = at
    revision = lesson.save_revision(clean=False)
    Revision.objects.filter(pk=revision.pk).update(approved_go_live_at=at)
    return lesson


def test_a_lesson_is_published_at_its_hour_by_the_scheduler_alone():
    due, early = scheduled_lesson(timezone.now() - HOUR), scheduled_lesson(timezone.now() + HOUR)
    assert not is_live(due)
    one_turn()
    assert is_live(due)
    assert not is_live(early)


def test_a_lesson_is_taken_down_at_its_hour_by_the_scheduler_alone():
    lesson = make.lesson(make.module(make.course()))
    type(lesson).objects.filter(pk=lesson.pk).update(expire_at=timezone.now() - HOUR)
    one_turn()
    assert not is_live(lesson)


def test_what_is_owed_is_done_by_the_scheduler_alone():
    """A certificate that no worker made is made and announced, once however often it turns."""
    credential = make.credential(make.award(), make.user("ada@peerwork.example"))
    assert not credential.pdf
    for _ in range(2):
        one_turn()
    credential = Credential.objects.get(pk=credential.pk)
    with certificate_storage().open(credential.pdf.name) as file:
        assert file.read().startswith(b"%PDF")
    assert credential.announced_at
    assert [letter.to for letter in mail.outbox] == [["ada@peerwork.example"]]


def test_whoever_asked_is_erased_by_the_scheduler_alone():
    ada, ben = make.user("ada@peerwork.example"), make.user("ben@peerwork.example")
    ask_to_erase(ada, at=timezone.now() - timedelta(days=15))
    ask_to_erase(ben, at=timezone.now())
    one_turn()
    ada.refresh_from_db()
    assert ada.erased_at
    assert ada.email.endswith("@erased.invalid")
    assert User.objects.filter(email="ben@peerwork.example").exists()


@pytest.mark.django_db(transaction=True)
def test_a_backup_is_made_by_the_scheduler_alone_and_one_a_day(settings, tmp_path):
    backups.set_up(settings, tmp_path)
    for _ in range(2):
        one_turn()
    whole = store.backups_in(tmp_path / "backups")
    assert len(whole) == 1
    assert (whole[0].folder / "database.age").stat().st_size > 0


def test_files_are_checked_by_the_scheduler_alone(own_var):
    assert not (own_var / "files.checked").exists()
    one_turn()
    assert (own_var / "files.checked").exists()


def test_every_task_is_a_command_and_is_run_once_in_a_turn(monkeypatch):
    ran = []
    monkeypatch.setattr(scheduling, "call_command", lambda *words, **_: ran.append(words[0]))
    one_turn()
    assert set(ran) <= set(get_commands())
    assert len(ran) == len(set(ran)) == len(scheduling.TASKS)
    assert set(scheduling.LONGER_BETWEEN) <= set(ran)
