"""What seldom happens while somebody learns: two tabs at one instant, a page that has gone."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse

from courses.exceptions import ReflectionChanged
from courses.models import Completion, LessonPage, Reflection
from courses.outlines import progress_of
from courses.own_words import save_reflection
from tests import make
from tests.courses.reading import reflecting_lesson, signed_in
from tests.make import DAY, NOON

pytestmark = pytest.mark.django_db


@pytest.fixture
def lesson():
    return reflecting_lesson(make.module(make.course(order="free")))


@pytest.fixture
def learner():
    return make.user()


def save(learner, lesson, text, number=0, at=NOON):
    return save_reflection(
        learner,
        lesson=lesson,
        block_id=UUID(lesson.body[1].id),
        prompt="When were you quiet?",
        text=text,
        number=number,
        at=at,
    )


# Reflections ------------------------------------------------------------------------------


def test_what_was_written_is_kept_with_its_number_and_time(learner, lesson):
    first = save(learner, lesson, " By my aunt. \r\n")
    assert (first.text, first.number, first.saved_at) == ("By my aunt.", 1, NOON)
    second = save(learner, lesson, "By my aunt, often.", number=1, at=NOON + DAY)
    assert (second.pk, second.number, second.saved_at) == (first.pk, 2, NOON + DAY)


def test_the_same_text_again_is_no_new_save(learner, lesson):
    first = save(learner, lesson, "By my aunt.")
    again = save(learner, lesson, "By my aunt.", number=0, at=NOON + DAY)
    assert (again.pk, again.number, again.saved_at) == (first.pk, 1, NOON)


def test_emptying_a_box_that_another_device_changed_deletes_nothing(learner, lesson):
    save(learner, lesson, "From my phone.")
    save(learner, lesson, "From my phone, more.", number=1)
    with pytest.raises(ReflectionChanged) as changed:
        save(learner, lesson, "", number=1)
    assert changed.value.stored.text == "From my phone, more."
    assert Reflection.objects.get().number == 2


def test_emptying_a_box_in_which_nothing_stood_does_nothing(learner, lesson):
    assert save(learner, lesson, "  ") is None
    assert not Reflection.objects.exists()


def test_two_first_texts_at_one_instant_keep_the_first_and_show_it_to_the_second(
    learner, lesson, monkeypatch
):
    store = Reflection.save

    def be_second(row, **how):
        monkeypatch.setattr(Reflection, "save", store)
        save(learner, lesson, "From my phone.")
        row.save(**how)

    monkeypatch.setattr(Reflection, "save", be_second)
    with pytest.raises(ReflectionChanged):
        save(learner, lesson, "From my desk.")


def test_a_box_that_was_deleted_elsewhere_is_not_written_over_unseen(learner, lesson):
    save(learner, lesson, "Here.")
    Reflection.objects.all().delete()
    with pytest.raises(ReflectionChanged) as changed:
        save(learner, lesson, "Here, and more.", number=1)
    assert changed.value.stored is None


def test_each_learner_has_a_box_of_their_own(learner, lesson):
    other = make.user()
    save(learner, lesson, "Mine.")
    save(other, lesson, "Also mine.")
    texts = dict(Reflection.objects.values_list("learner", "text"))
    assert texts == {learner.pk: "Mine.", other.pk: "Also mine."}


# Progress ---------------------------------------------------------------------------------


@pytest.fixture
def place():
    return make.enrolment(course=make.full_course(modules=2, lessons=2, quizzes=False))


def test_a_page_or_module_that_is_not_on_the_course_is_locked(place):
    progress = progress_of(place)
    assert progress.state_of(uuid4()) == "locked"
    assert progress.module_state(uuid4()) == "locked"


def finish(learner, lesson):
    """What is said when a lesson is finished, in a browser that was just opened."""
    response = signed_in(learner).post(reverse("courses:complete_lesson"), {"lesson": lesson.pk})
    assert response.status_code == 302
    return [str(message) for message in get_messages(response.wsgi_request)]


def test_each_milestone_is_said_once_and_the_greatest_alone(place):
    lessons = list(LessonPage.objects.descendant_of(place.course).order_by("path"))
    module = lessons[0].get_parent()
    words = [finish(place.learner, lesson) for lesson in lessons]
    assert words[0] == [f"“{lessons[0].title}” is finished."]
    assert words[1] == [f"“{module.title}” is complete."]
    assert words[3] == ["You have finished every part of this course. Well done."]
    assert Completion.objects.filter(enrolment=place).count() == 4 + 2 + 1


def test_finishing_a_lesson_again_says_nothing_and_records_nothing(place):
    first = LessonPage.objects.descendant_of(place.course).order_by("path").first()
    finish(place.learner, first)
    count = Completion.objects.count()
    assert finish(place.learner, first) == []
    assert Completion.objects.count() == count
