"""What a learner writes is theirs: only they save, read, take along or delete it."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from courses.models import Completion, Enrolment, Reflection
from courses.views.reflections import LONGEST
from tests import make
from tests.courses.reading import reflecting_lesson, signed_in, text_of
from tests.make import DAY, NOON

pytestmark = pytest.mark.django_db

SAVE = reverse("courses:save_reflection")
LIST = reverse("courses:reflections")
DOWNLOAD = reverse("courses:reflections_download")
JSON = {"Accept": "application/json"}


@pytest.fixture
def lesson():
    return reflecting_lesson(make.module(make.course(order="free")), title="Silence")


@pytest.fixture
def place(lesson):
    return make.enrolment(course=lesson.get_parent().get_parent().specific)


@pytest.fixture
def learner_client(place):
    return signed_in(place.learner)


def box(lesson):
    return lesson.body[1].id


def fields(page, text="By my aunt.", number=0, **changes):
    block = box(page)
    return {
        "lesson": page.pk,
        "block": block,
        f"text-{block}": text,
        f"number-{block}": number,
        **changes,
    }


def write(learner, lesson, text="By my aunt.", at=NOON, block_id=None):
    return Reflection.objects.create(
        learner=learner,
        lesson_key=lesson.translation_key,
        block_id=block_id or box(lesson),
        prompt="When were you quiet?",
        text=text,
        saved_at=at,
    )


# Who may save -----------------------------------------------------------------------------


@pytest.mark.parametrize("number", ["", "abc", "-1", "0", "9" * 30])
def test_a_lesson_that_there_is_not_takes_nothing(learner_client, lesson, number):
    assert learner_client.post(SAVE, fields(lesson, lesson=number)).status_code == 404
    assert not Reflection.objects.exists()


def test_a_lesson_that_was_taken_down_keeps_what_was_typed_there(learner_client, lesson):
    lesson.unpublish()
    answer = learner_client.post(SAVE, fields(lesson))
    assert (answer.status_code, answer["Location"]) == (302, lesson.url)
    assert Reflection.objects.count() == 1


def test_somebody_without_a_place_cannot_write(lesson):
    assert signed_in(make.user()).post(SAVE, fields(lesson)).status_code == 404
    assert not Reflection.objects.exists()


def test_a_lesson_outside_any_course_takes_nothing(learner_client, lesson):
    """An editor may have moved it; nobody has a place there."""
    lesson.move(make.home(), pos="last-child")
    assert learner_client.post(SAVE, fields(lesson)).status_code == 404


def test_a_lesson_that_is_still_locked_takes_nothing(lesson):
    course = make.course(order="in_order")
    first = make.module(course)
    make.lesson(first)
    later = reflecting_lesson(make.module(course))
    place = make.enrolment(course=course)
    assert signed_in(place.learner).post(SAVE, fields(later)).status_code == 404
    assert not Reflection.objects.exists()


@pytest.mark.parametrize("closed", [{"withdrawn_at": NOON}, {"ends_at": NOON - DAY}])
def test_a_place_that_is_closed_takes_nothing(learner_client, lesson, place, closed):
    Enrolment.objects.filter(pk=place.pk).update(**closed)
    assert learner_client.post(SAVE, fields(lesson)).status_code == 404


def test_nothing_is_saved_by_opening_an_address(learner_client, lesson):
    assert learner_client.get(SAVE, fields(lesson)).status_code == 405


def test_saving_asks_for_the_forms_own_token(place, lesson):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(place.learner)
    assert strict.post(SAVE, fields(lesson)).status_code == 403


# What the page is told --------------------------------------------------------------------


def test_a_first_reflection_is_kept_and_said_so(learner_client, lesson):
    response = learner_client.post(SAVE, fields(lesson), follow=True)
    assert "Your reflection is saved. Only you can read it." in text_of(response)
    assert Reflection.objects.get().text == "By my aunt."


def test_an_emptied_reflection_is_deleted_and_said_so(learner_client, lesson, place):
    number = write(place.learner, lesson).number
    response = learner_client.post(SAVE, fields(lesson, "   ", number), follow=True)
    assert "What you wrote there is deleted." in text_of(response)
    assert not Reflection.objects.exists()


def test_an_empty_page_says_nothing_and_leads_back_to_the_lesson(learner_client, lesson):
    response = learner_client.post(SAVE, fields(lesson, "", block=""))
    assert response.url == lesson.url
    assert not Reflection.objects.exists()


def test_a_block_that_is_not_on_the_page_is_no_anchor(learner_client, lesson):
    response = learner_client.post(SAVE, fields(lesson, block='"><script>'))
    assert response.url == lesson.url


def test_the_script_is_told_the_number_to_save_under_next(learner_client, lesson):
    first = learner_client.post(SAVE, fields(lesson), headers=JSON).json()
    assert (first["state"], first["number"]) == ("saved", 1)
    second = learner_client.post(
        SAVE, fields(lesson, "Again.", first["number"]), headers=JSON
    ).json()
    assert (second["state"], second["number"]) == ("saved", 2)
    assert second["saved_at"] >= first["saved_at"]


def test_the_script_is_given_what_another_device_saved_since(learner_client, lesson):
    learner_client.post(SAVE, fields(lesson, "From my phone."), headers=JSON)
    reply = learner_client.post(SAVE, fields(lesson, "From my desk."), headers=JSON)
    assert reply.status_code == 409
    assert reply.json()["state"] == "changed"
    assert (reply.json()["text"], reply.json()["number"]) == ("From my phone.", 1)
    assert Reflection.objects.get().text == "From my phone."


@pytest.mark.parametrize(("length", "status"), [(LONGEST, 200), (LONGEST + 1, 422)])
def test_the_longest_text_is_kept_and_one_letter_more_is_refused(
    learner_client, lesson, length, status
):
    reply = learner_client.post(SAVE, fields(lesson, "x" * length), headers=JSON)
    assert reply.status_code == status
    if status == 422:
        assert reply.json()["state"] == "too_long"
        assert f"{LONGEST:,}" in reply.json()["message"]
    assert Reflection.objects.exists() == (status == 200)


def test_the_script_may_empty_a_box(learner_client, lesson, place):
    number = write(place.learner, lesson).number
    reply = learner_client.post(SAVE, fields(lesson, "", number), headers=JSON).json()
    assert reply == {"state": "saved", "number": 0, "saved_at": None}
    assert not Reflection.objects.exists()


# Reading again ----------------------------------------------------------------------------


def test_a_learner_reads_all_of_theirs_the_newest_first(learner_client, lesson, place):
    write(place.learner, lesson, "The first thought.", NOON)
    write(place.learner, lesson, "The later thought.", NOON + DAY, block_id="b" * 32)
    page = text_of(learner_client.get(LIST))
    assert page.index("The later thought.") < page.index("The first thought.")
    assert lesson.title in page


def test_nobody_reads_those_of_somebody_else(lesson, place):
    write(place.learner, lesson, "Only mine.")
    other = signed_in(make.user(is_superuser=True))
    for address in (LIST, DOWNLOAD):
        assert "Only mine." not in text_of(other.get(address))


def test_a_reflection_outlives_its_lesson(learner_client, lesson, place):
    write(place.learner, lesson, "Still here.")
    Completion.objects.all().delete()
    lesson.delete()
    assert "Still here." in text_of(learner_client.get(LIST))
    text = text_of(learner_client.get(DOWNLOAD))
    assert "Still here." in text
    assert text.startswith("2026-11-23 · Listening well · Silence\n")


def test_a_list_of_many_costs_no_more_queries(
    learner_client, lesson, place, django_assert_num_queries, django_assert_max_num_queries
):
    write(place.learner, lesson)
    learner_client.get(LIST)
    with django_assert_max_num_queries(20) as queries:
        learner_client.get(LIST)
    for number in range(4):
        write(place.learner, lesson, f"Thought {number}", block_id=f"{number}" * 32)
    with django_assert_num_queries(len(queries)):
        assert "Thought 3" in text_of(learner_client.get(LIST))


def test_taking_them_along_is_a_plain_file_in_the_order_they_were_written(
    learner_client, lesson, place
):
    write(place.learner, lesson, "Later.", NOON + DAY)
    write(place.learner, lesson, "Earlier.", NOON, block_id="c" * 32)
    response = learner_client.get(DOWNLOAD)
    text = text_of(response)
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    assert response["Content-Disposition"] == 'attachment; filename="reflections.txt"'
    assert text.index("Earlier.") < text.index("Later.")
    assert text.startswith(
        "2026-11-23 · Listening well · Silence\nWhen were you quiet?\n\nEarlier."
    )


@pytest.mark.parametrize("address", [LIST, DOWNLOAD])
def test_a_visitor_signs_in_first(client, address):
    assert client.get(address).url.startswith("/accounts/login/")


# Deleting ---------------------------------------------------------------------------------


def delete(learner_client, reflection):
    return learner_client.post(
        reverse("courses:delete_reflection", args=[reflection.pk]), follow=True
    )


def test_a_learner_deletes_one_of_theirs(learner_client, lesson, place):
    page = text_of(delete(learner_client, write(place.learner, lesson)))
    assert "Your reflection is deleted." in page
    assert not Reflection.objects.exists()


def test_nobody_deletes_that_of_somebody_else(lesson, place):
    reflection = write(place.learner, lesson)
    for other in (make.user(), make.user(is_superuser=True)):
        assert delete(signed_in(other), reflection).status_code == 404
    assert Reflection.objects.filter(pk=reflection.pk).exists()


def test_a_link_deletes_nothing(learner_client, lesson, place):
    reflection = write(place.learner, lesson)
    address = reverse("courses:delete_reflection", args=[reflection.pk])
    assert learner_client.get(address).status_code == 405
    assert Reflection.objects.filter(pk=reflection.pk).exists()
