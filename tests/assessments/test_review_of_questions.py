"""A trainer's draft question reaches a lead trainer, who approves it or asks for changes."""

import re

import pytest
from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType
from django.core import mail
from django.test import Client
from django.urls import reverse
from wagtail.models import Workflow, WorkflowContentType, WorkflowState

from assessments.models import QUESTION_KINDS, Question
from lms.shipped.demonstration import ACCOUNTS
from people.roles import LEAD_TRAINERS, TRAINERS
from tests import make
from tests.assessments.staff_forms import single_choice_form, url
from tests.editor_forms import untouched

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def at_once_and_without_second_factor(settings):
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
    settings.STAFF_NEED_SECOND_FACTOR = False


def member_of(role, name):
    person = make.user(f"{name}@peerwork.example", full_name=name.title())
    person.groups.add(Group.objects.get(name=role))
    return person


@pytest.fixture
def trainer():
    return member_of(TRAINERS, "lucia")


@pytest.fixture
def lead():
    return member_of(LEAD_TRAINERS, "idris")


def browser_of(person):
    browser = Client()
    browser.force_login(person)
    return browser


def draft_of(kind):
    """A question of this kind that nobody has published yet."""
    make.one_of_each_kind()
    question = kind.objects.get()
    question.live = False
    question.save()
    question.save_revision()
    return question


def submit(question, person):
    browser = browser_of(person)
    edit = url(question, "edit", question.pk)
    fields = untouched(browser.get(edit).context["form"])
    response = browser.post(edit, {**fields, "action-submit": "1"})
    assert response.status_code == 302, response.context["form"].errors
    return Question.objects.get(pk=question.pk)


def act(question, person, action, **fields):
    state = question.current_workflow_task_state
    address = url(question, "workflow_action", question.pk, action, state.pk)
    return browser_of(person).post(address, fields)


def mail_to(person):
    return [message for message in mail.outbox if message.to == [person.email]]


@pytest.mark.parametrize("kind", QUESTION_KINDS)
def test_a_draft_of_every_kind_is_sent_read_and_published(kind, trainer, lead):
    question = submit(draft_of(kind), trainer)
    assert question.workflow_in_progress
    assert not question.live

    page = browser_of(lead).get(reverse("wagtailadmin_home")).content.decode()
    awaiting = page.partition("Awaiting your review")[2]
    assert question.code in awaiting
    assert "1 draft waits for you to read it" in page
    [letter] = mail_to(lead)
    assert question.code in letter.body
    assert url(question, "edit", question.pk) in letter.body

    assert act(question, lead, "approve").status_code == 302
    published = Question.objects.get(pk=question.pk)
    assert (published.live, published.workflow_in_progress) == (True, False)
    [answer] = mail_to(trainer)
    assert question.code in answer.body


@pytest.mark.parametrize("kind", QUESTION_KINDS)
def test_whoever_asks_for_changes_says_which_and_the_writer_hears(kind, trainer, lead):
    question = submit(draft_of(kind), trainer)
    act(question, lead, "reject", comment="Say whose silence it is.")
    assert not Question.objects.get(pk=question.pk).live
    [letter] = mail_to(trainer)
    assert "Say whose silence it is." in letter.body
    editor = browser_of(trainer).get(url(question, "edit", question.pk)).content.decode()
    assert "Say whose silence it is." in editor

    again = submit(question, trainer)
    assert again.workflow_in_progress
    assert len(mail_to(lead)) == 2


def test_a_new_question_is_written_and_sent_in_one_go(trainer, lead):
    add = url(QUESTION_KINDS[0], "add")
    page = browser_of(trainer).get(add).content.decode()
    assert re.search(r"Submit to\s+a lead trainer", page)
    browser_of(trainer).post(add, {**single_choice_form("N1"), "action-submit": "1"})
    question = Question.objects.get(code="N1")
    assert question.workflow_in_progress
    assert question.current_workflow_state.requested_by == trainer
    sent = browser_of(trainer).get(reverse("wagtailadmin_home")).content.decode()
    assert "1 draft of yours waits for a lead trainer" in sent


def test_a_trainer_neither_publishes_nor_approves(trainer, lead):
    question = submit(draft_of(QUESTION_KINDS[0]), trainer)
    act(question, trainer, "approve")
    assert not Question.objects.get(pk=question.pk).live
    edit = url(question, "edit", question.pk)
    fields = untouched(browser_of(lead).get(edit).context["form"])
    browser_of(trainer).post(edit, {**fields, "action-publish": "1"})
    assert not Question.objects.get(pk=question.pk).live


@pytest.mark.parametrize("script", [False, True])
def test_what_may_not_be_published_is_not_approved(script, trainer, lead):
    question = submit(draft_of(QUESTION_KINDS[0]), trainer)
    # Meanwhile somebody saves a version of it that nobody could answer rightly.
    newer = question.get_latest_revision_as_object()
    newer.options = [("option", {"text": "Wait", "fraction": "0", "feedback": ""})]
    newer.save_revision(clean=False)
    state = question.current_workflow_task_state
    address = url(question, "workflow_action", question.pk, "approve", state.pk)
    headers = {"X-Requested-With": "XMLHttpRequest"} if script else {}
    browser = browser_of(lead)
    response = browser.post(address, headers=headers)
    edit = url(question, "edit", question.pk)
    assert (response.json()["redirect"] if script else response.url) == edit
    now = Question.objects.get(pk=question.pk)
    assert (now.live, now.workflow_in_progress) == (False, True)
    assert "still waits to be read" in browser.get(edit).content.decode()


def test_a_draft_that_may_not_be_published_is_not_sent(trainer):
    question = draft_of(QUESTION_KINDS[0])
    browser = browser_of(trainer)
    edit = url(question, "edit", question.pk)
    fields = untouched(browser.get(edit).context["form"])
    response = browser.post(edit, {**fields, "options-0-deleted": "1", "action-submit": "1"})
    assert response.status_code == 200
    assert not WorkflowState.objects.exists()


def test_a_kind_may_have_a_workflow_of_its_own():
    own = Workflow.objects.create(name="Read twice", active=True)
    kind = QUESTION_KINDS[0]
    assert kind.get_default_workflow() == QUESTION_KINDS[1].get_default_workflow()
    content_type = ContentType.objects.get_for_model(kind)
    WorkflowContentType.objects.create(workflow=own, content_type=content_type)
    assert kind.get_default_workflow() == own
    assert QUESTION_KINDS[1].get_default_workflow().name == "Lead trainer"


def test_deleting_a_question_that_waited_leaves_nothing_waiting(trainer, lead):
    question = submit(draft_of(QUESTION_KINDS[0]), trainer)
    question.delete()
    assert not WorkflowState.objects.exists()
    assert browser_of(lead).get(reverse("wagtailadmin_home")).status_code == 200


def test_the_demonstration_has_somebody_to_write_and_somebody_to_read():
    assert {TRAINERS, LEAD_TRAINERS} <= {account.group for account in ACCOUNTS}
