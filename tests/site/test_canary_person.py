"""A person with a word of their own in every field: once they are erased, it is nowhere."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress, EmailConfirmation
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.conf import settings as django_settings
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage, storages
from django.core.management import call_command
from django.db import connection, models
from django.test import Client
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult
from wagtail.admin.models import EditingSession, FormState
from wagtail.log_actions import log
from wagtail.models import APIToken, Comment, CommentReply, PageSubscription, UploadedFile
from wagtail.users.models import UserProfile

from assessments.models import (
    Attempt,
    CorrectedItem,
    EnrolmentException,
    QuizException,
    RedLineRecord,
    RemarkedAttempt,
    RemarkNotice,
    ResponseStep,
    TalkAnswer,
)
from certificates.badges.making import make_badge
from certificates.models import (
    Attestation,
    BulkChange,
    BulkIssue,
    CheckCount,
    Credential,
    CredentialReview,
    Delivery,
    DigestWish,
    HolderRequest,
    Proposal,
    Watch,
    WatchEvent,
    WatchWish,
    Webhook,
)
from certificates.sealing.keys import add_signing_keys
from courses.models import (
    Bookmark,
    CourseTrainer,
    DoneExercise,
    Opening,
    PartNote,
    Reflection,
    StudiedPart,
)
from people.erasure import ask_to_erase, carry_on
from people.fates import Fate, every_fate, every_step, text_fields
from people.models import Erasure, Membership, OrganisationInvitation, SetAsideForm, User
from people.organisations.joining import make_organisation
from practice.models import ReturnWish
from tests import make
from tests.practice import making

pytestmark = pytest.mark.django_db

CANARY = "zqcanaryqz"
MARKED = {"canary": CANARY}


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path):
    settings.VAR_DIR = tmp_path
    settings.EMAIL_FILE_PATH = tmp_path / "mail"
    settings.EMAIL_FILE_PATH.mkdir()


def complete_records(world, person):
    """Add to what the world has of its learner a row of every kind that it lacks."""
    at = timezone.now()
    place, attempt = world.places["learner"], world.handed_in["learner"]
    item = attempt.paper_items[0]
    staff = world.people["lead trainer"]
    key = world.lesson.translation_key
    StudiedPart.objects.create(
        enrolment=place,
        lesson_key=key,
        part_key=key,
        words=9,
        language="en",
        first_opened_at=at,
        opened_at=at,
    )
    DoneExercise.objects.create(
        enrolment=place, lesson_key=key, block_id=key, words_asked=5, way="written", done_at=at
    )
    Bookmark.objects.get_or_create(
        learner=person, lesson_key=key, part_key=key, defaults={"saved_at": at}
    )
    PartNote.objects.get_or_create(
        learner=person,
        lesson_key=key,
        part_key=key,
        defaults={"lesson_title": "Being there", "text": CANARY, "saved_at": at},
    )
    ReturnWish.objects.create(learner=person, by_mail=True)
    OrganisationInvitation.objects.create(
        organisation=make_organisation("Harbour House", by=staff, at=at),
        email=person.email,
        invited_by=staff,
        invited_at=at,
        ends_at=at + timedelta(days=14),
    )
    Opening.objects.get_or_create(enrolment=place, page_key=key, defaults={"opened_at": at})
    CourseTrainer.objects.create(course=world.other_course, trainer=person)
    QuizException.objects.create(
        enrolment=place, quiz=world.quiz, number=9, reason=CANARY, actor=staff, at=at
    )
    EnrolmentException.objects.create(enrolment=place, number=9, reason=CANARY, actor=staff, at=at)
    RedLineRecord.objects.create(item=item, how="talked_through", actor=staff, reason=CANARY, at=at)
    TalkAnswer.objects.create(attempt=attempt, wants_talk=True, at=at)
    remarked = RemarkedAttempt.objects.filter(attempt__enrolment=place).first()
    RemarkNotice.objects.get_or_create(remarking=remarked.remarking, learner=person)
    CorrectedItem.objects.get_or_create(item=item, remarked=remarked, defaults={"content": {}})
    Attestation.objects.create(
        learner=person, version=world.statement_version, typed_name=CANARY, signed_at=at
    )
    HolderRequest.objects.filter(credential__holder=person).update(
        decision="declined", decided_by=staff, decided_at=at, answer=CANARY
    )
    CredentialReview.objects.filter(credential__holder=person).update(
        decision="kept", decided_by=staff, decided_at=at, reason=CANARY
    )
    credential = Credential.objects.filter(holder=person).first()
    credential.notes.create(text=CANARY, written_by=staff, written_at=at)
    credential.renewal_signatures.create(
        version=world.statement_version, typed_name=CANARY, signed_at=at
    )
    bulk = BulkIssue.objects.create(
        by=staff, file_name="list.csv", evidence="Seen on paper.", uploaded_at=at
    )
    bulk.lines.create(number=2, typed=MARKED, email=person.email, person=person)
    change = BulkChange.objects.create(by=staff, kind="suspend", reason="A concern.", made_at=at)
    change.lines.create(number=1, typed=credential.number, typed_name=CANARY, credential=credential)
    Proposal.objects.create(
        act="revoke",
        credential=credential,
        holder=person,
        reason=CANARY,
        explanation=CANARY,
        terms={"name": CANARY},
        proposed_by=staff,
        proposed_at=at,
        state="declined",
        decided_by=credential.events.first().actor or person,
        decided_at=at,
        answer=CANARY,
    )
    sign_and_watch(credential, person, at)
    talk = making.conversation_page(world.lesson.get_parent().specific)
    make.edition(world.course)
    making.play(place, talk, "22", at=at)
    making.due_return(place, talk, at=at)
    put_up_and_typed(world, person, at)


def sign_and_watch(credential, person, at):
    """A badge, the counts of its checks, and what an organisation that watches it was told."""
    add_signing_keys(at=at)
    make_badge(credential, at=at)
    CheckCount.objects.get_or_create(credential=credential, month=at.date().replace(day=1))
    watch = Watch.objects.filter(credential__holder=person).first()
    news = WatchEvent.objects.create(
        organisation=watch.organisation,
        watch=watch,
        kind=WatchEvent.Kind.CHANGED,
        before="current",
        after="revoked",
        at=at,
    )
    webhook, _new = Webhook.objects.get_or_create(
        organisation=watch.organisation,
        defaults={"url": "https://house.example/hook", "set_by": watch.added_by, "set_at": at},
    )
    Delivery.objects.create(webhook=webhook, event=news, queued_at=at)
    WatchWish.objects.get_or_create(person=person)
    membership = Membership.objects.filter(person=person).first()
    DigestWish.objects.get_or_create(membership=membership, defaults={"told_until": at})


def put_up_and_typed(world, person, at):
    """What an account leaves with the libraries: sign-ins, staff's comments, files, history."""
    person.groups.add(Group.objects.get(name="Trainers"))
    person.user_permissions.add(Permission.objects.first())
    address, _new = EmailAddress.objects.get_or_create(user=person, email=person.email)
    EmailConfirmation.objects.create(email_address=address, key=CANARY)
    Authenticator.objects.create(user=person, type="totp", data=MARKED)
    browser = Client()
    browser.force_login(person)
    session = browser.session
    session["typed"] = CANARY
    session.save()
    UserSession.objects.get_or_create(
        session_key=session.session_key,
        defaults={"user": person, "ip": "203.0.113.7", "user_agent": CANARY},
    )
    stray = Client().session
    stray["account_login"] = {"email": person.email}
    stray.save()
    page = ContentType.objects.get_for_model(world.lesson)
    EditingSession.objects.create(user=person, content_type=page, object_id=CANARY, last_seen_at=at)
    FormState.objects.create(
        user=person,
        content_type=page,
        object_id=world.lesson.pk,
        parent_object_id="",
        data=CANARY,
        last_updated_at=at,
    )
    APIToken.objects.create(user=person, name=CANARY, key_hash=CANARY, prefix=CANARY[:8])
    comment = Comment.objects.create(
        page=world.lesson.page_ptr, user=person, text=CANARY, contentpath="title"
    )
    CommentReply.objects.create(comment=comment, user=person, text=CANARY)
    PageSubscription.objects.create(
        page=world.lesson.page_ptr, user=person, comment_notifications=True
    )
    profile, _new = UserProfile.objects.get_or_create(user=person)
    profile.avatar.save(f"{CANARY}.png", ContentFile(CANARY.encode()))
    UploadedFile.objects.create(
        uploaded_by_user=person, file=ContentFile(CANARY.encode(), name=f"{CANARY}.txt")
    )
    log(instance=person, action="wagtail.edit", data=MARKED, user=person)
    DBTaskResult.objects.create(
        status=TaskResultStatus.FAILED,
        args_kwargs={"args": [], "kwargs": {}},
        task_path="certificates.tasks.prepare_certificate",
        queue_name="default",
        backend_name="default",
        traceback=f"ValueError: {CANARY}@peerwork.example",
        finished_at=at,
        enqueued_at=at,
        run_after=at,
    )
    cache.set(f"sign-in:{CANARY}@peerwork.example", [1], 600)
    letters = django_settings.EMAIL_FILE_PATH
    (letters / "one.log").write_text(f"To: {CANARY}@peerwork.example\n\nHello")
    (letters / "two.log").write_text("To: somebody.else@peerwork.example\n\nHello")


def mark_everything(person):
    """Put the word into every text of every row about somebody that is not said to stay."""
    credential = Credential.objects.filter(holder=person).first()
    credential.pdf.save(f"{CANARY}.pdf", ContentFile(CANARY.encode()))
    empty = []
    for fate in every_fate():
        if not fate.is_about_people:
            continue
        rows = fate.rows_of(person)
        if not rows.exists():
            empty.append(fate.label)
        marks = {name: mark_for(fate.model, name) for name in text_fields(fate.model)}
        stays = text_fields(fate.model) if fate.stays == ("*",) else fate.stays
        fixed = {"session_key", "session_data", "ip", "object_id", "email", "key_hash", "pdf"}
        fixed |= {"avatar", "file", "traceback", "task_path", "queue_name", "backend_name", "key"}
        chosen = {name: mark for name, mark in marks.items() if name not in {*stays, *fixed}}
        if chosen:
            rows.update(**chosen)
    User.objects.filter(pk=person.pk).update(email=f"{CANARY}@peerwork.example")
    others = EmailAddress.objects.filter(user=person).exclude(email__startswith=CANARY)
    others.update(email=f"{CANARY}.before@peerwork.example")
    return empty


def mark_for(model, name):
    field = model._meta.get_field(name)
    return MARKED if isinstance(field, models.JSONField) else CANARY[: field.max_length or None]


def whole_database():
    """Every table with a text that holds the word, as the database has it."""
    remains = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            quoted = connection.ops.quote_name(table)
            cursor.execute(f"SELECT * FROM {quoted}")
            names = [column[0] for column in cursor.description]
            for row in cursor.fetchall():
                remains += [
                    f"{table}.{name}"
                    for name, value in zip(names, row, strict=True)
                    if CANARY in str(bytes(value) if isinstance(value, memoryview) else value)
                ]
    remains += [
        f"session {each.pk}" for each in Session.objects.all() if CANARY in str(each.get_decoded())
    ]
    return sorted(set(remains))


def whole_storage(storage, folder=""):
    """Every stored file whose name or content holds the word."""
    folders, names = storage.listdir(folder) if storage.exists(folder) else ([], [])
    remains = []
    for name in names:
        path = f"{folder}/{name}".lstrip("/")
        with storage.open(path) as file:
            if CANARY in name or CANARY.encode() in file.read():
                remains.append(path)
    for each in folders:
        remains += whole_storage(storage, f"{folder}/{each}".lstrip("/"))
    return remains


def everywhere():
    files = whole_storage(default_storage) + whole_storage(storages["certificates"])
    letters = [
        path.name
        for path in django_settings.EMAIL_FILE_PATH.iterdir()
        if CANARY in path.read_text()
    ]
    return whole_database() + files + letters


@pytest.fixture
def marked(world):
    person = world.people["learner"]
    User.objects.filter(pk=person.pk).update(email=f"{CANARY}@peerwork.example")
    person.refresh_from_db()
    complete_records(world, person)
    empty = mark_everything(person)
    assert not empty, "The test has no row of these, so it would say nothing of them."
    person.refresh_from_db()
    yield person
    for storage in (default_storage, storages["certificates"]):
        for path in whole_storage(storage):
            storage.delete(path)


def test_of_whoever_was_erased_nothing_is_left(world, marked):
    assert len(everywhere()) > 40
    erasure = ask_to_erase(marked, at=timezone.now(), pause=timedelta())
    assert carry_on(erasure, at=timezone.now())
    assert everywhere() == []
    assert [path.name for path in django_settings.EMAIL_FILE_PATH.iterdir()] == ["two.log"]
    person = User.objects.get(pk=marked.pk)
    assert person.full_name == f"Closed account {person.pk}"
    assert not person.is_active
    assert not person.has_usable_password()


def test_what_others_have_is_untouched(world, marked):
    other = world.people["ended"]
    before = records_of(other)
    erasure = ask_to_erase(marked, at=timezone.now(), pause=timedelta())
    carry_on(erasure, at=timezone.now())
    assert records_of(other) == before
    other.refresh_from_db()
    assert other.is_active
    assert "Person" in other.full_name


def records_of(person):
    return {
        fate.label: list(fate.rows_of(person).order_by("pk").values())
        for fate in every_fate()
        if fate.is_about_people
    }


class Killed(BaseException):
    """Stands for a process that is ended at a moment nobody chose."""


def test_an_erasure_that_is_killed_at_any_step_goes_on_where_it_was(world, marked, monkeypatch):
    """Killed before each step and after it, again and again: in the end nothing is left."""
    erasure = ask_to_erase(marked, at=timezone.now(), pause=timedelta())
    for name, step in every_step():
        kill_at(monkeypatch, name, step, after=False)
        with pytest.raises(Killed):
            carry_on(Erasure.objects.get(pk=erasure.pk), at=timezone.now())
        kill_at(monkeypatch, name, step, after=True)
        with pytest.raises(Killed):
            carry_on(Erasure.objects.get(pk=erasure.pk), at=timezone.now())
        monkeypatch.undo()
        halfway = Erasure.objects.get(pk=erasure.pk)
        assert name not in halfway.done_steps
        assert halfway.erased_at is None
        kill_after(monkeypatch, name)
        with pytest.raises(Killed):
            carry_on(halfway, at=timezone.now())
        monkeypatch.undo()
        assert name in Erasure.objects.get(pk=erasure.pk).done_steps
    kill_at_the_account(monkeypatch)
    with pytest.raises(Killed):
        carry_on(Erasure.objects.get(pk=erasure.pk), at=timezone.now())
    monkeypatch.undo()
    assert carry_on(Erasure.objects.get(pk=erasure.pk), at=timezone.now())
    assert everywhere() == []
    assert Erasure.objects.get(pk=erasure.pk).erased_at


def kill_at(monkeypatch, name, step, *, after):
    def killed(person):
        if after:
            step(person)
        raise Killed

    steps = [(each, killed if each == name else act) for each, act in every_step()]
    monkeypatch.setattr("people.erasure.every_step", lambda: steps)


def kill_after(monkeypatch, name):
    """The step is done and noted; the process ends before the next."""
    original = every_step()

    def steps():
        for each, act in original:
            yield each, act
            if each == name:
                raise Killed

    monkeypatch.setattr("people.erasure.every_step", steps)


def kill_at_the_account(monkeypatch):
    def killed(*args, **kwargs):
        raise Killed

    monkeypatch.setattr("people.erasure.forget_account", killed)


def test_erasing_again_does_no_harm(world, marked):
    for _name, step in every_step():
        step(marked)
        step(marked)
    assert Credential.objects.filter(holder=marked).count() == 1
    assert [event.kind for event in Credential.objects.get(holder=marked).events.all()].count(
        "withdrawn"
    ) == 1


def test_what_stays_is_true_to_its_rules(world, marked):
    """Tries that were open are not handed in by the site, and no award is issued any more."""
    erasure = ask_to_erase(marked, at=timezone.now(), pause=timedelta())
    carry_on(erasure, at=timezone.now())
    attempts = Attempt.objects.filter(enrolment__learner=marked)
    assert set(attempts.values_list("state", flat=True)) == {"handed_in", "abandoned"}
    assert not ResponseStep.objects.filter(
        item__attempt__in=attempts, response__isnull=False
    ).exists()
    assert not Reflection.objects.filter(learner=marked).exists()
    assert not Bookmark.objects.filter(learner=marked).exists()
    assert not PartNote.objects.filter(learner=marked).exists()
    assert not SetAsideForm.objects.filter(owner=marked).exists()
    out = io.StringIO()
    call_command("sweep", stdout=out)
    assert "0 failed" in out.getvalue() or "failed" not in out.getvalue()
    assert Credential.objects.filter(holder=marked).count() == 1


def test_staff_are_shown_what_would_be_done_before_anything_is(world, marked):
    before = records_of(marked)
    out = io.StringIO()
    call_command("erase_person", str(marked.pk), "--dry-run", stdout=out)
    text = out.getvalue()
    for fate in every_fate():
        if fate.is_about_people and fate.fate != Fate.KEEP:
            assert fate.label in text
    assert records_of(marked) == before
    assert not Erasure.objects.exists()


def test_staff_are_told_where_somebody_is_named_in_what_stays(world, marked):
    page = world.lesson
    page.search_description = f"Written with {CANARY}@peerwork.example"
    page.save()
    out = io.StringIO()
    call_command("erase_person", str(marked.pk), "--dry-run", stdout=out)
    assert "wagtailcore.Page.search_description" in out.getvalue()
