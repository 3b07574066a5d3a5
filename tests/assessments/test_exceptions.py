"""Dates and a time limit, and what one person is given beyond them and beyond the tries."""

from __future__ import annotations

import json

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from assessments.attempting import (
    hand_in_overdue,
    save_responses,
    start_attempt,
    stored_responses,
    submit_attempt,
)
from assessments.excepting import give_exception, move_end
from assessments.exceptions import (
    ExceptionChanged,
    NoAttemptsLeft,
    QuizClosed,
    QuizNotOpenYet,
    TimeIsUp,
    WaitBeforeNextAttempt,
)
from assessments.history import attempt_history
from assessments.models import Attempt, EnrolmentException, QuizException, Result
from assessments.red_lines import answer_again
from assessments.terms import GRACE, Terms, overdue_attempts, terms_for
from courses.exceptions import EnrolmentClosed
from courses.models import Enrolment
from lms.sweeping import sweep
from tests import make
from tests.make import DAY, HOUR, NOON

pytestmark = pytest.mark.django_db

MINUTE = HOUR / 60


@pytest.fixture
def trainer():
    return make.user(full_name="Idris Haddad")


def page_of(**rules):
    module = make.module(make.course(order="free"))
    questions = rules.pop("questions", None) or [make.true_false(), make.single_choice()]
    return make.quiz_page(module, make.quiz(questions, **rules))


def place_at(page):
    return make.enrolment(course=page.get_parent().get_parent().specific)


def give(enrolment, page, *, seen=0, at=NOON, by=None, **terms):
    return give_exception(
        enrolment,
        page.quiz,
        terms,
        reason="The bus broke down.",
        by=by or make.user(),
        seen=seen,
        at=at,
    )


def hand_in(attempt, at=NOON):
    save_responses(attempt, make.right_responses(attempt), base=0, at=at)
    return submit_attempt(attempt, base=1, at=at)


# Tries and waits ---------------------------------------------------------------------------


def test_one_more_try_for_one_person_alone(trainer):
    page = page_of(attempts_allowed=1)
    place, other = place_at(page), place_at(page)
    for enrolment in (place, other):
        hand_in(start_attempt(enrolment, page, at=NOON))
    give(place, page, extra_attempts=1)
    assert start_attempt(place, page, at=NOON).number == 2
    with pytest.raises(NoAttemptsLeft):
        start_attempt(other, page, at=NOON)


def test_no_wait_for_one_person():
    page = page_of(wait_minutes=60)
    place = place_at(page)
    hand_in(start_attempt(place, page, at=NOON))
    with pytest.raises(WaitBeforeNextAttempt):
        start_attempt(place, page, at=NOON + MINUTE)
    give(place, page, no_wait=True)
    assert start_attempt(place, page, at=NOON + MINUTE).number == 2


def test_a_later_row_corrects_and_an_empty_one_takes_back(trainer):
    page = page_of(attempts_allowed=1)
    place = place_at(page)
    hand_in(start_attempt(place, page, at=NOON))
    give(place, page, extra_attempts=3, by=trainer)
    give(place, page, seen=1, extra_attempts=1, by=trainer)
    assert attempt_history(place, page.quiz).attempts_left == 1
    give(place, page, seen=2, by=trainer)
    assert attempt_history(place, page.quiz).attempts_left == 0
    rows = QuizException.objects.values_list("number", "extra_attempts", "reason", "actor")
    why = "The bus broke down."
    assert list(rows) == [(1, 3, why, trainer.pk), (2, 1, why, trainer.pk), (3, 0, why, trainer.pk)]


def test_two_who_give_at_once_do_not_overwrite_each_other():
    page = page_of(attempts_allowed=1)
    place = place_at(page)
    give(place, page, extra_attempts=1)
    with pytest.raises(ExceptionChanged):
        give(place, page, extra_attempts=2)
    assert QuizException.objects.get().extra_attempts == 1


def test_more_minutes_say_nothing_where_there_is_no_limit():
    page = page_of()
    assert terms_for(page.quiz, QuizException(extra_minutes=5)).time_limit is None


# Dates and a limit -------------------------------------------------------------------------


def test_by_default_there_is_no_clock_and_no_date():
    page = page_of()
    assert terms_for(page.quiz, None) == Terms()
    assert Terms().deadline(NOON) is None
    attempt = start_attempt(place_at(page), page, at=NOON)
    assert hand_in(attempt, at=NOON + 300 * DAY).passed


@pytest.mark.parametrize(
    ("limit", "closes", "deadline"),
    [(30, None, 30), (None, 45, 45), (30, 45, 30), (60, 45, 45)],
)
def test_the_deadline_is_the_earlier_of_limit_and_close(limit, closes, deadline):
    page = page_of(time_limit_minutes=limit, closes_at=closes and NOON + closes * MINUTE)
    assert terms_for(page.quiz, None).deadline(NOON) == NOON + deadline * MINUTE


def test_it_opens_and_closes():
    page = page_of(opens_at=NOON, closes_at=NOON + DAY)
    place = place_at(page)
    with pytest.raises(QuizNotOpenYet):
        start_attempt(place, page, at=NOON - MINUTE)
    with pytest.raises(QuizClosed):
        start_attempt(place, page, at=NOON + DAY)
    assert start_attempt(place, page, at=NOON).number == 1


def test_what_comes_up_to_a_minute_late_is_saved_and_nothing_later():
    page = page_of(time_limit_minutes=30)
    attempt = start_attempt(place_at(page), page, at=NOON)
    right = make.right_responses(attempt)
    first, _second = attempt.paper.items
    on_time = NOON + 30 * MINUTE + GRACE
    save_responses(attempt, {first.id: right[first.id]}, base=0, at=on_time)
    with pytest.raises(TimeIsUp):
        save_responses(attempt, right, base=1, at=on_time + MINUTE / 60)
    assert stored_responses(attempt) == {first.id: right[first.id]}


def test_handing_in_late_hands_in_what_was_saved():
    page = page_of(time_limit_minutes=30, pass_percent=50)
    attempt = start_attempt(place_at(page), page, at=NOON)
    save_responses(attempt, make.right_responses(attempt), base=0, at=NOON)
    assert submit_attempt(attempt, base=1, at=NOON + DAY).passed
    assert not Attempt.objects.get(pk=attempt.pk).handed_in_by_site


def test_the_sweep_hands_in_what_is_overdue_and_says_that_it_was_the_site():
    page = page_of(time_limit_minutes=30)
    attempt = start_attempt(place_at(page), page, at=NOON)
    untimed = start_attempt(place_at(other := page_of()), other, at=NOON)
    save_responses(attempt, make.right_responses(attempt), base=0, at=NOON)
    assert overdue_attempts(NOON + 31 * MINUTE) == []
    later = NOON + 32 * MINUTE
    assert sweep(lambda: later, dry_run=True).to_hand_in == 1
    assert not Result.objects.exists()
    assert sweep(lambda: later).handed_in == 1
    attempt.refresh_from_db()
    assert (attempt.state, attempt.handed_in_by_site) == ("handed_in", True)
    assert Result.objects.get(attempt=attempt).passed
    assert sweep(lambda: later).to_hand_in == 0
    assert Attempt.objects.get(pk=untimed.pk).is_open


def test_an_exception_moves_a_try_under_way_at_once():
    page = page_of(time_limit_minutes=30, closes_at=NOON + HOUR)
    place = place_at(page)
    attempt = start_attempt(place, page, at=NOON)
    give(place, page, extra_minutes=60, closes_at=NOON + 2 * HOUR)
    assert overdue_attempts(NOON + 45 * MINUTE) == []
    assert hand_in_overdue(attempt, at=NOON + 45 * MINUTE) is None
    save_responses(attempt, make.right_responses(attempt), base=0, at=NOON + 80 * MINUTE)
    assert [overdue.pk for overdue in overdue_attempts(NOON + 92 * MINUTE)] == [attempt.pk]


def test_red_lines_are_answered_again_without_a_clock():
    red = make.true_false(red_line=True)
    plain = [make.true_false() for _ in range(4)]
    page = page_of(questions=[*plain, red], time_limit_minutes=30, closes_at=NOON + HOUR)
    attempt = start_attempt(place_at(page), page, at=NOON)
    responses = make.right_responses(attempt)
    last = attempt.paper.items[-1]
    responses[last.id] = next(o.id for o in last.options if o.fraction == 0)
    save_responses(attempt, responses, base=0, at=NOON)
    submit_attempt(attempt, base=1, at=NOON)
    retry = answer_again(attempt, at=NOON + DAY)
    assert overdue_attempts(NOON + 9 * DAY) == []
    save_responses(retry, make.right_responses(retry), base=0, at=NOON + 9 * DAY)
    assert submit_attempt(retry, base=1, at=NOON + 9 * DAY).passed


# The end of a place ------------------------------------------------------------------------


def test_the_end_of_a_place_is_moved_with_a_reason(trainer):
    page = page_of()
    place = place_at(page)
    Enrolment.objects.update(ends_at=NOON + DAY)
    place.refresh_from_db()
    move_end(place, ends_at=NOON + 9 * DAY, reason="Was in hospital.", by=trainer, seen=0, at=NOON)
    row = EnrolmentException.objects.get()
    assert (row.ended_at, row.ends_at, row.actor) == (NOON + DAY, NOON + 9 * DAY, trainer)
    place.refresh_from_db()
    assert place.is_open(NOON + 2 * DAY)
    with pytest.raises(ExceptionChanged):
        move_end(place, ends_at=None, reason="x", by=trainer, seen=0, at=NOON)


def test_the_end_of_an_earlier_run_stays(trainer):
    place = place_at(page_of())
    Enrolment.objects.update(retaken_at=NOON)
    with pytest.raises(EnrolmentClosed):
        move_end(place, ends_at=None, reason="x", by=trainer, seen=0, at=NOON)
    assert not EnrolmentException.objects.exists()


# Seen by the learner -----------------------------------------------------------------------


def browser_of(person):
    browser = Client()
    browser.force_login(person)
    return browser


def test_the_learner_reads_what_they_were_given_at_once():
    page = page_of(attempts_allowed=1)
    place = place_at(page)
    attempt = start_attempt(place, page, at=timezone.now())
    hand_in(attempt, at=timezone.now())
    browser = browser_of(place.learner)
    assert "more try" not in browser.get(page.url).content.decode()
    give(place, page, extra_attempts=1)
    for url in (page.url, reverse("assessments:result", args=[attempt.pk])):
        content = browser.get(url).content.decode()
        assert "You were given one more try." in content
        assert "The bus broke down." in content
    give(place, page, seen=1)
    assert "more try" not in browser.get(page.url).content.decode()


def test_a_clock_is_shown_only_where_there_is_a_limit():
    for rules, shown in [({}, False), ({"time_limit_minutes": 30}, True)]:
        page = page_of(**rules)
        place = place_at(page)
        attempt = start_attempt(place, page, at=timezone.now())
        response = browser_of(place.learner).get(reverse("assessments:attempt", args=[attempt.pk]))
        assert ("data-deadline" in response.content.decode()) == shown


def test_a_late_form_is_refused_kindly_with_nothing_lost_on_the_page():
    page = page_of(time_limit_minutes=30, questions=[make.single_choice()])
    place = place_at(page)
    attempt = start_attempt(place, page, at=timezone.now() - HOUR)
    browser = browser_of(place.learner)
    address = reverse("assessments:attempt", args=[attempt.pk])
    form = make.paper_form(attempt, make.right_responses(attempt), base=0, action="save")
    late = browser.post(address, form)
    assert late.status_code == 409
    assert "The time for this try ended" in late.content.decode()
    assert "checked" in late.content.decode()
    saved = browser.post(reverse("assessments:save_attempt", args=[attempt.pk]), form)
    assert saved.status_code == 403
    assert "The time for this try ended" in json.loads(saved.content)["message"]
    shown = browser.get(address)
    assert shown.status_code == 403
    assert "Hand in what is saved" in shown.content.decode()
    done = browser.post(reverse("assessments:submit", args=[attempt.pk]), {"base": 0})
    assert done.headers["Location"] == reverse("assessments:result", args=[attempt.pk])


# The staff pages ---------------------------------------------------------------------------


@pytest.fixture
def staff(settings, trainer):
    settings.STAFF_NEED_SECOND_FACTOR = False
    trainer.groups.add(Group.objects.get(name="Lead trainers"))
    return browser_of(trainer)


def test_a_lead_trainer_gives_one_more_try_with_a_reason(staff, trainer):
    page = page_of(attempts_allowed=1)
    place = place_at(page)
    hand_in(start_attempt(place, page, at=NOON))
    address = reverse("attempts:exception", args=[place.pk, page.quiz.pk])
    shown = staff.get(address).content.decode()
    assert "id_extra_attempts" in shown
    assert "id_extra_minutes" not in shown
    assert staff.post(address, {"seen": 0, "extra_attempts": 1}).status_code == 422
    given = {"seen": 0, "extra_attempts": 1, "reason": "The bus broke down."}
    assert staff.post(address, given).status_code == 302
    row = QuizException.objects.get()
    assert (row.extra_attempts, row.actor) == (1, trainer)
    staff.post(address, given)
    assert QuizException.objects.count() == 1
    staff.post(address, {"seen": 1, "extra_attempts": "", "reason": "Given by mistake."})
    assert attempt_history(place, page.quiz).attempts_left == 0
    for url in ("learners:learner", "attempts:of_quiz"):
        pk = place.learner_id if url == "learners:learner" else page.quiz.pk
        listed = staff.get(reverse(url, args=[pk])).content.decode()
        assert "1 more try" in listed
        assert "Given by mistake." in listed
        assert "Taken back" in listed


def test_a_lead_trainer_moves_the_end_of_a_place(staff):
    place = place_at(page_of())
    address = reverse("attempts:end", args=[place.pk])
    assert staff.get(address).status_code == 200
    given = {"seen": 0, "ends_at": "2030-01-01 12:00", "reason": "Was in hospital."}
    assert staff.post(address, given).status_code == 302
    place.refresh_from_db()
    assert place.ends_at.year == 2030
    listed = staff.get(reverse("learners:learner", args=[place.learner_id])).content.decode()
    assert "Was in hospital." in listed
    own = browser_of(place.learner).get("/learn/").content.decode()
    assert "Your place is open until" in own


def test_a_lead_trainer_records_what_was_talked_through(staff, trainer):
    red = make.true_false(red_line=True, stem="<p>A secret about a life?</p>")
    page = page_of(questions=[*[make.true_false() for _ in range(4)], red])
    place = place_at(page)
    attempt = start_attempt(place, page, at=NOON)
    responses = make.right_responses(attempt)
    last = attempt.paper.items[-1]
    responses[last.id] = next(o.id for o in last.options if o.fraction == 0)
    save_responses(attempt, responses, base=0, at=NOON)
    submit_attempt(attempt, base=1, at=NOON)
    content = staff.get(reverse("attempts:inspect", args=[attempt.pk])).content.decode()
    assert "A secret about a life?" in content
    assert "Nearly there" in staff.get(reverse("attempts:index")).content.decode()
    address = reverse("attempts:talked_through", args=[attempt.pk, attempt.paper_items[-1].pk])
    assert staff.get(address).status_code == 200
    assert staff.post(address, {"reason": ""}).status_code == 422
    assert staff.post(address, {"reason": "We role-played it."}).status_code == 302
    result = Result.objects.order_by("-number").first()
    assert (result.passed, result.decided_by) == (True, trainer)
    assert staff.post(address, {"reason": "Twice."}).status_code == 302
    assert Result.objects.count() == 2


def test_the_list_of_tries_costs_the_same_for_three_as_for_one(staff):
    page = page_of()
    counts = []
    for _ in range(3):
        hand_in(start_attempt(place_at(page), page, at=NOON))
        staff.get(reverse("attempts:index"))
        with CaptureQueriesContext(connection) as queries:
            staff.get(reverse("attempts:index"))
        counts.append(len(queries))
    assert counts[0] == counts[2]


def test_the_list_is_searched_and_filtered(staff):
    page = page_of()
    place = make.enrolment(
        make.user(full_name="Zofia Kowalska"), page.get_parent().get_parent().specific
    )
    hand_in(start_attempt(place, page, at=NOON))
    url = reverse("attempts:index")
    assert "Zofia" in staff.get(url, {"q": "kowal"}).content.decode()
    assert "Zofia" not in staff.get(url, {"q": "nobody"}).content.decode()
    for outcome, shown in [("passed", True), ("nearly_there", False), ("under_way", False)]:
        content = staff.get(url, {"outcome": outcome}).content.decode()
        assert ("Zofia" in content) == shown, outcome


def test_others_open_none_of_it(settings):
    settings.STAFF_NEED_SECOND_FACTOR = False
    page = page_of(attempts_allowed=1)
    place = place_at(page)
    person = make.user()
    person.groups.add(Group.objects.get(name="Assessors"))
    browser = browser_of(person)
    for name, args in [
        ("attempts:exception", [place.pk, page.quiz.pk]),
        ("attempts:end", [place.pk]),
        ("attempts:of_quiz", [page.quiz.pk]),
        ("attempts:index", []),
        ("learners:learner", [place.learner_id]),
        ("learners:index", []),
    ]:
        address = reverse(name, args=args)
        for reply in (browser.get(address), browser.post(address, {"reason": "x", "seen": 0})):
            assert reply.headers.get("Location") == "/admin/" or reply.status_code in {403, 405}
    assert not QuizException.objects.exists()
