"""Which translation is behind, who has read it over, and what staff are told of it."""

from __future__ import annotations

import json
from types import SimpleNamespace

import pytest
from django.urls import reverse
from django.utils.text import slugify
from wagtail.models import Locale

from courses.admin.translations import translations_behind
from courses.models import (
    Competency,
    CompetencyGroup,
    CompetencyGroupName,
    CompetencyWords,
    CoursePage,
    PageTranslation,
)
from courses.models.second_read import without_second_reader
from courses.models.translations import word_fields
from courses.outlines import outline_of
from courses.translating import (
    confirm_translation,
    pages_awaiting_review,
    record_translation,
    states_of_translations,
    to_bring_along,
    translate_page,
    translations_of,
)
from people.models import Act
from tests import make
from tests.make import NOON

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def without_second_factor(settings):
    settings.STAFF_NEED_SECOND_FACTOR = False


@pytest.fixture
def trainer():
    return make.user(is_superuser=True, full_name="Tara Nslator")


@pytest.fixture
def course():
    page = make.course("Listening well")
    page.save_revision().publish()
    return CoursePage.objects.get(pk=page.pk)


@pytest.fixture
def spanish(course, trainer):
    """The course in Spanish, published."""
    locale = Locale.objects.get_or_create(language_code="es")[0]
    draft = translate_page(course, locale, by=trainer).specific
    draft.title = "Escuchar bien"
    draft.save_revision().publish()
    return CoursePage.objects.get(pk=draft.pk)


def change(course, **fields):
    page = CoursePage.objects.get(pk=course.pk)
    for name, value in fields.items():
        setattr(page, name, value)
    page.save_revision().publish()


def test_a_page_that_somebody_translates_is_on_record(spanish, course):
    record = PageTranslation.objects.get(page=spanish.pk)
    assert record.source_id == course.pk
    assert record.source_revision_id == course.live_revision_id
    assert not record.awaits_review
    assert str(record)


@pytest.mark.parametrize(
    ("fields", "is_behind"),
    [
        ({}, False),
        ({"order": "free"}, False),
        ({"code": "X-1"}, False),
        ({"summary": "Other words."}, True),
        ({"title": "Another title"}, True),
        ({"introduction": "<p>New.</p>"}, True),
        ({"outcomes": [("outcome", "Listen.")]}, True),
    ],
)
def test_only_other_words_leave_a_translation_behind(spanish, course, fields, is_behind):
    change(course, **fields)
    [state] = translations_of(course)
    assert state.page.pk == spanish.pk
    assert state.is_behind == is_behind


@pytest.mark.parametrize(("words", "is_behind"), [("Listen.", False), ("Wait.", True)])
def test_the_same_blocks_in_another_order_of_keys_are_the_same_words(
    spanish, course, words, is_behind
):
    """PostgreSQL stores the keys of a block in an order of its own."""
    change(course, outcomes=[("outcome", "Listen.")])
    record_translation(spanish, CoursePage.objects.get(pk=course.pk))
    change(course, code="X-1")
    revision = CoursePage.objects.get(pk=course.pk).live_revision
    [block] = json.loads(revision.content["outcomes"])
    turned = {**dict(reversed(block.items())), "value": words}
    revision.content["outcomes"] = json.dumps([turned])
    revision.save()
    assert list(turned) != list(block)
    assert translations_of(course)[0].is_behind == is_behind


def test_a_draft_of_the_source_leaves_nothing_behind(spanish, course):
    course.summary = "Not published."
    course.save_revision()
    assert not translations_of(course)[0].is_behind


def test_a_version_that_is_gone_is_taken_to_differ(spanish, course):
    record = PageTranslation.objects.get(page=spanish.pk)
    record.source_revision = None
    record.save()
    [state] = states_of_translations([record])
    assert state.is_behind


def test_a_translation_without_its_source_is_not_behind(spanish):
    record = PageTranslation.objects.get(page=spanish.pk)
    record.source = None
    assert not states_of_translations([record])[0].is_behind


def test_whoever_looks_at_it_is_in_the_log(spanish, course, trainer):
    change(course, summary="Other words.")
    [state] = translations_of(course)
    before = Act.objects.count()
    confirm_translation(state.record, says_the_same=True, reviewed_by="Rosa", by=trainer, at=NOON)
    assert not translations_of(course)[0].is_behind
    assert PageTranslation.objects.get(page=spanish.pk).reviewed_by == "Rosa"
    assert Act.objects.count() == before + 1


def test_what_is_not_ticked_stays_behind(spanish, course, trainer):
    change(course, summary="Other words.")
    [state] = translations_of(course)
    confirm_translation(state.record, says_the_same=False, reviewed_by="", by=trainer, at=NOON)
    assert translations_of(course)[0].is_behind


def test_only_what_a_program_drafted_waits_for_a_review(spanish, course):
    record = record_translation(spanish, course, is_drafted=True)
    assert record.awaits_review
    assert pages_awaiting_review(1) == {spanish.pk}
    record.reviewed_by = "Rosa"
    assert not record.awaits_review


def test_words_are_told_from_what_is_the_same_in_every_language():
    assert set(word_fields(CoursePage)) == {
        "title",
        "seo_title",
        "search_description",
        "summary",
        "introduction",
        "outcomes",
        "contact_name",
    }


# The staff pages ------------------------------------------------------------------------------


def test_the_list_has_those_that_are_behind_first(client, spanish, course, trainer):
    client.force_login(trainer)
    url = reverse("translations:index")
    html = client.get(url).content.decode()
    assert "Escuchar bien" in html
    assert "<strong>Behind</strong>" not in html
    change(course, summary="Other words.")
    html = client.get(url).content.decode()
    assert html.index("<strong>Behind</strong>") > html.index("Escuchar bien")
    assert html.count("<strong>Behind</strong>") == 1


def test_what_is_behind_costs_two_queries_for_one_and_for_three(
    spanish, course, trainer, django_assert_num_queries
):
    records = PageTranslation.objects.select_related("page__locale", "source__locale")
    change(course, summary="Other words.")
    with django_assert_num_queries(2):
        assert sum(state.is_behind for state in states_of_translations(records.all())) == 1
    locale = Locale.objects.get(language_code="es")
    for title in ("Boundaries", "Hope"):
        other = make.course(title)
        other.save_revision().publish()
        translate_page(CoursePage.objects.get(pk=other.pk), locale, by=trainer)
        change(other, summary="Other words.")
    with django_assert_num_queries(2):
        assert sum(state.is_behind for state in states_of_translations(records.all())) == 3


def test_the_list_costs_the_same_for_one_and_for_three_that_are_behind(
    client, spanish, course, trainer, django_assert_num_queries
):
    client.force_login(trainer)
    url = reverse("translations:index")
    change(course, summary="Other words.")
    client.get(url)  # what is published ends what was cached
    with django_assert_num_queries(9):
        assert client.get(url).content.decode().count("<strong>Behind</strong>") == 1
    locale = Locale.objects.get(language_code="es")
    for title in ("Boundaries", "Hope"):
        other = make.course(title)
        other.save_revision().publish()
        translate_page(CoursePage.objects.get(pk=other.pk), locale, by=trainer)
        change(other, summary="Other words.")
    client.get(url)
    with django_assert_num_queries(9):
        assert client.get(url).content.decode().count("<strong>Behind</strong>") == 3


def test_the_list_and_each_page_of_it_are_for_whoever_writes_and_publishes(client, spanish, course):
    record = PageTranslation.objects.get(page=spanish.pk)
    index, own = (
        reverse("translations:index"),
        reverse("translations:translation", args=[record.pk]),
    )
    client.force_login(make.registrar())
    for url in (index, own):
        assert client.get(url).status_code == 302
    client.post(own, {"says_the_same": "on", "reviewed_by": "Mallory"})
    record.refresh_from_db()
    assert record.reviewed_by == ""


def test_who_writes_and_may_not_publish_reads_what_is_said_of_a_translation(
    client, spanish, course
):
    record = PageTranslation.objects.get(page=spanish.pk)
    url = reverse("translations:translation", args=[record.pk])
    client.force_login(make.trainer_of(course))
    html = client.get(url).content.decode()
    assert "Nobody yet" in html
    assert "Whoever may publish this page says here" in html
    assert 'name="reviewed_by"' not in html
    assert client.post(url, {"says_the_same": "on", "reviewed_by": "Mallory"}).status_code == 302
    record.refresh_from_db()
    assert record.reviewed_by == ""


def test_what_is_confirmed_is_said_by_one_click_of_another_version_no_more(
    client, spanish, course, trainer
):
    """Confirmed, and then the source changes again: behind again, and who reviewed it stays."""
    client.force_login(trainer)
    change(course, summary="Other words.")
    record = PageTranslation.objects.get(page=spanish.pk)
    url = reverse("translations:translation", args=[record.pk])
    client.post(url, {"says_the_same": "on", "reviewed_by": "Rosa"})
    change(course, summary="Words again.")
    [state] = translations_of(course)
    assert state.is_behind
    assert state.record.reviewed_by == "Rosa"
    change(course, summary="Other words.")
    assert not translations_of(course)[0].is_behind


def test_a_source_that_is_down_leaves_nothing_behind_on_the_front(spanish, course, trainer):
    change(course, summary="Other words.")
    CoursePage.objects.get(pk=course.pk).unpublish()
    assert [item.count for item in translations_behind(trainer)] == [0]


def test_a_page_is_brought_into_a_language_once_with_those_above_it(course, trainer):
    locale = Locale.objects.get_or_create(language_code="es")[0]
    module = make.module(course, "Hearing")
    lesson = make.lesson(module)
    brought = to_bring_along(lesson, locale)
    assert [page.title for page in brought][-2:] == ["Listening well", "Hearing"]
    first = translate_page(lesson, locale, by=trainer)
    assert not first.live
    assert to_bring_along(lesson, locale) == []
    assert first.get_parent().translation_key == module.translation_key
    before = PageTranslation.objects.count()
    assert translate_page(lesson, locale, by=trainer) == first
    assert PageTranslation.objects.count() == before


def test_a_page_is_brought_with_what_is_below_it_and_what_was_there_stays(course, trainer):
    locale = Locale.objects.get_or_create(language_code="es")[0]
    module = make.module(course)
    lessons = [make.lesson(module) for _ in range(2)]
    own = translate_page(lessons[0], locale, by=trainer)
    own.title = "Nuestro título"
    own.save_revision().publish()
    translate_page(course, locale, by=trainer, with_subtree=True)
    titles = [lesson.get_translation(locale).title for lesson in lessons]
    assert titles == ["Nuestro título", lessons[1].title]
    assert PageTranslation.objects.filter(source__in=lessons).count() == 2


def test_a_translation_is_confirmed_on_its_page(client, spanish, course, trainer):
    client.force_login(trainer)
    change(course, summary="Other words.")
    record = PageTranslation.objects.get(page=spanish.pk)
    url = reverse("translations:translation", args=[record.pk])
    html = client.get(url).content.decode()
    assert "The page that it translates has changed since." in html
    assert "/compare/" in html
    sent = client.post(url, {"says_the_same": "on", "reviewed_by": "Rosa"})
    assert sent.status_code == 302
    html = client.get(url).content.decode()
    assert "It says what the page that it translates says." in html
    assert "/compare/" not in html
    assert 'value="Rosa"' in html


def test_the_editor_of_either_page_says_what_is_behind(client, spanish, course, trainer):
    client.force_login(trainer)
    source, own = (reverse("wagtailadmin_pages:edit", args=[each.pk]) for each in (course, spanish))
    assert "still translates an earlier version" not in client.get(source).content.decode()
    change(course, summary="Other words.")
    assert "still translates an earlier version" in client.get(source).content.decode()
    assert "has changed since this was translated" in client.get(own).content.decode()


def test_the_editor_of_a_draft_by_a_program_says_that_nobody_reviewed_it(
    client, spanish, course, trainer
):
    record_translation(spanish, course, is_drafted=True)
    client.force_login(trainer)
    html = client.get(reverse("wagtailadmin_pages:edit", args=[spanish.pk])).content.decode()
    assert "Nobody has reviewed the translation yet" in html


def test_the_front_of_the_staff_pages_counts_what_is_behind(spanish, course, trainer):
    assert [item.count for item in translations_behind(trainer)] == [0]
    change(course, summary="Other words.")
    [item] = translations_behind(trainer)
    assert item.count == 1
    assert item.text == "1 translation says what its page said before"
    assert translations_behind(make.user()) == []


# Words beside the pages -----------------------------------------------------------------------


def test_a_competency_is_called_by_its_name_in_a_language():
    group = CompetencyGroup(name="Hearing")
    group.names = [CompetencyGroupName(language="es", name="Oír")]
    with without_second_reader():
        group.save()
        competency = make.competency(group=group)
        competency.words = [CompetencyWords(language="es", name="Estar", description="Está.")]
        competency.save()
    again = Competency.objects.get(pk=competency.pk)
    assert (again.name_in("es"), again.name_in("de")) == ("Estar", competency.name)
    group = CompetencyGroup.objects.get(pk=group.pk)
    assert (group.name_in("es"), group.name_in("de")) == ("Oír", "Hearing")
    assert [str(row) for row in (*again.words.all(), *group.names.all())] == ["Estar", "Oír"]


def test_a_competency_and_its_words_are_edited_side_by_side(client, trainer):
    client.force_login(trainer)
    competency = make.competency()
    html = client.get(reverse("competencies:edit", args=[competency.pk])).content.decode()
    assert 'name="words-TOTAL_FORMS"' in html
    assert "Words in another language" in html


# What readers are led to while a page is down --------------------------------------------------


@pytest.fixture
def two_languages(course, spanish, trainer):
    """A declared course with a lesson, in English and in Spanish; the pages of both by language."""
    module = make.module(course, "Silence")
    lesson = make.lesson(module, "Being there")
    make.edition(course)
    pages = {"en": SimpleNamespace(course=course, module=module, lesson=lesson)}
    below = spanish.locale
    for page, title in ((module, "El silencio"), (lesson, "Estar ahí")):
        draft = translate_page(page, below, by=trainer).specific
        draft.title, draft.slug = title, slugify(title)
        draft.save_revision().publish()
    pages["es"] = SimpleNamespace(
        course=spanish,
        module=module.get_translation(below),
        lesson=lesson.get_translation(below),
    )
    return pages


def step_shown(pages, language):
    """The title of the one step to readers of a language, and whether it is away."""
    course = CoursePage.objects.get(pk=pages[language].course.pk)
    [step] = outline_of(course).steps
    return step.title, step.is_away


@pytest.mark.parametrize("kind", ["lesson", "module"])
def test_readers_wait_for_the_source_and_are_not_led_into_another_language(two_languages, kind):
    getattr(two_languages["en"], kind).unpublish()
    assert step_shown(two_languages, "en") == ("Being there", True)
    assert step_shown(two_languages, "es") == ("Estar ahí", False)


@pytest.mark.parametrize("kind", ["lesson", "module"])
def test_a_translation_that_is_down_gives_way_to_its_source(two_languages, kind):
    getattr(two_languages["es"], kind).unpublish()
    assert step_shown(two_languages, "es") == ("Being there", False)
    assert step_shown(two_languages, "en") == ("Being there", False)


def test_where_both_are_down_each_reader_is_told_in_their_own_words(two_languages):
    for pages in two_languages.values():
        pages.lesson.unpublish()
    assert step_shown(two_languages, "en") == ("Being there", True)
    assert step_shown(two_languages, "es") == ("Estar ahí", True)


def test_the_address_of_a_module_that_is_down_says_that_it_is_being_worked_on(
    client, two_languages
):
    address = two_languages["en"].module.url
    two_languages["en"].module.unpublish()
    client.force_login(make.enrolment(course=two_languages["en"].course).learner)
    answer = client.get(address)
    assert answer.status_code == 404
    assert "Being worked on" in answer.content.decode()
