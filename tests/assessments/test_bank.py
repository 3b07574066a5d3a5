"""The question bank, as a trainer meets it in the staff pages."""

from __future__ import annotations

import re

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from wagtail.models import Revision
from wagtail.test.utils.form_data import nested_form_data, rich_text, streamfield

from assessments.editing import asking_quizzes, draws_that_may_ask, questions_asked_by
from assessments.kinds.matching.model import Matching
from assessments.kinds.multiple_response.model import MultipleResponse
from assessments.kinds.ordering.model import Ordering
from assessments.kinds.single_choice.model import SingleChoice
from assessments.kinds.true_false.model import TrueFalse
from assessments.models import QUESTION_KINDS, Draw, Question
from tests import make
from tests.assessments.staff_forms import BANK, single_choice_form, url

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("index_at_once")]


# The one list ---------------------------------------------------------------------------


def test_one_list_holds_every_kind_with_its_status_and_where_it_belongs(editor):
    module = make.module(make.course(), title="Listening")
    question = make.single_choice(code="L01", module=module, stem="<p>What <b>helps</b> Sam?</p>")
    question.competencies.add(make.competency("LI1"))
    question.tags.add("crisis")
    question.save()
    make.true_false(code="L02", live=False)
    make.ordering(code="L03", has_unpublished_changes=True)
    make.quiz([question])
    page = editor.get(BANK).content.decode()
    for expected in ["L01", "What helps Sam?", "Listening", "LI1", "crisis", "Draft", "Changed"]:
        assert expected in page
    for kind in ["Single choice", "True or false", "Ordering"]:
        assert str(kind) in page


@pytest.mark.parametrize(
    ("query", "codes"),
    [
        ("kind=truefalse", {"T-1"}),
        ("status=draft", {"D-1"}),
        ("status=ready", {"S-1", "T-1"}),
        ("competency={competency}", {"S-1"}),
        ("tag=crisis", {"T-1"}),
        ("module={module}", {"D-1"}),
        ("q=umbrella", {"S-1"}),
        ("q=slow", {"T-1"}),
        ("q=%22%27%60*", set()),
        ("q=umbrella&kind=truefalse", set()),
        ("q=sam&ordering=-module__title&status=ready", {"S-1"}),
    ],
)
def test_the_list_is_narrowed_by_words_and_by_each_property(editor, query, codes):
    module = make.module(make.course())
    competency = make.competency()
    single = make.single_choice(code="S-1", options=[("An umbrella", "1", ""), ("Advice", "0", "")])
    single.competencies.add(competency)
    single.save()
    statement = make.true_false(code="T-1", stem="<p>A slow breath can help.</p>")
    statement.tags.add("Crisis")
    statement.save()
    make.ordering(code="D-1", live=False, module=module)
    response = editor.get(f"{BANK}?{query.format(competency=competency.pk, module=module.pk)}")
    assert {question.code for question in response.context["object_list"]} == codes


def test_the_list_costs_the_same_however_mixed_and_long_it_is(
    editor, django_assert_max_num_queries
):
    make.single_choice()
    editor.get(BANK)
    with django_assert_max_num_queries(60) as first:
        editor.get(BANK)
        queries = len(first)
    for question in [*make.one_of_each_kind(), *make.one_of_each_kind()]:
        question.competencies.add(make.competency())
        question.tags.add("listening")
        question.save()
    editor.get(BANK)  # the bank has changed, so what is cached of the site is made once more
    # What was just made is looked up once more for its tags.
    with django_assert_max_num_queries(queries + 1):
        assert editor.get(BANK).status_code == 200


def test_adding_begins_by_choosing_the_kind_and_says_when_each_serves(editor):
    page = editor.get(BANK + "add/").content.decode()
    for kind in QUESTION_KINDS:
        assert str(kind.kind_name) in page
        assert kind.kind_purpose
        assert url(kind, "add") in page
        assert editor.get(url(kind, "add")).status_code == 200


def test_an_entry_of_the_list_leads_to_the_editor_of_its_kind(editor):
    for question in make.one_of_each_kind():
        response = editor.get(f"{BANK}edit/{question.pk}/", follow=True)
        assert response.status_code == 200
        assert response.redirect_chain[-1][0] == url(question, "edit", question.pk)


def test_the_list_of_a_kind_is_the_one_list_showing_that_kind(editor):
    response = editor.get(url(Matching, "list"))
    assert response.url == BANK + "?kind=matching"


# Writing a question ---------------------------------------------------------------------


def test_a_draft_is_never_ready_and_publishing_makes_it_so(editor):
    response = editor.post(url(SingleChoice, "add"), single_choice_form())
    question = SingleChoice.objects.get(code="N1")
    assert response.url == url(question, "edit", question.pk)
    assert question.status == "draft"
    assert not Question.objects.ready().exists()
    form = {**single_choice_form(), "action-publish": "1"}
    response = editor.post(url(question, "edit", question.pk), form)
    assert response.url == BANK
    question = SingleChoice.objects.get(code="N1")
    assert question.status == "ready"
    assert [str(tag) for tag in question.tags.all()] == ["listening"]


def test_a_change_waits_for_publishing_while_the_old_words_are_asked(editor):
    editor.post(url(SingleChoice, "add"), {**single_choice_form(), "action-publish": "1"})
    question = SingleChoice.objects.get(code="N1")
    changed = single_choice_form(stem=rich_text("<p>And now?</p>"))
    editor.post(url(question, "edit", question.pk), changed)
    question = SingleChoice.objects.get(code="N1")
    assert question.status == "changed"
    assert "Sam goes quiet" in question.freeze().stem
    assert "And now?" in question.get_latest_revision_as_object().stem


def test_every_version_of_a_question_is_kept_and_can_be_looked_at(editor):
    editor.post(url(SingleChoice, "add"), {**single_choice_form(), "action-publish": "1"})
    question = SingleChoice.objects.get(code="N1")
    editor.post(url(question, "edit", question.pk), single_choice_form(rationale="Better."))
    first, second = Revision.objects.for_instance(question).order_by("pk")
    assert editor.get(url(question, "history", question.pk)).status_code == 200
    compared = editor.get(
        reverse(
            question.snippet_viewset.get_url_name("revisions_compare"),
            args=[question.pk, first.pk, second.pk],
        )
    )
    assert "Better." in compared.content.decode()


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ([("Wait", "0.5"), ("Advise", "0")], "one option earn the whole mark"),
        ([("Wait", "1"), ("wait ", "0")], "is here twice"),
    ],
)
def test_a_question_nobody_could_answer_rightly_is_not_published(editor, options, sentence):
    blocks = [("option", {"text": t, "fraction": f, "feedback": ""}) for t, f in options]
    form = {**single_choice_form(options=streamfield(blocks)), "action-publish": "1"}
    response = editor.post(url(SingleChoice, "add"), form)
    assert response.status_code == 200
    assert sentence in response.content.decode()
    assert not Question.objects.exists()


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        (
            MultipleResponse,
            {"options": [("option", {"text": "A", "is_right": False, "feedback": ""})] * 2},
        ),
        (Ordering, {"steps": [("step", {"text": "Breathe", "feedback": ""})] * 2}),
        (
            Matching,
            {
                "pairs": [("pair", {"left": "Open", "right": "How was it?", "feedback": ""})] * 2,
                "extra": [],
            },
        ),
        (
            Matching,
            {
                "pairs": [
                    ("pair", {"left": "Open", "right": "How was it?", "feedback": ""}),
                    ("pair", {"left": "Closed", "right": "Are you well?", "feedback": ""}),
                ],
                "extra": [("choice", "How was it?")],
            },
        ),
    ],
)
def test_choices_that_cannot_be_told_apart_are_refused(kind, fields):
    question = kind(code="X1", stem="<p>?</p>", **fields)
    with pytest.raises(ValidationError):
        question.clean()


def test_two_questions_never_share_a_code(editor):
    make.true_false(code="N1")
    response = editor.post(url(SingleChoice, "add"), single_choice_form())
    assert response.status_code == 200
    assert SingleChoice.objects.count() == 0


def test_a_copy_waits_for_a_code_of_its_own(editor):
    question = make.single_choice(code="S9", stem="<p>Copy me</p>")
    response = editor.get(url(question, "copy", question.pk))
    assert response.context["form"]["code"].value() == ""
    assert "Copy me" in str(response.context["form"]["stem"].value())
    assert SingleChoice.objects.get().code == "S9"


def test_each_kind_is_shown_as_a_learner_sees_it_without_its_key(editor):
    for question in make.one_of_each_kind():
        revision = question.save_revision()
        page = editor.get(
            url(question, "revisions_view", question.pk, revision.pk)
        ).content.decode()
        for words in re.split(r"\{\d\}", question.words):  # what stands between its gaps
            assert words.rstrip("“") in page  # a sign that opens a gap stands beside it
        assert "Yes." not in page
        assert "five breaths" not in page


def test_a_question_is_previewed_while_it_is_written_and_nothing_is_saved(editor):
    address = url(SingleChoice, "preview_on_add")
    assert editor.post(address, single_choice_form()).json()["is_available"]
    response = editor.get(address)
    assert "Sam goes quiet" in response.content.decode()
    assert response["X-Frame-Options"] == "SAMEORIGIN"
    assert "frame-ancestors 'self'" in response["Content-Security-Policy"]
    assert not Question.objects.exists()


# Where it stands, and what protects it --------------------------------------------------


def test_usage_names_the_quizzes_that_ask_a_question_and_those_that_may(editor):
    module = make.module(make.course())
    question = make.single_choice(module=module)
    question.tags.add("Crisis")
    question.save()
    make.quiz([question], title="Names it")
    at_random = make.quiz([], title="Draws from the module")
    Draw.objects.create(quiz=at_random, module=module, count=2)
    by_tag = make.quiz([], title="Draws the tag")
    Draw.objects.create(quiz=by_tag, tag="crisis")
    elsewhere = make.quiz([], title="Draws elsewhere")
    Draw.objects.create(quiz=elsewhere, module=make.module(make.course()))
    assert {draw.quiz.title for draw in draws_that_may_ask(question)} == {
        "Names it",
        "Draws from the module",
        "Draws the tag",
    }
    page = editor.get(url(question, "usage", question.pk)).content.decode()
    assert "Names it" in page
    assert "May be drawn at random" in page
    assert "Draws elsewhere" not in page


def test_a_question_in_a_quiz_is_not_deleted_and_the_quiz_is_named(editor):
    question = make.single_choice()
    make.quiz([question], title="Module check")
    address = url(question, "delete", question.pk)
    assert "Module check" in editor.get(address).content.decode()
    response = editor.post(address)
    assert response.status_code == 409
    assert "Module check" in response.content.decode()
    assert Question.objects.filter(pk=question.pk).exists()


def test_a_question_nothing_rests_on_may_go(editor):
    question = make.matching()
    question.tags.add("old")
    question.save_revision()
    assert editor.get(url(question, "delete", question.pk)).status_code == 200
    assert editor.post(url(question, "delete", question.pk)).url == BANK
    assert not Question.objects.exists()


def test_truth_is_one_of_two(editor):
    form = nested_form_data(
        {
            "code": "T1",
            "stem": rich_text("<p>Silence can help.</p>"),
            "is_true": "False",
            "feedback_true": "",
            "feedback_false": "",
            "note": "",
            "rationale": "",
            "module": "",
            "tags": "",
        }
    )
    editor.post(url(TrueFalse, "add"), form)
    assert TrueFalse.objects.get().is_true is False


# How much rests on a question: one figure, worked out one way ------------------------------


def test_every_page_says_alike_how_many_quizzes_ask_a_question(editor):
    module = make.module(make.course())
    question = make.single_choice(module=module)
    both = make.quiz([question], title="Names it and draws from its module")
    Draw.objects.create(quiz=both, module=module, count=1)
    Draw.objects.create(quiz=make.quiz([], title="Draws"), module=module, count=1)
    assert len(asking_quizzes(question, Draw.objects.select_related("quiz"))) == 2

    bank = editor.get(BANK)
    cell = next(c for c in bank.context["table"].columns.values() if c.name == "quizzes")
    assert str(cell.label) == "Asked by quizzes"
    assert cell.get_value(question) == 2
    edit = editor.get(url(question, "edit", question.pk)).content.decode()
    assert "Asked by 2 quizzes" in edit
    assert "Used 0 times" not in edit
    usage = editor.get(url(question, "usage", question.pk))
    assert [quiz.title for quiz in usage.context["object_list"]] == [
        "Draws",
        "Names it and draws from its module",
    ]
    assert "Named: on every paper" in usage.content.decode()


def test_a_question_that_no_quiz_asks_says_so(editor):
    question = make.single_choice()
    assert "Asked by 0 quizzes" in editor.get(url(question, "edit", question.pk)).content.decode()
    assert questions_asked_by([]) == []


def test_the_ready_questions_of_some_quizzes_are_counted_once():
    module = make.module(make.course())
    named, drawn, _draft = (
        make.single_choice(),
        make.single_choice(module=module),
        make.single_choice(module=module, live=False),
    )
    first, second = make.quiz([named]), make.quiz([named])
    Draw.objects.create(quiz=second, module=module, count=1)
    assert sorted(questions_asked_by([first.pk, second.pk])) == sorted([named.pk, drawn.pk])
