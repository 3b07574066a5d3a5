"""Writing courses in the staff pages: what fits where, previews, review, and who sees what."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.urls import reverse
from django.utils import timezone
from wagtail.admin.menu import admin_menu
from wagtail.blocks import StreamBlockValidationError, StructBlockValidationError
from wagtail.documents.models import Document
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file
from wagtail.test.utils.form_data import inline_formset, nested_form_data, rich_text, streamfield
from wagtailmedia.models import Media

from assessments.kinds.single_choice.model import SingleChoice
from assessments.models import QUESTION_KINDS, Draw, Question, Quiz, QuizPage
from courses.admin.deleting import holds_on
from courses.blocks.learning import LESSON_BLOCKS, KnowledgeCheckBlock
from courses.blocks.prose import ImageBlock, TableBlock, VideoBlock
from courses.models import CourseIndexPage, CoursePage, Enrolment, LessonPage, ModulePage
from lms.models import HomePage, StandardPage
from tests import make
from tests.assessments.test_bank import single_choice_form

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def at_once_and_without_second_factor(settings):
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
    settings.STAFF_NEED_SECOND_FACTOR = False


def sign_in(client, role=None):
    person = make.user(is_superuser=role is None)
    if role:
        person.groups.add(Group.objects.get(name=role))
    client.force_login(person)
    return client


@pytest.fixture
def editor(client):
    return sign_in(client)


def lesson_form(title="Being present", **changes):
    return nested_form_data(
        {
            "title": title,
            "slug": "being-present",
            "code": "L2",
            "summary": "How to be there.",
            "minutes": "20",
            "outcomes": streamfield([("outcome", "listen without fixing")]),
            "content_note": "",
            "body": streamfield(
                [
                    ("prose", rich_text("<p>Be there first.</p>")),
                    ("key_point", {"text": "Stay."}),
                ]
            ),
            "domain_minutes": inline_formset([]),
            "comments": inline_formset([]),
            **changes,
        }
    )


def add_address(parent, model=LessonPage):
    return reverse(
        "wagtailadmin_pages:add", args=[model._meta.app_label, model._meta.model_name, parent.pk]
    )


# The tree -------------------------------------------------------------------------------

KINDS_OF_PAGE = [
    HomePage,
    StandardPage,
    CourseIndexPage,
    CoursePage,
    ModulePage,
    LessonPage,
    QuizPage,
]


@pytest.mark.parametrize(
    ("parent", "children"),
    [
        (HomePage, {CourseIndexPage, StandardPage}),
        (StandardPage, {StandardPage}),
        (CourseIndexPage, {CoursePage}),
        (CoursePage, {ModulePage, QuizPage}),
        (ModulePage, {LessonPage, QuizPage}),
        (LessonPage, set()),
        (QuizPage, set()),
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
            "order": "free",
            "minutes": "10",
            "quiz": make.quiz().pk,
            "domain_minutes": inline_formset([]),
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


# Blocks ---------------------------------------------------------------------------------

BLOCKS = LessonPage._meta.get_field("body").stream_block.child_blocks


@pytest.mark.parametrize("name", [name for name, _ in LESSON_BLOCKS])
def test_every_block_says_what_it_is_for_and_shows_it(editor, name):
    block = BLOCKS[name]
    assert block.get_description()
    assert block.label
    assert block.meta.icon
    assert block.meta.group
    assert block.is_previewable
    response = editor.get(reverse("wagtailadmin_block_preview"), {"id": block.definition_prefix})
    assert response.status_code == 200
    assert "css/site.css" in response.content.decode()
    assert response["X-Frame-Options"] == "SAMEORIGIN"


@pytest.fixture
def image():
    return get_image_model().objects.create(title="A garden", file=get_test_image_file())


@pytest.mark.parametrize(
    ("alternative", "decorative", "fits"),
    [
        ("Two people on a bench", False, True),
        ("", True, True),
        ("", False, False),
        ("  ", False, False),
    ],
)
def test_a_picture_has_alternative_text_or_is_only_decoration(image, alternative, decorative, fits):
    block = ImageBlock()
    value = block.to_python(
        {"image": image.pk, "alternative": alternative, "decorative": decorative, "caption": ""}
    )
    if fits:
        block.clean(value)
    else:
        with pytest.raises(StructBlockValidationError):
            block.clean(value)


@pytest.mark.parametrize(
    ("captions", "transcript", "fits"),
    [
        ("talk.vtt", "<p>Hello.</p>", True),
        ("talk.txt", "<p>Hello.</p>", False),
        (None, "<p>Hello.</p>", False),
        ("talk.vtt", "", False),
    ],
)
def test_a_film_has_captions_and_a_transcript(captions, transcript, fits):
    film = Media.objects.create(
        title="Talk", type="video", duration=3, file=ContentFile(b"film", "talk.mp4")
    )
    document = captions and Document.objects.create(
        title="Captions", file=ContentFile(b"WEBVTT\n", captions)
    )
    block = VideoBlock()
    value = block.to_python(
        {
            "video": film.pk,
            "title": "Talk",
            "captions": document.pk if document else None,
            "transcript": transcript,
        }
    )
    if fits:
        block.clean(value)
    else:
        with pytest.raises(StructBlockValidationError):
            block.clean(value)


def test_a_knowledge_check_has_an_option_that_fits_best():
    block = KnowledgeCheckBlock()
    options = [{"text": t, "right": False, "feedback": "Not yet."} for t in ("A", "B")]
    with pytest.raises(StructBlockValidationError):
        block.clean(block.to_python({"question": "Which?", "options": options}))


def test_every_row_of_a_table_is_as_wide_as_its_header():
    block = TableBlock()
    value = {"caption": "Questions", "header": ["Closed", "Open"], "rows": [["only one"]]}
    with pytest.raises((StructBlockValidationError, StreamBlockValidationError)):
        block.clean(block.to_python(value))


# Who sees what --------------------------------------------------------------------------


def menu_of(client):
    """The names of what is in the main menu, with what is in its submenus."""
    request = client.get(reverse("wagtailadmin_home")).wsgi_request
    names = {}
    for item in admin_menu.menu_items_for_request(request):
        submenu = getattr(item, "menu", None)
        names[item.name] = (
            {one.name for one in submenu.menu_items_for_request(request)} if submenu else set()
        )
    return names


TEACHING = {"competencies", "hour-schemes"}
ASSESSMENT = {"question-bank", "quizzes"}


@pytest.mark.parametrize("role", ["Trainers", "Lead trainers"])
def test_a_trainer_sees_the_pages_and_the_teaching_and_no_machinery(client, role):
    menu = menu_of(sign_in(client, role))
    assert menu["teaching"] == TEACHING
    assert menu["assessment"] == ASSESSMENT
    assert {"explorer", "images", "documents"} <= set(menu)
    assert not {"settings", "help", "snippets", "users"} & set(menu)
    assert not {"aging-pages", "page-types-usage", "site-history"} & menu.get("reports", set())


def test_a_registrar_sees_no_content_to_write(client):
    menu = menu_of(sign_in(client, "Registrars"))
    assert not {"explorer", "teaching", "assessment", "settings", "help", "reports"} & set(menu)


def test_an_assessor_may_read_the_bank_and_change_nothing(client):
    question = make.single_choice(code="READ-ME")
    menu = menu_of(sign_in(client, "Assessors"))
    assert menu["assessment"] == {"question-bank"}
    assert "teaching" not in menu
    page = client.get("/admin/questions/").content.decode()
    edit = reverse(question.snippet_viewset.get_url_name("edit"), args=[question.pk])
    assert "READ-ME" in page
    assert edit not in page
    assert "Add a question" not in page
    assert client.get(edit).status_code == 302
    assert client.get("/admin/questions/add/").status_code == 302


def test_an_administrator_sees_everything(editor):
    assert {"settings", "reports", "help", "teaching", "assessment"} <= set(menu_of(editor))


def test_a_learner_never_reaches_the_bank(client):
    client.force_login(make.user())
    assert client.get("/admin/questions/").status_code in {302, 403}
    client.logout()
    assert client.get("/admin/questions/").url.startswith("/accounts/login/")


def test_a_trainer_begins_with_what_trainers_come_to_do(client):
    course = make.course(title="Foundations")
    page = sign_in(client, "Trainers").get(reverse("wagtailadmin_home")).content.decode()
    for address in [
        reverse("wagtailadmin_explore", args=[course.pk]),
        "/admin/questions/",
        reverse(Quiz.snippet_viewset.get_url_name("list")),
    ]:
        assert f'href="{address}"' in page
    assert "Welcome, Ada" in page


def test_a_trainer_writes_a_question_and_a_lead_trainer_makes_it_ready(client):
    add = reverse(SingleChoice.snippet_viewset.get_url_name("add"))
    sign_in(client, "Trainers").post(add, {**single_choice_form(), "action-publish": "1"})
    question = SingleChoice.objects.get()
    assert question.status == "draft"
    edit = reverse(SingleChoice.snippet_viewset.get_url_name("edit"), args=[question.pk])
    sign_in(client, "Lead trainers").post(edit, {**single_choice_form(), "action-publish": "1"})
    assert SingleChoice.objects.get().status == "ready"


# A draft may be half done ----------------------------------------------------------------------


HALF_DONE = [
    ("video", VideoBlock(), {"video": None, "title": "", "captions": None, "transcript": ""}),
    ("image", ImageBlock(), {"image": None, "alternative": "", "decorative": False, "caption": ""}),
    ("table", TableBlock(), {"caption": "", "header": ["One", "Two"], "rows": [["a"]]}),
    (
        "check",
        KnowledgeCheckBlock(),
        {
            "question": "",
            "options": [{"text": "a", "right": False, "feedback": ""}] * 2,
        },
    ),
]


@pytest.mark.parametrize("name, block, value", HALF_DONE, ids=[one[0] for one in HALF_DONE])
def test_a_half_written_block_is_kept_as_a_draft_and_refused_on_publishing(name, block, value):
    value = block.to_python(value) if name != "table" else block.normalize(value)
    block.clean_deferred(value)
    with pytest.raises((StructBlockValidationError, ValidationError)):
        block.clean(value)


def test_a_question_without_a_right_option_is_a_draft_and_no_more(client):
    sign_in(client, "Lead trainers")
    url = reverse("wagtailsnippets_assessments_singlechoice:add")
    form = {
        "code": "X1",
        "stem": rich_text("<p>What now?</p>"),
        "options": streamfield(
            [
                ("option", {"text": "One", "fraction": "0", "feedback": ""}),
                ("option", {"text": "Two", "fraction": "0", "feedback": ""}),
            ]
        ),
        "rationale": "",
        "note": "",
        "tags": "",
    }
    form = nested_form_data(form)
    refused = client.post(url, {**form, "action-publish": "yes"})
    assert "Let one option earn the whole mark" in refused.content.decode()
    assert client.post(url, form).status_code == 302
    kept = Question.objects.get(code="X1")
    assert not kept.live


def test_a_new_question_of_every_kind_can_be_previewed_while_it_is_empty():
    for kind in QUESTION_KINDS:
        assert kind(code="X").freeze().code == "X"


# What learners sit now ----------------------------------------------------------------------------


def quiz_form(quiz, **changes):
    return nested_form_data(
        {
            "title": quiz.title,
            "pass_percent": "1",
            "attempts_allowed": "",
            "wait_minutes": "0",
            "feedback": "full",
            "required": "on",
            "draws": inline_formset([]),
            **changes,
        }
    )


@pytest.mark.parametrize(
    "role, shown, may",
    [("Trainers", True, False), ("Trainers", False, True), ("Lead trainers", True, True)],
)
def test_a_quiz_that_learners_sit_is_changed_by_lead_trainers_alone(client, role, shown, may):
    quiz = make.quiz()
    if shown:
        make.quiz_page(make.module(make.course()), quiz)
    sign_in(client, role)
    url = reverse("wagtailsnippets_assessments_quiz:edit", args=[quiz.pk])
    page = client.get(url).content.decode()
    assert ("only a lead trainer may change it" in page) is not may
    client.post(url, quiz_form(quiz))
    quiz.refresh_from_db()
    assert (quiz.pass_percent == 1) is (may and bool(quiz.draws.count() == 0))


def test_a_quiz_that_the_bank_cannot_fill_is_not_published(editor):
    page = make.quiz_page(make.module(make.course()), make.quiz([make.true_false()]), live=False)
    page.save_revision()
    Question.objects.update(live=False)
    url = reverse("wagtailadmin_pages:edit", args=[page.pk])
    form = nested_form_data(
        {
            "title": page.title,
            "slug": page.slug,
            "quiz": page.quiz_id,
            "introduction": rich_text(""),
            "minutes": "10",
            "domain_minutes": inline_formset([]),
            "comments": inline_formset([]),
            "action-publish": "yes",
        }
    )
    said = editor.post(url, form, follow=True).content.decode()
    assert "the bank cannot fill this quiz yet" in said
    page.refresh_from_db()
    assert not page.live


def test_a_question_that_may_be_drawn_or_was_asked_is_not_deleted(editor):
    question = make.true_false()
    quiz = make.quiz()
    Draw.objects.create(quiz=quiz, count=1)
    assert [str(hold.at) for hold in holds_on(question)] == [quiz.title]
    make.attempt(quiz=make.quiz([question]))
    Draw.objects.all().delete()
    assert [hold.what for hold in holds_on(question)] == ["1 × paper item"]
    assert holds_on(make.true_false()) == []


def test_a_lesson_waits_for_its_course_to_be_published(client):
    course = make.full_course()
    lesson = LessonPage.objects.descendant_of(course).first()
    assert client.get(lesson.url).status_code == 200
    course.live = False
    course.save()
    assert client.get(lesson.url).status_code == 404
    assert client.get("/search/", {"q": lesson.title}).content.decode().count(lesson.url) == 0
