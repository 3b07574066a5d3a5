"""A lesson in parts: where one is, on and back, and what is on record of it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from courses.models import Completion, LessonPage, StudiedPart
from courses.outlines import course_of
from courses.visits import Visit
from tests import make
from tests.courses.reading import signed_in, text_of
from tests.courses.views.parts import (
    FINISH,
    MOVE,
    Reader,
    keys,
    row_of,
    words,
)
from tests.make import DAY

pytestmark = pytest.mark.django_db


# What is shown ------------------------------------------------------------------------------


def test_a_lesson_begins_at_its_first_part_and_shows_that_alone(reader):
    place = reader.open()
    text = text_of(reader.page)
    assert (place.number, place.count) == (1, 4)
    assert "Part 1 of 4" in text
    assert "signs signs" in text
    assert "waiting waiting" not in text
    assert "Finish this lesson" not in text


def test_next_leads_to_the_part_after_it_at_its_beginning(reader, lesson):
    reader.open()
    answer = reader.send(to=str(keys(lesson)[1]))
    assert answer.headers["Location"] == f"{lesson.url}?part=2#lesson"


def test_back_leads_to_the_part_before_it(reader, lesson):
    place = reader.open(3)
    answer = reader.send(to=str(place.before.key))
    assert answer.headers["Location"] == f"{lesson.url}?part=2#lesson"


def test_the_last_part_is_where_the_lesson_is_finished(reader):
    reader.open(4)
    text = text_of(reader.page)
    assert "Finish this lesson" in text
    assert "part-end__next" not in text


def test_the_whole_lesson_is_there_on_one_page(reader):
    place = reader.open("all")
    text = text_of(reader.page)
    assert place.is_whole
    for number in range(1, 5):
        assert f"Part {number} of 4" in text
    assert all(f"{word} {word}" in text for word in ("signs", "waiting", "practise", "afterwards"))
    assert "Finish this lesson" in text


def test_the_way_to_the_whole_leads_there(reader, lesson):
    reader.open(2)
    assert reader.send(to="all").headers["Location"] == f"{lesson.url}?part=all#lesson"


@pytest.mark.parametrize("typed", ["0", "5", "9999999999", "x", "-1", "٣x"])
def test_an_address_of_no_part_leads_to_where_one_was(reader, typed):
    assert reader.open(typed).number == 1


def test_one_comes_back_to_the_part_where_one_was(reader, clock):
    reader.open()
    clock.shift(60)
    reader.next()
    clock.shift(60)
    reader.next()
    clock.shift(DAY)
    assert reader.open().number == 3


def test_one_who_finished_comes_back_to_the_beginning(reader):
    reader.open(4)
    reader.send(FINISH)
    assert reader.open().number == 1


def test_the_part_where_one_was_is_found_again_after_an_edit(reader, lesson, clock):
    reader.open()
    clock.shift(60)
    reader.next()
    page = LessonPage.objects.get(pk=lesson.pk)
    raw = page.body.get_prep_value()
    new = {"type": "part", "value": {"heading": "Before all"}}
    page.body = page.body.stream_block.to_python([new, *raw])
    page.save_revision().publish()
    assert reader.open().number == 3
    assert reader.page.context["place"].links[2].heading == "Waiting"


def test_a_lesson_without_parts_is_one_part(browser, lesson):
    plain = make.lesson(lesson.get_parent().specific, body=[("prose", "<p>Be there.</p>")])
    make.edition(course_of(lesson))
    text = text_of(browser.get(plain.url))
    assert "Part 1 of 1" not in text
    assert "All parts of this lesson" not in text
    assert "Finish this lesson" in text


def test_the_parts_are_listed_with_what_is_done(reader, clock):
    reader.open()
    clock.shift(30)
    place = reader.next()
    assert [link.is_done for link in place.links] == [True, False, False, False]
    assert [link.heading for link in place.links] == ["Signs", "Waiting", "Practise", "Afterwards"]
    assert 'aria-current="step"' in text_of(reader.page)


def test_no_timer_is_shown(reader):
    for part in (1, 2, 3, 4, "all"):
        reader.open(part)
        text = text_of(reader.page)
        assert "second" not in text.partition('id="lesson"')[2].partition("</form>")[0]


def test_an_editor_sees_the_parts_in_order_in_the_preview(lesson):
    shown = lesson.make_preview_request().content.decode()
    places = [shown.index(f"Part {number} of 4") for number in range(1, 5)]
    assert places == sorted(places)


def test_a_question_to_try_shows_its_thought_without_a_script(reader):
    reader.open(2)
    text = text_of(reader.page)
    assert text.count('type="radio" form="lesson-form"') == 2
    assert "It hurries." in text


# What is on record --------------------------------------------------------------------------


def test_looking_alone_records_nothing(reader):
    for part in ("", 1, 2, 3, 4, "all"):
        reader.open(part)
    assert not StudiedPart.objects.exists()


def test_next_records_a_part_with_its_words_its_time_and_its_language(reader, lesson, clock):
    opened = timezone.now()
    reader.open()
    clock.shift(45)
    reader.next()
    row = row_of(lesson, 1)
    assert (row.words, row.seconds, row.language) == (120, 45, "en")
    assert row.done_at - row.first_opened_at == timedelta(seconds=45)
    assert abs(row.first_opened_at - opened) < timedelta(milliseconds=1)
    assert row.lesson_key == lesson.translation_key


def test_time_is_counted_over_all_visits(reader, lesson, clock):
    reader.open(2)
    clock.shift(10)
    reader.send(to=str(keys(lesson)[0]))
    clock.shift(DAY)
    reader.open(2)
    clock.shift(15)
    reader.send(to=str(keys(lesson)[2]))
    assert row_of(lesson, 2).seconds == 25


def test_a_part_with_a_question_is_done_when_it_was_tried(reader, lesson, clock):
    reader.open(2)
    clock.shift(30)
    reader.next()
    assert row_of(lesson, 2).done_at is None
    reader.open(2)
    question = LessonPage.objects.get(pk=lesson.pk).body[4].id
    reader.next(**{f"tried-{question}": "1"})
    assert row_of(lesson, 2).done_at is not None


def test_nobody_is_held_back_who_tried_nothing(reader):
    reader.open(2)
    assert reader.next().number == 3


def test_which_option_was_tried_is_kept_nowhere(reader, lesson):
    reader.open(2)
    question = LessonPage.objects.get(pk=lesson.pk).body[4].id
    reader.next(**{f"tried-{question}": "2"})
    values = StudiedPart.objects.values_list()
    assert question not in repr(list(values))


def test_going_back_does_not_say_that_a_part_is_done(reader, lesson):
    place = reader.open(3)
    reader.send(to=str(place.before.key))
    assert row_of(lesson, 3).done_at is None


def test_jumping_over_parts_does_not_say_that_they_are_done(reader, lesson):
    reader.open(1)
    reader.send(to=str(keys(lesson)[3]))
    assert row_of(lesson, 1).done_at is None
    assert row_of(lesson, 2) is None


def test_finishing_at_the_last_part_completes_the_lesson_and_that_part(reader, lesson, place):
    reader.open(4)
    reader.send(FINISH)
    assert Completion.objects.filter(page_key=lesson.translation_key).exists()
    assert row_of(lesson, 4).done_at is not None
    assert row_of(lesson, 1) is None


def test_the_last_part_says_what_is_not_done_yet(reader):
    reader.open(4)
    assert "3 parts of it are not done yet" in text_of(reader.page)
    assert "Finish this lesson" in text_of(reader.page)


def test_one_who_reads_the_whole_on_one_page_has_its_time_shared_by_words(reader, lesson, clock):
    reader.open("all")
    clock.shift(549)
    question = LessonPage.objects.get(pk=lesson.pk).body[4].id
    reader.send(FINISH, **{f"tried-{question}": "2"})
    rows = [row_of(lesson, number) for number in range(1, 5)]
    assert all(row.done_at for row in rows)
    total = sum(row.words for row in rows)
    assert [row.seconds for row in rows] == [549 * row.words // total for row in rows]
    assert sum(row.seconds for row in rows) <= 549


def test_on_the_whole_page_too_a_question_has_to_be_tried(reader, lesson):
    reader.open("all")
    reader.send(FINISH)
    assert [bool(row_of(lesson, number).done_at) for number in range(1, 5)] == [
        True,
        False,
        True,
        True,
    ]


def test_two_tabs_count_no_moment_twice(browser, lesson, clock):
    one, two = Reader(browser, lesson), Reader(browser, lesson)
    one.open(1)
    two.open(2)
    clock.shift(60)
    one.next()
    two.next()
    assert [row_of(lesson, number).seconds for number in (1, 2)] == [60, 0]


def test_a_page_sent_twice_counts_once(reader, lesson, clock):
    reader.open(1)
    clock.shift(40)
    target = str(keys(lesson)[1])
    reader.send(to=target)
    reader.send(to=target)
    assert row_of(lesson, 1).seconds == 40


def test_a_page_that_is_left_says_how_long_it_was_open(reader, lesson, clock):
    reader.open(1)
    clock.shift(30)
    answer = reader.send()
    assert (answer.status_code, answer.content) == (204, b"")
    row = row_of(lesson, 1)
    assert (row.seconds, row.done_at) == (30, None)


def test_a_page_of_somebody_else_counts_nothing(reader, lesson, place):
    reader.open(1)
    other = make.enrolment(course=place.course, at=timezone.now() - DAY)
    form = {"lesson": lesson.pk, "visit": reader.page.context["visit"], "to": str(keys(lesson)[1])}
    assert signed_in(other.learner).post(MOVE, form).status_code == 302
    assert not StudiedPart.objects.exists()


@pytest.mark.parametrize("visit", ["", "made-up", "a:b:c"])
def test_a_time_that_was_made_up_counts_nothing(browser, lesson, visit):
    form = {"lesson": lesson.pk, "visit": visit, "to": str(keys(lesson)[1])}
    assert browser.post(MOVE, form).status_code == 302
    assert not StudiedPart.objects.exists()


def test_a_part_that_is_gone_records_nothing_and_leads_to_the_lesson(reader, lesson):
    reader.open(1)
    page = LessonPage.objects.get(pk=lesson.pk)
    page.body = [words(10)]
    page.save_revision().publish()
    answer = reader.send(to=str(keys(lesson)[0]))
    assert answer.headers["Location"] == lesson.url
    assert not StudiedPart.objects.filter(seconds__gt=0).exists()


def test_a_visit_keeps_its_place_its_parts_and_its_time(place):
    visit = Visit(place.pk, place.course_key, (place.pk,), timezone.now())
    assert Visit.read(visit.sign()) == visit


def test_whoever_left_the_course_moves_nowhere_and_records_nothing(reader, place, lesson):
    reader.open(1)
    place.withdrawn_at = timezone.now()
    place.save()
    answer = reader.send(to=str(keys(lesson)[1]))
    assert answer.headers["Location"] == lesson.url
    assert not StudiedPart.objects.exists()


def test_a_stranger_to_the_course_finds_nothing(lesson):
    assert signed_in(make.user()).post(MOVE, {"lesson": lesson.pk}).status_code == 404


# What it costs ------------------------------------------------------------------------------


def test_a_part_costs_one_query_more_than_a_lesson_without(
    browser, reader, lesson, django_assert_num_queries
):
    plain = make.lesson(lesson.get_parent().specific, body=[("prose", "<p>Be there.</p>")])
    make.edition(course_of(lesson))
    for url in (plain.url, f"{lesson.url}?part=1"):
        browser.get(url)
    with django_assert_num_queries(6):
        browser.get(plain.url)
    with django_assert_num_queries(7):
        browser.get(f"{lesson.url}?part=1")


def test_more_parts_on_record_cost_no_more(reader, browser, django_assert_num_queries):
    reader.open()
    for part in (1, 2, 3):
        reader.open(part)
        reader.next()
    reader.open(2)
    with django_assert_num_queries(7):
        reader.open(2)
