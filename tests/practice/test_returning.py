"""What comes back: planned once, due on its day, answered in a minute, put away, and never a scold."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from courses.enrolling import withdraw
from lms.shipped.conversations import shipped_conversations, shipped_returns
from lms.sweeping import sweep
from people.models import Letter
from people.retention import forget_expired
from practice.lines import UnreadableLine
from practice.models import DueReturn, ReturnWish
from practice.return_letters import owed_wishes, send_return_letter
from practice.return_lines import read_returns
from practice.returning import answer_return, choose_returns, due_returns, put_away
from tests import make
from tests.make import NOON
from tests.practice import making
from tests.practice.writing import moment, short_script, three

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
REPLY = re.compile(r'name="reply" value="(\d)"[^>]*>([^<]+)<')


@pytest.fixture
def step():
    course = make.course(order="free")
    step = making.conversation_page(make.module(course), making.conversation(short_script()))
    make.edition(course)
    return step


@pytest.fixture
def place(step):
    return make.enrolment(make.user(), step.get_parent().get_parent().specific, at=NOON)


def keys_due(place, days):
    return [row.key for row in due_returns(place.learner, at=NOON + days * DAY)]


def signed_in(person):
    client = Client()
    client.force_login(person)
    return client


def key_for(row, worth):
    return next(shown.key for shown in row.shown_replies if shown.reply.worth == worth)


# Planned ------------------------------------------------------------------------------------


def test_the_items_of_a_conversation_come_back_after_their_days(place, step):
    soon = making.return_item(step.conversation, days=2)
    later = making.return_item(step.conversation, days=14)
    making.return_item(making.conversation())
    making.play(place, step, "22")
    assert keys_due(place, 1) == []
    assert keys_due(place, 2) == [soon.code]
    assert keys_due(place, 13) == [soon.code]
    assert keys_due(place, 14) == [soon.code, later.code]


def test_nothing_comes_back_of_a_conversation_that_was_not_held_to_its_end(place, step):
    making.return_item(step.conversation)
    making.play(place, step, "2")
    assert not DueReturn.objects.exists()


def test_a_red_line_has_to_be_right_before_anything_is_planned(place, step):
    making.return_item(step.conversation)
    making.play(place, step, "20")
    assert not DueReturn.objects.exists()
    making.play(place, step, "2")
    assert DueReturn.objects.count() == 2  # the item, and the red line that was missed


def test_a_missed_move_comes_back_after_two_days_and_once_more_after_two_weeks(place, step):
    making.play(place, step, "02")
    code = step.conversation.code
    assert keys_due(place, 2) == [f"{code}:n1:2"]
    row = due_returns(place.learner, at=NOON + 2 * DAY)[0]
    assert row.moment.words == "“This is n1.”"
    answer_return(row, key_for(row, 0), at=NOON + 3 * DAY)
    assert keys_due(place, 16) == []
    assert keys_due(place, 17) == [f"{code}:n1:14"]
    again = due_returns(place.learner, at=NOON + 17 * DAY)[0]
    answer_return(again, key_for(again, 0), at=NOON + 17 * DAY)
    assert keys_due(place, 400) == []


def test_a_half_good_reply_is_no_missed_move(place, step):
    making.play(place, step, "12")
    assert not DueReturn.objects.exists()


def test_of_a_play_that_went_badly_two_moves_come_back_the_red_line_first(place, step):
    names = ["n1", "n2", "n3", "strong"]
    moments = [
        moment(name, *three(following, following, following, 10 * number))
        for number, (name, following) in enumerate(pairwise(names))
    ]
    red = moment("n3", *three("strong", "okay", "again", 20), red_line=True, retry="Once more.")
    script = short_script()
    script = replace(script, moments=(*moments[:2], red))
    parent = step.get_parent().specific
    step = making.conversation_page(parent, making.conversation(script))
    make.edition(parent.get_parent().specific)
    making.play(place, step, "0002")
    names = DueReturn.objects.values_list("moment_name", flat=True)
    assert sorted(names) == ["n1", "n3"]


def test_playing_again_brings_nothing_twice(place, step):
    making.return_item(step.conversation)
    making.play(place, step, "02")
    making.play(place, step, "02", at=NOON + DAY)
    assert DueReturn.objects.count() == 2
    assert {row.due_on for row in DueReturn.objects.all()} == {(NOON + 2 * DAY).date()}


# Answered -----------------------------------------------------------------------------------


def test_a_reply_closes_it_and_shows_what_it_did(place, step):
    row = making.due_return(place, step)
    reader, url = signed_in(place.learner), reverse("practice:return", args=[row.pk])
    html = reader.get(url).content.decode()
    assert "At the gate." in html
    assert "It did something." not in html
    assert sorted(words for _key, words in REPLY.findall(html)) == [
        "“Reply 000.”", "“Reply 001.”", "“Reply 002.”",
    ]  # fmt: skip
    sent = reader.post(url, {"reply": key_for(row, 1)})
    assert (sent.status_code, sent.headers["Location"]) == (303, f"{url}#now")
    html = reader.get(url).content.decode()
    assert "It did something." in html
    assert "On the way" in html
    assert not REPLY.findall(html)
    assert due_returns(place.learner, at=NOON + 9 * DAY) == []


def test_the_first_reply_counts_however_often_it_is_sent(place, step):
    row = making.due_return(place, step)
    answer_return(row, key_for(row, 1), at=NOON)
    answer_return(row, key_for(row, 2), at=NOON)
    row.refresh_from_db()
    assert row.given.worth == 1


def test_a_red_line_opens_again_with_kind_words_until_it_is_right(place, step):
    row = making.due_return(place, step, red_line=True, retry="Stand in it once more.")
    reader, url = signed_in(place.learner), reverse("practice:return", args=[row.pk])
    assert "Stand in it once more." not in reader.get(url).content.decode()
    reader.post(url, {"reply": key_for(row, 0)})
    html = reader.get(url).content.decode()
    assert "Stand in it once more." in html
    assert len(REPLY.findall(html)) == 3
    reader.post(url, {"reply": key_for(row, 2)})
    assert not REPLY.findall(reader.get(url).content.decode())


@pytest.mark.parametrize("reply", ["", "9", "0", "x"])
def test_a_reply_that_was_made_up_changes_nothing(place, step, reply):
    row = making.due_return(place, step)
    signed_in(place.learner).post(reverse("practice:return", args=[row.pk]), {"reply": reply})
    row.refresh_from_db()
    assert (row.reply, row.closed_at) == (None, None)


def test_the_order_of_replies_stays_and_is_each_rows_own(place, step):
    orders = set()
    for _number in range(12):
        row = making.due_return(place, step)
        order = tuple(shown.place for shown in row.shown_replies)
        assert order == tuple(
            shown.place for shown in DueReturn.objects.get(pk=row.pk).shown_replies
        )
        orders.add(order)
    assert len(orders) > 1


# Put away, and how one wants it ---------------------------------------------------------------


def test_it_can_be_put_away_and_does_not_come_back(place, step):
    row = making.due_return(place, step)
    reader = signed_in(place.learner)
    assert "has come back" in reader.get("/learn/").content.decode()
    reader.post(reverse("practice:put_return_away", args=[row.pk]))
    assert "has come back" not in reader.get("/learn/").content.decode()
    row.refresh_from_db()
    assert row.is_put_away


def test_putting_away_what_was_answered_changes_nothing(place, step):
    row = making.due_return(place, step)
    answer_return(row, key_for(row, 2), at=NOON)
    put_away(row, at=NOON + DAY)
    row.refresh_from_db()
    assert (row.is_put_away, row.closed_at) == (False, NOON)


def test_who_wants_none_sees_none_and_may_think_again(place, step):
    making.due_return(place, step)
    reader, url = signed_in(place.learner), reverse("practice:returns")
    reader.post(url, {"wish": "off"})
    assert "has come back" not in reader.get("/learn/").content.decode()
    reader.post(url, {"wish": "page"})
    assert "has come back" in reader.get("/learn/").content.decode()


def test_a_place_that_was_left_or_has_ended_brings_nothing(place, step):
    row = making.due_return(place, step)
    withdraw(place, at=NOON)
    assert keys_due(place, 1) == []
    assert signed_in(place.learner).get(reverse("practice:return", args=[row.pk])).headers[
        "Location"
    ] == reverse("learn")


def test_it_is_there_for_its_learner_alone(place, step):
    row = making.due_return(place, step)
    stranger = signed_in(make.user())
    for name in ("return", "put_return_away"):
        url = reverse(f"practice:{name}", args=[row.pk])
        assert stranger.post(url, {"reply": "1"}).status_code == 404
    row.refresh_from_db()
    assert row.closed_at is None
    assert row.conversation.title not in stranger.get(reverse("practice:returns")).content.decode()


def test_no_page_counts_days_or_scolds(place, step):
    row = making.due_return(place, step)
    reader = signed_in(place.learner)
    pages = [
        reverse("learn"),
        reverse("practice:returns"),
        reverse("practice:return", args=[row.pk]),
    ]
    words = " ".join(reader.get(url).content.decode() for url in pages).lower()
    assert not re.search(r"streak|overdue|\blate\b|missed|don’t lose|days in a row|hurry up", words)


def queries_of(reader, url):
    reader.get(url)
    with CaptureQueriesContext(connection) as captured:
        assert reader.get(url).status_code == 200
    return len(captured)


def test_my_learning_costs_one_query_for_it_and_one_more_however_much_came_back(place, step):
    reader = signed_in(place.learner)
    reader.get("/learn/")
    with CaptureQueriesContext(connection) as captured:
        reader.get("/learn/")
    about = [row["sql"] for row in captured if "practice_duereturn" in row["sql"]]
    assert len(about) == 1
    empty = len(captured)
    making.due_return(place, step)
    with_one = queries_of(reader, "/learn/")
    # Nearly everybody has nothing there, and is spared the statement that costs the most.
    assert with_one == empty + 1
    for _number in range(3):
        making.due_return(place, step)
    assert queries_of(reader, "/learn/") == with_one


# The letter -----------------------------------------------------------------------------------


def wish_by_mail(place):
    choose_returns(place.learner, by_mail=True, is_off=False)
    return ReturnWish.objects.get(learner=place.learner)


def test_no_letter_is_written_to_whoever_did_not_ask_for_it(place, step):
    making.due_return(place, step)
    assert not owed_wishes(NOON).exists()
    choose_returns(place.learner, by_mail=False, is_off=False)
    assert not owed_wishes(NOON).exists()
    choose_returns(place.learner, by_mail=True, is_off=True)
    assert not owed_wishes(NOON).exists()
    assert not ReturnWish.objects.get().by_mail


@pytest.mark.parametrize(
    ("language", "subject", "line"),
    [
        ("en", "A minute at Peerwork, if you like", "nothing counts it"),
        ("es", "Un minuto en Peerwork, si quieres", "nada lo cuenta"),
    ],
)
def test_the_letter_says_nothing_of_what_it_is_about(place, step, language, subject, line):
    making.due_return(place, step)
    place.learner.language = language
    place.learner.save()
    wish_by_mail(place)
    assert sweep(lambda: NOON).written == 1
    (letter,) = mail.outbox
    assert letter.subject == subject
    html = letter.alternatives[0][0]
    for text in (letter.body, html):
        assert line in " ".join(text.split())
        assert reverse("practice:returns") in text
        assert step.conversation.title not in text
        assert "Yusra" not in text
        assert "suicid" not in text.lower()
    assert '<p class="sender">' in html


def test_a_letter_comes_once_in_a_week_and_only_for_what_is_new(place, step):
    making.due_return(place, step)
    wish_by_mail(place)
    for _time in range(3):
        sweep(lambda: NOON)
    sweep(lambda: NOON + 8 * DAY)
    assert len(mail.outbox) == 1
    making.due_return(place, step, at=NOON + 3 * DAY)
    sweep(lambda: NOON + 3 * DAY)
    assert len(mail.outbox) == 1
    sweep(lambda: NOON + 8 * DAY)
    assert len(mail.outbox) == 2


def test_the_ceiling_of_letters_counts_it_and_it_stays_owed(place, step, settings):
    settings.LETTERS_PER_PERSON_A_DAY = 0
    making.due_return(place, step)
    assert not send_return_letter(wish_by_mail(place), at=NOON)
    assert mail.outbox == []
    assert owed_wishes(NOON).exists()
    assert Letter.objects.get().kind == Letter.Kind.PRACTICE


def test_a_dry_run_of_the_sweep_writes_nothing(place, step):
    making.due_return(place, step)
    wish_by_mail(place)
    swept = sweep(lambda: NOON, dry_run=True)
    assert (swept.to_write, swept.written, mail.outbox) == (1, 0, [])


# Forgotten, and shipped -------------------------------------------------------------------------


def test_it_is_forgotten_a_year_after_its_day(place, step):
    answered = making.due_return(place, step)
    answer_return(answered, key_for(answered, 2), at=NOON)
    making.due_return(place, step)
    forget_expired(NOON + 364 * DAY)
    assert DueReturn.objects.count() == 2
    forget_expired(NOON + 367 * DAY)
    assert not DueReturn.objects.exists()


def test_two_come_with_each_conversation_that_is_shipped():
    shipped = shipped_returns()
    codes = sorted(written.code for written in shipped_conversations())
    assert sorted(written.conversation for written in shipped) == sorted(codes * 2)
    for code in codes:
        assert sorted(w.after_days for w in shipped if w.conversation == code) == [2, 14]
    for written in shipped:
        assert sorted(reply.worth for reply in written.moment.replies) == [0, 1, 2]
        assert written.setting
        assert bool(written.moment.retry) == written.moment.red_line
        words = " ".join(reply.words for reply in written.moment.replies)
        assert written.moment.help or "suicide" not in words
        assert not {"Leila", "Tomasz"} & set(re.findall(r"\w+", f"{words} {written.setting}"))


@pytest.mark.parametrize("line", ["{", "[]", '{"return": "A"}'])
def test_a_line_that_is_no_one_minute_reply_is_named(line):
    with pytest.raises(UnreadableLine):
        read_returns(f"\n{line}")
