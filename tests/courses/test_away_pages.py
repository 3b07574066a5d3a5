"""A page of a course that is down says so at its own address, to those whom it is asked of; and an
address that a page has leads nowhere else, wherever that page once was."""

from __future__ import annotations

import pytest
from django.test import Client
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Page, PageViewRestriction, Site

from courses.models import LessonPage, ModulePage
from people.models import User
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def place():
    return make.enrolment(course=make.full_course())


@pytest.fixture
def lessons(place):
    return list(LessonPage.objects.descendant_of(place.course).order_by("path"))


@pytest.fixture
def modules(place):
    return list(ModulePage.objects.descendant_of(place.course).order_by("path"))


@pytest.fixture
def learner(place):
    client = Client()
    client.force_login(place.learner)
    return client


def move(page, target):
    """Move a page and return it as it is then."""
    Page.objects.get(pk=page.pk).specific.move(Page.objects.get(pk=target.pk), pos="last-child")
    return Page.objects.get(pk=page.pk).specific


def rename(page, slug):
    page = Page.objects.get(pk=page.pk).specific
    page.slug = slug
    page.save_revision().publish()
    return Page.objects.get(pk=page.pk).specific


def text_of(page):
    return page.content.decode()


def test_a_lesson_that_is_down_is_being_worked_on_and_the_next_one_is_named(
    learner, lessons, place
):
    lessons[0].unpublish()
    page = learner.get(lessons[0].url)
    assert page.status_code == 404
    assert page["Cache-Control"] == "no-store"
    text = text_of(page)
    assert "Being worked on" in text
    assert lessons[0].title in text
    assert "Nothing that you have done is lost" in text
    assert f'href="{place.course.url}"' in text
    assert f'href="{lessons[1].url}"' in text
    assert "There is no page here" not in text


def test_a_quiz_and_a_module_that_are_down_say_the_same(learner, place):
    module = ModulePage.objects.descendant_of(place.course).order_by("path").last()
    quiz = module.get_children().last()
    quiz.specific.unpublish()
    assert quiz.title in text_of(learner.get(quiz.url))
    module.unpublish()
    for address in (module.url, quiz.url):
        page = learner.get(address)
        assert page.status_code == 404
        assert "Being worked on" in text_of(page)


def test_a_whole_course_that_is_down_keeps_the_place_of_its_learners(learner, place):
    place.course.specific.unpublish()
    text = text_of(learner.get(place.course.url))
    assert "This course is taken down for a while" in text
    assert "Your place is kept" in text
    assert f'href="{place.course.url}"' not in text


def test_where_nothing_else_is_left_it_says_that(learner, lessons, place):
    for step in place.course.get_descendants().live():
        if not isinstance(step.specific, ModulePage):
            step.specific.unpublish()
    text = text_of(learner.get(lessons[0].url))
    assert "nothing else for you to do" in text
    assert f'href="{place.course.url}"' in text


def test_a_draft_that_nobody_declared_is_told_to_nobody(learner, place):
    module = ModulePage.objects.descendant_of(place.course).first()
    draft = make.lesson(module, "A secret plan", live=False)
    page = learner.get(draft.url)
    assert page.status_code == 404
    assert "A secret plan" not in text_of(page)
    assert "There is no page here" in text_of(page)


def test_words_of_a_draft_are_not_said(learner, lessons):
    lesson = lessons[0]
    lesson.unpublish()
    lesson.title = "Not for anybody yet"
    lesson.save_revision()
    assert "Not for anybody yet" not in text_of(learner.get(lesson.url))


@pytest.mark.parametrize("who", ["a visitor", "a stranger", "somebody who left"])
def test_whoever_has_no_place_is_told_as_before(who, lessons, place):
    client = Client()
    if who == "a stranger":
        client.force_login(make.user())
    if who == "somebody who left":
        client.force_login(place.learner)
        type(place).objects.filter(pk=place.pk).update(withdrawn_at=make.NOON)
    lessons[0].unpublish()
    page = client.get(lessons[0].url)
    assert page.status_code == 404
    assert "Being worked on" not in text_of(page)
    assert lessons[0].title not in text_of(page)


def test_whoever_is_not_let_in_any_more_is_told_nothing(learner, lessons, place):
    restriction = PageViewRestriction(
        page=place.course, restriction_type=PageViewRestriction.GROUPS
    )
    restriction.save()
    lessons[0].unpublish()
    assert "Being worked on" not in text_of(learner.get(lessons[0].url))


def test_a_page_that_has_moved_is_led_to_instead(learner, lessons):
    old = lessons[0].url
    Redirect.add_redirect(old, redirect_to=lessons[1], site=Site.objects.get())
    lessons[0].unpublish()
    page = learner.get(old)
    assert page.status_code == 301
    assert page["Location"].endswith(lessons[1].url)


def test_an_address_that_was_made_up_is_no_page(learner, place):
    page = learner.get(f"{place.course.url}no-such-lesson/")
    assert page.status_code == 404
    assert "There is no page here" in text_of(page)


def test_it_is_said_in_spanish_too(learner, lessons, place):
    lessons[0].unpublish()
    User.objects.filter(pk=place.learner_id).update(language="es")
    text = text_of(learner.get(lessons[0].url))
    assert '<html lang="es"' in text
    assert "En revisión" in text
    assert "No se pierde nada de lo que has hecho" in text


# Moved, and back --------------------------------------------------------------------------------


def test_an_old_address_leads_to_the_new_one(learner, lessons, modules):
    old = lessons[0].url
    moved = move(lessons[0], modules[1])
    answer = learner.get(old)
    assert answer.status_code == 301
    assert answer["Location"].endswith(moved.url)
    assert "no-cache" in answer["Cache-Control"] or "no-store" in answer["Cache-Control"]


@pytest.mark.parametrize("is_learner", [True, False])
def test_a_page_that_moved_and_came_back_leads_nobody_to_itself_when_it_is_down(
    is_learner, learner, lessons, modules
):
    old = lessons[0].url
    move(lessons[0], modules[1])
    back = move(lessons[0], modules[0])
    assert back.url == old
    assert Redirect.objects.filter(old_path=old.rstrip("/")).exists()
    back.unpublish()
    answer = (learner if is_learner else Client()).get(old)
    assert answer.status_code == 404
    assert ("Being worked on" in text_of(answer)) is is_learner


def test_a_page_that_was_renamed_and_renamed_back_leads_nobody_to_itself(learner, lessons):
    old, slug = lessons[0].url, lessons[0].slug
    rename(lessons[0], "another-name")
    back = rename(lessons[0], slug)
    assert back.url == old
    back.unpublish()
    assert learner.get(old).status_code == 404


def test_two_pages_that_changed_addresses_do_not_lead_to_one_another(learner, lessons):
    one, other = lessons[0], lessons[1]
    addresses = {one.url, other.url}
    first, second = one.slug, other.slug
    rename(one, "for-a-moment")
    rename(other, first)
    rename(one, second)
    pages = [Page.objects.get(pk=page.pk).specific for page in (one, other)]
    assert {page.url for page in pages} == addresses
    for page in pages:
        page.unpublish()
    for address in addresses:
        answer = learner.get(address)
        assert answer.status_code == 404
        assert "Being worked on" in text_of(answer)


def test_a_module_that_came_back_takes_its_lessons_along(learner, lessons, modules):
    address, slug = lessons[0].url, modules[0].slug
    rename(modules[0], "another-module")
    back = rename(modules[0], slug)
    back.unpublish()
    answer = learner.get(address)
    assert answer.status_code == 404
    assert "Being worked on" in text_of(answer)


def test_who_chose_by_hand_where_an_address_leads_is_obeyed(learner, lessons):
    old = lessons[0].url
    Redirect.add_redirect(old, redirect_to=lessons[1], site=Site.objects.get())
    lessons[0].unpublish()
    answer = learner.get(old)
    assert answer.status_code == 301
    assert answer["Location"].endswith(lessons[1].url)


def test_not_even_by_hand_does_an_address_lead_to_itself(learner, lessons):
    old = lessons[0].url
    Redirect.add_redirect(old, redirect_to=lessons[0], site=Site.objects.get())
    lessons[0].unpublish()
    assert learner.get(old).status_code == 404


# Below what is down -----------------------------------------------------------------------------


def test_a_lesson_below_a_module_that_is_down_is_being_worked_on(learner, lessons, modules):
    """Wagtail takes a module down alone, and leaves what stands below it published."""
    modules[0].unpublish()
    lesson = LessonPage.objects.get(pk=lessons[0].pk)
    assert lesson.live
    answer = learner.get(lesson.url)
    assert answer.status_code == 404
    assert "Being worked on" in text_of(answer)
    assert lesson.title in text_of(answer)


def test_a_lesson_of_a_course_that_is_down_says_that_the_course_is(learner, lessons, place):
    place.course.specific.unpublish()
    text = text_of(learner.get(lessons[0].url))
    assert "This course is taken down for a while" in text
    assert place.course.title in text


def test_below_what_is_down_a_draft_is_told_to_nobody(learner, modules):
    draft = make.lesson(modules[0], "A secret plan")
    modules[0].unpublish()
    answer = learner.get(draft.url)
    assert answer.status_code == 404
    assert "A secret plan" not in text_of(answer)


def test_visitors_are_told_as_before(lessons, modules):
    modules[0].unpublish()
    answer = Client().get(lessons[0].url)
    assert answer.status_code == 404
    assert "Being worked on" not in text_of(answer)


# What an old address asks for -------------------------------------------------------------------


def test_an_old_address_leads_to_the_part_that_it_asks_for(
    learner, lessons, modules, django_capture_on_commit_callbacks
):
    """Also one that was renamed, and one that stands below what was."""
    old = lessons[0].url
    moved = move(lessons[0], modules[1])
    assert learner.get(f"{old}?part=4")["Location"] == f"{moved.url}?part=4"
    with django_capture_on_commit_callbacks(execute=True):
        renamed = rename(moved, "another-name")
    for address in (old, moved.url):
        answer = learner.get(f"{address}?part=4&b=%C3%A1")
        assert answer["Location"] == f"{renamed.url}?part=4&b=%C3%A1"
    with django_capture_on_commit_callbacks(execute=True):
        rename(modules[1], "another-module")
    now = Page.objects.get(pk=renamed.pk).url
    for address in (old, moved.url, renamed.url):
        assert learner.get(f"{address}?part=4")["Location"] == f"{now}?part=4"
        assert learner.get(address)["Location"] == now


def test_a_query_that_somebody_chose_by_hand_is_left_alone(learner, lessons):
    def lead(old, **target):
        Redirect.add_redirect(old, site=Site.objects.get(), **target)

    lead("/old/?part=2", redirect_to=lessons[0])
    lead("/out/", redirect_to="https://example.org/there/")
    lead("/own/", redirect_to="/courses/?page=1")
    assert learner.get("/old/?part=2")["Location"] == lessons[0].url
    assert learner.get("/out/?part=2")["Location"] == "https://example.org/there/"
    assert learner.get("/own/?part=2")["Location"] == "/courses/?page=1"
