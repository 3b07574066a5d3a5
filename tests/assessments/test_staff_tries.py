"""Learners' tries and exceptions in the staff pages: who opens what, and what a late form does."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from assessments.access import (
    may_change_quiz,
    may_give_exceptions,
    may_see_attempts,
    may_talk_through,
)
from assessments.attempting import save_responses, start_attempt, submit_attempt
from assessments.blueprint import Row
from assessments.editing import Shortfall
from assessments.excepting import give_exception, move_end
from assessments.models import (
    Attempt,
    Draw,
    EnrolmentException,
    QuizException,
    RedLineRecord,
    Result,
)
from courses.enrolling import take_again
from tests import make
from tests.make import DAY, NOON

pytestmark = pytest.mark.django_db

ROLES = ["Trainers", "Lead trainers", "Assessors", "Registrars", ""]


@pytest.fixture(autouse=True)
def without_second_factor(settings):
    settings.STAFF_NEED_SECOND_FACTOR = False


def member_of(role):
    person = make.user()
    if role:
        person.groups.add(Group.objects.get(name=role))
    return type(person).objects.get(pk=person.pk)


def browser_of(person):
    browser = Client()
    browser.force_login(person)
    return browser


@pytest.fixture
def lead():
    return member_of("Lead trainers")


@pytest.fixture
def staff(lead):
    return browser_of(lead)


@pytest.fixture
def page():
    """A quiz of three plain questions and one red line, with a limit of everything."""
    module = make.module(make.course(order="free"))
    questions = [make.true_false() for _ in range(3)] + [make.true_false(red_line=True)]
    rules = {"attempts_allowed": 1, "wait_minutes": 60, "time_limit_minutes": 30}
    return make.quiz_page(module, make.quiz(questions, **rules))


def place_at(page, **fields):
    course = page.get_parent().get_parent().specific
    return make.enrolment(make.user(**fields), course, at=NOON)


def sat(page, *, wrong=(), **fields):
    """A try that was handed in with all right but the questions at these places."""
    attempt = start_attempt(place_at(page, **fields), page, at=NOON)
    responses = make.right_responses(attempt)
    for place in wrong:
        item = attempt.paper.items[place]
        responses[item.id] = next(o.id for o in item.options if o.fraction == 0)
    save_responses(attempt, responses, base=0, at=NOON)
    submit_attempt(attempt, base=1, at=NOON)
    return attempt


def message_in(response):
    return [str(message).strip() for message in response.context["messages"]]


# Who may ------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ROLES)
def test_lead_trainers_alone_decide_about_single_learners(role):
    person, leads = member_of(role), role == "Lead trainers"
    assert may_see_attempts(person) is (role in {"Trainers", "Lead trainers", "Registrars"})
    assert may_talk_through(person) is leads
    assert may_give_exceptions(person) is leads


def test_someone_who_left_sees_nothing_although_their_group_may(lead):
    lead.is_active = False
    assert not may_see_attempts(lead)
    assert not may_talk_through(lead)
    assert not may_give_exceptions(lead)


@pytest.mark.parametrize(
    ("shown", "was_sat", "trainer_may"),
    [(False, False, True), (True, False, False), (False, True, False), (True, True, False)],
)
def test_a_quiz_that_learners_meet_is_for_lead_trainers_to_change(
    page, shown, was_sat, trainer_may
):
    quiz = page.quiz
    if was_sat:
        sat(page)
    if not shown:
        page.unpublish()
    assert may_change_quiz(member_of("Trainers"), quiz) is trainer_may
    assert may_change_quiz(member_of("Lead trainers"), quiz) is True


# Forms that come late -----------------------------------------------------------------------


def test_an_exception_on_an_old_page_is_not_saved_and_says_so(staff, lead, page):
    place = place_at(page)
    given = {"extra_attempts": 2}
    give_exception(place, page.quiz, given, reason="First.", by=lead, seen=0, at=NOON)
    address = reverse("attempts:exception", args=[place.pk, page.quiz.pk])
    form = {"seen": 0, "extra_attempts": 5, "reason": "Second."}
    response = staff.post(address, form, follow=True)
    assert "Somebody changed this since you opened it" in message_in(response)[0]
    assert QuizException.objects.get().extra_attempts == 2
    assert response.context["form"].initial["seen"] == 1
    assert response.context["form"].initial["extra_attempts"] == 2


def test_a_moved_end_on_an_old_page_is_not_saved_and_says_so(staff, lead, page):
    place = place_at(page)
    move_end(place, ends_at=NOON + DAY, reason="First.", by=lead, seen=0, at=NOON)
    form = {"seen": 0, "ends_at": "2031-01-01 12:00", "reason": "Second."}
    response = staff.post(reverse("attempts:end", args=[place.pk]), form, follow=True)
    assert "Somebody changed this since you opened it" in message_in(response)[0]
    place.refresh_from_db()
    assert place.ends_at == NOON + DAY
    assert EnrolmentException.objects.count() == 1


def test_an_end_can_be_taken_away(staff, page):
    place = place_at(page)
    type(place).objects.filter(pk=place.pk).update(ends_at=NOON + DAY)
    form = {"seen": 0, "ends_at": "", "reason": "No end any more."}
    assert staff.post(reverse("attempts:end", args=[place.pk]), form).status_code == 302
    place.refresh_from_db()
    assert place.ends_at is None
    assert EnrolmentException.objects.get().ended_at == NOON + DAY


@pytest.mark.parametrize(
    "form",
    [
        {"seen": 0},
        {"seen": 0, "reason": "  "},
        {"reason": "No number of what was seen."},
        {"seen": 0, "reason": "Fewer.", "extra_attempts": -1},
        {"seen": 0, "reason": "Not a number.", "extra_minutes": "ten"},
    ],
)
def test_what_cannot_be_read_is_asked_again_and_gives_nothing(staff, page, form):
    address = reverse("attempts:exception", args=[place_at(page).pk, page.quiz.pk])
    assert staff.post(address, form).status_code == 422
    assert not QuizException.objects.exists()


@pytest.mark.parametrize(
    ("rule", "field"),
    [
        ("attempts_allowed", "extra_attempts"),
        ("wait_minutes", "no_wait"),
        ("time_limit_minutes", "extra_minutes"),
    ],
)
def test_only_what_the_quiz_limits_can_be_eased(staff, page, rule, field):
    place = place_at(page)
    address = reverse("attempts:exception", args=[place.pk, page.quiz.pk])
    assert field in staff.get(address).context["form"].fields
    type(page.quiz).objects.update(**{rule: 0 if rule == "wait_minutes" else None})
    assert field not in staff.get(address).context["form"].fields
    staff.post(address, {"seen": 0, "reason": "Sent all the same.", field: 1})
    assert not getattr(QuizException.objects.get(), field)


@pytest.mark.parametrize("name", ["exception", "end"])
def test_an_earlier_run_is_a_record_and_its_terms_are_not_changed(staff, page, name):
    attempt = sat(page)
    take_again(attempt.enrolment, at=NOON + DAY)
    args = [attempt.enrolment_id, *([page.quiz.pk] if name == "exception" else [])]
    assert staff.get(reverse(f"attempts:{name}", args=args)).status_code == 404


# Red lines talked through -------------------------------------------------------------------


def talked(attempt, place):
    return reverse("attempts:talked_through", args=[attempt.pk, attempt.paper_items[place].pk])


def test_what_was_never_missed_cannot_be_talked_through(staff, page):
    attempt = sat(page, wrong=[3])
    for place in range(3):
        response = staff.post(talked(attempt, place), {"reason": "Well said."}, follow=True)
        assert message_in(response) == ["This one is in place already."]
    assert not RedLineRecord.objects.exists()
    assert Result.objects.count() == 1


def test_a_question_of_another_paper_is_not_found(staff, page):
    attempt, other_attempt = sat(page, wrong=[3]), sat(page, wrong=[3])
    address = reverse("attempts:talked_through", args=[attempt.pk, other_attempt.paper_items[3].pk])
    assert staff.post(address, {"reason": "Well said."}).status_code == 404
    assert not RedLineRecord.objects.exists()


def test_whoever_may_read_but_not_record_is_stopped_before_the_form(page):
    attempt = sat(page, wrong=[3])
    rights = ["assessments.view_attempt", "courses.view_enrolment", "courses.view_every_enrolment"]
    reader = browser_of(make.staff(*rights))
    assert reader.get(reverse("attempts:inspect", args=[attempt.pk])).status_code == 200
    for response in (
        reader.get(talked(attempt, 3)),
        reader.post(talked(attempt, 3), {"reason": "Well said."}),
    ):
        assert response.headers.get("Location") == "/admin/" or response.status_code == 403
    assert not RedLineRecord.objects.exists()


# The list -----------------------------------------------------------------------------------


@pytest.fixture
def three_tries(page):
    sat(page, full_name="Passed Person")
    sat(page, wrong=[3], full_name="Nearly Person")
    sat(page, wrong=[0, 1, 2, 3], full_name="Below Person")
    start_attempt(place_at(page, full_name="Sitting Person"), page, at=NOON)


@pytest.mark.parametrize(
    ("outcome", "names"),
    [
        ("passed", {"Passed"}),
        ("nearly_there", {"Nearly"}),
        ("not_passed", {"Below"}),
        ("under_way", {"Sitting"}),
        ("", {"Passed", "Nearly", "Below", "Sitting"}),
    ],
)
def test_the_list_is_narrowed_by_what_became_of_a_try(staff, page, three_tries, outcome, names):
    page.quiz.attempts_allowed = 2
    rows = staff.get(reverse("attempts:index"), {"outcome": outcome}).context["object_list"]
    assert {row.enrolment.learner.full_name.split()[0] for row in rows} == names


def test_a_latest_result_counts_in_the_list_and_not_the_first(staff, page):
    attempt = sat(page, wrong=[3], full_name="Nearly Person")
    staff.post(talked(attempt, 3), {"reason": "We role-played it."})
    for outcome, shown in [("passed", 1), ("nearly_there", 0)]:
        rows = staff.get(reverse("attempts:index"), {"outcome": outcome}).context["object_list"]
        assert len(rows) == shown
    assert Attempt.objects.count() == 1


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("nearly", {"Nearly"}),
        ("person nearly", {"Nearly"}),
        ("PERSON", {"Passed", "Nearly", "Below", "Sitting"}),
        ("person absent", set()),
        ("%", set()),
    ],
)
def test_every_word_of_a_search_has_to_be_found(staff, three_tries, query, names):
    rows = staff.get(reverse("attempts:index"), {"q": query}).context["object_list"]
    assert {row.enrolment.learner.full_name.split()[0] for row in rows} == names


def test_a_person_is_found_by_their_address(staff, page):
    attempt = sat(page)
    email = attempt.enrolment.learner.email
    rows = staff.get(reverse("attempts:index"), {"q": email.upper()}).context["object_list"]
    assert [row.pk for row in rows] == [attempt.pk]


# What an editor of a quiz is told -----------------------------------------------------------


@pytest.mark.parametrize(
    ("row", "ready", "sentence"),
    [
        ({"question": 1, "names_red_line": True}, 0, "Nobody can begin this quiz until"),
        ({"question": 1}, 0, "It is left out until you publish it."),
        ({"all_red_lines": True, "module": 1}, 0, "asks for every red line, and the bank has none"),
        ({"count": 5, "tag": "crisis"}, 2, "asks for 5, and the bank has 2 ready for it."),
        ({"count": 5, "tag": "crisis"}, 1, "asks for 5, and the bank has 1 ready for it."),
    ],
)
def test_a_row_that_the_bank_cannot_fill_says_why(row, ready, sentence):
    words = str(Shortfall(4, Row(**row), ready))
    assert words.startswith("Row 4 ")
    assert sentence in words


@pytest.mark.parametrize(
    ("named", "narrowed", "problem"),
    [
        (True, {}, ""),
        (False, {"tag": "crisis"}, ""),
        (False, {"all_red_lines": True}, ""),
        (False, {"all_red_lines": True, "tag": "crisis"}, ""),
        (True, {"tag": "crisis"}, "not both"),
        (True, {"all_red_lines": True}, "not both"),
        (False, {}, "or a module, competency or tag to draw from"),
    ],
)
def test_a_row_names_a_question_or_says_what_to_draw(named, narrowed, problem):
    question = make.true_false() if named else None
    draw = Draw(quiz=make.quiz([]), question=question, count=3, **narrowed)
    if problem:
        with pytest.raises(ValidationError, match=problem):
            draw.clean()
        return
    draw.clean()
    assert draw.count == (1 if named or "all_red_lines" in narrowed else 3)
