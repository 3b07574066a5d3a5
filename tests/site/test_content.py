"""Whatever is cached is forgotten when anything it shows changes; what is in use is not deleted."""

from __future__ import annotations

import re

import pytest
from django.core.files.base import ContentFile
from django.db import connection, transaction
from django.db.models.signals import post_delete, post_save
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import ReferenceIndex, Site
from wagtailmedia.models import get_media_model

from assessments.models import Draw
from courses.admin import publishing
from courses.content import content_models
from courses.exceptions import StillInUse
from courses.holds import is_file, uses_of_a_file
from courses.models import Edition, LessonPage
from lms.models import SiteSettings
from lms.receivers import content_row_changed
from tests import make
from tests.courses.publishing import bulk_address, said_by
from tests.courses.staff import sign_in

pytestmark = [
    pytest.mark.django_db,
    # Wagtail leaves the file of a new picture size open.
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


@pytest.fixture
def editor(client, settings):
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
    settings.STAFF_NEED_SECOND_FACTOR = False
    return sign_in(client)


def picture(title="A garden"):
    return get_image_model().objects.create(title=title, file=get_test_image_file())


CAPTIONS = b"WEBVTT\n\n00:00:01.000 --> 00:00:02.000\nHello.\n"


def document(name="plan.pdf", title="A plan", content=b"%PDF-"):
    return get_document_model().objects.create(title=title, file=ContentFile(content, name))


def recording(kind, name):
    return get_media_model().objects.create(
        title=name, file=ContentFile(b"sound", name), type=kind, duration=1
    )


def files_and_body():
    """A file of each sort, and a lesson that shows all of them."""
    files = {
        "picture": picture(),
        "handout": document(),
        "captions": document("film.vtt", "Captions", CAPTIONS),
        "linked": document("linked.pdf", "Linked in prose"),
        "recording": recording("audio", "talk.mp3"),
        "film": recording("video", "film.mp4"),
    }
    link = f'<p><a linktype="document" id="{files["linked"].pk}">Read it</a></p>'
    film = {"video": files["film"], "captions": files["captions"], "title": "A film"}
    body = [
        ("prose", link),
        ("image", {"image": files["picture"], "alternative": "Trees", "decorative": False}),
        ("downloads", {"title": "To keep", "documents": [files["handout"]]}),
        ("audio", {"audio": files["recording"], "title": "A talk", "transcript": "<p>Words.</p>"}),
        ("video", {**film, "transcript": "<p>Words.</p>"}),
    ]
    return files, body


@pytest.fixture
def shown():
    files, body = files_and_body()
    lesson = make.lesson(make.module(make.course(order="free")), "Silence", body=body)
    place = make.enrolment(course=lesson.get_parent().get_parent().specific)
    browser = Client()
    browser.force_login(place.learner)
    return files, lesson, browser


# What is cached is forgotten ------------------------------------------------------------------


@pytest.mark.parametrize("name", ["picture", "handout", "captions", "linked", "recording", "film"])
def test_replacing_a_file_leaves_no_lesson_pointing_to_the_old_one(shown, name):
    files, lesson, browser = shown
    before = said_by(browser.get(lesson.url))
    row = files[name]
    if name == "picture":
        row.renditions.all().delete()
        row.file = get_test_image_file("another.png")
    else:
        row.file.save("another" + row.file.name[-4:], ContentFile(b"new"), save=False)
    row.save()
    after = said_by(browser.get(lesson.url))
    assert before != after
    assert "another" in after


def test_replacing_the_logo_leaves_no_page_pointing_to_the_old_one():
    make.home()
    logo = picture("Logo")
    settings = SiteSettings.for_site(Site.objects.get())
    settings.logo = logo
    settings.save()
    visitor = Client()
    before = re.search(r'src="([^"]*images[^"]*)"', said_by(visitor.get("/"))).group(1)
    logo.renditions.all().delete()
    logo.file = get_test_image_file("new-logo.png")
    logo.save()
    after = said_by(visitor.get("/"))
    assert before not in after
    assert "new-logo" in after


@pytest.mark.parametrize("model", sorted(content_models(), key=lambda each: each._meta.label))
@pytest.mark.parametrize("news", [post_save, post_delete], ids=["saved", "deleted"])
def test_a_change_of_any_model_that_a_page_can_show_begins_a_new_edition(model, news):
    """Whichever model is added, it is found, and its changes are heard."""
    edition = Edition.current()
    changed = [receiver for receiver in news._live_receivers(model)[0] if receiver is not None]
    assert content_row_changed in changed
    content_row_changed(sender=model, instance=model(), signal=news)
    assert Edition.current() != edition


# Every table that is read for a page of ours holds content, or is said here to hold none.
NO_CONTENT = {
    "courses_edition": "says what is current",
    "django_session": "of the reader",
    "django_content_type": "machinery",
    "people_user": "of the reader",
    "people_cache": "what processes share, and no content",
    "courses_enrolment": "of the reader",
    "courses_completion": "of the reader",
    "courses_opening": "of the reader",
    "courses_reflection": "of the reader",
    "courses_doneexercise": "of the reader",
    "courses_studiedpart": "of the reader",
    "wagtailusers_userprofile": "of the reader",
    "wagtailcore_revision": "what a row was before",
    "wagtailimages_rendition": "sizes of pictures: they are made from content",
}


def tables_read(ask):
    with CaptureQueriesContext(connection) as queries:
        ask()
    sql = " ".join(each["sql"] for each in queries if each["sql"].startswith("SELECT"))
    return set(re.findall(r'(?:FROM|JOIN) "(\w+)"', sql))


def test_every_table_that_a_page_reads_is_known_to_hold_content(shown):
    """Run with nothing cached, so that a page reads all that it shows."""
    _files, lesson, browser = shown
    quiz_page = make.quiz_page(lesson.get_parent().specific)
    make.award(course=quiz_page.get_parent().get_parent().specific)
    module, course = lesson.get_parent(), lesson.get_parent().get_parent()
    known = {model._meta.db_table for model in content_models()} | NO_CONTENT.keys()
    for url in ("/", "/courses/", course.url, module.url, lesson.url):
        for client in (Client(), browser):
            unknown = tables_read(lambda client=client, url=url: client.get(url)) - known
            assert not unknown, f"{url} reads these, and nothing hears of their changes: {unknown}"


def test_what_a_reader_is_never_shown_begins_no_edition(shown):
    _files, lesson, browser = shown
    before = Edition.current()
    browser.get(lesson.url)
    place = make.enrolment()
    numbers = Edition.current()
    make.user()
    place.learner.save()
    assert Edition.current() == numbers
    assert before


def test_a_size_that_a_reader_asks_for_first_begins_no_edition(shown):
    files, _lesson, _browser = shown
    edition = Edition.current()
    files["picture"].get_rendition("width-120")
    assert Edition.current() == edition
    files["picture"].renditions.all().delete()
    assert Edition.current() != edition


def test_what_is_shown_is_found_in_fields_blocks_and_prose():
    assert {get_image_model(), get_document_model(), get_media_model()} <= content_models()
    assert Draw in content_models()
    assert LessonPage.competencies.through in content_models()
    assert type(make.user()) not in content_models()


# What is in use is not deleted ---------------------------------------------------------------


@pytest.mark.parametrize("name", ["picture", "handout", "captions", "linked", "recording", "film"])
def test_a_file_in_use_is_deleted_by_no_program(shown, name):
    files, lesson, browser = shown
    with pytest.raises(StillInUse) as refusal, transaction.atomic():
        files[name].delete()
    assert "Silence" in str(refusal.value)
    assert type(files[name]).objects.filter(pk=files[name].pk).exists()
    assert said_by(browser.get(lesson.url))


def test_a_file_that_nobody_shows_goes():
    spare = picture()
    assert uses_of_a_file(spare) == []
    spare.delete()
    assert not get_image_model().objects.exists()


def test_what_a_row_points_to_is_known_before_any_worker_has_looked(shown, settings):
    files, lesson, _browser = shown
    ReferenceIndex.objects.all().delete()
    LessonPage.objects.get(pk=lesson.pk).save()
    assert len(uses_of_a_file(files["picture"])) == 1


@pytest.mark.parametrize(
    "name, address",
    [
        ("picture", "wagtailimages:delete"),
        ("handout", "wagtaildocs:delete"),
        # Its view has no transaction of its own, as Wagtail's others have.
        pytest.param("film", "wagtailmedia:delete", marks=pytest.mark.django_db(transaction=True)),
    ],
)
def test_the_page_that_deletes_a_file_refuses_with_its_reason(editor, shown, name, address):
    files, _lesson, _browser = shown
    row = files[name]
    response = editor.post(reverse(address, args=[row.pk]), follow=True)
    assert response.status_code == 200
    assert "Not deleted, because it is in use" in said_by(response)
    assert "Silence" in said_by(response)
    assert type(row).objects.filter(pk=row.pk).exists()


def test_of_several_files_those_go_that_nobody_shows(editor, shown):
    files, _lesson, _browser = shown
    spare = picture("Spare")
    url = bulk_address("delete", files["picture"], spare, model=get_image_model())
    said = said_by(editor.post(url, follow=True))
    assert "A garden" in said
    assert "it is in use" in said
    assert list(get_image_model().objects.all()) == [files["picture"]]


def test_of_questions_chosen_to_be_deleted_those_in_use_are_left_out_and_named(monkeypatch, rf):
    said = []
    monkeypatch.setattr(
        publishing, "name_refusals", lambda request, refusals: said.extend(refusals)
    )
    named, spare = make.true_false(), make.true_false()
    make.quiz([named], title="Module check")
    chosen = [named, spare]
    assert publishing.leave_out_what_is_in_use(rf.post("/"), "delete", chosen, None) is None
    assert chosen == [spare]
    assert "Module check" in str(said[0])


def test_a_question_that_may_be_drawn_is_deleted_by_no_program_either():
    question = make.true_false()
    Draw.objects.create(quiz=make.quiz([], title="Final"), count=1, all_red_lines=False)
    with pytest.raises(StillInUse), transaction.atomic():
        question.delete()


def test_a_block_whose_file_is_gone_all_the_same_says_so(shown):
    files, lesson, browser = shown
    for row in files.values():
        type(row).objects.filter(pk=row.pk)._raw_delete("default")
    Edition.begin_new()
    text = said_by(browser.get(lesson.url))
    for words in (
        "There was a picture here",
        "There was a recording here",
        "There was a film here",
    ):
        assert words in text
    assert "This file is no longer on this site." in text


def test_what_is_a_file_is_told_by_its_fields():
    assert is_file(get_image_model())
    assert not is_file(LessonPage)
