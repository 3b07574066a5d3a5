"""An address leads to its page whoever asks, in the language there is."""

from __future__ import annotations

import re
from uuid import uuid4

import pytest
from django.contrib.auth.models import AnonymousUser, Group, Permission
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.models import GroupPagePermission, Locale, Page, PageViewRestriction
from wagtail.search.index import insert_or_update_object

from courses.access import visible_to
from courses.models import CourseIndexPage, CoursePage, LessonPage, Reflection
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
    assert html.count("<span>Inglés</span>") == 1  # beside Boundaries, which is not translated
    assert "<span>Todavía se está preparando</span>" in html
    english = reader("en").get("/courses/").content.decode()
    assert "Listening well" in english
    assert "Escuchar bien" not in english
    assert "<span>English</span>" not in english
    assert (
        english.count("<span>Still being prepared</span>")
        == CoursePage.objects.filter(locale__language_code="en").count()
    )
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


@pytest.mark.parametrize("role", ["Trainers", "Lead trainers"])
def test_whoever_writes_pages_translates_them(role, client, site, spanish, settings):
    settings.STAFF_NEED_SECOND_FACTOR = False
    trainer = make.user()
    trainer.groups.add(Group.objects.get(name=role))
    client.force_login(trainer)
    lesson = LessonPage.objects.get()
    url = reverse("simple_translation:submit_page_translation", args=[lesson.pk])
    assert url in client.get(reverse("wagtailadmin_pages:edit", args=[lesson.pk])).content.decode()
    assert client.get(url).status_code == 200
    assert client.post(url, {"locales": [spanish.pk]}, follow=True).status_code == 200
    draft = lesson.get_translation(spanish)
    assert not draft.live
    assert draft.permissions_for_user(trainer).can_edit()


@pytest.mark.parametrize("role", ["Assessors", "Registrars"])
def test_whoever_writes_no_pages_translates_none(role, client, site, spanish, settings):
    settings.STAFF_NEED_SECOND_FACTOR = False
    member = make.user()
    member.groups.add(Group.objects.get(name=role))
    client.force_login(member)
    url = reverse("simple_translation:submit_page_translation", args=[site.pk])
    assert client.get(url).status_code in {302, 403}
    client.post(url, {"locales": [spanish.pk]})
    assert not Page.objects.filter(locale=spanish).exists()


def test_whoever_writes_one_course_alone_translates_no_other(client, site, spanish, settings):
    """Of a group that an administrator made, for the pages of one course."""
    settings.STAFF_NEED_SECOND_FACTOR = False
    own, other = CoursePage.objects.get(), make.course("Of somebody else")
    group = Group.objects.create(name="Writers of one course")
    group.permissions.set(
        Permission.objects.filter(codename__in=["access_admin", "submit_translation"])
    )
    for codename in ("add_page", "change_page"):
        permission = Permission.objects.get(codename=codename)
        GroupPagePermission.objects.create(group=group, page=own.page_ptr, permission=permission)
    writer = make.user()
    writer.groups.add(group)
    client.force_login(writer)

    def answer(page):
        url = reverse("simple_translation:submit_page_translation", args=[page.pk])
        return client.post(url, {"locales": [spanish.pk], "include_subtree": "on"})

    assert answer(other).headers.get("Location", "/admin/") == "/admin/"
    assert not Page.objects.filter(locale=spanish).exists()
    assert answer(own).status_code == 302
    assert own.has_translation(spanish)
    assert not other.has_translation(spanish)


def test_the_staff_page_of_a_translation_is_for_those_who_may(client, site, spanish, settings):
    settings.STAFF_NEED_SECOND_FACTOR = False
    client.force_login(make.user())
    url = reverse("simple_translation:submit_page_translation", args=[site.pk])
    assert client.get(url).status_code == 403


# Taken down in the language that others translate -------------------------------------------------


@pytest.mark.parametrize("what", ["the module", "the course"])
def test_what_is_taken_down_is_down_in_a_course_that_is_translated(what, site, spanish, translator):
    """Whoever took a page down did so for its own readers: its translation gives them no way in."""
    course = CoursePage.objects.get()
    lesson = Page.objects.get(title="Being there")
    module = lesson.get_parent().specific
    make.edition(course)
    learner = make.enrolment(course=course, at=timezone.now()).learner
    for page, title in ((course, "Escuchar"), (module, "Silencio"), (lesson, "Estar ahí")):
        translated(page, spanish, translator, title=title, slug=title.lower().replace(" ", "-"))
    Page.objects.get(pk=(module if what == "the module" else course).pk).specific.unpublish()
    visitor, browser = reader("en"), Client()
    browser.force_login(learner)
    assert visitor.get(lesson.url).status_code == 404
    answer = browser.get(lesson.url)
    assert answer.status_code == 404
    assert "Being worked on" in answer.content.decode()
    english = Page.objects.filter(locale__language_code="en")
    assert not visible_to(learner, english, timezone.now()).filter(pk=lesson.pk).exists()
    module.refresh_from_db()
    shown = visible_to(learner, Page.objects.all(), timezone.now())
    assert shown.filter(title="Estar ahí").exists()
    assert reader("es").get(Page.objects.get(title="Estar ahí").url).status_code == 200


def test_a_translation_that_is_taken_down_gives_way_to_its_source(site, spanish, translator):
    lesson = Page.objects.get(title="Being there")
    module = lesson.get_parent().specific
    draft = translated(module, spanish, translator, title="Silencio", slug="silencio")
    page = translated(lesson, spanish, translator, title="Estar ahí", slug="estar-ahi")
    Page.objects.get(pk=draft.pk).specific.unpublish()
    assert reader("es").get(page.url).status_code == 200
    pages = visible_to(AnonymousUser(), Page.objects.all(), timezone.now())
    assert module.pk in pages.values_list("pk", flat=True)


# What is taken down in one language -------------------------------------------------------------


@pytest.fixture
def spanish_site(site, spanish, translator):
    """The whole site in Spanish too, under addresses of its own; its pages from the top down."""
    pages = Page.objects.filter(depth__gt=1, locale=site.locale).order_by("path")
    return [
        translated(
            page, spanish, translator, title=f"{page.title} en español", slug=f"es-{page.pk}"
        )
        for page in pages
    ]


def take_down(page):
    Page.objects.get(pk=page.pk).specific.unpublish()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("is_alone", [True, False])
def test_an_address_of_a_translation_that_is_down_leads_to_its_page(
    spanish_site, language, is_alone
):
    """Of every page of the site, down by itself or with all above it."""
    for page in spanish_site[1:]:
        take_down(page)
        assert reader(language).get(page.url).status_code == 200, page
        if is_alone:
            publish(page)


def test_what_stands_in_says_its_language_and_is_the_readers_own_again_afterwards(spanish_site):
    privacy = next(page for page in spanish_site if page.title.startswith("Privacy"))
    take_down(privacy)
    html = reader("es").get(privacy.url).content.decode()
    assert "Idioma del texto de esta página, por ahora: Inglés" in html
    assert "en español" not in html.split("<h1")[1].split("</h1>")[0]
    publish(privacy)
    assert "<h1>Privacy en español" in reader("es").get(privacy.url).content.decode()


def test_a_page_that_others_translate_is_waited_for_in_its_language_alone(spanish_site):
    privacy = StandardPage.objects.get(locale__language_code="en")
    take_down(privacy)
    assert reader("en").get(privacy.url).status_code == 404
    assert "<h1>Privacy en español" in reader("es").get(privacy.url).content.decode()


def test_what_stands_in_a_page_that_is_down_is_read_in_the_language_where_it_is_not(spanish_site):
    lesson = Page.objects.get(title="Being there")
    take_down(lesson.get_parent())
    assert reader("en").get(lesson.url).status_code == 404
    answer = reader("es").get(lesson.url)
    assert answer.status_code == 200
    assert "Being there en español" in answer.content.decode()


def test_a_translation_that_nothing_is_on_record_of_gives_way_too(site, spanish):
    privacy = StandardPage.objects.get()
    page = privacy.copy_for_translation(spanish, copy_parents=True)
    page.slug = "privacidad"
    page.save()
    assert reader("en").get("/privacidad/").status_code == 200
    take_down(privacy)
    assert reader("en").get("/privacidad/").status_code == 404
    assert reader("en").get("/no-such-page/").status_code == 404


def test_what_stands_in_is_closed_to_whom_the_page_is_closed(spanish_site):
    privacy = next(page for page in spanish_site if page.title.startswith("Privacy"))
    PageViewRestriction.objects.create(page=privacy.page_ptr, restriction_type="login")
    take_down(privacy)
    assert reader("es").get(privacy.url).status_code == 302


def test_every_link_of_a_lesson_whose_parents_are_drafts_leads_somewhere(site, spanish, translator):
    """A lesson is translated and published, and nothing above it."""
    course = CoursePage.objects.get()
    lesson = LessonPage.objects.get()
    learner = make.user(language="es")
    make.edition(course)
    make.enrolment(learner, course)
    page = translated(lesson, spanish, translator, title="Estar ahí", slug="estar-ahi")
    parents = Page.objects.ancestor_of(page).filter(depth__gt=1)
    for number, parent in enumerate(parents, 1):
        parent = parent.specific
        parent.slug = f"borrador-{number}"
        parent.save()
    page = LessonPage.objects.get(pk=page.pk)
    browser = reader("es")
    browser.force_login(learner)
    for address in (lesson.url, page.url):
        html = browser.get(address).content.decode()
        assert "Estar ahí" in html
        links = {link for link in re.findall(r'href="(/[^"#?]*)', html) if "/static/" not in link}
        assert len(links) > 8
        answers = {link: browser.get(link, follow=True).status_code for link in links}
        assert set(answers.values()) == {200}, answers


def test_reflections_lead_to_the_lesson_that_is_published(spanish_site):
    lesson = LessonPage.objects.get(locale__language_code="en")
    learner = make.user(language="es")
    Reflection.objects.create(
        learner=learner,
        lesson_key=lesson.translation_key,
        block_id=uuid4(),
        prompt="What helps?",
        text="Silence",
        saved_at=timezone.now(),
    )
    browser = reader("es")
    browser.force_login(learner)
    own = LessonPage.objects.get(locale__language_code="es")

    def shown():
        return browser.get(reverse("courses:reflections")).content.decode()

    assert f'href="{own.url}#' in shown()
    take_down(own)
    assert f'href="{lesson.url}#' in shown()
    assert f'href="{own.url}#' not in shown()
    take_down(lesson)
    assert own.title in shown()
