"""What editors closed: those let in find it and take part; the others get one clear page."""

from __future__ import annotations

import gc
import warnings
from uuid import uuid4

import pytest
from django.contrib.auth.models import AnonymousUser, Group
from django.contrib.contenttypes.models import ContentType
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import (
    Collection,
    CollectionViewRestriction,
    Locale,
    Page,
    PageViewRestriction,
    ReferenceIndex,
)
from wagtail.search.index import insert_or_update_object
from wagtailmedia.models import Media

from courses.access import visible_to
from courses.models import CoursePage, Enrolment, LessonPage, ModulePage
from tests import make

pytestmark = pytest.mark.django_db

TITLE = "Course for the north"


@pytest.fixture
def north():
    return Group.objects.create(name="The north")


@pytest.fixture
def course(north):
    course = make.course(TITLE, order="free")
    make.lesson(make.module(course), title="Canary lesson")
    close(course, groups=[north])
    return course


def close(page, kind="groups", groups=(), password=""):
    row = PageViewRestriction.objects.create(page=page, restriction_type=kind, password=password)
    row.groups.set(groups)
    return row


def browser_of(person):
    browser = Client()
    if person is not None:
        browser.force_login(person)
    return browser


def fetched(browser, url):
    """The answer for a file, read to its end."""
    answer = browser.get(url)
    if answer.streaming:
        b"".join(answer)
    return answer


def member(north):
    person = make.user(full_name="Nora North")
    person.groups.add(north)
    return person


def test_those_let_in_find_it_and_take_a_place(course, north):
    person = member(north)
    browser = browser_of(person)
    for url in ("/", "/courses/", course.url):
        assert TITLE in browser.get(url).content.decode(), url
    for page in Page.objects.specific():
        insert_or_update_object(page)
    assert TITLE in browser.get("/search/", {"q": "north"}).content.decode()
    taken = browser.post(reverse("courses:enrol"), {"course": course.pk})
    assert taken.status_code == 302
    assert Enrolment.objects.get().learner == person
    assert browser.get(taken.url).status_code == 200


def test_the_others_get_one_clear_page_and_are_sent_nowhere(course):
    browser = browser_of(make.user())
    refused = browser.get(course.url)
    assert refused.status_code == 403
    assert "not open to you" in refused.content.decode()
    assert TITLE not in refused.content.decode()
    assert browser.post(reverse("courses:enrol"), {"course": course.pk}).status_code == 403
    assert not Enrolment.objects.exists()


def test_a_visitor_signs_in_once_and_is_told(course):
    browser = Client()
    response = browser.get(course.url)
    assert response.url.startswith("/accounts/login/")
    person = make.user()
    answer = browser.post(
        response.url, {"login": person.email, "password": make.PASSWORD}, follow=True
    )
    assert answer.status_code == 403


@pytest.mark.parametrize("url", ["/", "/courses/", "/search/?q=north", "/search/?q=canary"])
@pytest.mark.parametrize("is_signed_in", [True, False])
def test_no_list_and_no_search_shows_it_to_the_others(course, url, is_signed_in):
    for page in Page.objects.specific():
        insert_or_update_object(page)
    browser = browser_of(make.user() if is_signed_in else None)
    html = browser.get(url).content.decode()
    assert TITLE not in html
    assert "Canary lesson" not in html


def test_whoever_asks_for_no_reader_is_shown_nothing_that_is_closed_to_anybody(course, north):
    """Files of pages ask so, of everybody at once: what is closed to one is not for all."""
    open_course = make.course("Open to all")
    pages = Page.objects.filter(pk__in=[course.pk, open_course.pk])
    for reader in (AnonymousUser(), make.user(), member(north)):
        seen = visible_to(reader, pages, timezone.now())
        assert list(seen.values_list("pk", flat=True)) == [open_course.pk]


def test_a_list_that_somebody_let_in_saw_shows_nothing_to_the_next(course, north):
    """What is cached for all holds nothing of what is for some."""
    assert TITLE in browser_of(member(north)).get("/courses/").content.decode()
    assert TITLE not in Client().get("/courses/").content.decode()
    assert TITLE not in browser_of(make.user()).get("/courses/").content.decode()


def test_a_course_that_was_begun_by_a_link_is_closed_too(course):
    person = make.user()
    browser = Client()
    browser.post(
        f"/accounts/login/?next={course.url}%3Fbegin={course.pk}",
        {"login": person.email, "password": make.PASSWORD},
    )
    assert not Enrolment.objects.exists()


def test_a_course_for_those_signed_in(course):
    PageViewRestriction.objects.all().delete()
    close(course, kind="login")
    assert TITLE in browser_of(make.user()).get("/courses/").content.decode()
    assert TITLE not in Client().get("/courses/").content.decode()


def test_a_course_with_a_password(course):
    PageViewRestriction.objects.all().delete()
    row = close(course, kind="password", password="open sesame")
    browser = browser_of(make.user())
    assert TITLE not in browser.get("/courses/").content.decode()
    assert browser.post(reverse("courses:enrol"), {"course": course.pk}).status_code == 403
    way = reverse("wagtailcore_authenticate_with_password", args=[row.pk, course.pk])
    browser.post(way, {"password": "open sesame", "return_url": course.url})
    assert TITLE in browser.get("/courses/").content.decode()
    assert browser.post(reverse("courses:enrol"), {"course": course.pk}).status_code == 302


# No way round -------------------------------------------------------------------------------


def alias_of_a_lesson(lesson):
    return lesson.create_alias(parent=make.module(make.course("Open", order="free")))


def alias_of_the_course(lesson):
    return CoursePage.objects.get(title=TITLE).create_alias(update_slug="alias")


def copy_of_the_course(lesson):
    return CoursePage.objects.get(title=TITLE).copy(recursive=True, update_attrs={"slug": "a-copy"})


def copy_of_a_lesson(lesson):
    return lesson.copy(to=make.module(make.course("Open", order="free")))


def translation(lesson):
    spanish = Locale.objects.get_or_create(language_code="es")[0]
    page = lesson.copy_for_translation(spanish, copy_parents=True)
    page.save_revision().publish()
    return page


WAYS = [
    alias_of_a_lesson,
    alias_of_the_course,
    copy_of_the_course,
    copy_of_a_lesson,
    translation,
]


@pytest.mark.parametrize("way", WAYS)
def test_no_other_place_of_the_same_words_is_a_way_round(way, course, north):
    page = Page.objects.get(pk=way(LessonPage.objects.get()).pk)
    for person in (make.user(), None):
        answer = browser_of(person).get(page.url)
        assert answer.status_code in ({403} if person else {302}), answer.status_code
    assert browser_of(member(north)).get(page.url).status_code == 200


def test_a_copy_is_closed_once(course, north):
    copied = copy_of_the_course(None)
    assert PageViewRestriction.objects.filter(page=copied).count() == 1
    inside = copied.copy(to=course.get_parent(), update_attrs={"slug": "again"})
    assert PageViewRestriction.objects.filter(page=inside).count() == 1


def learner_on(course, *groups):
    """Somebody with a place on a course."""
    person = make.user()
    person.groups.set(groups)
    make.enrolment(person, course, at=timezone.now() - make.DAY)
    return person


@pytest.fixture
def handout():
    document = get_document_model()(title="Handout")
    document.file.save("handout.txt", ContentFile(b"Canary handout"))
    document.save()
    return document


def test_a_document_of_a_closed_lesson_is_closed(course, north, handout):
    lesson = LessonPage.objects.get()
    lesson.body = [("prose", f'<p><a linktype="document" id="{handout.pk}">Handout</a></p>')]
    lesson.save()
    ReferenceIndex.create_or_update_for_object(lesson)
    assert fetched(browser_of(make.user()), handout.url).status_code == 403
    assert fetched(Client(), handout.url).status_code == 302
    assert fetched(browser_of(member(north)), handout.url).status_code == 404
    assert fetched(browser_of(learner_on(course, north)), handout.url).status_code == 200
    open_course = make.course("Open")
    elsewhere = make.lesson(
        make.module(open_course),
        body=[("prose", f'<p><a linktype="document" id="{handout.pk}">Handout</a></p>')],
    )
    ReferenceIndex.create_or_update_for_object(elsewhere)
    assert fetched(browser_of(make.user()), handout.url).status_code == 404
    assert fetched(browser_of(learner_on(open_course)), handout.url).status_code == 200


def test_a_document_of_a_closed_collection_says_so_to_those_signed_in(north, handout):
    collection = Collection.get_first_root_node().add_child(name="For the north")
    row = CollectionViewRestriction.objects.create(collection=collection, restriction_type="groups")
    row.groups.add(north)
    handout.collection = collection
    handout.save()
    assert fetched(browser_of(make.user()), handout.url).status_code == 403
    assert fetched(Client(), handout.url).status_code == 302


def test_nothing_is_asked_of_the_database_where_nothing_is_closed(
    client, django_assert_max_num_queries
):
    course = make.course("Open to all")
    client.get(course.url)
    with django_assert_max_num_queries(1):
        assert client.get(course.url).status_code == 200


# The files of lessons -----------------------------------------------------------------------


@pytest.fixture
def film(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    film = Media(title="Film", type="video", duration=1)
    film.file.save("film.mp4", ContentFile(b"Canary film"))
    film.save()
    return film


@pytest.fixture
def picture(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return get_image_model().objects.create(title="Tea", file=get_test_image_file())


def refer(lesson, *files):
    """What the reference index holds of a lesson that shows these files."""
    for file in files:
        ReferenceIndex.objects.create(
            base_content_type=ContentType.objects.get_for_model(Page),
            content_type=ContentType.objects.get_for_model(LessonPage),
            to_content_type=ContentType.objects.get_for_model(file),
            object_id=str(lesson.pk),
            to_object_id=str(file.pk),
            model_path="body.item",
            content_path=f"body.{file._meta.model_name}",
            content_path_hash=uuid4(),
        )


def test_the_film_and_the_picture_of_a_closed_lesson_are_closed(course, north, film, picture):
    refer(LessonPage.objects.get(), film, picture)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)  # Wagtail leaves a file open
        shown = picture.get_rendition("width-4")
        gc.collect()
    for url in (film.file.url, shown.url):
        assert fetched(browser_of(make.user()), url).status_code == 403
        assert fetched(Client(), url).status_code == 403
        assert fetched(browser_of(member(north)), url).status_code == 404
        answer = fetched(browser_of(learner_on(course, north)), url)
        assert answer.status_code == 200
        assert "private" in answer["Cache-Control"]
        assert fetched(browser_of(make.user(is_superuser=True)), url).status_code == 200


def test_a_film_that_an_open_lesson_shows_too_is_open(course, film):
    refer(LessonPage.objects.get(), film)
    open_course = make.course("Open")
    refer(make.lesson(make.module(open_course)), film)
    assert fetched(Client(), film.file.url).status_code == 404
    answer = fetched(browser_of(learner_on(open_course)), film.file.url)
    assert (answer.status_code, answer["Cache-Control"]) == (200, "private, no-cache")


def test_a_closed_quiz_is_not_begun_by_somebody_with_a_place(course, north):
    person = member(north)
    page = make.quiz_page(ModulePage.objects.get())
    browser = browser_of(person)
    browser.post(reverse("courses:enrol"), {"course": course.pk})
    person.groups.clear()
    browser = browser_of(person)
    assert browser.get(page.url).status_code == 403
    start = reverse("assessments:start_attempt", args=[page.translation_key])
    assert browser.post(start).status_code == 403


def test_a_closed_course_is_not_taken_again(course, north):
    person = member(north)
    browser = browser_of(person)
    browser.post(reverse("courses:enrol"), {"course": course.pk})
    person.groups.clear()
    again = reverse("courses:take_again", args=[Enrolment.objects.get().pk])
    assert browser_of(person).post(again).status_code == 403
    assert Enrolment.objects.count() == 1
