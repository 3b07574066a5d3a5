"""A place that ends while its learner is reading (P04)."""

from __future__ import annotations

import pytest
import time_machine
from django.urls import reverse
from wagtail.search.index import insert_or_update_object

from assessments.models import Attempt
from courses.models import Completion, Enrolment, Reflection
from tests import make
from tests.courses.reading import everything_recorded, reflecting_lesson, signed_in, text_of
from tests.make import DAY, HOUR, NOON

pytestmark = pytest.mark.django_db


class Reader:
    """A learner half way: with an open attempt, a result, a reflection and a certificate."""

    def __init__(self):
        self.course = make.course(order="free")
        module = make.module(self.course)
        self.lesson = reflecting_lesson(module, prose="<p>canarybody</p>")
        self.quiz_page = make.quiz_page(module)
        self.place = make.enrolment(course=self.course, ends_at=NOON + HOUR, at=NOON - DAY)
        self.browser = signed_in(self.place.learner)
        done = make.attempt(self.place, self.quiz_page, at=NOON - HOUR)
        self.post("assessments:submit", done.pk, base=0)
        self.result = reverse("assessments:result", args=[done.pk])
        self.attempt = make.attempt(self.place, self.quiz_page, at=NOON)
        self.credential = make.credential(make.award(), self.place.learner, at=NOON)
        self.write("Before.")

    def post(self, name, *args, **form):
        return self.browser.post(reverse(name, args=args), form)

    def write(self, text, number=0):
        block = self.lesson.body[1].id
        return self.post(
            "courses:save_reflection",
            lesson=self.lesson.pk,
            block=block,
            **{f"text-{block}": text, f"number-{block}": number},
        )


@pytest.fixture
def travel():
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture
def reader(travel):
    return Reader()


def test_up_to_the_moment_it_ends_a_place_lets_its_learner_go_on(reader, travel):
    travel.move_to(NOON + HOUR - HOUR / 3600)
    assert "canarybody" in text_of(reader.browser.get(reader.lesson.url))
    assert reader.post("assessments:save_attempt", reader.attempt.pk, base=0).status_code == 200
    assert reader.write("Just in time.", 1).status_code == 302
    assert reader.post("courses:complete_lesson", lesson=reader.lesson.pk).status_code == 302
    assert Completion.objects.filter(page_key=reader.lesson.translation_key).exists()
    assert reader.post("assessments:submit", reader.attempt.pk, base=0).status_code == 303
    assert not Attempt.objects.open().exists()


def test_from_the_moment_it_ends_a_place_is_closed_for_reading_and_doing(reader, travel):
    travel.move_to(NOON + HOUR)
    before = everything_recorded()
    attempt = reader.attempt
    answers = make.paper_form(attempt, make.right_responses(attempt), base="0")

    page = text_of(reader.browser.get(reader.lesson.url))
    assert "canarybody" not in page
    assert "Your place on this course is closed" in page
    insert_or_update_object(reader.lesson)
    assert "Nothing yet for" in text_of(reader.browser.get("/search/?q=canarybody"))
    shown = reader.browser.get(reverse("assessments:attempt", args=[attempt.pk]))
    assert shown.status_code == 403
    assert attempt.paper.items[0].stem not in text_of(shown)

    saved = reader.browser.post(reverse("assessments:save_attempt", args=[attempt.pk]), answers)
    assert (saved.status_code, saved.json()["state"]) == (403, "ended")
    whole = reader.browser.post(reverse("assessments:attempt", args=[attempt.pk]), answers)
    assert whole.status_code == 403
    assert reader.post("assessments:submit", attempt.pk, base=0).status_code == 403
    assert reader.post("courses:complete_lesson", lesson=reader.lesson.pk).status_code == 302
    assert reader.write("Too late.", 1).status_code == 404
    started = reader.post("assessments:start_attempt", reader.quiz_page.translation_key)
    assert started.headers["Location"] == reader.quiz_page.url

    assert everything_recorded() == before
    assert Reflection.objects.get().text == "Before."


def test_what_a_learner_did_stays_theirs_to_read_when_their_place_has_ended(reader, travel):
    travel.move_to(NOON + HOUR)
    assert reader.browser.get(reader.result).status_code == 200
    quiz = text_of(reader.browser.get(reader.quiz_page.url))
    assert reader.result in quiz
    learn = text_of(reader.browser.get("/learn/"))
    assert reader.credential.number in learn
    assert "Before." in text_of(reader.browser.get(reverse("courses:reflections")))
    assert "Before." in text_of(reader.browser.get(reverse("courses:reflections_download")))
    pdf = reader.browser.get(reverse("certificates:pdf", args=[reader.credential.number]))
    assert pdf.status_code in {200, 202}


def test_a_place_that_has_ended_is_not_given_back_by_asking_for_it(reader, travel):
    travel.move_to(NOON + HOUR)
    page = text_of(reader.browser.get(reader.course.url))
    assert reverse("courses:enrol") not in page
    assert "Your time here has ended" in page
    for url in (reader.lesson.url, reader.quiz_page.url, reader.lesson.get_parent().url):
        assert reverse("courses:enrol") not in text_of(reader.browser.get(url)), url
    response = reader.browser.post(
        reverse("courses:enrol"), {"course": reader.course.pk}, follow=True
    )
    assert "You have a place" not in text_of(response)
    assert "has ended" in text_of(response)
    assert not Enrolment.objects.open(NOON + HOUR).exists()


def test_leaving_does_not_get_round_the_end_of_a_place(reader, travel):
    reader.post("courses:withdraw", reader.place.pk)
    travel.move_to(NOON + HOUR)
    reader.post("courses:enrol", course=reader.course.pk)
    assert not Enrolment.objects.open(NOON + HOUR).exists()
    assert "canarybody" not in text_of(reader.browser.get(reader.lesson.url))


def test_whoever_withdrew_reads_their_records_and_comes_back_to_them(reader):
    reader.post("courses:withdraw", reader.place.pk)
    assert "canarybody" not in text_of(reader.browser.get(reader.lesson.url))
    assert reader.browser.get(reader.result).status_code == 200
    assert "Before." in text_of(reader.browser.get(reverse("courses:reflections")))
    reader.post("courses:enrol", course=reader.course.pk)
    page = text_of(reader.browser.get(reader.lesson.url))
    assert "canarybody" in page
    assert "Before." in page
