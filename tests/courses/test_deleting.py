"""Deleting with care: an editor reads what rests on something, and nothing is lost by haste."""

from __future__ import annotations

import pytest
from django.db.models.deletion import Collector, ProtectedError, RestrictedError
from django.urls import reverse
from wagtail import hooks

from assessments.models import Draw, Quiz
from courses.admin.deleting import HOLDS_HOOK, Hold, holds_on
from courses.models import Competency
from tests import make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_once_and_without_second_factor")]


def words(target):
    return [hold.what for hold in holds_on(target)]


def taught_competency():
    """A competency that the lesson “Silence” names."""
    competency = make.competency("LI1")
    lesson = make.lesson(make.module(make.course()), "Silence")
    lesson.competencies.add(competency)
    lesson.save()
    return competency


# What rests on it -------------------------------------------------------------------------


def test_what_nothing_rests_on_has_no_holds():
    assert holds_on(make.competency()) == []
    assert holds_on(make.true_false()) == []


def test_what_editors_know_by_name_is_named():
    competency = taught_competency()
    question = make.true_false(code="T-1")
    question.competencies.add(competency)
    question.save()
    named = words(competency)
    assert len(named) == 2
    assert any("Silence" in each for each in named)
    assert any("T-1" in each for each in named)


def test_a_row_of_a_quiz_is_named_by_its_quiz_and_once():
    question = make.true_false()
    quiz = make.quiz([question, make.true_false()], title="Module check")
    Draw.objects.create(quiz=quiz, question=question, sort_order=7)
    named = [hold_in_words for hold_in_words in words(question) if hold_in_words.startswith("Quiz")]
    assert named == ["Quiz: Module check"]


def test_records_of_people_are_counted_and_nobody_is_named():
    question = make.true_false()
    quiz = make.quiz([question])
    learner = make.user(full_name="Zofia Secret")
    page = make.quiz_page(make.course(order="free"), quiz)
    make.attempt(make.enrolment(learner, page.get_parent().specific), page)
    Draw.objects.all().delete()
    assert words(question) == ["1 × paper item"]


def test_an_app_may_add_what_no_constraint_protects(monkeypatch):
    competency = make.competency()
    held = Hold("Somebody needs it", None)
    with hooks.register_temporarily(HOLDS_HOOK, lambda target: [held]):
        assert holds_on(competency) == [held]
    assert holds_on(competency) == []


@pytest.mark.parametrize("error", [ProtectedError, RestrictedError])
def test_both_ways_of_protecting_a_row_hold_it(monkeypatch, error):
    competency, question = make.competency(), make.true_false(code="T-1")

    def refuse(collector, rows, **options):
        raise error("in use", {question})

    monkeypatch.setattr(Collector, "collect", refuse)
    [hold] = holds_on(competency)
    assert "T-1" in hold.what
    assert hold.at == question


def test_looking_deletes_nothing():
    competency = make.competency()
    holds_on(competency)
    assert Competency.objects.filter(pk=competency.pk).exists()


# The page that asks -----------------------------------------------------------------------


def delete_address(name, row):
    return reverse(f"{name}:delete", args=[row.pk])


def test_the_page_says_what_rests_on_it_and_offers_no_button(editor):
    competency = taught_competency()
    page = editor.get(delete_address("competencies", competency)).content.decode()
    assert "Silence" in page
    refused = editor.post(delete_address("competencies", competency))
    assert refused.status_code == 409
    assert Competency.objects.filter(pk=competency.pk).exists()


def test_what_nothing_rests_on_goes_with_one_press(editor, settings):
    competency = make.competency()
    settings.SECOND_READER = False
    address = delete_address("competencies", competency)
    assert editor.get(address).status_code == 200
    assert editor.post(address, {"reason": "Twice."}).status_code == 302
    assert not Competency.objects.exists()


def test_what_somebody_used_a_moment_ago_stays(editor, monkeypatch):
    """Nothing rested on it when the page looked; by the time it is deleted, something does."""
    quiz = make.quiz()
    question = make.true_false(code="T-9")

    def be_too_late(row, *args, **kwargs):
        raise ProtectedError("in use", {question})

    monkeypatch.setattr(Quiz, "delete", be_too_late)
    response = editor.post(delete_address("wagtailsnippets_assessments_quiz", quiz))
    assert response.status_code == 409
    assert "It is in use, so it was not deleted." in response.content.decode()
    assert Quiz.objects.filter(pk=quiz.pk).exists()


def test_whoever_may_not_delete_is_sent_away(client):
    competency = make.competency()
    client.force_login(make.staff())
    assert client.post(delete_address("competencies", competency)).status_code == 302
    assert Competency.objects.filter(pk=competency.pk).exists()
