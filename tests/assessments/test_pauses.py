"""After tries that did not pass: a night's pause, the offer of a talk, and a talk that is needed."""

from datetime import timedelta

import pytest
import time_machine

from assessments.attempting import save_responses, start_attempt, submit_attempt
from assessments.excepting import give_exception
from assessments.exceptions import (
    NoTalkOffered,
    PauseBeforeNextAttempt,
    TalkNeeded,
    TalkNotAnswered,
)
from assessments.history import TRIES_TOLD, attempt_history
from assessments.models import TalkAnswer
from assessments.talks import answer_talk_offer
from courses.models import Enrolment
from tests import make
from tests.assessments.sitting import address, sit
from tests.make import DAY, HOUR, NOON

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(db):
    """A quiz of four ordinary questions and one red line: a pause after two, a talk after four."""
    questions = [make.single_choice() for _ in range(4)]
    questions.append(make.single_choice(red_line=True))
    quiz = make.quiz(questions, tries_before_pause=2, pause_hours=12, tries_before_talk=4)
    return make.quiz_page(make.course(order="free"), quiz)


@pytest.fixture
def place(page):
    return make.enrolment(course=page.get_parent().specific)


def fail(place, page, *, at=NOON):
    sit(place, page, {}, at=at)
    return place.attempts.order_by("-submitted_at", "-number").first()


def history_of(place, page):
    return attempt_history(place, page.quiz)


def decline(attempt, wants_talk=False, at=NOON):
    return answer_talk_offer(attempt, wants_talk=wants_talk, at=at)


def test_the_first_try_that_does_not_pass_has_no_pause(place, page):
    fail(place, page)
    assert history_of(place, page).refusal(NOON) is None


def test_after_the_second_the_next_opens_a_night_later_and_the_offer_is_answered_first(place, page):
    fail(place, page)
    second = fail(place, page)
    with pytest.raises(PauseBeforeNextAttempt) as refusal:
        start_attempt(place, page, at=NOON + 11 * HOUR)
    assert refusal.value.until == NOON + 12 * HOUR
    with pytest.raises(TalkNotAnswered):
        start_attempt(place, page, at=NOON + 12 * HOUR)
    decline(second)
    assert start_attempt(place, page, at=NOON + 12 * HOUR).number == 3


def test_each_further_one_waits_and_the_offer_is_made_once(place, page):
    fail(place, page)
    decline(fail(place, page))
    fail(place, page, at=NOON + DAY)
    history = history_of(place, page)
    assert isinstance(history.refusal(NOON + DAY + HOUR), PauseBeforeNextAttempt)
    assert history.refusal(NOON + 2 * DAY) is None
    assert not history.is_talk_offered


def test_after_so_many_a_talk_is_needed_and_offered_again(place, page):
    fail(place, page)
    decline(fail(place, page))
    fail(place, page, at=NOON + DAY)
    last = fail(place, page, at=NOON + 2 * DAY)
    with pytest.raises(TalkNeeded) as refusal:
        start_attempt(place, page, at=NOON + 90 * DAY)
    assert "You have tried 4 times" in str(refusal.value)
    assert history_of(place, page).is_talk_offered
    decline(last, wants_talk=True)
    assert history_of(place, page).wants_talk is True
    assert isinstance(history_of(place, page).refusal(NOON + 90 * DAY), TalkNeeded)


def give(place, page, **terms):
    return give_exception(
        place,
        page.quiz,
        terms,
        reason="We talked about it.",
        by=make.user(),
        seen=0,
        at=NOON + 3 * DAY,
    )


def test_a_talk_that_is_noted_counts_the_tries_afresh(place, page):
    fail(place, page)
    decline(fail(place, page))
    fail(place, page, at=NOON + DAY)
    fail(place, page, at=NOON + 2 * DAY)
    give(place, page, talked=True)
    at = NOON + 3 * DAY + HOUR
    assert history_of(place, page).refusal(at) is None
    fail(place, page, at=at)
    fail(place, page, at=at)
    assert isinstance(history_of(place, page).refusal(at), PauseBeforeNextAttempt)


def test_an_exception_lifts_the_pause_for_one_person(place, page):
    fail(place, page)
    decline(fail(place, page))
    give(place, page, no_wait=True)
    assert history_of(place, page).refusal(NOON + HOUR) is None
    other = make.enrolment(course=page.get_parent().specific)
    fail(other, page)
    fail(other, page)
    assert isinstance(history_of(other, page).refusal(NOON + HOUR), PauseBeforeNextAttempt)


def test_who_misses_only_red_lines_is_never_counted_nor_paused(place, page):
    for _ in range(3):
        attempt = start_attempt(place, page, at=NOON)
        responses = make.right_responses(attempt)
        item = next(item for item in attempt.paper.items if item.red_line)
        responses[item.id] = next(o.id for o in item.options if o.fraction < 1)
        _hand_in(attempt, responses)
    history = history_of(place, page)
    assert history.failures == []
    assert history.refusal(NOON) is None
    assert history.nearly_there is not None


def _hand_in(attempt, responses):
    save_responses(attempt, responses, base=0, at=NOON)
    return submit_attempt(attempt, base=1, at=NOON)


def test_a_pass_ends_the_count(place, page):
    fail(place, page)
    decline(fail(place, page))
    sit(place, page, at=NOON + DAY)
    history = history_of(place, page)
    assert history.passed
    assert history.failures == []


def test_beginning_the_course_again_does_not_get_round_a_pause(place, page):
    fail(place, page)
    fail(place, page)
    Enrolment.objects.filter(pk=place.pk).update(withdrawn_at=NOON)
    again = make.enrolment(place.learner, place.course, at=NOON + HOUR)
    assert isinstance(history_of(again, page).refusal(NOON + HOUR), PauseBeforeNextAttempt)


def test_a_quiz_without_these_rules_pauses_nobody(db):
    page = make.quiz_page(make.course(order="free"), make.quiz([make.true_false()]))
    place = make.enrolment(course=page.get_parent().specific)
    for _ in range(5):
        fail(place, page)
    assert history_of(place, page).refusal(NOON) is None


def test_the_offer_is_answered_once_and_for_the_latest_try_alone(place, page):
    first = fail(place, page)
    with pytest.raises(NoTalkOffered):
        decline(first)
    second = fail(place, page)
    with pytest.raises(NoTalkOffered):
        decline(first)
    decline(second)
    with pytest.raises(NoTalkOffered):
        decline(second, wants_talk=True)
    assert TalkAnswer.objects.get().wants_talk is False


def test_how_skills_went_is_told_for_some_tries_and_again_after_a_talk(place, page):
    type(page.quiz).objects.filter(pk=page.quiz.pk).update(
        tries_before_pause=None, tries_before_talk=None, held_back=True, feedback="skills"
    )
    for question in page.quiz.draws.all():
        type(question.question).objects.filter(pk=question.question_id).update(held_back=True)
    page.quiz.refresh_from_db()
    tries = [fail(place, page, at=NOON + n * HOUR) for n in range(TRIES_TOLD + 2)]
    history = history_of(place, page)
    told = [history.tells_skills(attempt.pk) for attempt in tries]
    assert told == [True] * TRIES_TOLD + [False, False]
    give(place, page, talked=True)
    later = fail(place, page, at=NOON + 4 * DAY)
    history = history_of(place, page)
    assert [history.tells_skills(attempt.pk) for attempt in [*tries, later]] == [*told, True]


# On the pages ----------------------------------------------------------------------------


@pytest.fixture
def night(place, client):
    """The evening of two tries that did not pass, in Madrid, an hour ahead."""
    type(place.learner).objects.filter(pk=place.learner.pk).update(time_zone="Europe/Madrid")
    client.force_login(place.learner)
    with time_machine.travel(NOON, tick=False) as clock:
        yield clock


def test_the_result_says_when_it_opens_again_in_the_readers_own_time(client, place, page, night):
    fail(place, page)
    shown = client.get(address("result", fail(place, page))).content.decode()
    assert "It opens again on 24 November 2026, 01:00" in " ".join(shown.split())
    assert "Would a talk help?" in shown
    assert "/quizzes/start/" not in shown
    assert "fail" not in shown.lower()


def test_the_talk_is_taken_or_declined_by_a_button_and_the_way_is_open(client, place, page, night):
    fail(place, page)
    second = fail(place, page)
    night.shift(timedelta(hours=13))
    assert "Would a talk help?" in client.get(page.url).content.decode()
    response = client.post(address("answer_talk", second), {"wants_talk": "yes"}, follow=True)
    shown = response.content.decode()
    assert "You asked for a talk" in shown
    assert "/quizzes/start/" in shown
    assert TalkAnswer.objects.get().wants_talk
    again = client.post(address("answer_talk", second), {"wants_talk": "no"}, follow=True)
    assert "You have answered that already" in again.content.decode()


def test_another_word_than_yes_or_no_is_no_answer(client, place, page, night):
    fail(place, page)
    second = fail(place, page)
    client.post(address("answer_talk", second), {"wants_talk": "perhaps"})
    assert not TalkAnswer.objects.exists()


def test_the_quiz_may_say_its_own_kind_words(client, place, page, night):
    type(page.quiz).objects.update(talk_words="Rosa is here on Tuesdays.")
    fail(place, page)
    assert (
        "Rosa is here on Tuesdays."
        in client.get(address("result", fail(place, page))).content.decode()
    )


def test_somebody_elses_offer_is_not_found(client, place, page):
    fail(place, page)
    second = fail(place, page)
    client.force_login(make.user())
    assert client.post(address("answer_talk", second), {"wants_talk": "yes"}).status_code == 404


def test_the_quiz_page_says_the_rules_before_anybody_begins(client, place, page, night):
    shown = " ".join(client.get(page.url).content.decode().split())
    assert "After 2 tries that did not pass, there is a pause of about 12 hours" in shown
    assert "After 4, somebody goes through it with you first" in shown
    assert "As many as it takes" in shown
    assert "As many as you like" not in shown
