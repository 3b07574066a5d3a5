"""A lesson in four parts, and somebody who reads it, for the tests of parts."""

from __future__ import annotations

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from courses.models import LessonPage, StudiedPart
from tests import make
from tests.courses.reading import signed_in
from tests.make import DAY

MOVE = reverse("courses:go_to_part")
FINISH = reverse("courses:complete_lesson")
SAVE = reverse("courses:save_reflection")
LONG = "I was on the train and somebody sat beside me and did not say a word."
CANARY = "canary words about my sister, " + LONG
TRY = {
    "question": "Which one waits?",
    "options": [
        {"text": "“Well?”", "right": False, "feedback": "It hurries."},
        {"text": "A breath.", "right": True, "feedback": "Yes, it waits."},
    ],
}


def words(count, word="word"):
    return ("prose", f"<p>{(word + ' ') * count}</p>")


@pytest.fixture
def lesson():
    """Four parts: one to read, one to try, one to write, one to read."""
    module = make.module(make.course(order="free"))
    return make.lesson(
        module,
        title="When it gets hard",
        body=[
            ("part", {"heading": "Signs"}),
            words(120, "signs"),
            ("part", {"heading": "Waiting"}),
            words(112, "waiting"),
            ("knowledge_check", TRY),
            ("part", {"heading": "Practise"}),
            words(60, "practise"),
            ("reflection", {"prompt": "When were you quiet?", "words_asked": 60}),
            ("part", {"heading": "Afterwards"}),
            words(240, "afterwards"),
        ],
    )


@pytest.fixture
def place(lesson):
    course = lesson.get_parent().get_parent().specific
    return make.enrolment(course=course, at=timezone.now() - DAY)


@pytest.fixture
def browser(place):
    return signed_in(place.learner)


@pytest.fixture
def clock():
    with time_machine.travel(timezone.now(), tick=False) as traveller:
        yield traveller


class Reader:
    """Somebody with a page of the lesson open, who presses its buttons."""

    def __init__(self, browser, lesson):
        self.browser, self.lesson = browser, lesson

    def open(self, part=""):
        url = f"{self.lesson.url}?part={part}" if part else self.lesson.url
        self.page = self.browser.get(url)
        assert self.page.status_code == 200
        return self.page.context["place"]

    def send(self, url=MOVE, **form):
        fields = {"lesson": self.lesson.pk, "visit": self.page.context["visit"], **form}
        return self.browser.post(url, fields)

    def next(self, **form):
        answer = self.send(to=str(self.page.context["place"].after.key), **form)
        self.page = self.browser.get(answer.headers["Location"].partition("#")[0])
        return self.page.context["place"]


@pytest.fixture
def reader(browser, lesson):
    return Reader(browser, lesson)


def keys(lesson):
    return [part.key for part in LessonPage.objects.get(pk=lesson.pk).parts]


def row_of(lesson, number):
    return StudiedPart.objects.filter(part_key=keys(lesson)[number - 1]).first()
