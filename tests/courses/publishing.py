"""Drafts that may not be published, each breaking one rule, and the doors that lead to publishing."""

from __future__ import annotations

from datetime import timedelta

from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone
from wagtail.actions.publish_page_revision import PublishPageRevisionAction
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import Page, Revision, Workflow, WorkflowPage

from assessments.models import Question
from courses.exceptions import NotPublishable
from tests import make


def picture(title="A garden"):
    return get_image_model().objects.create(title=title, file=get_test_image_file())


def drafted(page):
    """The page again, as a draft that somebody kept."""
    page.save_revision(clean=False)
    return type(page).objects.get(pk=page.pk)


def lesson(body=None, **fields):
    return drafted(make.lesson(make.module(make.course()), live=False, body=body, **fields))


def silent_picture():
    value = {"image": picture(), "alternative": "", "decorative": False, "caption": ""}
    return lesson([("image", value)])


def quote_of_nothing():
    return lesson([("quote", {"words": "", "speaker": ""})])


def check_without_a_key():
    option = {"text": "Yes", "right": False, "feedback": "No."}
    return lesson([("knowledge_check", {"question": "Well?", "options": [option, option]})])


def lesson_of_a_title_alone():
    page = lesson()
    page.body = []
    page.save()
    return drafted(page)


def course_without_a_summary():
    course = make.course(live=False)
    course.summary = ""
    course.save()
    return drafted(course)


def quiz_nobody_can_begin():
    page = make.quiz_page(make.module(make.course()), make.quiz([make.true_false()]), live=False)
    Question.objects.update(live=False)
    return drafted(page)


def quiz_that_asks_nothing():
    return drafted(make.quiz_page(make.module(make.course()), make.quiz([]), live=False))


BROKEN = {
    silent_picture: "Say what the picture tells",
    quote_of_nothing: "This field is required",
    check_without_a_key: "Say which option fits best",
    lesson_of_a_title_alone: "Write what is read in it first",
    course_without_a_summary: "Summary",
    quiz_nobody_can_begin: "the bank cannot fill this quiz yet",
    quiz_that_asks_nothing: "it asks nothing yet",
}
"""Every rule there is of a page, by a draft that breaks it and what is said of it."""


# The doors ----------------------------------------------------------------------------------


def said_by(response):
    """The whole page that somebody is shown in the end."""
    return response.content.decode()


def bulk_address(action, *rows, model=Page):
    url = reverse(
        "wagtail_bulk_action", args=[model._meta.app_label, model._meta.model_name, action]
    )
    return f"{url}?{'&'.join(f'id={row.pk}' for row in rows)}&next=/admin/pages/"


def copy_form(page, **changes):
    return {
        "new_title": "The copy",
        "new_slug": "the-copy",
        "new_parent_page": page.get_parent().pk,
        "copy_subpages": "on",
        "publish_copies": "on",
        **changes,
    }


def several_at_once(client, page):
    return said_by(client.post(bulk_address("publish", page), follow=True))


def all_below(client, page):
    above = page.get_parent()
    form = {"include_descendants": "on"}
    return said_by(client.post(bulk_address("publish", above), form, follow=True))


def approval(client, page):
    """A lead trainer approves what was sent for reading."""
    workflow = Workflow.objects.get()
    WorkflowPage.objects.get_or_create(workflow=workflow, page=Page.get_first_root_node())
    workflow.start(page, make.user())
    state = page.current_workflow_task_state
    url = reverse("wagtailadmin_pages:workflow_action", args=[page.pk, "approve", state.pk])
    shown = said_by(client.post(url, {"comment": ""}, follow=True))
    state.refresh_from_db()
    assert state.status == ("in_progress" if not is_live(page) else "approved")
    return shown


def hour_is_given(client, page):
    """Somebody gives it an hour to come, by a program."""
    page.go_live_at = timezone.now() + timedelta(hours=1)
    return refusal_of(lambda: page.save_revision(clean=False).publish())


def clock(client, page):
    """Its hour comes, which it was given while nothing stood in the way."""
    hour = timezone.now() - timedelta(minutes=1)
    Revision.objects.filter(pk=page.latest_revision_id).update(approved_go_live_at=hour)
    call_command("publish_scheduled", verbosity=0)
    return said_by(client.get("/admin/"))


def interface(client, page):
    """What the staff pages' own programming interface does."""
    url = reverse("wagtailadmin_api:pages:action", args=[page.pk, "publish"])
    response = client.post(url, headers={"accept": "application/json"})
    assert response.status_code == (200 if is_live(page) else 400)
    return page.title + " ".join(map(str, response.json().values()))


def program(client, page):
    return refusal_of(lambda: page.get_latest_revision().publish())


def action(client, page):
    """What Wagtail's own programming interface does."""
    step = PublishPageRevisionAction(page.get_latest_revision())
    return refusal_of(lambda: step.execute(skip_permission_checks=True))


def plain_save(client, page):
    page.live = True
    return refusal_of(page.save)


def refusal_of(act):
    try:
        act()
    except NotPublishable as refusal:
        return str(refusal)
    return ""


DOORS = [
    several_at_once,
    all_below,
    approval,
    hour_is_given,
    clock,
    interface,
    program,
    action,
    plain_save,
]


def is_live(page):
    return Page.objects.get(pk=page.pk).live
