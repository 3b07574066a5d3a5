"""What is said of a step that was deleted outright: that it is no longer in the course, and not that
it comes back."""

from __future__ import annotations

import pytest
from django.urls import reverse
from django.utils import timezone, translation
from wagtail.models import Page

from assessments.attempting import start_attempt
from courses.admin.resting import what_rests_on
from courses.exceptions import StepIsAway
from courses.models import LessonPage, ModulePage, Reflection
from courses.outlines import progress_of
from tests import make
from tests.courses.reading import signed_in, text_of

pytestmark = pytest.mark.django_db
BODY = [("prose", "<p>Canary words.</p>"), ("reflection", {"prompt": "What helps?"})]


@pytest.fixture
def place():
    return make.enrolment(course=make.full_course(), at=timezone.now() - make.DAY)


@pytest.fixture
def lessons(place):
    return list(LessonPage.objects.descendant_of(place.course).order_by("path"))


def page_of(page):
    return Page.objects.get(pk=page.pk).specific


def pages_of(place, module):
    """What is said of the course on each page that says how far one is."""
    browser = signed_in(place.learner)
    return {
        url: text_of(browser.get(url)) for url in (place.course.url, page_of(module).url, "/learn/")
    }


def test_it_is_no_longer_in_the_course_and_does_not_come_back(place, lessons):
    page_of(lessons[0]).delete()
    for url, text in pages_of(place, lessons[1].get_parent()).items():
        assert "o longer in the course" in text, url
        assert "eing worked on" not in text, url
        assert "comes back" not in text, url
    learning = text_of(signed_in(place.learner).get("/learn/"))
    assert "One of them is no longer in the course, so nobody can do it" in learning
    assert "What you wrote there stays under “My reflections”" in learning


def test_one_that_is_down_comes_back_as_before(place, lessons):
    page_of(lessons[0]).unpublish()
    page_of(lessons[1]).delete()
    step, gone = progress_of(place).outline.steps[:2]
    assert (step.is_away, step.is_gone) == (True, False)
    assert (gone.is_away, gone.is_gone) == (True, True)
    text = text_of(signed_in(place.learner).get("/learn/"))
    assert "One of them is being worked on at the moment. It comes back" in text
    assert "One of them is no longer in the course" in text


def test_one_that_was_moved_out_of_the_course_is_not_gone(place, lessons):
    other = make.module(make.course("Elsewhere"))
    page_of(lessons[0]).move(other, pos="last-child")
    assert not progress_of(place).outline.steps[0].is_gone
    module = page_of(page_of(lessons[1]).get_parent())
    module.move(make.course("A third"), pos="last-child")
    outline = progress_of(place).outline
    assert (outline.modules[0].is_away, outline.modules[0].is_gone) == (True, False)


def test_a_module_that_was_deleted_is_gone_with_all_its_steps(place, lessons):
    page_of(lessons[0].get_parent()).delete()
    outline = progress_of(place).outline
    assert outline.modules[0].is_gone
    assert all(step.is_gone for step in outline.modules[0].steps)
    for url in (place.course.url, "/learn/"):
        text = text_of(signed_in(place.learner).get(url))
        assert "No longer in the course" in text, url
        assert "Being worked on" not in text, url


def test_what_waits_for_it_says_so_too(place, lessons):
    first = ModulePage.objects.descendant_of(place.course).order_by("path").first()
    for page in first.get_children():
        page.specific.delete()
    locked = ModulePage.objects.descendant_of(place.course).order_by("path").last()
    text = text_of(signed_in(place.learner).get(locked.url))
    assert "It is no longer in the course, so nobody can do it" in text
    assert "Come back" not in text


def test_a_quiz_whose_page_was_deleted_says_it_when_it_is_begun():
    course = make.course()
    page = make.quiz_page(make.module(course), make.quiz([make.true_false()]))
    place = make.enrolment(course=course)
    kept = page_of(page)
    page_of(page).delete()
    with pytest.raises(StepIsAway, match="no longer in the course"):
        start_attempt(place, kept, at=make.NOON)


def test_the_workbook_says_it_and_keeps_the_words(monkeypatch):
    course = make.course(order="free")
    module = make.module(course)
    lesson = make.lesson(module, title="Being there", body=BODY)
    make.edition(course)
    place = make.enrolment(course=course, at=timezone.now() - make.DAY)
    Reflection.objects.create(
        learner=place.learner,
        lesson_key=lesson.translation_key,
        block_id=next(block.id for block in lesson.body if block.block_type == "reflection"),
        prompt="What helps?",
        text="My own words",
        saved_at=timezone.now(),
    )
    page_of(lesson).delete()
    seen = []
    monkeypatch.setattr(
        "lms.views.workbook.render_apart", lambda html, size: seen.append(html) or b"%PDF"
    )
    address = reverse("workbook", args=[module.translation_key, "a4"])
    signed_in(place.learner).get(address, {"own": "1"})
    [html] = seen
    assert "(no longer in the course)" in html
    assert "This lesson is no longer in the course." in html
    assert "My own words" in html
    assert "worked on" not in html


def test_editors_read_what_learners_will_be_told(place, lessons):
    sentences = " ".join(what_rests_on([page_of(lessons[0])], act="delete"))
    assert "marked as no longer in the course" in sentences
    assert "being worked on" not in sentences


@pytest.mark.parametrize("is_live", [True, False])
def test_a_lesson_that_left_the_course_is_not_being_worked_on(is_live):
    """An edition was declared without it, while somebody had it open."""
    course = make.course(order="free")
    module = make.module(course)
    lesson = make.lesson(module, title="Canary lesson", body=BODY)
    lesson.save_revision().publish()
    make.lesson(module, title="Another lesson")
    make.edition(course)
    place = make.enrolment(make.user(), course, at=timezone.now() - make.DAY)
    page_of(lesson).unpublish()
    make.edition(course)
    if is_live:
        page_of(lesson).save_revision().publish()
    block = next(block.id for block in lesson.body if block.block_type == "reflection")
    fields = {"lesson": lesson.pk, f"text-{block}": "My own words", "block": block}
    browser = signed_in(place.learner)
    answer = browser.post(
        reverse("courses:save_reflection"), fields, headers={"accept": "application/json"}
    )
    message = answer.json()["message"]
    assert "is not part of your course" in message
    assert "kept under “My reflections” and “My notes”" in message
    assert Reflection.objects.get().text == "My own words"


def test_in_spanish(place, lessons):
    page_of(lessons[0]).delete()
    [step] = [step for step in progress_of(place).outline.steps if step.is_gone]
    with translation.override("es"):
        assert "ya no está en el curso" in str(StepIsAway(step))
