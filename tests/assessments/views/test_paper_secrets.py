"""What a learner must not see before handing in, and what nobody else sees at all."""

import copy
import re
from random import Random
from uuid import uuid4

import pytest
from django.template.loader import get_template
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape

from assessments.attempting import stored_responses
from assessments.items import item_from_json
from assessments.models import Attempt, PaperItem, ResponseStep, Result
from courses.models import Enrolment
from tests import make
from tests.assessments.forms import ids_in, leaves
from tests.assessments.sitting import address, give, hand_in, page_of

pytestmark = pytest.mark.django_db


# What a learner must not see yet --------------------------------------------------------


SHOWN = {"stem", "note", "text", "language"}
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
        {"item": item, "given": None, "number": 1, "total": 1, "language": item.language}
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
        revealed = {field for word, field in canaries_in(item).items() if word in reviewed}
        assert "rationale" in revealed, item.kind
        assert "feedback" in revealed, item.kind


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
