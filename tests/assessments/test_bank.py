"""The question bank and the quizzes, as a trainer meets them in the staff pages."""

from __future__ import annotations

import re
from decimal import Decimal
from random import Random

import pytest
from django.urls import reverse
from wagtail.models import Revision
from wagtail.test.utils.form_data import inline_formset, nested_form_data, rich_text, streamfield

from assessments.drawing import sample_paper
from assessments.editing import draws_that_may_ask, shortfalls_of
from assessments.kinds import KINDS
from assessments.kinds.matching.model import Matching
from assessments.kinds.multiple_response.model import MultipleResponse
from assessments.kinds.ordering.model import Ordering
from assessments.kinds.single_choice.model import SingleChoice
from assessments.kinds.true_false.model import TrueFalse
from assessments.models import QUESTION_KINDS, Draw, Question, Quiz
from tests import make

pytestmark = pytest.mark.django_db
BANK = "/admin/questions/"


@pytest.fixture(autouse=True)
def index_at_once(settings):
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}


@pytest.fixture
def editor(client, settings):
    settings.STAFF_NEED_SECOND_FACTOR = False
    person = make.user("editor@peerwork.example", is_superuser=True)
    client.force_login(person)
    return client


def url(question_or_kind, name, *args):
    return reverse(question_or_kind.snippet_viewset.get_url_name(name), args=args)


def single_choice_form(code="N1", **changes):
    return nested_form_data(
        {
            "code": code,
            "stem": rich_text("<p>Sam goes quiet. What comes first?</p>"),
            "note": "",
            "rationale": "Silence is often thinking.",
            "module": "",
            "tags": "listening",
            "shuffle": "on",
            "options": streamfield(
                [
                    ("option", {"text": "Wait", "fraction": "1", "feedback": "Yes."}),
                    ("option", {"text": "Advise", "fraction": "0", "feedback": "Not yet."}),
                ]
            ),
            **changes,
        }
    )


# The one list ---------------------------------------------------------------------------


def test_one_list_holds_every_kind_with_its_status_and_where_it_belongs(editor):
    module = make.module(make.course(), title="Listening")
    asked = make.single_choice(code="L01", module=module, stem="<p>What <b>helps</b> Sam?</p>")
    asked.competencies.add(make.competency("LI1"))
    asked.tags.add("crisis")
    asked.save()
    make.true_false(code="L02", live=False)
    make.ordering(code="L03", has_unpublished_changes=True)
    make.quiz([asked])
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
    from django.core.exceptions import ValidationError

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
            assert words in page
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


# Quizzes --------------------------------------------------------------------------------


def quiz_form(draws, **fields):
    return nested_form_data(
        {
            "title": "Module check",
            "pass_percent": "75",
            "attempts_allowed": "",
            "wait_minutes": "0",
            "feedback": "full",
            "draws": inline_formset(draws),
            **fields,
        }
    )


def draw_form(**fields):
    return {
        "question": "",
        "count": "1",
        "worth": "1",
        "module": "",
        "competency": "",
        "tag": "",
        **fields,
    }


def test_a_quiz_is_made_of_named_questions_and_random_rows(editor):
    question = make.single_choice()
    module = make.module(make.course())
    form = quiz_form(
        [draw_form(question=question.pk), draw_form(module=module.pk, count="3", worth="2")]
    )
    response = editor.post(url(Quiz, "add"), form)
    assert response.status_code == 302, response.context["form"].errors
    quiz = Quiz.objects.get()
    assert [(d.question_id, d.module_id, d.count) for d in quiz.draws.all()] == [
        (question.pk, None, 1),
        (None, module.pk, 3),
    ]


@pytest.mark.parametrize(
    "draws",
    [[], [draw_form()], [draw_form(tag="x", worth="0")], [draw_form(tag="x", count="0")]],
    ids=["no rows", "an empty row", "worth nothing", "none of them"],
)
def test_a_quiz_worth_nothing_is_not_saved(editor, draws):
    response = editor.post(url(Quiz, "add"), quiz_form(draws))
    assert response.status_code == 200
    assert not Quiz.objects.exists()


def test_a_quiz_with_a_question_twice_over_names_only_one_way(editor):
    question = make.single_choice()
    response = editor.post(url(Quiz, "add"), quiz_form([draw_form(question=question.pk, tag="x")]))
    assert "not both" in response.content.decode()
    assert not Quiz.objects.exists()


def test_a_row_the_bank_cannot_fill_is_said_in_the_list_and_on_the_quiz(editor):
    module = make.module(make.course())
    for _ in range(2):
        make.true_false(module=module)
    make.true_false(module=module, live=False)
    quiz = make.quiz([], title="Too hungry")
    Draw.objects.create(quiz=quiz, module=module, count=3)
    sentence = "Row 1 asks for 3, and the bank has 2 ready"
    assert sentence in editor.get(url(Quiz, "list")).content.decode()
    assert sentence in editor.get(url(quiz, "edit", quiz.pk)).content.decode()


def test_rows_share_the_bank_and_no_question_counts_twice():
    module = make.module(make.course())
    tagged = make.true_false(module=module)
    tagged.tags.add("rare")
    tagged.save()
    make.true_false(module=module)
    quiz = make.quiz([])
    Draw.objects.create(quiz=quiz, module=module, count=1, sort_order=0)
    Draw.objects.create(quiz=quiz, tag="Rare", count=1, sort_order=1)
    assert shortfalls_of([quiz])[quiz.pk] == []
    Draw.objects.create(quiz=quiz, module=module, count=1, sort_order=2)
    assert [short.number for short in shortfalls_of([quiz])[quiz.pk]] == [3]


def test_a_draft_that_is_named_is_said_to_be_left_out():
    quiz = make.quiz([make.single_choice(), make.true_false(live=False)])
    [short] = shortfalls_of([quiz])[quiz.pk]
    assert short.number == 2
    assert "draft" in str(short)


def test_the_list_of_quizzes_costs_the_same_for_one_and_for_three(
    editor, django_assert_num_queries, django_assert_max_num_queries
):
    module = make.module(make.course())
    make.quiz_page(module, make.quiz())
    editor.get(url(Quiz, "list"))
    with django_assert_max_num_queries(60) as one:
        editor.get(url(Quiz, "list"))
        queries = len(one)
    for _ in range(2):
        make.quiz_page(module, make.quiz())
    editor.get(url(Quiz, "list"))  # the menus of a new edition are read once
    with django_assert_num_queries(queries):
        editor.get(url(Quiz, "list"))


def test_a_sample_paper_can_be_tried_and_never_counts(editor):
    quiz = make.quiz(title="Module check")
    question = make.single_choice(stem="<p>What would you say?</p>")
    address = url(quiz, "preview_on_edit", quiz.pk)
    assert editor.post(address, quiz_form([draw_form(question=question.pk)])).json()["is_valid"]
    page = editor.get(address).content.decode()
    assert "never counted" in page
    assert "What would you say?" in page
    assert quiz.attempts.count() == 0


def test_a_sample_paper_shows_what_the_bank_has_when_it_has_too_little():
    module = make.module(make.course())
    make.true_false(module=module)
    quiz = make.quiz([])
    Draw.objects.create(quiz=quiz, module=module, count=5)
    Draw.objects.create(quiz=quiz, module=module, count=1)
    paper = sample_paper(quiz.blueprint(), pass_percent=Decimal(75), random=Random(1))
    assert len(paper.items) == 1


def test_a_quiz_on_a_page_is_not_deleted(editor):
    quiz = make.quiz()
    page = make.quiz_page(make.module(make.course()), quiz, title="Close the module")
    response = editor.post(url(quiz, "delete", quiz.pk))
    assert response.status_code == 409
    assert page.title in response.content.decode()


def test_the_chooser_of_a_quiz_row_offers_every_kind_and_can_be_searched(editor):
    asked = make.one_of_each_kind()
    make.true_false(code="ZEBRA", live=False)
    address = reverse("choose-question:choose")
    page = editor.get(address).json()["html"]
    assert all(question.code in page for question in asked)
    assert "Draft" in page
    found = editor.get(reverse("choose-question:choose_results"), {"q": "zebra"}).content.decode()
    assert "ZEBRA" in found
    assert asked[0].code not in found
    narrowed = editor.get(reverse("choose-question:choose_results"), {"kind": "ordering"})
    assert asked[KINDS.index("ordering")].code in narrowed.content.decode()
    assert asked[0].code not in narrowed.content.decode()
    chosen = editor.get(reverse("choose-question:chosen", args=[asked[0].pk])).json()
    assert chosen["result"]["edit_url"] == url(asked[0], "edit", asked[0].pk)


# Competencies and hour schemes ----------------------------------------------------------


def test_a_competency_that_is_taught_or_asked_stays(editor):
    competency = make.competency("LI7")
    question = make.single_choice(code="USES-IT")
    question.competencies.add(competency)
    question.save()
    address = reverse("competencies:delete", args=[competency.pk])
    response = editor.post(address)
    assert response.status_code == 409
    assert "USES-IT" in response.content.decode()


def test_competencies_and_hour_schemes_are_written_here(editor):
    form = nested_form_data(
        {
            "code": "LI8",
            "name": "Listen",
            "description": "Attends.",
            "mappings": inline_formset([{"framework": "Ours", "reference": "1", "url": ""}]),
        }
    )
    assert editor.post(reverse("competencies:add"), form).status_code == 302
    assert "LI8" in editor.get(reverse("competencies:index")).content.decode()
    form = nested_form_data({"name": "Board", "domains": inline_formset([{"name": "Ethics"}])})
    assert editor.post(reverse("hour-schemes:add"), form).status_code == 302
    assert "Board" in editor.get(reverse("hour-schemes:index")).content.decode()


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
