"""The roles of the staff pages: each holds exactly what it needs, from code, after each migrate."""

import logging
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib.auth.models import Group, Permission
from django.core.management import call_command
from django.db import connection
from django.db.migrations.state import StateApps
from django.test import Client
from django.test.utils import CaptureQueriesContext
from wagtail.models import (
    GroupCollectionPermission,
    GroupPagePermission,
    Page,
    Workflow,
    WorkflowPage,
)

import assessments.permissions
import lms.permissions
from assessments.models import QUESTION_KINDS
from people import roles
from tests import make

pytestmark = pytest.mark.django_db

KINDS = {"question", *(kind._meta.model_name for kind in QUESTION_KINDS)}


def every(verbs, models, app):
    return {f"{app}.{verb}_{model}" for verb in verbs for model in models}


OPEN = {"wagtailadmin.access_admin"}
TALKS = {"conversation", "conversationwords"}
READ_TALKS = every(["view"], TALKS, "practice")
WRITING = (
    OPEN
    | {"simple_translation.submit_translation"}
    | every(["add", "change", "view"], KINDS | {"quiz", "draw"}, "assessments")
    | every(["add", "change", "view"], {"competency", "competencygroup", "glossaryword"}, "courses")
    | every(["add", "change", "view"], TALKS, "practice")
)
SETS = every(["add", "change", "view"], {"conversationset"}, "practice")
EVERY_LEARNER = {"courses.view_enrolment", "courses.view_every_enrolment"}
EXPECTED = {
    "Trainers": WRITING
    | {"practice.view_conversationset"}
    | every(["view"], ["enrolment"], "courses")
    | every(["view"], ["attempt"], "assessments"),
    "Lead trainers": WRITING
    | EVERY_LEARNER
    | every(["publish"], KINDS, "assessments")
    | every(["publish"], TALKS, "practice")
    | {"courses.publish_glossaryword"}
    | SETS
    | every(["view"], ["attempt"], "assessments")
    | every(
        ["add", "view"],
        ["redlinerecord", "quizexception", "enrolmentexception", "remarking"],
        "assessments",
    ),
    "Assessors": OPEN | every(["view"], KINDS, "assessments") | READ_TALKS,
    "Registrars": OPEN
    | SETS
    | READ_TALKS
    | EVERY_LEARNER
    | every(["view"], ["attempt"], "assessments")
    | every(
        ["add", "change", "view"],
        ["award", "issuer", "statement", "statementversion", "credential", "renewalrule"],
        "certificates",
    )
    | every(
        ["view"],
        ["credentialevent", "credentialreview", "holderrequest", "requirement", "attestation"],
        "certificates",
    )
    | every(["view", "change"], ["letter"], "people")
    | {"people.view_act"},
}
PAGES = {
    "Trainers": {"add_page", "change_page"},
    "Lead trainers": {"add_page", "change_page", "publish_page", "lock_page", "unlock_page"},
    "Assessors": set(),
    "Registrars": set(),
}
FILES = {"add_image", "choose_image", "add_document", "choose_document", "add_media"}
CORRECT_FILES = {"change_image", "change_document", "change_media"}


# Learners' records, rows that belong to a page, a question, an issuer or a statement, and what
# administrators alone set.
GRANTED_TO_NOBODY = {
    "people.user",
    "people.setasideform",
    # An organisation is its members' own.
    "people.organisation",
    "people.membership",
    "people.apikey",
    "people.organisationinvitation",
    "certificates.watch",
    "certificates.watchevent",
    "certificates.digestwish",
    "certificates.webhook",
    "certificates.delivery",
    # A holder's own.
    "certificates.sharelink",
    "certificates.checkcount",
    "certificates.watchwish",
    # Only its person and the commands of operators act on it.
    "people.erasure",
    # Whoever issues credentials uploads tables of people; nobody edits a line.
    # Whoever does an act may approve it; what is approved is set by administrators alone.
    "certificates.proposal",
    "certificates.approvalsettings",
    "certificates.bulkchange",
    "certificates.bulkchangeline",
    "certificates.bulkissue",
    "certificates.bulkline",
    # Rows that belong to an award, a competency or a group.
    "certificates.awardwords",
    "courses.competencygroupname",
    "courses.competencywords",
    # Whoever may publish a page says who has reviewed its translation.
    "courses.pagetranslation",
    # The holder's own; registrars decide about them by what they may do with credentials.
    "certificates.renewalevidence",
    "certificates.renewalsignature",
    "certificates.renewalreminder",
    "certificates.credentialnote",
    "courses.competencymapping",
    # What questions and quizzes say in other languages is part of them.
    "assessments.questionwords",
    "assessments.quizwords",
    "courses.courseindexpage",
    "courses.coursepage",
    "courses.modulepage",
    "courses.lessonpage",
    "assessments.quizpage",
    "courses.coursetrainer",
    "courses.bookmark",
    "courses.partnote",
    "courses.completion",
    "courses.courseedition",
    "courses.editionmodule",
    "courses.editionstep",
    "courses.missedschedule",
    # Whoever may change a thing reads what others propose of it.
    "courses.proposedchange",
    "courses.opening",
    "courses.partopinion",
    "courses.reflection",
    "courses.studiedpart",
    "courses.doneexercise",
    "assessments.questiontag",
    "assessments.taggedquestion",
    "assessments.correcteditem",
    "assessments.remarkedattempt",
    "assessments.remarknotice",
    "assessments.responsestep",
    "assessments.paperitem",
    "assessments.result",
    "assessments.mark",
    "assessments.talkanswer",
    # What was tried is the learner's own: no role reads it.
    "practice.conversationpage",
    "practice.wordsversion",
    "practice.duereturn",
    "practice.returnitem",
    "practice.returnwish",
    # Keys are changed by a command alone, where they are kept.
    "certificates.sealkey",
    "certificates.dailyroot",
    "certificates.signatory",
    "certificates.signatoryset",
    # Badges are signed by the worker and read by their holders; lists of standings by everybody.
    "certificates.badge",
    "certificates.statuslist",
    "practice.play",
    "practice.turn",
    "practice.scriptversion",
    "practice.frozensound",
    "practice.reachedending",
    "certificates.issuermark",
    "certificates.wording",
    "courses.edition",
    "lms.homepage",
    "lms.standardpage",
    "lms.sitesettings",
    "lms.helpline",
    "lms.shippedpiece",
}


def held_by(name):
    permissions = Group.objects.get(name=name).permissions
    return {
        f"{label}.{codename}"
        for label, codename in permissions.values_list("content_type__app_label", "codename")
    }


def permission(full_name):
    label, codename = full_name.split(".")
    return Permission.objects.get(content_type__app_label=label, codename=codename)


def migrate():
    call_command("migrate", interactive=False, verbosity=0)


def member(*groups, email="member@peerwork.example"):
    person = make.user(email)
    person.groups.set(Group.objects.filter(name__in=groups))
    return person


def test_there_are_our_groups_and_none_of_wagtails():
    assert set(Group.objects.values_list("name", flat=True)) == set(EXPECTED)


@pytest.mark.parametrize("name", EXPECTED)
def test_each_group_may_do_exactly_what_it_needs(name):
    assert held_by(name) == EXPECTED[name]


@pytest.mark.parametrize("name", PAGES)
def test_each_group_may_do_exactly_what_it_needs_with_pages_and_files(name):
    pages = GroupPagePermission.objects.filter(group__name=name)
    files = GroupCollectionPermission.objects.filter(group__name=name)
    assert set(pages.values_list("permission__codename", flat=True)) == PAGES[name]
    assert set(pages.values_list("page__depth", flat=True)) <= {1}
    assert set(files.values_list("permission__codename", flat=True)) == (
        FILES | (CORRECT_FILES if name == "Lead trainers" else set())
        if "rainers" in name
        else set()
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
    assert [workflow.name for workflow in Workflow.objects.active()] == ["Lead trainer"]
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


# Made from code after migrate ---------------------------------------------------------------


def test_roles_that_are_lost_come_back_with_the_next_migrate():
    Group.objects.all().delete()
    migrate()
    assert {name: held_by(name) for name in EXPECTED} == EXPECTED
    for name, codenames in PAGES.items():
        grants = GroupPagePermission.objects.filter(group__name=name)
        assert set(grants.values_list("permission__codename", flat=True)) == codenames


def test_what_a_mapping_adds_and_takes_away_is_so_after_the_next_migrate(monkeypatch):
    mapping = {**assessments.permissions.PERMISSIONS, "Assessors": ["view_quiz"], "Editors": []}
    monkeypatch.setattr(assessments.permissions, "PERMISSIONS", mapping)
    pages = {**lms.permissions.PAGE_PERMISSIONS, "Trainers": ["wagtailcore.lock_page"]}
    monkeypatch.setattr(lms.permissions, "PAGE_PERMISSIONS", pages)
    migrate()
    assert held_by("Assessors") == OPEN | READ_TALKS | {"assessments.view_quiz"}
    assert held_by("Editors") == set()
    grants = GroupPagePermission.objects.filter(group__name="Trainers")
    assert list(grants.values_list("permission__codename", flat=True)) == ["lock_page"]


def test_a_role_loses_what_was_added_by_hand_and_the_log_names_it(caplog):
    trainers = Group.objects.get(name="Trainers")
    trainers.permissions.add(permission("people.change_user"))
    GroupPagePermission.objects.create(
        group=trainers,
        page=Page.objects.get(depth=1),
        permission=permission("wagtailcore.publish_page"),
    )
    with caplog.at_level(logging.INFO, "people.roles"):
        migrate()
    assert held_by("Trainers") == EXPECTED["Trainers"]
    assert not trainers.page_permissions.filter(permission__codename="publish_page").exists()
    assert [record.message for record in caplog.records if record.name == "people.roles"] == [
        "The role Trainers gained [] and lost [people.change_user].",
        "The role Trainers gained [] and lost [wagtailcore.publish_page].",
    ]


def test_what_an_administrator_gives_elsewhere_stays():
    course = make.course()
    trainers = Group.objects.get(name="Trainers")
    publish = permission("wagtailcore.publish_page")
    GroupPagePermission.objects.create(group=trainers, page=course, permission=publish)
    helpers = Group.objects.create(name="Helpers")
    helpers.permissions.add(permission("people.view_user"))
    migrate()
    assert trainers.page_permissions.filter(page=course, permission=publish).exists()
    assert held_by("Helpers") == {"people.view_user"}


def test_a_migrate_that_changes_no_role_writes_nothing():
    with CaptureQueriesContext(connection) as context:
        roles.sync_roles_after_migrate(roles.last_app_with_models(), "default")
    statements = [query["sql"].split()[0] for query in context.captured_queries]
    assert set(statements) <= {"SELECT", "SAVEPOINT", "RELEASE"}
    assert statements.count("SELECT") == 3 + 4 * len(EXPECTED)


def test_roles_wait_until_every_app_has_its_permissions(django_assert_num_queries):
    with django_assert_num_queries(0):
        roles.sync_roles_after_migrate(apps.get_app_config("courses"), "default")


def test_a_migration_back_to_before_there_were_groups_passes(django_assert_num_queries):
    with django_assert_num_queries(0):
        roles.sync_roles_after_migrate(
            roles.last_app_with_models(), "default", apps=StateApps([], {})
        )


def test_every_permission_that_a_mapping_names_exists():
    rows = Permission.objects.values_list("content_type__app_label", "codename")
    known = {f"{label}.{codename}" for label, codename in rows}
    for name, role in roles.read_roles().items():
        granted = role.permissions | role.page_permissions | role.collection_permissions
        assert granted - known == set(), name


def test_a_model_that_no_role_may_touch_is_so_on_purpose():
    """A new model is named by a mapping, or is added to the list above."""
    own_labels = {
        app_config.label
        for app_config in apps.get_app_configs()
        if Path(app_config.path).parent == settings.BASE_DIR and list(app_config.get_models())
    }
    assert own_labels == {app_config.label for app_config in roles.own_app_configs()}
    granted = {name for role in roles.read_roles().values() for name in role.permissions}
    granted_to_nobody = {
        model._meta.label_lower
        for model in apps.get_models()
        if model._meta.app_label in own_labels
        and not any(
            f"{model._meta.app_label}.{action}_{model._meta.model_name}" in granted
            for action in ("add", "change", "view", "delete", "publish")
        )
    }
    assert granted_to_nobody == GRANTED_TO_NOBODY
