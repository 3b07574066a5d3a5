"""Notes beside parts: saved as reflections are, found again when the part is gone, and private."""

from __future__ import annotations

import re
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection
from django.db.models import QuerySet
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from courses.exceptions import ReflectionChanged
from courses.models import DoneExercise, LessonPage, PartNote, Reflection, StudiedPart
from courses.own_words import save_note
from tests import make
from tests.courses.reading import signed_in, text_of
from tests.make import DAY, NOON

pytestmark = pytest.mark.django_db
LIST = "/learn/notes/"
SAVE = "/learn/reflections/save/"
JSON = {"Accept": "application/json"}
WORDS = "Ask Pearl’s name first."


@pytest.fixture
def lesson(lesson_in_parts):
    return lesson_in_parts


@pytest.fixture
def learner(reader_of_parts):
    return reader_of_parts


@pytest.fixture
def browser(learner):
    return signed_in(learner)


def fields(lesson, text=WORDS, part=0, number=0, **more):
    key = lesson.parts[part].key
    return {"lesson": lesson.pk, f"text-{key}": text, f"number-{key}": number, **more}


def save(browser, lesson, text=WORDS, part=0, number=0):
    """As the script of the page does."""
    sent = fields(lesson, text, part, number, block=str(lesson.parts[part].key))
    return browser.post(SAVE, sent, headers=JSON)


def texts_of(learner):
    return sorted(PartNote.objects.filter(learner=learner).values_list("text", flat=True))


def box_of(page, part):
    """The markup of the note beside a part; nothing where there is none."""
    found = re.search(rf'<details class="note" id="note-{part.key}".*?</details>', page, re.S)
    return found[0] if found else ""


# On the page of the part ---------------------------------------------------------------------


def test_each_part_has_room_for_a_note_that_belongs_to_the_one_form(browser, lesson):
    page = text_of(browser.get(f"{lesson.get_url()}?part=2"))
    first, second = lesson.parts
    assert not box_of(page, first)
    box = box_of(page, second)
    assert f'form="lesson-form" name="text-{second.key}"' in box
    assert "Your note on: Coming back" in box
    assert "Only you can read this." in box
    assert "data-autosave" in box
    assert " open>" not in box.split("\n")[0]
    whole = text_of(browser.get(f"{lesson.get_url()}?part=all"))
    assert box_of(whole, first)
    assert box_of(whole, second)


def test_what_was_written_stands_there_again_open_and_on_paper(browser, lesson):
    assert save(browser, lesson).json()["state"] == "saved"
    page = text_of(browser.get(f"{lesson.get_url()}?part=1"))
    box = box_of(page, lesson.parts[0])
    assert box.split("\n")[0].endswith(" open>")
    assert box.count(WORDS) == 2
    assert f'name="number-{lesson.parts[0].key}" value="1"' in box
    assert WORDS not in text_of(browser.get(f"{lesson.get_url()}?part=2"))


def test_without_a_script_a_button_saves_it_and_leads_back_to_it(browser, lesson):
    key = lesson.parts[0].key
    answer = browser.post(SAVE, fields(lesson, block=str(key)), follow=True)
    assert answer.redirect_chain[0][0].endswith(f"#note-{key}")
    assert "Your note is saved. Only you can read it." in text_of(answer)
    assert PartNote.objects.get().heading == "Getting ready"


def test_whichever_button_is_pressed_it_is_kept(browser, lesson, learner):
    browser.post(reverse("courses:complete_lesson"), fields(lesson))
    assert texts_of(learner) == [WORDS]
    sent = fields(lesson, "And her tunes.", 1, bookmark=lesson.parts[1].key)
    browser.post(reverse("courses:keep_bookmark"), sent)
    assert texts_of(learner) == ["And her tunes.", WORDS]


def test_it_is_kept_beside_a_reflection_and_is_none(browser, lesson, learner):
    block = next(block for block in lesson.body if block.block_type == "reflection")
    sent = fields(lesson) | {f"text-{block.id}": "On the bus.", f"number-{block.id}": 0}
    answer = browser.post(SAVE, sent, follow=True)
    assert "What you wrote is saved." in text_of(answer)
    assert Reflection.objects.get().text == "On the bus."
    assert texts_of(learner) == [WORDS]


def test_a_long_note_is_no_exercise_and_no_time_of_study(browser, lesson):
    save(browser, lesson, "words " * 200)
    assert not DoneExercise.objects.exists()
    assert not StudiedPart.objects.exists()


def test_an_empty_box_deletes_it_and_one_left_alone_does_not(browser, lesson, learner):
    save(browser, lesson)
    browser.post(SAVE, fields(lesson, "", number=0))
    assert texts_of(learner) == [WORDS]
    answer = browser.post(SAVE, fields(lesson, "  ", number=1), follow=True)
    assert "What you wrote there is deleted." in text_of(answer)
    assert texts_of(learner) == []


def test_two_devices_lose_nothing(browser, lesson, learner):
    save(browser, lesson, "From my phone.")
    answer = save(browser, lesson, "From my desk.")
    assert answer.status_code == 409
    assert (answer.json()["text"], answer.json()["number"]) == ("From my phone.", 1)
    page = text_of(browser.post(SAVE, fields(lesson, "From my desk.")))
    assert "From my phone." in page
    assert "From my desk." in page
    assert "Getting ready" in page
    assert save(browser, lesson, "From both.", number=1).json()["number"] == 2
    assert texts_of(learner) == ["From both."]


def test_something_too_long_is_handed_back(browser, lesson, learner):
    answer = save(browser, lesson, "x" * 20_001)
    assert (answer.status_code, answer.json()["state"]) == (422, "too_long")
    assert texts_of(learner) == []


def test_what_is_no_part_of_the_lesson_takes_no_note(browser, lesson):
    sent = {"lesson": lesson.pk, "block": str(uuid4()), f"text-{uuid4()}": WORDS}
    assert browser.post(SAVE, sent, headers=JSON).status_code == 404
    assert browser.post(SAVE, sent, follow=True).status_code == 200
    assert not PartNote.objects.exists()


def test_a_lesson_without_parts_has_one_note(learner, lesson):
    plain = make.lesson(lesson.get_parent().specific, body=[("prose", "<p>Be there.</p>")])
    make.edition(plain.get_parent().get_parent().specific)
    browser = signed_in(learner)
    assert text_of(browser.get(plain.get_url())).count('class="note"') == 1
    assert save(browser, plain).json()["state"] == "saved"
    assert f'href="{plain.get_url()}#note-{plain.translation_key}"' in text_of(browser.get(LIST))


def test_an_editor_who_reads_along_writes_nothing(lesson):
    admin = signed_in(make.user(is_superuser=True))
    assert 'class="note"' not in text_of(admin.get(lesson.get_url()))


# The verb ------------------------------------------------------------------------------------


def note(learner, lesson, text=WORDS, number=0, part=0, at=NOON):
    return save_note(
        learner, lesson=lesson, part=lesson.parts[part], text=text, number=number, at=at
    )


def test_the_same_words_again_are_no_other_save(learner, lesson):
    first = note(learner, lesson)
    again = note(learner, lesson, f"{WORDS}\r\n", at=NOON + DAY)
    assert (again.pk, again.number, again.saved_at) == (first.pk, 1, NOON)


def test_a_save_says_what_the_part_is_called_by_then(learner, lesson):
    note(learner, lesson)
    lesson.body[0].value["heading"] = "Before you go"
    lesson.title = "Doors"
    changed = note(learner, LessonPage(title="Doors", **same(lesson)), "More.", number=1)
    assert (changed.lesson_title, changed.number) == ("Doors", 2)


def same(lesson):
    return {
        "body": lesson.body,
        "translation_key": lesson.translation_key,
        "locale": lesson.locale,
    }


def test_of_two_first_saves_at_one_instant_the_second_is_told(learner, lesson, monkeypatch):
    first = note(learner, lesson)
    real = QuerySet.first
    answers = iter([None])
    monkeypatch.setattr(
        QuerySet,
        "first",
        lambda rows: next(answers, real(rows)) if rows.model is PartNote else real(rows),
    )
    with pytest.raises(ReflectionChanged) as told:
        note(learner, lesson, "Another.")
    assert told.value.stored == first


def test_a_part_has_one_note_of_a_person(learner, lesson):
    row = note(learner, lesson)
    row.pk = None
    with pytest.raises(IntegrityError):
        row.save(force_insert=True)


# My notes ------------------------------------------------------------------------------------


def test_it_is_found_again_on_one_page_with_a_way_to_its_part(browser, lesson):
    save(browser, lesson, part=1)
    page = text_of(browser.get(LIST))
    key = lesson.parts[1].key
    assert WORDS in page
    assert f'href="{lesson.get_url()}?part=2#note-{key}"' in page
    assert "Coming back" in page
    assert lesson.title in page
    assert LIST in text_of(browser.get(reverse("learn")))


def test_a_note_whose_part_is_gone_stays_and_can_be_deleted(browser, lesson, learner):
    save(browser, lesson, part=0)
    lesson.body = list(lesson.body.raw_data)[2:]
    lesson.save_revision().publish()
    page = text_of(browser.get(LIST))
    assert WORDS in page
    assert "Getting ready" in page
    assert "This part is not in the lesson any more. Your note stays." in page
    assert f'href="{lesson.get_url()}"' in page
    browser.post(reverse("courses:delete_note", args=[PartNote.objects.get().pk]))
    assert texts_of(learner) == []


@pytest.mark.parametrize("way", ["down", "closed", "gone"])
def test_a_note_whose_lesson_is_gone_stays_readable(browser, lesson, way):
    save(browser, lesson)
    if way == "closed":
        lesson.get_parent().view_restrictions.create(restriction_type="password", password="x")
    elif way == "down":
        lesson.unpublish()
    else:
        lesson.delete()
    page = text_of(browser.get(LIST))
    assert WORDS in page
    gone = "This lesson is no longer in the course. Your note stays."
    away = "This lesson is not there just now. Your note stays."
    assert (gone in page, away in page) == (way == "gone", way != "gone")
    assert lesson.title in page
    assert f'href="{lesson.url}' not in page


def test_newest_first_and_an_empty_page_says_how(browser, lesson, learner):
    assert "there is room for a note of your own" in text_of(browser.get(LIST))
    note(learner, lesson, "Earlier.")
    note(learner, lesson, "Later.", part=1, at=NOON + DAY)
    page = text_of(browser.get(LIST))
    assert page.index("Later.") < page.index("Earlier.")


def test_nobody_else_reads_or_deletes_it(browser, lesson, learner):
    save(browser, lesson)
    row = PartNote.objects.get()
    address = reverse("courses:delete_note", args=[row.pk])
    classmate = make.user()
    make.enrolment(classmate, lesson.get_parent().get_parent().specific, at=timezone.now() - DAY)
    staff = make.user(is_superuser=True)
    for person in (classmate, staff):
        other = signed_in(person)
        for url in (LIST, f"{lesson.get_url()}?part=1", "/learn/"):
            assert WORDS not in text_of(other.get(url))
        assert other.post(address).status_code == 404
    assert WORDS not in text_of(signed_in(staff).get(f"/admin/learners/?q={WORDS}", follow=True))
    assert signed_in(learner).post(address).status_code == 302
    assert not PartNote.objects.exists()


def test_one_note_costs_as_many_queries_as_two(browser, lesson, learner):
    note(learner, lesson)
    browser.get(LIST)
    one = cost(browser)
    note(learner, lesson, part=1)
    assert cost(browser) == one


def cost(browser):
    with CaptureQueriesContext(connection) as queries:
        browser.get(LIST)
    return len(queries)
