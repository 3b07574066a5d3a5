"""The roles of the staff pages: exactly what each needs."""

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from wagtail.models import GroupCollectionPermission, GroupPagePermission, Workflow, WorkflowPage

from assessments.models import QUESTION_KINDS, Question
from tests import make

pytestmark = pytest.mark.django_db

KINDS = {kind._meta.model_name for kind in (Question, *QUESTION_KINDS)}


def every(verbs, models, app="assessments"):
    return {f"{app}.{verb}_{model}" for verb in verbs for model in models}


OPEN = {"wagtailadmin.access_admin"}
WRITING = (
    OPEN
    | every(["add", "change", "view"], KINDS | {"quiz", "draw"})
    | every(["add", "change", "view"], {"competency", "hourscheme"}, "courses")
)
EXPECTED = {
    "Trainers": WRITING,
    "Lead trainers": WRITING | every(["publish"], KINDS),
    "Assessors": OPEN | every(["view"], KINDS),
    "Registrars": OPEN
    | every(
        ["add", "change", "view"],
        ["award", "issuer", "statement", "statementversion", "credential"],
        "certificates",
    )
    | every(["view"], ["credentialevent", "requirement", "attestation"], "certificates"),
}
PAGES = {
    "Trainers": {"add_page", "change_page"},
    "Lead trainers": {"add_page", "change_page", "publish_page", "lock_page", "unlock_page"},
    "Assessors": set(),
    "Registrars": set(),
}
FILES = {"add_image", "choose_image", "add_document", "choose_document", "add_media"}
PUTS_RIGHT = {"change_image", "change_document", "change_media"}


def member(*groups, email="member@peerwork.example"):
    person = make.user(email)
    person.groups.set(Group.objects.filter(name__in=groups))
    return person


def test_there_are_our_groups_and_none_of_wagtails():
    assert set(Group.objects.values_list("name", flat=True)) == set(EXPECTED)


@pytest.mark.parametrize("name", EXPECTED)
def test_each_group_may_do_exactly_what_it_needs(name):
    permissions = Group.objects.get(name=name).permissions
    held = {
        f"{label}.{codename}"
        for label, codename in permissions.values_list("content_type__app_label", "codename")
    }
    assert held == EXPECTED[name]


@pytest.mark.parametrize("name", PAGES)
def test_each_group_may_do_exactly_what_it_needs_with_pages_and_files(name):
    pages = GroupPagePermission.objects.filter(group__name=name)
    files = GroupCollectionPermission.objects.filter(group__name=name)
    assert set(pages.values_list("permission__codename", flat=True)) == PAGES[name]
    assert set(pages.values_list("page__depth", flat=True)) <= {1}
    assert set(files.values_list("permission__codename", flat=True)) == (
        FILES | (PUTS_RIGHT if name == "Lead trainers" else set()) if "rainers" in name else set()
    )


def test_a_trainer_writes_a_lesson_and_a_lead_trainer_publishes_it():
    lesson = make.lesson(make.module(make.course()))
    trainer, lead = (
        member("Trainers", email="t@peerwork.example"),
        member("Lead trainers", email="l@peerwork.example"),
    )
    writes, leads = lesson.permissions_for_user(trainer), lesson.permissions_for_user(lead)
    assert writes.can_edit()
    assert not writes.can_publish()
    assert not writes.can_delete()
    assert leads.can_publish()
    assert leads.can_lock()


def test_what_a_trainer_hands_in_waits_for_a_lead_trainer():
    lesson = make.lesson(make.module(make.course()))
    assert [workflow.name for workflow in Workflow.objects.active()] == ["Read by a lead trainer"]
    assert WorkflowPage.objects.count() == 1
    workflow = lesson.get_workflow()
    lesson.save_revision()
    state = workflow.start(lesson, member("Trainers", email="t@peerwork.example"))
    task = state.current_task_state.task.specific
    assert task.get_actions(lesson, member("Lead trainers", email="l@peerwork.example"))
    assert not task.get_actions(lesson, member("Assessors", email="a@peerwork.example"))


@pytest.mark.parametrize("name", EXPECTED)
def test_no_group_reaches_people_groups_or_settings(name, settings):
    settings.STAFF_NEED_SECOND_FACTOR = False
    browser = Client()
    browser.force_login(member(name))
    assert browser.get("/admin/").status_code == 200
    for url in (
        "/admin/users/",
        "/admin/users/new/",
        "/admin/groups/",
        "/admin/sites/",
        "/admin/workflows/list/",
        "/admin/settings/lms/sitesettings/",
    ):
        response = browser.get(url)
        assert response.status_code in {302, 403}, url
        assert response.headers.get("Location", "/admin/") == "/admin/", url
