"""Writing courses in the staff pages: what fits where, previews and review."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone
from wagtail.test.utils.form_data import inline_formset, nested_form_data, rich_text, streamfield

from assessments.models import Quiz, QuizPage
from courses.models import CourseIndexPage, CoursePage, Enrolment, LessonPage, ModulePage
from lms.models import HomePage, StandardPage
from practice.models import ConversationPage
from tests import make
from tests.courses.staff import add_address, lesson_form, sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_once_and_without_second_factor")]


# The tree -------------------------------------------------------------------------------

KINDS_OF_PAGE = [
    HomePage,
    StandardPage,
    CourseIndexPage,
    CoursePage,
    ModulePage,
    LessonPage,
    QuizPage,
    ConversationPage,
]


@pytest.mark.parametrize(
    ("parent", "children"),
    [
        (HomePage, {CourseIndexPage, StandardPage}),
        (StandardPage, {StandardPage}),
        (CourseIndexPage, {CoursePage}),
        (CoursePage, {ModulePage, QuizPage, ConversationPage}),
        (ModulePage, {LessonPage, QuizPage, ConversationPage}),
        (LessonPage, set()),
        (QuizPage, set()),
        (ConversationPage, set()),
    ],
)
def test_only_sensible_trees_can_be_built(parent, children):
    assert set(parent.creatable_subpage_models()) == children


def test_a_lesson_outside_a_module_is_refused_by_its_address_too(editor):
    assert editor.get(add_address(make.course())).status_code in {302, 403}
    assert not LessonPage.objects.exists()


def test_there_is_one_catalogue(editor):
    make.catalogue()
    assert editor.get(add_address(make.home(), CourseIndexPage)).status_code in {302, 403}


# Writing, previewing, publishing --------------------------------------------------------


def test_a_lesson_is_written_as_a_draft_and_then_published(editor):
    module = make.module(make.course())
    assert editor.post(add_address(module), lesson_form()).status_code == 302
    lesson = LessonPage.objects.get()
    assert not lesson.live
    assert lesson.get_latest_revision_as_object().body[1].value["text"] == "Stay."
    edit = reverse("wagtailadmin_pages:edit", args=[lesson.pk])
    editor.post(edit, {**lesson_form(), "action-publish": "1"})
    lesson.refresh_from_db()
    assert lesson.live
    assert lesson.body[0].block_type == "prose"


def test_a_lesson_is_previewed_whole_before_it_is_saved_and_without_enrolling(editor):
    module = make.module(make.course())
    address = reverse(
        "wagtailadmin_pages:preview_on_add", args=["courses", "lessonpage", module.pk]
    )
    assert editor.post(address, lesson_form()).json() == {"is_valid": True, "is_available": True}
    response = editor.get(address)
    page = response.content.decode()
    assert "Be there first." in page
    assert "Stay." in page
    assert response["X-Frame-Options"] == "SAMEORIGIN"
    assert "frame-ancestors 'self'" in response["Content-Security-Policy"]
    assert not LessonPage.objects.exists()
    assert not Enrolment.objects.exists()


@pytest.mark.parametrize("kind", ["course", "module", "quiz"])
def test_every_page_of_a_course_can_be_previewed(editor, kind):
    course = make.full_course(modules=1, lessons=1)
    module = ModulePage.objects.get()
    page = {"course": course, "module": module, "quiz": QuizPage.objects.get()}[kind]
    revision = page.save_revision()
    response = editor.get(reverse("wagtailadmin_pages:revisions_view", args=[page.pk, revision.pk]))
    assert response.status_code == 200
    assert page.title in response.content.decode()


@pytest.mark.parametrize("kind", [CoursePage, ModulePage, QuizPage])
def test_every_page_of_a_course_can_be_previewed_before_it_is_saved(editor, kind):
    course = make.course()
    parent = {CoursePage: make.catalogue(), ModulePage: course, QuizPage: course}[kind]
    form = nested_form_data(
        {
            "title": "Not saved yet",
            "slug": "not-saved-yet",
            "summary": "Soon.",
            "introduction": rich_text("<p>Welcome.</p>"),
            "outcomes": streamfield([]),
            "reviews": streamfield([]),
            "order": "free",
            "minutes": "10",
            "quiz": make.quiz().pk,
            "trainers": inline_formset([]),
            "comments": inline_formset([]),
        }
    )
    address = reverse(
        "wagtailadmin_pages:preview_on_add",
        args=[kind._meta.app_label, kind._meta.model_name, parent.pk],
    )
    assert editor.post(address, form).json()["is_available"]
    assert "Not saved yet" in editor.get(address).content.decode()


def test_a_page_may_be_framed_by_nobody_but_a_preview(client, editor):
    lesson = make.lesson(make.module(make.course()))
    for address in ["/", lesson.url, reverse("wagtailadmin_pages:edit", args=[lesson.pk])]:
        response = editor.get(address)
        assert response["X-Frame-Options"] == "DENY"
        assert "frame-ancestors 'none'" in response["Content-Security-Policy"]


def test_a_lesson_can_be_scheduled(editor):
    lesson = make.lesson(make.module(make.course()), live=False)
    later = timezone.now() + timedelta(days=2)
    form = lesson_form(go_live_at=later.strftime("%Y-%m-%d %H:%M"))
    edit = reverse("wagtailadmin_pages:edit", args=[lesson.pk])
    editor.post(edit, {**form, "action-publish": "1"})
    lesson.refresh_from_db()
    assert not lesson.live
    assert lesson.approved_schedule


@pytest.mark.parametrize("role", ["Trainers"])
def test_a_trainer_sends_a_lesson_for_review_and_a_lead_trainer_publishes_it(client, role):
    module = make.module(make.course())
    sign_in(client, role)
    client.post(add_address(module), {**lesson_form(), "action-submit": "1"})
    lesson = LessonPage.objects.get()
    assert not lesson.live
    assert lesson.workflow_in_progress
    sign_in(client, "Lead trainers")
    assert lesson.title in client.get(reverse("wagtailadmin_home")).content.decode()
    client.post(
        reverse(
            "wagtailadmin_pages:workflow_action",
            args=[lesson.pk, "approve", lesson.current_workflow_task_state.pk],
        )
    )
    lesson.refresh_from_db()
    assert lesson.live


def test_a_trainer_cannot_publish_around_the_review(client):
    lesson = make.lesson(make.module(make.course()), live=False)
    sign_in(client, "Trainers")
    edit = reverse("wagtailadmin_pages:edit", args=[lesson.pk])
    client.post(edit, {**lesson_form(), "action-publish": "1"})
    lesson.refresh_from_db()
    assert not lesson.live


def test_a_locked_lesson_waits_for_whoever_locked_it(client):
    lesson = make.lesson(make.module(make.course()))
    sign_in(client, "Lead trainers")
    client.post(reverse("wagtailadmin_pages:lock", args=[lesson.pk]))
    sign_in(client, "Trainers")
    edit = reverse("wagtailadmin_pages:edit", args=[lesson.pk])
    client.post(edit, lesson_form(title="Changed"))
    assert LessonPage.objects.get().get_latest_revision_as_object().title != "Changed"


def test_pages_are_found_by_their_words(editor):
    make.lesson(make.module(make.course()), title="Sitting with silence")
    for address in [reverse("wagtailadmin_pages:search"), reverse("wagtailadmin_explore_root")]:
        assert "Sitting with silence" in editor.get(address, {"q": "silen"}).content.decode()
    for odd in ['"', "`", "*", "a" * 3000]:
        assert editor.get(reverse("wagtailadmin_pages:search"), {"q": odd}).status_code == 200


def test_a_quiz_page_needs_a_quiz_that_asks_something():
    page = QuizPage(title="Empty", slug="empty", quiz=Quiz.objects.create(title="Nothing yet"))
    with pytest.raises(ValidationError):
        make.module(make.course()).add_child(instance=page)


# Deleting -------------------------------------------------------------------------------


def test_a_lesson_nobody_has_done_may_go(editor):
    lesson = make.lesson(make.module(make.course()))
    address = reverse("wagtailadmin_pages:delete", args=[lesson.pk])
    assert editor.get(address).status_code == 200
    editor.post(address)
    assert not LessonPage.objects.exists()
