"""What is shipped, as it stands on a site once it is loaded."""

from pathlib import Path

import pytest
from django.conf import settings

from assessments.models import Question, QuizPage
from courses.declaring import propose
from courses.models import Competency, CourseEdition, CoursePage, LessonPage, ModulePage
from courses.outlines import outline_of
from lms.course_hours import course_hours
from lms.management.commands.course_hours import table
from lms.models import ShippedPiece
from lms.shipped.building import build_site
from lms.shipped.conversations import shipped_conversations
from lms.shipped.pieces import key_of
from tests import make
from tests.make import DAY, NOON
from tests.shipped import content


@pytest.fixture(autouse=True)
def on_the_loaded_site(shipped_site, db):
    """Every test here reads what was loaded."""


def page(kind, piece):
    return kind.objects.get(translation_key=key_of(piece))


def course_outline():
    return outline_of(page(CoursePage, "course"))


def test_the_course_stands_as_its_authors_ordered_it():
    outline = course_outline()
    assert [module.code for module in outline.modules] == [f"FPS-{n}" for n in range(1, 7)]
    assert [len(module.lessons) for module in outline.modules] == [3, 4, 4, 5, 3, 6]
    codes = [lesson.code for module in outline.modules for lesson in module.lessons]
    assert codes == list(content.lessons())
    with_quiz = [m.code for m in outline.modules if "quiz" in {s.kind.name for s in m.steps}]
    assert with_quiz == ["FPS-1", "FPS-2", "FPS-3", "FPS-4", "FPS-6"]
    assert len(outline.finals) == 1


def test_the_docs_say_what_the_course_comes_to():
    """Where words change, the table is made again: `manage.py course_hours`."""
    docs = (Path(settings.BASE_DIR) / "docs" / "reviewers.md").read_text()
    assert table(course_hours(page(CoursePage, "course"))) in docs


def test_loading_again_makes_nothing(shipped_site):
    assert shipped_site > 250
    assert build_site(at=NOON + DAY) == 0
    assert ShippedPiece.objects.filter(key="module:FPS-6").count() == 1


def test_the_course_is_declared_as_it_is_shipped():
    course = page(CoursePage, "course")
    edition = CourseEdition.objects.get()
    assert (edition.course, edition.number, edition.declared_by) == (course, 1, None)
    assert edition.steps.count() == len(content.lessons()) + 6 + len(shipped_conversations())
    assert len(edition.competencies) == 29
    assert course_outline().is_declared
    assert not propose(course).differs


def test_a_site_whose_course_is_down_is_built_all_the_same():
    CourseEdition.objects.all().delete()
    for module in ModulePage.objects.all():
        module.unpublish()
    QuizPage.objects.child_of(page(CoursePage, "course")).get().unpublish()
    build_site(at=NOON + DAY)
    assert not CourseEdition.objects.exists()


def test_every_question_is_in_the_bank_ready_and_of_its_module():
    assert Question.objects.non_polymorphic().count() == len(content.all_questions())
    for module in content.course()["modules"]:
        here = page(ModulePage, f"module:{module['code']}")
        asked = Question.objects.non_polymorphic().filter(module=here)
        codes = set(asked.values_list("code", flat=True))
        bank = {row["id"] for row in content.bank(module["code"].lower())}
        assert bank <= codes
    assert not Question.objects.non_polymorphic().filter(live=False).exists()


def test_every_competency_is_there_with_its_place_in_the_framework():
    made = Competency.objects.filter(code__startswith="WI").order_by("code")
    assert [one.code for one in made] == [f"WI{n}" for n in range(1, 7)]
    assert Competency.objects.count() == 29
    rights = made[0]
    assert [row.reference for row in rights.mappings.all()] == ["XI"]


def test_a_part_has_the_same_id_on_every_site():
    crisis = page(LessonPage, "lesson:4.5")
    keys = [part.key for part in crisis.parts]
    assert keys == [key_of(f"part:4.5.{number}") for number in range(1, 5)]
    assert crisis.parts[0].heading == "Signs, and a straight question"
    assert crisis.minutes > 10


@pytest.mark.parametrize(
    ("code", "lesson", "part"),
    [("W01", "6.1", 1), ("F07", "1.2", 3), ("B10", "1.2", 2), ("B38", "4.5", 3), ("A60", "6.6", 2)],
)
def test_a_question_leads_to_the_part_that_its_author_named(code, lesson, part):
    question = Question.objects.non_polymorphic().get(code=code)
    assert (question.lesson.code, question.lesson_part) == (lesson, part)


def test_every_question_leads_to_a_part_that_its_lesson_has():
    for question in Question.objects.non_polymorphic().select_related("lesson"):
        assert question.lesson_part, question.code
        assert question.lesson_part <= len(question.lesson.parts), question.code


@pytest.mark.parametrize("code", [f"FPS-{number}" for number in range(1, 7)])
def test_a_module_says_that_nobody_has_reviewed_it(code, client):
    module = page(ModulePage, f"module:{code}")
    assert module.version == ("1.0" if code == "FPS-6" else "2.0")
    assert not list(module.reviews)
    html = client.get(module.url).content.decode()
    assert "Not yet reviewed by people with lived experience." in html
    assert "Drafted with an AI writing assistant; no named author has taken it over yet." in html


def test_the_lesson_on_a_crisis_says_so_before_it_begins(client):
    crisis = page(LessonPage, "lesson:4.5")
    assert crisis.sources
    place = make.enrolment(course=page(CoursePage, "course"), at=NOON)
    for module in course_outline().modules[:3]:
        for step in module.steps:
            make_done(place, step)
    client.force_login(place.learner)
    html = client.get(crisis.url).content.decode()
    warning = html.index("Nobody with lived experience has reviewed this lesson yet.")
    assert warning < html.index("Your part is to stay human")


def make_done(place, step):
    place.completions.create(page_key=step.key, page_id=step.page_id, completed_at=NOON)


def test_the_quiz_of_the_wider_work_takes_a_minute_a_question():
    quiz = page(QuizPage, "quiz:FPS-6")
    assert quiz.minutes == 10
    assert page(QuizPage, "quiz:FPS-4").minutes == 12
    assert page(QuizPage, "quiz:final").minutes == 30
