"""What a learner writes is kept by whichever button they press, and never lost unseen."""

import pytest
from django.urls import reverse

from courses.models import Completion, Reflection
from courses.models.enrolments import Enrolment
from courses.outlines import course_of
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def lesson():
    module = make.module(make.course())
    body = [
        ("reflection", {"prompt": "When were you heard?"}),
        ("reflection", {"prompt": "When were you not?"}),
    ]
    return make.lesson(module, body=body)


@pytest.fixture
def learner(lesson, client):
    place = make.enrolment(course=lesson.get_parent().get_parent().specific)
    client.force_login(place.learner)
    return place.learner


def blocks(lesson):
    return [block.id for block in lesson.body]


def form(lesson, *texts, numbers=(0, 0)):
    fields = {"lesson": lesson.pk}
    for block, text, number in zip(blocks(lesson), texts, numbers, strict=True):
        fields |= {f"text-{block}": text, f"number-{block}": number}
    return fields


def written(learner):
    return sorted(Reflection.objects.filter(learner=learner).values_list("text", flat=True))


def test_saving_one_box_saves_every_box_of_the_page(client, lesson, learner):
    sent = form(lesson, "By my aunt.", "At school.") | {"block": blocks(lesson)[1]}
    response = client.post(reverse("courses:save_reflection"), sent)
    assert response["Location"].endswith(f"#reflection-{blocks(lesson)[1]}")
    assert written(learner) == ["At school.", "By my aunt."]


def test_finishing_the_lesson_keeps_what_stands_in_its_boxes(client, lesson, learner):
    response = client.post(reverse("courses:complete_lesson"), form(lesson, "By my aunt.", ""))
    assert response.status_code == 302
    assert written(learner) == ["By my aunt."]
    assert Completion.objects.filter(page_key=lesson.translation_key).exists()


def test_every_field_of_the_page_belongs_to_its_one_form(client, lesson, learner):
    page = client.get(lesson.url).content.decode()
    assert page.count('id="lesson-form"') == 1
    for block in blocks(lesson):
        assert f'form="lesson-form" name="text-{block}"' in page
        assert f'form="lesson-form" name="number-{block}"' in page
    assert page.count("csrfmiddlewaretoken") == 2  # the form’s own, and signing out


def test_a_box_left_alone_does_not_undo_what_another_device_saved(client, lesson, learner):
    client.post(reverse("courses:save_reflection"), form(lesson, "From my phone.", ""))
    response = client.post(reverse("courses:save_reflection"), form(lesson, "", "At school."))
    assert response.status_code == 302
    assert written(learner) == ["At school.", "From my phone."]


def test_what_two_devices_wrote_is_shown_side_by_side_and_the_rest_is_kept(client, lesson, learner):
    client.post(reverse("courses:save_reflection"), form(lesson, "From my phone.", ""))
    response = client.post(
        reverse("courses:complete_lesson"), form(lesson, "From my desk.", "At school.")
    )
    page = response.content.decode()
    assert response.status_code == 409
    assert "From my phone." in page
    assert "From my desk." in page
    assert written(learner) == ["At school.", "From my phone."]
    again = form(lesson, "From both.", "At school.", numbers=(1, 1))
    assert client.post(reverse("courses:save_reflection"), again).status_code == 302
    assert written(learner) == ["At school.", "From both."]


def test_something_too_long_is_handed_back_whole_and_the_rest_is_kept(client, lesson, learner):
    long = "x" * 20_001
    response = client.post(reverse("courses:save_reflection"), form(lesson, long, "At school."))
    assert response.status_code == 422
    assert long in response.content.decode()
    assert written(learner) == ["At school."]


def test_a_box_that_was_emptied_is_deleted(client, lesson, learner):
    client.post(reverse("courses:save_reflection"), form(lesson, "By my aunt.", ""))
    client.post(reverse("courses:save_reflection"), form(lesson, "", "", numbers=(1, 0)))
    assert written(learner) == []


def test_the_script_keeps_the_one_box_it_names(client, lesson, learner):
    first, _second = blocks(lesson)
    sent = form(lesson, "By my aunt.", "At school.") | {"block": first}
    reply = client.post(
        reverse("courses:save_reflection"), sent, headers={"Accept": "application/json"}
    )
    assert reply.json()["state"] == "saved"
    assert written(learner) == ["By my aunt."]


def test_the_script_is_told_of_a_box_that_is_not_there(client, lesson, learner):
    reply = client.post(
        reverse("courses:save_reflection"),
        {"lesson": lesson.pk, "block": "nonsense"},
        headers={"Accept": "application/json"},
    )
    assert reply.status_code == 404


def test_nothing_is_kept_once_a_place_is_closed(client, lesson, learner):
    Enrolment.objects.update(withdrawn_at=make.NOON)
    client.post(reverse("courses:complete_lesson"), form(lesson, "Too late.", ""))
    assert client.post(reverse("courses:save_reflection"), form(lesson, "x", "")).status_code == 404
    assert written(learner) == []


def test_what_is_taken_along_says_where_it_was_written(client, lesson, learner):
    client.post(reverse("courses:save_reflection"), form(lesson, "By my aunt.", ""))
    text = client.get(reverse("courses:reflections_download")).content.decode()
    assert (
        f"· {course_of(lesson).title} · {lesson.title}\nWhen were you heard?\n\nBy my aunt." in text
    )
