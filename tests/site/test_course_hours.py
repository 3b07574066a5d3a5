"""What a course comes to is worked out by the function that counts a learner's own hours."""

from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from courses.models import CoursePage
from lms.course_hours import course_hours
from lms.management.commands.course_hours import table
from tests import make

pytestmark = pytest.mark.django_db


def words(count):
    return ("prose", f"<p>{'word ' * count}</p>")


@pytest.fixture
def course():
    """1,200 words, an exercise of 60, one of 140, a quiz of four questions, and a final of two."""
    page = make.course(title="A short course")
    module = make.module(page, title="First")
    make.lesson(module, body=[words(1200), ("reflection", {"prompt": "When?", "words_asked": 60})])
    make.quiz_page(module, make.quiz([make.true_false() for _ in range(4)]))
    other = make.module(page, title="Second")
    make.lesson(other, body=[("reflection", {"prompt": "Who?", "words_asked": 140})])
    make.quiz_page(page, make.quiz([make.true_false() for _ in range(2)]), title="The final")
    return CoursePage.objects.get(pk=page.pk)


def shown_rows(hours):
    return [(r.title, r.reading_minutes, r.exercise_minutes, r.questions) for r in hours.rows]


def test_each_module_is_counted_by_the_rule_and_the_final_by_itself(course):
    hours = course_hours(course)
    assert shown_rows(hours) == [("First", 10, 7, 4), ("Second", 0, 15, 0), ("The final", 0, 0, 2)]


def test_the_quick_reader_writes_nothing_and_the_thorough_one_all(course):
    hours = course_hours(course)
    assert hours.quick.reading_minutes == hours.thorough.reading_minutes == 10
    assert (hours.quick.exercises, hours.thorough.exercises) == (0, 2)
    assert (hours.quick.exercise_minutes, hours.thorough.exercise_minutes) == (0, 22)
    assert (hours.quick.questions, hours.thorough.questions) == (6, 6)
    assert (hours.quick.minutes, hours.thorough.minutes) == (0, 30)


def test_what_is_not_published_is_not_counted(course):
    before = course_hours(course).thorough.exercises
    lesson = course.get_children().get(title="Second").get_children().first()
    lesson.specific.unpublish()
    assert course_hours(CoursePage.objects.get(pk=course.pk)).thorough.exercises == before - 1


def printed(*args):
    out = StringIO()
    call_command("course_hours", *args, stdout=out)
    return out.getvalue()


def test_the_command_prints_each_published_course_as_a_table(course):
    make.course(title="Another course")
    shown = printed()
    assert "A short course" in shown
    assert "Another course" in shown
    assert "| First | 1,2" in shown
    assert "22 |" in shown
    assert "38 minutes, printed as about ½ hours" in shown
    assert "Another course" not in printed(course.slug)


def test_a_course_that_there_is_not_is_said_so(course):
    with pytest.raises(CommandError, match="no such course"):
        printed("no-such-course")


def test_the_table_has_a_column_for_each_figure(course):
    lines = [line for line in table(course_hours(course)).splitlines() if line.startswith("|")]
    assert {line.count("|") for line in lines} == {6}
    assert Path(settings.BASE_DIR, "docs/reviewers.md").read_text().count(lines[0]) == 1
