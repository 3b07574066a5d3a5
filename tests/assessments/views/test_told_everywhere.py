"""A try that did not pass tells the same in every language and copy of a course.

A question names its lesson and its module once: of the original, in one language.
"""

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse
from wagtail.actions.copy_page import CopyPageAction
from wagtail.actions.create_alias import CreatePageAliasAction
from wagtail.models import Locale, Page

from assessments.editing import questions_asked_by
from assessments.models import Draw, Question, QuizPage
from courses.models import LessonPage, ModulePage
from courses.translating import translate_page
from tests import make
from tests.assessments.sitting import address, hand_in, sit
from tests.assessments.staff_forms import BANK

pytestmark = pytest.mark.django_db

MODULES, QUESTIONS = 2, 4


@pytest.fixture
def original():
    """A course whose final asks held-back questions on each of its modules, four of each."""
    course = make.course(order="free", title="Original")
    questions = []
    for number in range(MODULES):
        module = make.module(course, title=f"Original module {number}")
        lesson = make.lesson(module, title=f"Original lesson {number}")
        questions += [
            make.single_choice(held_back=True, module=module, lesson=lesson, competencies=[])
            for _ in range(QUESTIONS)
        ]
    rules = {"held_back": True, "feedback": "skills", "title": "Final"}
    make.quiz_page(course, make.quiz(questions, **rules), title="Original final")
    return fresh(course)


def fresh(page):
    return Page.objects.get(pk=page.pk).specific


def named(course, word):
    """The same course with other titles, published, so that each page can be told from another's."""
    for page in course.get_descendants(inclusive=True).specific():
        page.title = " ".join([word, *page.title.split()[1:]])
        page.live = True
        page.save()
    return fresh(course)


def spanish(course):
    Locale.objects.get_or_create(language_code="es")
    translated = translate_page(
        course, Locale.objects.get(language_code="es"), by=make.user(), with_subtree=True
    )
    for above in translated.get_ancestors().filter(depth__gt=1):
        Page.objects.filter(pk=above.pk).update(live=True)
    return named(translated, "Español")


def copied(course, word="Copied"):
    action = CopyPageAction(
        fresh(course), recursive=True, update_attrs={"slug": word.lower(), "title": word}
    )
    return named(action.execute(skip_permission_checks=True), word)


def aliased(course):
    action = CreatePageAliasAction(fresh(course), recursive=True, update_slug="alias")
    alias = action.execute(skip_permission_checks=True)
    return named(alias, "Alias")


WAYS = {
    "Original": lambda course: course,
    "Español": spanish,
    "Copied": copied,
    "Again": lambda course: copied(copied(course), "Again"),
    "Alias": aliased,
    "Copia": lambda course: copied(spanish(course), "Copia"),
    "Revised": lambda course: revised(copied(course, "Revised")),
}


def revised(course):
    """A copy of which every page was published once more, from the version that was copied."""
    for page in course.get_descendants().specific():
        page.revisions.order_by("pk").first().publish()
    return named(course, "Revised")


def result_of_failing(client, course, *, answers=None):
    """The page of a result, for somebody who failed the only quiz of a course there."""
    make.edition(course)
    place = make.enrolment(course=course)
    page = QuizPage.objects.descendant_of(course).get()
    sit(place, page, answers)
    read_in_own_language(client, place.learner, course)
    response = client.get(address("result", place.attempts.get()))
    return BeautifulSoup(response.content, "html.parser")


def read_in_own_language(client, learner, course):
    """Sign somebody in who reads the language of a course."""
    learner.language = course.locale.language_code
    learner.save()
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = learner.language
    client.force_login(learner)


def links_in(section):
    return {link["href"] for link in section.find_all("a")}


@pytest.mark.parametrize("word", WAYS)
@pytest.mark.parametrize("is_failed", [True, False])
def test_a_failed_final_names_the_modules_of_that_very_course(client, original, word, is_failed):
    course = WAYS[word](original)
    page = result_of_failing(client, course, answers={} if is_failed else None)
    section = page.find(attrs={"aria-labelledby": "strengths-title"})
    skills = section.find_all(class_="strength__name")
    assert [skill.get_text(strip=True) for skill in skills] == [
        f"{word} module {number}" for number in range(MODULES)
    ]
    modules = ModulePage.objects.descendant_of(course)
    assert links_in(section) == ({module.url for module in modules} if is_failed else set())


@pytest.mark.parametrize("word", WAYS)
def test_a_failed_module_quiz_names_the_lesson_of_that_very_course(client, word):
    course = make.course(order="free", title="Original")
    module = make.module(course, title="Original module")
    lesson = make.lesson(module, title="Original lesson", body=[("prose", "<p>Be there.</p>")])
    question = make.single_choice(lesson=lesson, lesson_part=1, red_line=True)
    make.quiz_page(module, make.quiz([question]), title="Original quiz")
    course = WAYS[word](fresh(course))
    page = result_of_failing(client, course, answers={})
    own = LessonPage.objects.descendant_of(course).get()
    assert own.title == f"{word} lesson"
    leading = [link for link in page.find("main").find_all("a") if own.title in link.get_text()]
    assert leading
    assert {link["href"].split("?")[0] for link in leading} == {own.url}


@pytest.mark.parametrize("word", WAYS)
def test_a_missed_red_line_leads_to_the_lesson_of_that_very_course(client, word):
    course = make.course(order="free", title="Original")
    module = make.module(course, title="Original module")
    lesson = make.lesson(module, title="Original lesson")
    questions = [make.single_choice() for _ in range(4)]
    questions.append(make.single_choice(lesson=lesson, red_line=True))
    make.quiz_page(module, make.quiz(questions), title="Original quiz")
    course = WAYS[word](fresh(course))
    make.edition(course)
    place = make.enrolment(course=course)
    attempt = make.attempt(place, QuizPage.objects.descendant_of(course).get())
    responses = make.right_responses(attempt)
    [red_line] = [item for item in attempt.paper.items if item.red_line]
    del responses[red_line.id]
    hand_in(attempt, responses)
    read_in_own_language(client, place.learner, course)
    page = BeautifulSoup(client.get(address("result", attempt)).content, "html.parser")
    own = LessonPage.objects.descendant_of(course).get()
    section = page.find(id="must-be-right")
    assert own.url in {link.split("?")[0] for link in links_in(section)}


def test_a_question_of_a_copy_leads_to_the_original_where_the_original_asks_it(client):
    """The bank is shared both ways: whoever files a question under a copy loses nobody else."""
    course = make.course(order="free", title="Original")
    lesson = make.lesson(make.module(course, title="Original module"), title="Original lesson")
    copy = copied(course)
    question = make.single_choice(lesson=LessonPage.objects.descendant_of(copy).get())
    make.quiz_page(course, make.quiz([question]), title="Original quiz")
    page = result_of_failing(client, fresh(course), answers={})
    assert (
        page.find("main")
        .find("a", string=lambda text: text and "Original lesson" in text)["href"]
        .startswith(lesson.url)
    )


def test_each_competency_names_the_lessons_that_teach_it_in_every_language(client):
    """A translation that was made before the competency was ticked teaches it too."""
    course = make.course(order="free", title="Original")
    module = make.module(course, title="Original module")
    lesson = make.lesson(module, title="Original lesson")
    translated = spanish(fresh(course))
    competency = make.competency("LI1")
    lesson.competencies.add(competency)
    lesson.save()
    questions = [make.single_choice(competencies=[competency]) for _ in range(4)]
    make.quiz_page(translated, make.quiz(questions), title="Cuestionario")
    page = result_of_failing(client, fresh(translated), answers={})
    own = LessonPage.objects.descendant_of(translated).get()
    assert own.url in links_in(page.find(class_="strength__lessons"))


def test_where_no_module_is_named_the_result_says_to_look_through_the_course(client):
    course = make.course(order="free")
    make.lesson(make.module(course))
    questions = [make.single_choice(held_back=True) for _ in range(4)]
    quiz = make.quiz(questions, held_back=True, feedback="skills")
    make.quiz_page(course, quiz)
    page = result_of_failing(client, fresh(course), answers={})
    section = page.find(attrs={"aria-labelledby": "strengths-title"})
    assert "Look through the course again" in " ".join(section.get_text().split())
    assert links_in(section) == {course.url}


def test_whoever_passed_is_not_sent_through_the_course_again(client):
    course = make.course(order="free")
    make.lesson(make.module(course))
    quiz = make.quiz([make.single_choice(held_back=True)], held_back=True, feedback="skills")
    make.quiz_page(course, quiz)
    page = result_of_failing(client, fresh(course), answers=None)
    assert page.find(attrs={"aria-labelledby": "strengths-title"}) is None


# What a row of a quiz draws -------------------------------------------------------------------


def test_a_row_draws_from_a_module_whatever_language_it_was_chosen_in():
    course = make.course(title="Original")
    module = make.module(course, title="Original module")
    make.single_choice(module=module)
    translated = ModulePage.objects.descendant_of(spanish(fresh(course))).get()
    quiz = make.quiz([])
    Draw.objects.create(quiz=quiz, count=1, module=translated)
    [row] = quiz.blueprint()
    [entry] = Question.objects.bank_entries()
    assert row.may_ask(entry)
    assert questions_asked_by([quiz.pk]) == [entry.question]
    assert Question.objects.get().bank_entry() == entry


def test_a_row_of_a_copy_does_not_draw_what_is_filed_under_the_original():
    """What a trainer writes for a copy must not turn up in the papers of the original, or back."""
    course = make.course(title="Original")
    make.single_choice(module=make.module(course, title="Original module"))
    quiz = make.quiz([])
    copy = ModulePage.objects.descendant_of(copied(course)).get()
    Draw.objects.create(quiz=quiz, count=1, module=copy)
    assert questions_asked_by([quiz.pk]) == []


def test_lists_of_questions_find_those_of_a_module_in_every_language(editor):
    course = make.course(title="Original")
    question = make.single_choice(module=make.module(course, title="Original module"))
    translated = ModulePage.objects.descendant_of(spanish(fresh(course))).get()
    other = make.module(course)
    for listing in (BANK, reverse("choose-question:choose_results")):
        for module, is_listed in ((translated, True), (other, False)):
            listed = editor.get(listing, {"module": module.pk}).content.decode()
            assert (question.code in listed) is is_listed
