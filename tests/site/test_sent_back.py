"""What was sent back to its writer waits for the writer, and for no reader."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType
from django.test import Client
from django.urls import reverse
from wagtail.models import Workflow, WorkflowContentType, WorkflowPage

from assessments.kinds.true_false.model import TrueFalse
from courses.admin.work import work_for
from tests import make

pytestmark = pytest.mark.django_db

WAITS = "1 draft of yours waits for a lead trainer"
CAME_BACK = "1 draft of yours came back with a word"


@pytest.fixture(autouse=True)
def without_second_factor(settings):
    settings.STAFF_NEED_SECOND_FACTOR = False


def member_of(group):
    person = make.user()
    person.groups.add(Group.objects.get(name=group))
    return person


def texts_of(person):
    return [item.text for item in work_for(person)]


def item_of(person, text):
    return next(item for item in work_for(person) if item.text == text)


def sent(thing, writer):
    """The thing with a change that its writer sent to be read."""
    workflow = Workflow.objects.get()
    if hasattr(thing, "get_root"):
        WorkflowPage.objects.get_or_create(page=thing.get_root(), defaults={"workflow": workflow})
    else:
        content_type = ContentType.objects.get_for_model(thing)
        WorkflowContentType.objects.get_or_create(
            content_type=content_type, defaults={"workflow": workflow}
        )
    thing.save_revision(user=writer)
    return workflow.start(thing, writer)


def send_back(state, reader):
    task_state = state.current_task_state.specific
    task_state.task.specific.on_action(task_state, reader, "reject", comment="A word.")
    state.refresh_from_db()
    assert state.status == state.STATUS_NEEDS_CHANGES


def listed_at(url, person):
    browser = Client()
    browser.force_login(person)
    return browser.get(url).content.decode()


def test_a_page_that_came_back_leads_its_writer_to_where_it_is_edited():
    lesson = make.lesson(make.module(make.course()))
    writer, lead = member_of("Trainers"), member_of("Lead trainers")
    state = sent(lesson, writer)
    assert WAITS in texts_of(writer)
    assert CAME_BACK not in texts_of(writer)
    assert lesson.title in listed_at(item_of(writer, WAITS).url, writer)
    send_back(state, lead)
    assert WAITS not in texts_of(writer)
    edited = reverse("wagtailadmin_pages:edit", args=[lesson.pk])
    assert item_of(writer, CAME_BACK).url == edited
    assert not any("came back" in text for text in texts_of(lead))


def test_several_that_came_back_lead_to_a_list_that_holds_them():
    module = make.module(make.course())
    lessons = [make.lesson(module), make.lesson(module)]
    writer, lead = member_of("Trainers"), member_of("Lead trainers")
    for lesson in lessons:
        send_back(sent(lesson, writer), lead)
    waiting = make.lesson(module, title="Still being read")
    sent(waiting, writer)
    item = item_of(writer, "2 drafts of yours came back with a word")
    page = listed_at(item.url, writer)
    assert all(reverse("wagtailadmin_pages:edit", args=[each.pk]) in page for each in lessons)
    assert "Still being read" not in page


@pytest.mark.parametrize("end", ["", "results/"])
@pytest.mark.parametrize("report", ["workflow", "workflow_tasks"])
def test_the_reports_of_what_was_sent_hold_questions(report, end):
    question = TrueFalse.objects.get(pk=make.true_false(live=False).pk)
    writer, lead = member_of("Trainers"), member_of("Lead trainers")
    sent(question, writer)
    edited = reverse(TrueFalse.snippet_viewset.get_url_name("edit"), args=[question.pk])
    assert edited in listed_at(f"/admin/reports/{report}/{end}?reviewable=true", lead)
    assert edited in listed_at(item_of(writer, WAITS).url, writer)


def test_a_question_that_was_sent_back_waits_for_no_reader():
    question = make.true_false()
    question = TrueFalse.objects.get(pk=question.pk)
    writer, lead = member_of("Trainers"), member_of("Lead trainers")
    state = sent(question, writer)
    assert any("1 question has changes that wait" in text for text in texts_of(lead))
    send_back(state, lead)
    assert not any("changes that wait" in text for text in texts_of(lead))
    edited = reverse(TrueFalse.snippet_viewset.get_url_name("edit"), args=[question.pk])
    assert item_of(writer, CAME_BACK).url == edited
    state.resume(writer)
    assert any("1 question has changes that wait" in text for text in texts_of(lead))


def test_a_new_question_that_was_sent_back_is_no_draft_to_publish():
    question = TrueFalse.objects.get(pk=make.true_false(live=False).pk)
    writer, lead = member_of("Trainers"), member_of("Lead trainers")
    state = sent(question, writer)
    assert any("1 question is a draft" in text for text in texts_of(lead))
    send_back(state, lead)
    assert not any("question is a draft" in text for text in texts_of(lead))


def test_the_bank_tells_what_was_sent_back_from_what_waits_to_be_read():
    back = TrueFalse.objects.get(pk=make.true_false(code="BACK-1").pk)
    waiting = TrueFalse.objects.get(pk=make.true_false(code="WAIT-1").pk)
    writer, lead = member_of("Trainers"), member_of("Lead trainers")
    send_back(sent(back, writer), lead)
    sent(waiting, writer)
    bank = reverse("questions:index")
    changed = listed_at(f"{bank}?status=changed", lead)
    assert "WAIT-1" in changed
    assert "BACK-1" not in changed
    sent_back = listed_at(f"{bank}?status=sent_back", lead)
    assert "BACK-1" in sent_back
    assert "WAIT-1" not in sent_back
    assert '<span class="w-status">Sent back</span>' in sent_back


def test_a_draft_that_was_deleted_since_is_counted_nowhere():
    question = TrueFalse.objects.get(pk=make.true_false(live=False).pk)
    writer, lead = member_of("Trainers"), member_of("Lead trainers")
    send_back(sent(question, writer), lead)
    question.delete()
    assert not any("came back" in text for text in texts_of(writer))
