"""An address leads to its page whoever asks, in the language there is."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from wagtail.models import Locale, Page
from wagtail.search.index import insert_or_update_object

from courses.models import CourseIndexPage, CoursePage
from courses.translating import to_bring_along, translate_page
from lms.models import StandardPage
from tests import make

pytestmark = pytest.mark.django_db

LANGUAGES = ("en", "es")


@pytest.fixture
def spanish():
    return Locale.objects.get_or_create(language_code="es")[0]


@pytest.fixture
def translator():
    return make.user(is_superuser=True, full_name="Tara Nslator")


@pytest.fixture
def site():
    """A site in English: a front page, a course with a module and a lesson, and Privacy."""
    course = make.course("Listening well", order="free")
    make.lesson(make.module(course, title="Silence"), title="Being there")
    make.standing_page("Privacy", show_in_menus=True)
    return make.home()


def publish(page):
    page = page.specific
    page.save_revision().publish()
    page.refresh_from_db()
    return page


def index_pages():
    """The search index as the worker leaves it; nothing works for the tests."""
    for page in Page.objects.specific():
        insert_or_update_object(page)


def reader(language):
    return Client(headers={"accept-language": language})


def translated(page, spanish, translator, **words):
    """The page in Spanish, published, with these words."""
    draft = translate_page(page, spanish, by=translator).specific
    for name, value in words.items():
        setattr(draft, name, value)
    return publish(draft)


def every_live_page():
    return [page for page in Page.objects.live().filter(depth__gt=1) if page.url]


def test_every_page_is_there_for_readers_of_each_language(site, spanish, translator):
    """Walks every page as a reader of each language."""
    translated(make.home(), spanish, translator, heading="Apoyo entre pares")
    translated(CourseIndexPage.objects.get(), spanish, translator, title="Cursos", slug="cursos")
    course = CoursePage.objects.get()
    translated(course, spanish, translator, title="Escuchar bien", slug="escuchar")
    assert len(every_live_page()) >= 8
    for language in LANGUAGES:
        for page in every_live_page():
            answer = reader(language).get(page.url)
            assert answer.status_code == 200, (language, page.url)


def test_what_is_not_translated_is_shown_as_it_is_and_says_so(site, spanish, translator):
    translated(make.home(), spanish, translator, heading="Apoyo entre pares")
    html = reader("es").get("/privacy/").content.decode()
    assert 'lang="es"' in html.split("<head>")[0]
    assert "Idioma del texto de esta página, por ahora: Inglés" in html
    assert 'reading" lang="en"' in html


def test_a_spanish_address_leads_an_english_reader_to_the_page(site, spanish, translator):
    translated(make.home(), spanish, translator)
    only_spanish = StandardPage(
        title="Aviso", slug="aviso", locale=spanish, body=[("prose", "<p>Hola.</p>")]
    )
    Page.objects.get(locale=spanish, depth=2).add_child(instance=only_spanish)
    html = reader("en").get("/aviso/").content.decode()
    assert 'reading" lang="es"' in html
    assert "The text of this page is in Spanish for now." in html
    assert "Aviso" in html


def test_an_address_in_one_language_shows_the_page_in_the_readers(site, spanish, translator):
    privacy = StandardPage.objects.get()
    translated(make.home(), spanish, translator)
    there = translated(privacy, spanish, translator, title="Privacidad", slug="privacidad")
    assert "Privacidad" in reader("es").get("/privacy/").content.decode()
    assert "<h1>Privacy" in reader("en").get(there.url).content.decode()


def test_lists_and_menus_hold_each_page_once_in_the_readers_language(site, spanish, translator):
    course = CoursePage.objects.get()
    make.course("Boundaries")
    translated(make.home(), spanish, translator)
    index = translated(CourseIndexPage.objects.get(), spanish, translator)
    translated(course, spanish, translator, title="Escuchar bien")
    html = reader("es").get(index.url).content.decode()
    assert html.count("Escuchar bien") == 1
    assert "Listening well" not in html
    assert html.count("Boundaries") == 1
    english = reader("en").get("/courses/").content.decode()
    assert "Listening well" in english
    assert "Escuchar bien" not in english
    assert "/privacy/" in html  # the menu has what is not translated


def test_a_search_finds_what_is_not_translated(site, spanish, translator):
    course = CoursePage.objects.get()
    make.course("Boundaries")
    translated(make.home(), spanish, translator)
    translated(CourseIndexPage.objects.get(), spanish, translator)
    translated(course, spanish, translator, title="Escuchar bien", slug="escuchar")
    index_pages()
    found = reader("es").get("/search/", {"q": "boundaries"}).content.decode()
    assert "Boundaries" in found
    twice = reader("es").get("/search/", {"q": "listening"}).content.decode()
    assert "/escuchar/" in twice or "Listening well" not in twice


# Parents come along -------------------------------------------------------------------------


def test_a_page_brings_along_those_above_it_as_drafts(site, spanish, translator):
    module = CoursePage.objects.get().get_children().get()
    assert [page.title for page in to_bring_along(module, spanish)] == [
        "Peerwork",
        "Courses",
        "Listening well",
    ]
    draft = translate_page(module, spanish, by=translator)
    assert not draft.live
    above = draft.get_ancestors().filter(depth__gt=1)
    assert {(page.locale.language_code, page.live) for page in above} == {("es", False)}
    assert to_bring_along(module, spanish) == []


def test_what_stands_below_a_draft_translation_is_reached(site, spanish, translator):
    module = CoursePage.objects.get().get_children().get()
    page = translated(module, spanish, translator, title="Silencio", slug="silencio")
    for language in LANGUAGES:
        assert reader(language).get(page.url).status_code == 200
    assert "Silencio" in reader("es").get(page.url).content.decode()
    assert reader("es").get("/").status_code == 200


def test_a_subtree_is_completed_with_what_it_lacks(site, spanish, translator):
    course = CoursePage.objects.get()
    module = course.get_children().get()
    translate_page(module, spanish, by=translator)
    translate_page(course, spanish, by=translator, with_subtree=True)
    count = Page.objects.filter(locale=spanish).count()
    assert count == 5  # front page, catalogue, course, module, lesson
    translate_page(course, spanish, by=translator, with_subtree=True)
    assert Page.objects.filter(locale=spanish).count() == count


def test_the_staff_page_translates_a_course_before_the_front_page(
    client, site, spanish, translator, settings
):
    settings.STAFF_NEED_SECOND_FACTOR = False
    client.force_login(translator)
    course = CoursePage.objects.get()
    url = reverse("simple_translation:submit_page_translation", args=[course.pk])
    page = client.get(url).content.decode()
    assert "come along as drafts" in page
    assert "Peerwork, Courses" in page
    assert "disabled" not in page.split('name="locales"')[1][:200]
    sent = client.post(url, {"locales": [spanish.pk], "include_subtree": "on"}, follow=True)
    assert sent.status_code == 200
    assert Page.objects.filter(locale=spanish).count() == 5


def test_the_staff_page_of_a_translation_is_for_those_who_may(client, site, spanish, settings):
    settings.STAFF_NEED_SECOND_FACTOR = False
    client.force_login(make.user())
    url = reverse("simple_translation:submit_page_translation", args=[site.pk])
    assert client.get(url).status_code == 403
