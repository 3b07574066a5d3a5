"""Sitting a quiz through the browser's eyes: what is shown, what is kept, and what never is."""

import copy
import re
from random import Random
from uuid import uuid4

import pytest
from django.template.loader import get_template
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape

from assessments.attempting import save_responses, stored_responses, submit_attempt
from assessments.items import item_from_json
from assessments.kinds import KINDS
from assessments.models import Attempt, Mark, PaperItem, ResponseStep, Result
from courses.models import Enrolment
from tests import make
from tests.assessments.forms import ids_in, leaves

pytestmark = pytest.mark.django_db


def address(name, attempt):
    return reverse(f"assessments:{name}", args=[attempt.pk])


def give(attempt, responses, base=0):
    return save_responses(attempt, responses, base=base, at=timezone.now()).number


@pytest.fixture
def attempt(client):
    """An open attempt, and a client that its learner is signed in to."""
    attempt = make.attempt()
    client.force_login(attempt.enrolment.learner)
    return attempt


@pytest.fixture
def right(attempt):
    return make.right_responses(attempt)


def hand_in(attempt, responses=None):
    number = give(attempt, make.right_responses(attempt) if responses is None else responses)
    return submit_attempt(attempt, base=number, at=timezone.now())


def page_of(attempt):
    return attempt.quiz.pages.get()


# Starting -----------------------------------------------------------------------------


def test_starting_leads_to_the_paper_and_starting_again_to_the_same(client):
    page = make.quiz_page(make.course(order="free"))
    enrolment = make.enrolment(course=page.get_parent().specific)
    client.force_login(enrolment.learner)
    start = reverse("assessments:start_attempt", args=[page.translation_key])
    first = client.post(start)
    assert first.status_code == 303
    assert client.post(start).url == first.url == address("attempt", Attempt.objects.get())


def test_a_refusal_is_said_on_the_quiz_page(client):
    page = make.quiz_page(make.course(order="free"), make.quiz(attempts_allowed=1))
    enrolment = make.enrolment(course=page.get_parent().specific)
    hand_in(make.attempt(enrolment, page), {})
    client.force_login(enrolment.learner)
    response = client.post(
        reverse("assessments:start_attempt", args=[page.translation_key]), follow=True
    )
    assert response.request["PATH_INFO"] == page.url
    assert "you have taken it" in response.content.decode()


def test_a_locked_quiz_cannot_be_started_by_going_around_its_page(client):
    course = make.full_course(modules=2)
    enrolment = make.enrolment(course=course)
    client.force_login(enrolment.learner)
    locked = course.get_descendants().specific().last()
    response = client.post(reverse("assessments:start_attempt", args=[locked.translation_key]))
    assert response.url == locked.url
    assert not Attempt.objects.exists()


def test_one_who_is_not_enrolled_finds_nothing_to_start(client):
    page = make.quiz_page(make.course(order="free"))
    client.force_login(make.user())
    for key in (page.translation_key, uuid4()):
        assert client.post(reverse("assessments:start_attempt", args=[key])).status_code == 404
    assert not Attempt.objects.exists()


# Answering ----------------------------------------------------------------------------


def test_the_paper_shows_every_question_and_what_was_given(client, attempt, right):
    give(attempt, right)
    shown = client.get(address("attempt", attempt)).content.decode()
    for item in attempt.paper.items:
        assert f'id="item-{item.id}"' in shown
    assert f"Answered and saved: {len(KINDS)} of {len(KINDS)}" in shown
    single = attempt.paper.items[0]
    assert re.search(rf'value="{right[single.id]}" checked', shown)
    assert '<input type="hidden" name="base" value="1"' in shown


def test_without_a_script_save_keeps_the_answers_and_says_so(client, attempt, right):
    form = make.paper_form(attempt, right, base="0", action="save")
    response = client.post(address("attempt", attempt), form, follow=True)
    assert response.redirect_chain == [(address("attempt", attempt), 303)]
    assert "Your answers are saved." in response.content.decode()
    assert stored_responses(attempt) == right


def test_without_a_script_looking_over_saves_first(client, attempt, right):
    form = make.paper_form(attempt, right, base="0", action="finish")
    response = client.post(address("attempt", attempt), form)
    assert (response.status_code, response.url) == (303, address("finish", attempt))
    assert stored_responses(attempt) == right


@pytest.mark.parametrize("base", ["0", "", "-1", "abc", "9" * 5000, "²"])
def test_an_old_page_is_shown_again_with_all_that_was_typed_and_a_choice(
    client, attempt, right, base
):
    first = attempt.paper.items[0]
    give(attempt, {first.id: right[first.id]})
    typed = {**right, first.id: None}
    form = make.paper_form(attempt, typed, base=base, action="finish")
    response = client.post(address("attempt", attempt), form)
    shown = response.content.decode()
    assert response.status_code == 409
    assert "Keep these answers" in shown
    assert "Show the saved ones" in shown
    assert f"Answered and saved: {len(KINDS) - 1} of {len(KINDS)}" in shown
    assert stored_responses(attempt) == {first.id: right[first.id]}
    # The choice to keep them is a press of a button on that page.
    form["base"] = re.search(r'name="base" value="(\d+)"', shown)[1]
    assert client.post(address("attempt", attempt), form).status_code == 303
    assert stored_responses(attempt) == typed


def test_a_script_saves_and_is_told_the_number(client, attempt, right):
    response = client.post(
        address("save_attempt", attempt), make.paper_form(attempt, right, base="0")
    )
    reply = response.json()
    assert response.status_code == 200
    assert (reply["state"], reply["number"]) == ("saved", 1)
    assert reply["saved_at"]
    assert stored_responses(attempt) == right


def test_a_script_with_an_old_page_is_told_what_is_stored(client, attempt, right):
    give(attempt, right)
    response = client.post(address("save_attempt", attempt), make.paper_form(attempt, {}, base="0"))
    assert response.status_code == 409
    assert (response.json()["state"], response.json()["number"]) == ("changed", 1)
    assert stored_responses(attempt) == right


def test_a_script_of_a_closed_attempt_is_led_to_its_result(client, attempt, right):
    hand_in(attempt)
    response = client.post(address("save_attempt", attempt), make.paper_form(attempt, {}, base="1"))
    assert response.status_code == 409
    assert response.json()["state"] == "closed"
    assert response.json()["result_url"] == address("result", attempt)
    assert stored_responses(attempt) == right


def test_a_script_of_a_signed_out_reader_is_told_where_to_sign_in(client, attempt, right):
    client.logout()
    response = client.post(
        address("save_attempt", attempt), make.paper_form(attempt, right, base="0")
    )
    assert response.status_code == 401
    assert response.json()["state"] == "signed_out"
    assert response.json()["sign_in_url"].startswith("/accounts/login/?next=/quizzes/")
    assert not ResponseStep.objects.exists()


def test_a_save_that_names_no_number_is_refused(client, attempt):
    for base in ("", "x", "-3", "1.5", "9" * 400):
        response = client.post(address("save_attempt", attempt), {"base": base})
        assert response.status_code == 422
    assert client.post(address("save_attempt", attempt)).status_code == 422


# Handing in ---------------------------------------------------------------------------


def test_looking_over_links_to_each_question_without_a_whole_answer(client, attempt, right):
    first, *rest = attempt.paper.items
    matching = next(item for item in rest if item.kind == "matching")
    half = dict(list(right[matching.id].items())[:1])
    give(attempt, {**right, first.id: None, matching.id: half})
    shown = client.get(address("finish", attempt)).content.decode()
    links = re.findall(rf'href="{address("attempt", attempt)}#item-(\w+)"', shown)
    assert links == [first.id, matching.id]
    assert "2 questions are not fully answered yet" in shown
    assert f'action="{address("submit", attempt)}"' in shown


def test_looking_over_and_reading_change_nothing(client, attempt, right):
    give(attempt, right)
    before = Attempt.objects.values().get(pk=attempt.pk)
    for name in ("attempt", "finish", "result"):
        client.get(address(name, attempt))
        assert client.get(address("submit", attempt)).status_code == 405
        assert client.get(address("save_attempt", attempt)).status_code == 405
    assert Attempt.objects.values().get(pk=attempt.pk) == before


def test_handing_in_twice_leads_to_the_same_result(client, attempt, right):
    number = give(attempt, right)
    answers = [client.post(address("submit", attempt), {"base": str(number)}) for _ in range(3)]
    assert {(one.status_code, one.url) for one in answers} == {(303, address("result", attempt))}
    assert Result.objects.count() == 1
    # Any page that is still open in another tab leads there too.
    for name in ("attempt", "finish"):
        assert client.get(address(name, attempt)).url == address("result", attempt)
    form = make.paper_form(attempt, {}, base="1", action="save")
    assert client.post(address("attempt", attempt), form).url == address("result", attempt)
    assert stored_responses(attempt) == right


@pytest.mark.parametrize("base", ["0", "", "nonsense"])
def test_handing_in_from_an_old_page_asks_again(client, attempt, right, base):
    give(attempt, right)
    response = client.post(address("submit", attempt), {"base": base})
    shown = response.content.decode()
    assert response.status_code == 409
    assert "saved from another tab or device" in shown
    assert not Result.objects.exists()
    number = re.search(r'name="base" value="(\d+)"', shown)[1]
    assert client.post(address("submit", attempt), {"base": number}).status_code == 303


def test_a_try_that_was_left_when_its_course_was_begun_again_leads_to_the_quiz(
    client, attempt, right
):
    """Another tab may still show it. It takes nothing more, and no link from it is broken."""
    Attempt.objects.filter(pk=attempt.pk).update(state=Attempt.State.ABANDONED)
    form = make.paper_form(attempt, right, base="0")
    saved = client.post(address("save_attempt", attempt), form)
    assert (saved.status_code, saved.json()["state"]) == (409, "closed")
    for name in ("attempt", "finish", "result"):
        response = client.get(address(name, attempt), follow=True)
        assert response.redirect_chain[-1] == (page_of(attempt).url, 303)
        assert response.status_code == 200
    assert stored_responses(attempt) == {}


# How it went --------------------------------------------------------------------------


def test_a_pass_is_said_with_the_score_and_the_way_on(client, attempt):
    hand_in(attempt)
    shown = client.get(address("result", attempt)).content.decode()
    assert "You passed" in shown
    assert "100%" in shown
    assert f"You earned {len(KINDS)} of {len(KINDS)} marks" in shown


def test_not_yet_is_said_kindly_with_the_way_back_and_another_try(client, attempt):
    hand_in(attempt, {})
    shown = client.get(address("result", attempt)).content.decode()
    assert "Not yet, and that is all right" in shown
    assert reverse("assessments:start_attempt", args=[page_of(attempt).translation_key]) in shown
    assert "Would a talk help?" not in shown
    for word in ("fail", "wrong", "incorrect"):
        assert word not in shown.lower()


def test_after_two_tries_below_the_mark_a_talk_is_offered(client, attempt):
    hand_in(attempt, {})
    second = make.attempt(attempt.enrolment, page_of(attempt))
    hand_in(second, {})
    assert "Would a talk help?" in client.get(address("result", second)).content.decode()
    third = make.attempt(attempt.enrolment, page_of(attempt))
    hand_in(third)
    assert "Would a talk help?" not in client.get(address("result", third)).content.decode()


def test_a_pause_says_when_the_next_try_may_begin(client):
    attempt = make.attempt(quiz=make.quiz(wait_minutes=60))
    client.force_login(attempt.enrolment.learner)
    hand_in(attempt, {})
    shown = client.get(address("result", attempt)).content.decode()
    assert "you can try again" in shown
    assert "/quizzes/start/" not in shown


SECRETS = {"key": "Fits best", "feedback": "FEEDBACK-CANARY", "rationale": "RATIONALE-CANARY"}


def reviewed(client, *, feedback, passed):
    question = make.single_choice(
        rationale=SECRETS["rationale"],
        options=[("Reflect", "1", "KEY-CANARY"), ("Fix", "0", SECRETS["feedback"])],
    )
    others = [make.true_false() for _ in range(3)]
    attempt = make.attempt(quiz=make.quiz([question, *others], feedback=feedback, pass_percent=75))
    client.force_login(attempt.enrolment.learner)
    right = make.right_responses(attempt)
    asked = attempt.paper.items[0]
    right[asked.id] = next(option.id for option in asked.options if option.text == "Fix")
    if not passed:
        right = {asked.id: right[asked.id]}
    hand_in(attempt, right)
    return client.get(address("result", attempt)).content.decode()


@pytest.mark.parametrize(
    ("feedback", "passed", "review", "key"),
    [
        ("full", False, True, True),
        ("full", True, True, True),
        ("after_passing", False, True, False),
        ("after_passing", True, True, True),
        ("score", False, False, False),
        ("score", True, False, False),
    ],
)
def test_the_review_shows_what_the_quiz_allows(client, feedback, passed, review, key):
    shown = reviewed(client, feedback=feedback, passed=passed)
    assert ("FEEDBACK-CANARY" in shown) is review
    assert ("KEY-CANARY" in shown) is key
    assert ("RATIONALE-CANARY" in shown) is key
    assert ("Fits best" in shown) is key


def test_strengths_are_named_and_lead_back_to_the_lessons_that_teach_them(client):
    course = make.course(order="free")
    module = make.module(course)
    competency = make.competency(name="Stay with silence")
    lesson = make.lesson(module, "When nobody speaks")
    lesson.competencies.add(competency)
    lesson.save()
    question = make.true_false()
    question.competencies.add(competency)
    question.save()
    page = make.quiz_page(module, make.quiz([question]))
    attempt = make.attempt(make.enrolment(course=course), page)
    client.force_login(attempt.enrolment.learner)
    hand_in(attempt, {})
    shown = client.get(address("result", attempt)).content.decode()
    assert "Stay with silence" in shown
    assert lesson.url in shown


def test_a_lesson_that_has_not_opened_yet_is_no_place_to_look_again(client):
    course = make.course(order="in_order")
    first, second = make.module(course), make.module(course)
    competency = make.competency(name="Share your story on purpose")
    later = make.lesson(second, "Sharing your story on purpose")
    later.competencies.add(competency)
    later.save()
    question = make.true_false()
    question.competencies.add(competency)
    question.save()
    page = make.quiz_page(first, make.quiz([question]))
    attempt = make.attempt(make.enrolment(course=course), page)
    client.force_login(attempt.enrolment.learner)
    hand_in(attempt, {})
    shown = client.get(address("result", attempt)).content.decode()
    assert "Share your story on purpose" in shown
    assert later.url not in shown


def test_editing_the_bank_changes_no_page_and_no_mark(client, attempt, right):
    """A paper renders byte for byte as it did, before and after it is handed in."""

    def stable(response):
        return re.sub(rb'name="csrfmiddlewaretoken" value="\w+"', b"", response.content)

    give(attempt, right)
    open_before = stable(client.get(address("attempt", attempt)))
    over_before = stable(client.get(address("finish", attempt)))
    make.rewrite_the_bank()
    assert stable(client.get(address("attempt", attempt))) == open_before
    assert stable(client.get(address("finish", attempt))) == over_before
    assert submit_attempt(attempt, base=1, at=timezone.now()).score == len(KINDS)
    result_before = stable(client.get(address("result", attempt)))
    marks = list(Mark.objects.values_list("item_id", "mark"))
    make.rewrite_the_bank()
    assert stable(client.get(address("result", attempt))) == result_before
    assert list(Mark.objects.values_list("item_id", "mark")) == marks


# What a learner must not see yet --------------------------------------------------------


SHOWN = {"stem", "note", "text"}
"""The fields of an item and of its choices that a learner who is answering may read."""
UUID_TEXT = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def canary_paper():
    """An open attempt at a question of every kind, with a word of its own in every field.

    The words are put into the items as they are stored, so that a kind that is new is looked
    at like the others. Left alone are ids, numbers, and words that the item works by: those
    without which a right response would not be right.
    """
    course = make.course(order="free")
    module = make.module(course)
    lesson = make.lesson(module)
    competency = make.competency(code="CANARY-COMP", name="CANARY-COMP-NAME")
    questions = make.one_of_each_kind()
    for question in questions:
        question.tags.add(f"CANARY-TAG-{question.code}")
        question.competencies.add(competency)
        question.red_line, question.lesson = True, lesson
        question.save()
    page = make.quiz_page(module, make.quiz(questions))
    attempt = make.attempt(make.enrolment(course=course), page)
    for row in attempt.paper_items:
        PaperItem.objects.filter(pk=row.pk).update(content=with_canaries(row))
    return Attempt.objects.get(pk=attempt.pk)


def with_canaries(row):
    content = row.content
    ids = {row.key, *ids_in(content)}
    for number, (path, value) in enumerate(leaves(content)):
        if not isinstance(value, str) or value in ids or UUID_TEXT.fullmatch(value):
            continue
        if value.startswith("CANARY"):
            continue
        changed = replaced(content, path, f"CANARY-{row.kind}-{number:03d}-X")
        if is_still_right(row, changed):
            content = changed
    return content


def replaced(content, path, value):
    changed = copy.deepcopy(content)
    *above, last = path
    holder = changed
    for key in above:
        holder = holder[key]
    holder[last] = value
    return changed


def is_still_right(row, content):
    """Whether an item with this content works as the one that was drawn."""
    try:
        item = item_from_json({**row.item.to_json(), **content})
        right = item.right_response()
        return item.mark(right) == item.worth and item.read(item.to_form(right)) == right
    except (ArithmeticError, KeyError, TypeError, ValueError):
        return False


def canaries_in(item):
    """Each canary of an item, with the name of the field that holds it."""
    return {
        value: next(key for key in reversed(path) if isinstance(key, str))
        for path, value in leaves(item.to_json())
        if isinstance(value, str) and (value.startswith("CANARY") or UUID_TEXT.fullmatch(value))
    }


def asked_alone(item):
    return get_template(item.ask_template).render(
        {"item": item, "given": None, "number": 1, "total": 1, "language": ""}
    )


def test_the_question_itself_shows_its_words_and_those_of_its_choices_alone():
    for item in canary_paper().paper.items:
        page = asked_alone(item)
        shown = {field for word, field in canaries_in(item).items() if word in page}
        assert {"stem", "note"} <= shown <= SHOWN, item.kind
        assert "CANARY-COMP" not in page


def test_nothing_that_tells_the_answer_is_sent_before_it_is_handed_in(client):
    attempt = canary_paper()
    client.force_login(attempt.enrolment.learner)
    right = make.right_responses(attempt)
    form = make.paper_form(attempt, right, base="0")
    sent = [
        client.get(page_of(attempt).url),
        client.get(address("attempt", attempt)),
        client.post(address("save_attempt", attempt), form),
        client.post(address("save_attempt", attempt), {"base": "0"}),
        client.post(address("attempt", attempt), {**form, "base": "7"}),
        client.get(address("finish", attempt)),
        client.post(address("submit", attempt), {"base": "0"}),
        client.get(address("result", attempt), follow=True),
    ]
    secrets = {"CANARY-COMP", "CANARY-TAG"}
    for item in attempt.paper.items:
        page = asked_alone(item)
        hidden = {word: field for word, field in canaries_in(item).items() if word not in page}
        assert {"code", "rationale", "retry_text", "lesson_key"} <= set(hidden.values())
        typed = {value for values in item.to_form(right[item.id]).values() for value in values}
        secrets |= set(hidden) - typed
    assert len(secrets) > 4 * len(attempt.paper.items)
    for response in sent:
        words = response.content.decode()
        assert not {secret for secret in secrets if secret in words}
        assert "no-store" in response["Cache-Control"] or response.request["PATH_INFO"].startswith(
            "/courses/"
        )
    give(attempt, right, base=1)
    client.post(address("submit", attempt), {"base": "1"})
    reviewed = client.get(address("result", attempt)).content.decode()
    for item in attempt.paper.items:
        told = {field for word, field in canaries_in(item).items() if word in reviewed}
        assert "rationale" in told, item.kind
        assert "feedback" in told, item.kind


def test_a_right_choice_looks_like_any_other_while_answering(client, attempt):
    """Take away the ids, the words and the order, and every choice is the same markup."""
    shown = client.get(address("attempt", attempt)).content.decode()
    for item in attempt.paper.items:
        markup = shown.split(f'id="item-{item.id}"')[1].split("</fieldset>")[0]
        tag = "li" if "<li" in markup else "label"
        rows = {}
        for part in item.parts(None):
            text = escape(part.choice.text)
            row = next(row for row in markup.split(f"<{tag}")[1:] if part.choice.id in row)
            row = row.split(f"</{tag}>")[0].replace(part.choice.id, "ID")
            row = row.replace(text, "TEXT") if text else re.sub(r"\d+", "NUMBER", row)
            rows[re.sub(r"\s+", " ", row)] = True
        assert len(rows) == 1, item.kind


def test_ids_on_a_paper_are_drawn_anew_and_say_nothing():
    page = make.quiz_page(make.course(order="free"))
    papers = []
    for _ in range(2):
        attempt = make.attempt(make.enrolment(course=page.get_parent().specific), page, random=None)
        ids = {part.choice.id for item in attempt.paper.items for part in item.parts(None)}
        papers.append(ids | {item.id for item in attempt.paper.items})
    assert not papers[0] & papers[1]


# Whose it is --------------------------------------------------------------------------


def test_somebody_elses_attempt_is_not_found_by_anyone(client, attempt, right):
    give(attempt, right)
    for person in (make.user(), make.user(is_superuser=True)):
        client.force_login(person)
        for pk in (attempt.pk, uuid4()):
            for name in ("attempt", "finish", "result"):
                assert client.get(reverse(f"assessments:{name}", args=[pk])).status_code == 404
            for name in ("attempt", "save_attempt", "submit"):
                posted = client.post(reverse(f"assessments:{name}", args=[pk]), {"base": "1"})
                assert posted.status_code == 404
    assert stored_responses(attempt) == right
    assert not Result.objects.exists()


def test_a_question_of_another_paper_is_not_taken(client, attempt, right):
    other = make.attempt(random=Random(99))
    form = make.paper_form(other, make.right_responses(other), base="0")
    assert client.post(address("save_attempt", attempt), form).json()["number"] == 0
    crossed = {f"item-{attempt.paper.items[0].id}": other.paper.items[0].options[0].id, "base": "0"}
    client.post(address("save_attempt", attempt), crossed)
    assert not ResponseStep.objects.exists()


def test_a_visitor_is_asked_to_sign_in(client):
    attempt = make.attempt()
    for name in ("attempt", "finish", "result"):
        response = client.get(address(name, attempt))
        assert response.url == f"/accounts/login/?next={address(name, attempt)}"


def test_a_place_that_ends_closes_the_paper_and_keeps_the_records(client, attempt, right):
    """The checks are made at each request, so a page that is still open does not help."""
    hand_in(attempt, {})
    second = make.attempt(attempt.enrolment, page_of(attempt))
    number = give(second, right)
    Enrolment.objects.update(ends_at=timezone.now())
    form = make.paper_form(second, {}, base=str(number), action="save")
    assert client.post(address("save_attempt", second), form).status_code == 403
    assert client.post(address("save_attempt", second), form).json()["state"] == "ended"
    assert client.post(address("attempt", second), form).status_code == 403
    assert client.post(address("submit", second), form).status_code == 403
    for name in ("attempt", "finish"):
        response = client.get(address(name, second))
        assert response.status_code == 403
        assert "Your time on this course has ended" in response.content.decode()
    start = reverse("assessments:start_attempt", args=[page_of(attempt).translation_key])
    assert client.post(start).status_code == 303
    assert stored_responses(second) == right
    shown = client.get(address("result", attempt))
    assert shown.status_code == 200
    assert "Your place on this course is closed" in shown.content.decode()
    assert Attempt.objects.count() == 2


# What it costs ------------------------------------------------------------------------


def many(client, count):
    """An attempt at a quiz of so many questions, its learner signed in, caches warm."""
    questions = [kind for _ in range(count) for kind in make.one_of_each_kind()]
    attempt = make.attempt(quiz=make.quiz(questions))
    client.force_login(attempt.enrolment.learner)
    client.get(address("attempt", attempt))
    return attempt


@pytest.mark.parametrize("count", [1, 3])
def test_each_step_costs_few_queries_whatever_the_length_of_the_paper(
    client, count, django_assert_max_num_queries
):
    """Two of each are the session and the person; the test's savepoints count as queries too.

    The rows of a paper are one query where they are needed: to show it, to save and to mark.
    """
    attempt = many(client, count)
    form = make.paper_form(attempt, make.right_responses(attempt), base="0")
    start = reverse("assessments:start_attempt", args=[page_of(attempt).translation_key])
    with django_assert_max_num_queries(6):
        client.get(address("attempt", attempt))
    with django_assert_max_num_queries(9):
        client.post(address("save_attempt", attempt), form)
    with django_assert_max_num_queries(6):
        client.get(address("finish", attempt))
    with django_assert_max_num_queries(20):
        client.post(address("submit", attempt), {"base": "1"})
    # With what the certificate at the end still asks for, since this was the last step.
    with django_assert_max_num_queries(12):
        client.get(address("result", attempt))
    # One for each kind of question on the paper, and the rows of the paper.
    with django_assert_max_num_queries(20 + len(KINDS)):
        client.post(start)
