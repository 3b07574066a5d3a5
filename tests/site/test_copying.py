"""Copying a page in the staff pages: what the copy shares is said before and after."""

import pytest
from django.urls import reverse

from assessments.models import Quiz
from certificates.models import Award, Requirement
from courses.models import CoursePage, LessonPage, ModulePage
from lms.sharing import shared_by_a_copy
from tests import make
from tests.practice.making import conversation, conversation_page

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor(client, settings):
    settings.STAFF_NEED_SECOND_FACTOR = False
    client.force_login(make.user(is_superuser=True))
    return client


@pytest.fixture
def course():
    """A course with a quiz of two questions and three tries, and two awards that rest on it."""
    course = make.course()
    module = make.module(course)
    lesson = make.lesson(module)
    questions = [make.single_choice(lesson=lesson), make.true_false()]
    quiz = make.quiz(questions, title="Module check", attempts_allowed=3)
    make.quiz_page(module, quiz)
    Requirement.objects.create(award=make.award(name="Listener"), kind="quiz", quiz=quiz)
    Requirement.objects.create(award=make.award(name="Graduate"), kind="course", course=course)
    return course


def copy(editor, page, **fields):
    form = {
        "new_title": "The copy",
        "new_slug": "the-copy",
        "new_parent_page": page.get_parent().pk,
    }
    address = reverse("wagtailadmin_pages:copy", args=[page.pk])
    return editor.post(address, {**form, **fields}, follow=True).content.decode()


SHARED = [
    "The quiz “Module check”, with its rules and its questions. "
    "It allows 3 tries, in the original and the copy together.",
    "2 questions of the bank, which these quizzes may ask. "
    "1 of them says what to read again: in the copy, that is the copied lesson.",
    "The award “Listener”. Passing “Module check” in the copy counts for it.",
]
NOT_SHARED = (
    "Not the award “Graduate”. It asks for the original course: finishing the copy does not count "
    "for it."
)


def test_a_course_shares_its_quizzes_questions_and_awards(course):
    assert shared_by_a_copy(course) == [*SHARED, NOT_SHARED]
    assert shared_by_a_copy(ModulePage.objects.get()) == SHARED
    assert shared_by_a_copy(LessonPage.objects.get()) == []


def test_a_conversation_is_one_for_a_page_and_its_copy(editor, course):
    module = ModulePage.objects.get()
    page = conversation_page(module)
    (one,) = shared_by_a_copy(page)
    assert one.startswith(f"The conversation “{page.conversation}”. Whoever changes it")
    assert one in copy(editor, page)
    conversation_page(module, conversation())
    assert any(words.startswith("2 conversations. ") for words in shared_by_a_copy(course))


def test_an_award_that_asks_for_a_quiz_and_the_course_is_said_in_one_sentence(course):
    graduate = Award.objects.get(name="Graduate")
    quiz = Quiz.objects.get()
    Requirement.objects.create(award=graduate, kind="quiz", quiz=quiz)
    of_it = [sentence for sentence in shared_by_a_copy(course) if "Graduate" in sentence]
    assert len(of_it) == 1
    assert "A part of the award “Graduate”. Passing “Module check” in the copy counts" in of_it[0]
    assert "finishing the copy does not count" in of_it[0]


@pytest.mark.parametrize("kind", [CoursePage, ModulePage])
def test_it_is_said_before_and_after_copying(editor, course, kind):
    page = kind.objects.get()
    before = editor.get(reverse("wagtailadmin_pages:copy", args=[page.pk])).content.decode()
    after = copy(editor, page, copy_subpages="on")
    for sentence in SHARED:
        assert sentence in before
        assert f"<li>{sentence}</li>" in after
    assert (NOT_SHARED in before) is (kind is CoursePage)
    assert "kept apart from the original" in before
    assert "What “The copy” shares with its original" in after
    assert kind.objects.count() == 2


def test_a_copy_without_the_pages_below_shares_only_what_it_has(editor, course):
    after = copy(editor, ModulePage.objects.get())
    assert "shares with its original" not in after
    assert ModulePage.objects.count() == 2


def test_a_lesson_shares_nothing_and_says_so(editor, course):
    lesson = LessonPage.objects.get()
    page = editor.get(reverse("wagtailadmin_pages:copy", args=[lesson.pk])).content.decode()
    assert "shares no quiz, no question, no conversation and no award" in page
    assert "shares with its original" not in copy(editor, lesson)


def test_asking_costs_no_more_for_more_quizzes(course, django_assert_max_num_queries):
    for number in range(3):
        make.quiz_page(ModulePage.objects.get(), make.quiz(title=f"Further {number}"))
    with django_assert_max_num_queries(9):
        shared_by_a_copy(course)


# An alias -----------------------------------------------------------------------------------


def test_beside_the_box_it_is_said_what_an_alias_is(editor, course):
    page = editor.get(reverse("wagtailadmin_pages:copy", args=[LessonPage.objects.get().pk]))
    text = " ".join(page.content.decode().split())
    assert "An alias shows its original and cannot be edited by itself" in text
    assert "is published and taken down with it" in text
    assert "finish and study in it is kept apart from the original" in text


def test_an_alias_is_what_is_said_of_it(editor, course):
    """That what learners do in it is kept apart is told in test_copies.py."""
    lesson = LessonPage.objects.get()
    copy(editor, lesson, alias="on")
    alias = LessonPage.objects.get(alias_of=lesson.pk)
    assert alias.title == lesson.title
    form = editor.get(reverse("wagtailadmin_pages:edit", args=[alias.pk])).content.decode()
    assert 'name="title"' not in form
    for is_live in (False, True):
        if is_live:
            lesson.title = "Another title"
            lesson.save_revision().publish()
        else:
            lesson.unpublish()
        lesson.refresh_from_db()
        alias.refresh_from_db()
        assert (alias.live, alias.title) == (is_live, lesson.title)


def test_an_alias_that_becomes_a_page_says_what_comes_no_longer_where_nothing_is_declared(
    editor, course
):
    lesson = LessonPage.objects.get()
    alias = lesson.create_alias(parent=lesson.get_parent(), update_slug="the-alias")
    address = reverse("wagtailadmin_pages:convert_alias", args=[alias.pk])
    page = editor.get(address).content.decode()
    assert page.count("What is changed on the original from then on no longer comes here.") == 1
