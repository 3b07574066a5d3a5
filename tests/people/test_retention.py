"""Nothing is kept for ever: each kind of record is forgotten when its time is over, and not before."""

from __future__ import annotations

import os
from datetime import timedelta
from uuid import uuid4

import pytest
from allauth.account.models import EmailAddress, EmailConfirmation
from allauth.usersessions.models import UserSession
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.core.cache import caches
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult
from wagtail.admin.models import EditingSession, FormState
from wagtail.models import ModelLogEntry, PageLogEntry, UploadedFile

from certificates.models import (
    BulkChange,
    BulkIssue,
    CheckCount,
    ShareLink,
    Watch,
    WatchEvent,
)
from deploy import scheduling
from lms.models import StandardPage
from people import retention
from people.models import Letter, OrganisationInvitation, SetAsideForm, User
from people.organisations.joining import invite_member
from people.retention import every_retention, forget_expired, keep_for
from practice.models import DueReturn
from tests import make
from tests.people.organisations import making as organising
from tests.practice import making

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
NOW = timezone.now()


def content_type():
    return ContentType.objects.get_for_model(User)


def session(person, age):
    browser = Client()
    browser.force_login(person)
    expires = NOW - age if age else NOW + DAY
    Session.objects.filter(pk=browser.session.session_key).update(expire_date=expires)
    return Session.objects.filter(pk=browser.session.session_key)


def sign_in_record(person, age):
    record = UserSession.objects.create(
        user=person, ip="203.0.113.7", user_agent="A browser", session_key=f"gone-{age}"
    )
    UserSession.objects.filter(pk=record.pk).update(created_at=NOW - age)
    return UserSession.objects.filter(pk=record.pk)


def asked_to_join(person, age):
    house = organising.organisation(person, name=f"House {age.days}")
    row = invite_member(house, "bo@peerwork.example", "member", by=person, at=NOW - age - 14 * DAY)
    return OrganisationInvitation.objects.filter(pk=row.pk)


def set_aside(person, age):
    form = SetAsideForm.objects.create(
        owner=person, address="/", page="/", fields=[], set_aside_at=NOW - age
    )
    return SetAsideForm.objects.filter(pk=form.pk)


def confirmation(person, age):
    address = EmailAddress.objects.get(user=person)
    link = EmailConfirmation.objects.create(
        email_address=address, created=NOW - age, key=f"key{age.days}"
    )
    return EmailConfirmation.objects.filter(pk=link.pk)


def unconfirmed(person, age):
    begun = User.objects.create_user(
        f"{age.days}.days@peerwork.example", full_name="Bo", agreed_at=NOW - age
    )
    EmailAddress.objects.create(user=begun, email=begun.email, verified=False)
    return User.objects.filter(pk=begun.pk)


def task(person, age):
    done = DBTaskResult.objects.create(
        status=TaskResultStatus.SUCCESSFUL,
        args_kwargs={"args": [], "kwargs": {}},
        task_path="certificates.tasks.prepare_certificate",
        queue_name="default",
        backend_name="default",
        finished_at=NOW - age,
        enqueued_at=NOW - age,
        run_after=NOW - age,
    )
    return DBTaskResult.objects.filter(pk=done.pk)


def draft(person, age):
    typed = FormState.objects.create(
        user=person,
        content_type=content_type(),
        object_id=str(age.days),
        parent_object_id="",
        data="a=b",
        last_updated_at=NOW - age,
    )
    return FormState.objects.filter(pk=typed.pk)


def editing(person, age):
    opened = EditingSession.objects.create(
        user=person, content_type=content_type(), object_id="1", last_seen_at=NOW - age
    )
    return EditingSession.objects.filter(pk=opened.pk)


def return_row(person, age):
    course = make.course(order="free")
    step = making.conversation_page(make.module(course))
    make.edition(course)
    place = make.enrolment(person, course, at=NOW - age)
    row = making.due_return(place, step, at=NOW - age)
    return DueReturn.objects.filter(pk=row.pk)


def history(person, age):
    entry = ModelLogEntry.objects.create(
        content_type=content_type(),
        object_id=str(person.pk),
        label="Somebody",
        action="wagtail.edit",
        timestamp=NOW - age,
    )
    return ModelLogEntry.objects.filter(pk=entry.pk)


def page_history(person, age):
    page = make.course()
    PageLogEntry.objects.filter(page=page.pk).delete()
    entry = PageLogEntry.objects.create(
        page=page.page_ptr,
        content_type=ContentType.objects.get_for_model(page),
        label="A course",
        action="wagtail.edit",
        timestamp=NOW - age,
    )
    return PageLogEntry.objects.filter(pk=entry.pk)


def letter(person, age):
    row = Letter.objects.create(
        thing=f"ready.{age.days}",
        kind=Letter.Kind.CERTIFICATE,
        person=person,
        recipient="0" * 32,
        first_tried_at=NOW - age,
        sent_at=NOW - age,
    )
    return Letter.objects.filter(pk=row.pk)


def bulk_draft(person, age, **fields):
    bulk = BulkIssue.objects.create(
        by=person, file_name="list.csv", evidence="Seen.", uploaded_at=NOW - age, **fields
    )
    bulk.lines.create(number=2, typed={"name": "Bo"}, email="bo@peerwork.example")
    return BulkIssue.objects.filter(pk=bulk.pk)


def change_draft(person, age, **fields):
    change = BulkChange.objects.create(
        by=person, kind="suspend", reason="A concern.", made_at=NOW - age, **fields
    )
    change.lines.create(number=1, typed="PSW-7K3M-QX9R-4TWK")
    return BulkChange.objects.filter(pk=change.pk)


def bulk_change(person, age):
    return change_draft(person, age, started_at=NOW - age)


def bulk_issue(person, age):
    return bulk_draft(person, age, started_at=NOW - age)


def share_link(person, age):
    made = {"made_at": NOW - age - 7 * DAY, "ends_at": NOW - age}
    row = ShareLink.objects.create(credential=_credential(), sha256=uuid4().hex * 2, **made)
    return ShareLink.objects.filter(pk=row.pk)


def count_of_checks(person, age):
    month = (NOW - age).date().replace(day=1)
    row = CheckCount.objects.create(credential=_credential(), month=month, number=1)
    return CheckCount.objects.filter(pk=row.pk)


def ended_watch(person, age):
    row = organising.organisation(person).watches.create(
        credential=_credential(),
        reason="works",
        added_by=person,
        added_at=NOW - age,
        standing="current",
        seen_number=1,
        ended_at=NOW - age,
        ended_by="organisation",
    )
    return Watch.objects.filter(pk=row.pk)


def watch_news(person, age):
    row = WatchEvent.objects.create(
        organisation=organising.organisation(person), kind=WatchEvent.Kind.TEST, at=NOW - age
    )
    return WatchEvent.objects.filter(pk=row.pk)


def _credential():
    return make.credential()


KINDS = [
    ("bulk change drafts", change_draft, 6 * DAY, 8 * DAY),
    ("bulk changes", bulk_change, 181 * DAY, 183 * DAY),
    ("links to certificates", share_link, 89 * DAY, 91 * DAY),
    ("counts of checks", count_of_checks, 1000 * DAY, 1200 * DAY),
    ("ended watches", ended_watch, 364 * DAY, 366 * DAY),
    ("news of watched certificates", watch_news, 364 * DAY, 366 * DAY),
    ("bulk drafts", bulk_draft, 6 * DAY, 8 * DAY),
    ("bulk issues", bulk_issue, 181 * DAY, 183 * DAY),
    ("letters", letter, 29 * DAY, 31 * DAY),
    ("sessions", session, timedelta(), timedelta(hours=1)),
    ("sign-ins", sign_in_record, timedelta(hours=20), timedelta(hours=30)),
    ("forms set aside", set_aside, 29 * DAY, 31 * DAY),
    ("invitations to organisations", asked_to_join, 0.9 * DAY, 1.1 * DAY),
    ("confirmations", confirmation, 6 * DAY, 8 * DAY),
    ("unconfirmed accounts", unconfirmed, 29 * DAY, 31 * DAY),
    ("finished tasks", task, 13 * DAY, 15 * DAY),
    ("drafts", draft, 29 * DAY, 31 * DAY),
    ("editing", editing, timedelta(hours=20), timedelta(hours=30)),
    ("returns", return_row, 360 * DAY, 370 * DAY),
    ("history", history, 2500 * DAY, 2600 * DAY),
    ("history", page_history, 2500 * DAY, 2600 * DAY),
]


@pytest.mark.parametrize(
    "name, make_row, young, old", KINDS, ids=[make_row.__name__ for _, make_row, *_ in KINDS]
)
def test_what_is_old_is_forgotten_and_what_is_not_stays(ada, name, make_row, young, old):
    stays, goes = make_row(ada, young), make_row(ada, old)
    numbers, failed = forget_expired(NOW)
    assert (stays.count(), goes.count(), failed) == (1, 0, 0)
    assert numbers[name] >= 1
    assert forget_expired(NOW)[0][name] == 0


def test_every_kind_is_tested():
    elsewhere = {"counts of tries", "uploads", "evidence for renewals"}
    assert {name for name, *_ in KINDS} | elsewhere == {each.name for each in every_retention()}


def test_counts_of_tries_leave_the_table_when_they_are_over(ada):
    cache = caches["default"]
    cache.set("sign-in:ada@peerwork.example", [1], 1000)
    cache.set("sign-in:bo@peerwork.example", [1], 10)
    forget_expired(timezone.now() + timedelta(seconds=60))
    with connection.cursor() as cursor:
        cursor.execute("SELECT cache_key FROM people_cache")
        keys = " ".join(row[0] for row in cursor.fetchall())
    assert "ada@" in keys
    assert "bo@" not in keys


def test_files_that_were_never_used_go_with_what_a_broken_upload_left(ada, settings, tmp_path):
    settings.FILE_UPLOAD_TEMP_DIR = tmp_path
    for age in (1, 8):
        upload = UploadedFile.objects.create(
            uploaded_by_user=ada, file=ContentFile(b"A picture", name=f"picture-{age}.png")
        )
        left = tmp_path / f"left-{age}.upload"
        left.write_bytes(b"half")
        at = (NOW - age * DAY).timestamp()
        for path in (default_storage.path(upload.file.name), left):
            os.utime(path, (at, at))
    forget_expired(NOW)
    (kept,) = UploadedFile.objects.all()
    assert "picture-1" in kept.file.name
    assert [path.name for path in tmp_path.iterdir()] == ["left-1.upload"]
    kept.file.delete()


def test_whoever_was_invited_or_confirmed_is_not_taken_for_abandoned(ada):
    invited = make.user("invited@peerwork.example")
    EmailAddress.objects.filter(user=invited).update(verified=False)
    User.objects.filter(pk=ada.pk).update(agreed_at=NOW - 60 * DAY)
    forget_expired(NOW)
    assert User.objects.filter(pk__in=[ada.pk, invited.pk]).count() == 2


def test_an_account_on_which_a_record_rests_stays(ada):
    person = unconfirmed(ada, 40 * DAY).get()
    make.enrolment(person, make.course())
    numbers, failed = forget_expired(NOW)
    assert (numbers["unconfirmed accounts"], failed) == (0, 0)
    assert User.objects.filter(pk=person.pk).exists()


def test_a_task_that_is_under_way_is_not_forgotten(ada):
    waiting = task(ada, 40 * DAY)
    waiting.update(status=TaskResultStatus.RUNNING, finished_at=None)
    forget_expired(NOW)
    assert waiting.exists()


def test_a_person_who_is_signed_in_keeps_the_record_of_it(ada, sign_in):
    sign_in()
    UserSession.objects.filter(user=ada).update(created_at=NOW - 10 * DAY)
    forget_expired(NOW)
    assert UserSession.objects.filter(user=ada).count() == 1


def test_one_kind_that_fails_stops_no_other(ada, monkeypatch, caplog):
    old = set_aside(ada, 31 * DAY)

    def fail(before):
        raise ValueError("a fault")

    monkeypatch.setattr(retention, "_retentions", dict(retention._retentions))
    keep_for("a broken kind", "What is broken", 0, "now", forget=fail)
    _numbers, failed = forget_expired(NOW)
    assert failed == 1
    assert not old.exists()
    with pytest.raises(CommandError, match="1 failed"):
        call_command("forget_expired", verbosity=0)


def test_many_rows_are_forgotten_a_batch_at_a_time(ada, monkeypatch):
    monkeypatch.setattr(retention, "BATCH", 2)
    for _ in range(5):
        set_aside(ada, 31 * DAY)
    assert forget_expired(NOW)[0]["forms set aside"] == 5


def test_the_dry_run_says_how_much_and_forgets_nothing(ada, capsys):
    old = set_aside(ada, 31 * DAY)
    call_command("forget_expired", "--dry-run")
    assert "Would forget 1: forms set aside." in capsys.readouterr().out
    assert old.exists()


def test_the_scheduler_runs_it():
    assert "forget_expired" in scheduling.TASKS


def test_the_page_on_privacy_shows_what_the_command_obeys(client):
    page = make.home().add_child(instance=make_privacy_page())
    html = client.get(page.url).content.decode()
    for each in every_retention():
        assert str(each.what) in html.replace("&#x27;", "'")
        assert each.length in html
    other = make.home().add_child(instance=make_privacy_page(slug="about"))
    assert "For how long we keep it" not in client.get(other.url).content.decode()


def make_privacy_page(slug="privacy"):
    return StandardPage(title="Privacy", slug=slug, body=[("prose", "<p>We take care.</p>")])
