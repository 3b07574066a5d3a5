"""A schedule that could not be kept stays visible with its reason, and its author is told."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Page, Revision

from assessments.models import Question
from courses.models import LessonPage, MissedSchedule
from courses.publishing import publish_due
from tests import make
from tests.courses import publishing
from tests.courses.publishing import is_live, said_by

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("at_once_and_without_second_factor"),
    # Wagtail leaves the file of a new picture size open.
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


def schedule(page, author=None):
    """Its hour was given while nothing stood in the way, and has come."""
    hour = timezone.now() - timedelta(minutes=5)
    page.go_live_at = hour
    revision = page.save_revision(user=author, clean=False)
    Revision.objects.filter(pk=revision.pk).update(approved_go_live_at=hour)
    return revision


def turn():
    return publish_due(timezone.now)


@pytest.fixture
def author():
    return make.trainer_of(full_name="Idris Bello", email="idris@peerwork.example")


@pytest.fixture
def missed(author):
    page = publishing.quiz_nobody_can_begin()
    schedule(page, author)
    turn()
    return MissedSchedule.objects.get()


def test_what_could_not_be_published_says_why_and_can_be_edited_again(missed, author):
    page = Page.objects.get(pk=missed.object_id)
    assert not page.live
    assert not page.specific.approved_schedule
    assert "the bank cannot fill this quiz yet" in missed.reason
    assert missed.author == author
    assert missed.title == page.title
    assert str(missed) == page.title


def test_one_that_cannot_go_stops_no_other():
    bad, good = publishing.silent_picture(), publishing.lesson()
    schedule(bad)
    schedule(good)
    result = turn()
    assert (result.published, result.missed, result.failed) == (1, 1, 0)
    assert is_live(good)
    assert not is_live(bad)


def test_what_has_its_end_behind_it_is_taken_down_whatever_else_fails(monkeypatch):
    page = make.lesson(make.module(make.course()))
    LessonPage.objects.filter(pk=page.pk).update(expire_at=timezone.now() - timedelta(hours=1))
    schedule(publishing.silent_picture())
    assert turn().taken_down == 1
    assert not is_live(page)


def test_a_failure_of_another_kind_leaves_the_schedule_for_the_next_turn(monkeypatch, caplog):
    page = publishing.lesson()
    schedule(page)

    def break_down(*args, **kwargs):
        raise OSError("the disk is full")

    with monkeypatch.context() as patch:
        patch.setattr(Revision, "publish", break_down)
        assert turn().failed == 1
        with pytest.raises(CommandError):
            call_command("publish_scheduled", verbosity=0)
    assert not is_live(page)
    assert not MissedSchedule.objects.exists()
    assert turn().published == 1
    assert is_live(page)


def test_a_dry_run_changes_nothing(capsys):
    page = publishing.lesson()
    schedule(page)
    call_command("publish_scheduled", "--dryrun")
    assert page.title in capsys.readouterr().out
    assert not is_live(page)


# Telling its author ------------------------------------------------------------------------


def test_its_author_gets_one_letter_with_the_reason_and_the_way_to_it(missed):
    turn()
    [letter] = mail.outbox
    assert letter.to == ["idris@peerwork.example"]
    assert letter.extra_headers["Auto-Submitted"] == "auto-generated"
    assert missed.title in letter.subject
    assert "the bank cannot fill this quiz yet" in letter.body
    assert reverse("wagtailadmin_pages:edit", args=[missed.object_id]) in letter.body
    assert "UTC" in letter.body


def test_a_letter_that_cannot_be_sent_is_sent_on_the_next_turn(author, settings, caplog):
    settings.EMAIL_BACKEND = "tests.courses.test_missed_schedules.NoSuchServer"
    schedule(publishing.silent_picture(), author)
    turn()
    assert MissedSchedule.objects.get().notified_at is None
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    turn()
    assert mail.outbox == []  # the server is left alone for a minute
    later = timezone.now() + timedelta(minutes=1)
    publish_due(lambda: later)
    publish_due(lambda: later)
    assert len(mail.outbox) == 1
    assert MissedSchedule.objects.get().notified_at


def test_the_reason_is_in_the_language_of_its_author():
    author = make.trainer_of(language="es")
    schedule(publishing.quiz_nobody_can_begin(), author)
    turn()
    assert "el banco aún no puede llenar este cuestionario" in MissedSchedule.objects.get().reason
    assert "no se publicó" in mail.outbox[0].subject


def test_nobody_is_written_to_where_there_is_no_author(db):
    schedule(publishing.silent_picture())
    turn()
    assert mail.outbox == []
    assert MissedSchedule.objects.get().author is None


def test_it_stands_on_the_staff_pages_until_it_is_put_right(editor, missed):
    edit = reverse("wagtailadmin_pages:edit", args=[missed.object_id])
    front = said_by(editor.get("/admin/"))
    assert f"“{missed.title}” was to be published" in front
    assert edit in front
    assert "the bank cannot fill this quiz yet" in said_by(editor.get(edit))
    Question.objects.update(live=True)
    Page.objects.get(pk=missed.object_id).specific.get_latest_revision().publish()
    assert f"“{missed.title}” was to be published" not in said_by(editor.get("/admin/"))


def test_a_trainer_sees_their_own_and_nobody_elses(client, missed, author):
    client.force_login(author)
    assert missed.title in said_by(client.get("/admin/"))
    client.force_login(make.trainer_of())
    assert missed.title not in said_by(client.get("/admin/"))
    client.force_login(make.registrar())
    assert missed.title not in said_by(client.get("/admin/"))


# What ends it --------------------------------------------------------------------------------


def test_a_draft_that_asks_for_no_hour_any_more_ends_it(missed):
    page = Page.objects.get(pk=missed.object_id).get_latest_revision_as_object()
    page.save_revision(clean=False)
    assert MissedSchedule.objects.exists()
    page.go_live_at = None
    page.save_revision(clean=False)
    assert not MissedSchedule.objects.exists()


def test_another_hour_ends_it(missed):
    Question.objects.update(live=True)
    page = Page.objects.get(pk=missed.object_id).specific
    page.go_live_at = timezone.now() + timedelta(days=1)
    page.save_revision().publish()
    assert not MissedSchedule.objects.exists()
    assert page.approved_schedule


def test_deleting_what_it_is_about_ends_it(missed):
    Page.objects.get(pk=missed.object_id).specific.delete()
    assert not MissedSchedule.objects.exists()


def test_a_question_has_its_hour_too(author):
    question = make.single_choice(live=False)
    question.options = [("option", {"text": "Ask", "fraction": "0", "feedback": ""})] * 2
    schedule(question, author)
    turn()
    assert MissedSchedule.objects.get().author == author
    assert not Question.objects.get(pk=question.pk).live
    assert len(mail.outbox) == 1


class NoSuchServer:
    def __init__(self, *args, **kwargs):
        raise OSError("no such server")
