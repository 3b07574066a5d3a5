"""A workbook names each lesson that its reader cannot open just now, and keeps what they wrote."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.contrib.auth.models import Group
from django.urls import reverse
from django.utils import timezone

from courses.models import LessonPage, PartNote, Reflection
from lms.views import workbook as view
from people.models import User
from tests import make
from tests.courses.reading import signed_in
from tests.courses.test_privacy import close

pytestmark = pytest.mark.django_db
OWN = "What I wrote about a quiet evening"
ASKED = "When were you quiet?"


@pytest.fixture
def course():
    return make.course(order="free")


@pytest.fixture
def module(course):
    return make.module(course)


@pytest.fixture
def lesson(module):
    body = [("key_point", {"text": "Be there first."}), ("reflection", {"prompt": ASKED})]
    return make.lesson(module, title="Being there", body=body)


@pytest.fixture
def reader(course, lesson, module):
    make.lesson(module, title="The other lesson", body=[("prose", "<p>Words.</p>")])
    make.edition(course)
    person = make.enrolment(make.user(), course, at=timezone.now() - make.DAY).learner
    prompt = next(block for block in lesson.body if block.block_type == "reflection")
    Reflection.objects.create(
        learner=person,
        lesson_key=lesson.translation_key,
        block_id=prompt.id,
        prompt=ASKED,
        text=OWN,
        saved_at=timezone.now(),
    )
    return person


def html_for(module, reader, monkeypatch, **options):
    """The HTML of which the file is made."""
    seen = []
    monkeypatch.setattr(view, "render_apart", lambda html, size: seen.append(html) or b"%PDF")
    browser = signed_in(reader)
    answer = browser.get(reverse("workbook", args=[module.translation_key, "a4"]), options)
    assert answer.status_code == 200
    return seen[-1]


def taken_down(lesson):
    LessonPage.objects.get(pk=lesson.pk).unpublish()
    return "is being worked on at the moment", "(being worked on)"


def closed(lesson):
    close(lesson, groups=[Group.objects.create(name="The north")])
    return "is closed to you at the moment", "(closed to you)"


@pytest.mark.parametrize("shut", [taken_down, closed])
def test_it_is_named_in_its_place_with_the_reason(shut, lesson, module, reader, monkeypatch):
    reason, mark = shut(lesson)
    html = html_for(module, reader, monkeypatch)
    listed = html[: html.index('<section class="lesson"')]
    assert listed.index("Being there") < listed.index("The other lesson")
    assert mark in listed
    assert reason in html
    assert "What you wrote there is kept, under “My reflections”." in html
    assert "Be there first." not in html
    assert OWN not in html


@pytest.mark.parametrize("shut", [taken_down, closed])
def test_what_was_written_there_is_in_it(shut, lesson, module, reader, monkeypatch):
    reason, _mark = shut(lesson)
    html = html_for(module, reader, monkeypatch, own="1")
    assert reason in html
    assert html.index("What you wrote there stands below.") < html.index(ASKED) < html.index(OWN)
    assert "Be there first." not in html


def test_a_module_of_which_all_is_down_has_a_workbook_still(lesson, module, reader, monkeypatch):
    for page in LessonPage.objects.child_of(module):
        page.unpublish()
    html = html_for(module, reader, monkeypatch, own="1")
    assert html.count("is being worked on at the moment") == 2
    assert OWN in html


def test_words_under_a_prompt_that_left_the_lesson_stay(lesson, module, reader, monkeypatch):
    page = LessonPage.objects.get(pk=lesson.pk)
    page.body = [block for block in page.body.raw_data if block["type"] != "reflection"]
    page.save_revision().publish()
    html = html_for(module, reader, monkeypatch, own="1")
    assert html.index("Be there first.") < html.index(ASKED) < html.index(OWN)


def test_in_spanish_it_says_so_in_spanish(lesson, module, reader, monkeypatch):
    User.objects.filter(pk=reader.pk).update(language="es")
    taken_down(lesson)
    assert "está en revisión en este momento" in html_for(module, reader, monkeypatch)


@pytest.mark.parametrize("is_down", [False, True])
def test_notes_beside_the_parts_of_a_lesson_are_in_it_for_their_writer_alone(
    is_down, lesson, module, reader, monkeypatch
):
    note = {"lesson_title": lesson.title, "heading": "Before you speak", "language": "en"}
    for person, text in [(reader, "Count to three first."), (make.user(), "Somebody else's note.")]:
        PartNote.objects.create(
            learner=person,
            lesson_key=lesson.translation_key,
            part_key=uuid4(),
            text=text,
            saved_at=timezone.now(),
            **note,
        )
    if is_down:
        taken_down(lesson)
    shown = html_for(module, reader, monkeypatch, own="1")
    assert "Before you speak" in shown
    assert "Count to three first." in shown
    assert "Somebody else" not in shown
    assert "Count to three first." not in html_for(module, reader, monkeypatch)
