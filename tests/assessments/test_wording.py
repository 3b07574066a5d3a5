"""Which of a question is words, and the question in other words: every kind alike."""

from __future__ import annotations

import json
from dataclasses import replace
from random import Random

import pytest
from django.db import models
from wagtail.blocks import CharBlock, StreamValue, StructBlock, TextBlock
from wagtail.fields import RichTextField, StreamField

from assessments.bank import Question
from assessments.item_texts import texts_of
from assessments.items import item_from_json
from assessments.kinds import KINDS
from assessments.kinds.examples import change_key, example_of
from assessments.models import QuestionWords
from assessments.wording import (
    WordsState,
    freeze_with_words,
    own_language,
    states_of,
    texts_in,
    texts_to_translate,
)
from tests import make
from tests.assessments.worded import ES, SIGN, content_in_spanish, put_spanish, whole_question

each_kind = pytest.mark.parametrize("kind", KINDS)

NO_WORDS = {
    "code": "reports know the question by it",
    "language": "it says in which language the words are",
    "pair": "it is compared with another question's, and never shown",
    "judge": "it is one of three rules",
}
"""The fields that hold text and are no words for a reader, each with its reason."""


def text_fields_of(model):
    """The fields of a kind that may hold words, and within a list the fields of its rows."""
    own = {*Question._meta.get_fields(), *model._meta.get_fields()}
    ours = [f for f in own if getattr(f, "model", None) in {Question, model}]
    for field in ours:
        if isinstance(field, StreamField):
            for block in field.stream_block.child_blocks.values():
                rows = (
                    block.child_blocks.items() if isinstance(block, StructBlock) else [("", block)]
                )
                for name, child in rows:
                    if isinstance(child, (CharBlock, TextBlock)):
                        yield field.name, name
        elif isinstance(field, (models.CharField, models.TextField, RichTextField)):
            yield field.name, field.name


@each_kind
def test_a_kind_says_of_every_text_whether_it_is_words(kind):
    model = type(example_of(kind))
    declared = {
        (each.name, name or "")
        for each in model.texts
        for name in (getattr(each, "fields", None) or each.names)
    }
    declared = {(field, name or "") for field, name in declared}
    there = {(field, name) for field, name in text_fields_of(model) if field not in NO_WORDS}
    assert there == declared


def test_what_is_no_words_is_a_field_of_some_kind():
    fields = {name for kind in KINDS for name, _ in text_fields_of(type(example_of(kind)))}
    assert set(NO_WORDS) <= fields


@each_kind
def test_every_text_has_a_path_of_its_own_that_stays(kind, db):
    question = whole_question(kind)
    paths = [text.path for text in texts_to_translate(question)]
    assert len(paths) == len(set(paths)) > 3
    again = type(question).objects.get(pk=question.pk)
    assert [text.path for text in texts_to_translate(again)] == paths


@each_kind
def test_whole_words_are_shown_and_are_the_same_question(kind, db):
    question = whole_question(kind)
    [state] = states_of(question)
    assert (state.name, state.problems, state.is_shown) == ("shown", [], True)
    item = freeze_with_words(question)
    assert list(item.translations) == [ES]
    spanish = item.in_language(ES)
    own, other = texts_of(item), texts_of(spanish)
    for name, text in own["fields"].items():
        assert not text or SIGN in other["fields"][name], name
    for name in item.shown_choices():
        for source, words in own["choices"][name].items():
            for attribute, text in words.items():
                if isinstance(text, str) and text.strip() and text not in {"True", "False"}:
                    assert SIGN in other["choices"][name][source][attribute], (name, attribute)


@each_kind
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_an_answer_names_what_it_chose_whatever_the_language(kind, seed, db):
    item = freeze_with_words(whole_question(kind)).deal(Random(seed))
    spanish = item.in_language(ES)
    for right in (item.right_response(), spanish.right_response()):
        assert item.mark(right) == spanish.mark(right) == item.worth
        assert spanish.read(item.to_form(right)) == item.read(spanish.to_form(right)) == right
    assert item.mark(None) == spanish.mark(None) == 0


@each_kind
def test_whoever_goes_back_reads_what_they_read_before(kind, db):
    item = freeze_with_words(whole_question(kind, language="en")).deal(Random(5))
    there = item.in_language(ES)
    assert there.language == ES
    assert there.in_language(ES) is there
    assert there.in_language("en") == item
    assert item.in_language("fr") is item
    assert item.in_language(None) is item


@each_kind
def test_a_paper_holds_the_words_of_every_language(kind, db):
    item = freeze_with_words(whole_question(kind)).deal(Random(7))
    again = item_from_json({**json.loads(json.dumps(item.to_json())), "kind": item.kind})
    assert again.in_language(ES) == item.in_language(ES)
    before = {
        name: value
        for name, value in item.to_json().items()
        if name not in {"language", "unreviewed", "translations"}
    }
    old = item_from_json({**json.loads(json.dumps(before)), "kind": item.kind})
    assert old.in_language(ES) is old


@each_kind
def test_one_missing_text_keeps_all_of_it_from_being_shown(kind, db):
    question = whole_question(kind)
    for text in texts_to_translate(question):
        content = content_in_spanish(question)
        del content[text.path]
        words = QuestionWords(question=question, language=ES, content=content)
        state = WordsState(question, ES, words)
        assert [each.label for each in state.missing] == [text.label]
        assert (state.name, state.is_shown) == ("missing", False)


@each_kind
def test_a_text_that_says_something_else_now_keeps_all_of_it_from_being_shown(kind, db):
    question = whole_question(kind)
    for text in texts_to_translate(question):
        content = content_in_spanish(question)
        content[text.path]["of"] = "What it said before."
        words = QuestionWords(question=question, language=ES, content=content)
        state = WordsState(question, ES, words)
        assert [each.path for each in state.behind] == [text.path]
        assert (state.name, state.is_shown) == ("behind", False)


def test_how_a_text_is_spaced_puts_nothing_behind(db):
    question = whole_question("single_choice")
    words = question.other_words.get()
    words.content["rationale"]["of"] = " Silence  is often\nthinking. "
    assert WordsState(question, ES, words).is_shown


@each_kind
def test_a_question_without_words_is_asked_in_its_own_language(kind, db):
    question = make.question(kind)
    [state] = states_of(question)
    assert state.name == "none"
    item = freeze_with_words(question)
    assert item.translations == {}
    assert item.in_language(ES) is item


@each_kind
def test_a_question_that_is_not_saved_yet_has_no_words(kind):
    assert [state.name for state in states_of(example_of(kind, code="N"))] == ["none"]


def test_a_question_in_spanish_may_have_words_in_english(db):
    question = make.single_choice(language=ES)
    assert own_language(question) == ES
    [state] = states_of(question)
    assert (state.language, state.language_name) == ("en", "English")


def test_an_option_that_is_moved_keeps_its_words_and_a_new_one_has_none(db):
    question = whole_question("single_choice")
    rows = [(row.block_type, row.value, row.id) for row in question.options]
    block = question.options.stream_block
    question.options = StreamValue(block, rows[::-1])
    question.save()
    moved = type(question).objects.get(pk=question.pk)
    assert [state.name for state in states_of(moved)] == ["shown"]
    texts = [option.text for option in freeze_with_words(moved).in_language(ES).options]
    assert texts == [f"{SIGN} {value['text']}" for _, value, _ in rows[::-1]]
    new = ("option", {"text": "Another", "fraction": "0", "feedback": ""}, None)
    moved.options = StreamValue(block, [*rows, new])
    moved.save()
    [state] = states_of(type(question).objects.get(pk=question.pk))
    assert [text.source for text in state.missing] == ["Another"]


def test_what_stands_in_several_rows_is_translated_once(db):
    question = make.matching(
        pairs=[("Sad", "Feeling"), ("Angry", "feeling"), ("Left", "Action")], extra=[]
    )
    rights = [text for text in texts_to_translate(question) if text.name == "right"]
    assert [text.source for text in rights] == ["Feeling", "Action"]
    put_spanish(question)
    item = freeze_with_words(question).in_language(ES)
    assert [choice.text for choice in item.offered] == [f"{SIGN} Feeling", f"{SIGN} Action"]


def test_two_choices_that_would_read_alike_are_refused(db):
    question = make.single_choice()
    put_spanish(question, content_in_spanish(question, text="Lo mismo"))
    [state] = states_of(question)
    assert state.name == "problems"
    assert "Lo mismo" in state.problems[0]
    assert freeze_with_words(question).translations == {}


def test_pairs_that_would_become_one_are_refused(db):
    question = make.matching(pairs=[("Sad", "Feeling"), ("Left", "Action")])
    put_spanish(question, content_in_spanish(question, right="Lo mismo"))
    [state] = states_of(question)
    assert (state.name, state.is_shown) == ("problems", False)
    assert len(state.problems) == 1


def test_a_gap_that_the_words_lost_is_refused(db):
    question = make.question("gap_fill")
    content = content_in_spanish(question, stem="<p>Sin hueco.</p>")
    put_spanish(question, content)
    [state] = states_of(question)
    assert state.name == "problems"
    assert "{1}" in state.problems[0]


def test_what_a_program_wrote_says_so_until_somebody_read_it_over(db):
    question = make.single_choice()
    words = put_spanish(question, is_drafted=True, reviewed_by="")
    assert [state.name for state in states_of(question)] == ["unreviewed"]
    item = freeze_with_words(question)
    assert not item.unreviewed
    assert item.in_language(ES).unreviewed
    words.reviewed_by = "Ana"
    words.save()
    assert not freeze_with_words(question).in_language(ES).unreviewed


def test_nothing_of_a_question_is_changed_by_freezing_it(db):
    for kind in KINDS:
        question = whole_question(kind, code=f"{kind}-kept")
        before = [text.source for text in texts_in(question)]
        freeze_with_words(question)
        assert [text.source for text in texts_in(question)] == before


# What is typed ------------------------------------------------------------------------------


def test_what_is_accepted_in_either_language_earns_the_mark_in_both(db):
    item = freeze_with_words(whole_question("short_answer"))
    pattern = item.rules[0].patterns[0]
    english = next(iter(item.whole_texts()))
    spanish = f"es {english}"
    for shown in (item, item.in_language(ES)):
        assert shown.mark(english) == shown.mark(spanish) == item.worth
        assert shown.mark("quite something else, x") < item.worth
    assert pattern


def test_what_is_said_of_an_answer_is_in_the_language_that_is_read(db):
    rules = [
        ("rule", {"text": "breathe", "fraction": "1", "feedback": "Yes."}),
        ("rule", {"text": "*", "fraction": "0", "feedback": "Not yet."}),
    ]
    question = make.question("short_answer", rules=rules)
    put_spanish(question)
    item = freeze_with_words(question)
    for given, said in (("breathe", "Yes."), ("es breathe", "Yes."), ("run", "Not yet.")):
        assert item.fired_rule(given).rule.feedback == said
        assert item.in_language(ES).fired_rule(given).rule.feedback == f"{SIGN} {said}"


def test_gaps_may_be_filled_in_one_language_each(db):
    item = freeze_with_words(whole_question("gap_fill")).deal(Random(3))
    typed = next(gap for gap in item.gaps if not gap.group)
    right = item.right_response()
    for words in (typed.fitting[0], f"es {typed.fitting[0]}"):
        given = {**right, typed.id: words}
        assert item.mark(given) == item.in_language(ES).mark(given) == item.worth
    assert item.mark({**right, typed.id: "nada"}) < item.worth


# Corrected ----------------------------------------------------------------------------------


def corrected(kind, change=change_key, *, is_translated=True):
    """An item of a kind, and how it is marked by a corrected version of its question."""
    question = whole_question(kind, code=f"{kind}-corrected")
    item = freeze_with_words(question).deal(Random(2))
    change(question)
    question.save()
    question.other_words.all().delete()
    if is_translated:
        put_spanish(question)
    fresh = type(question).objects.get(pk=question.pk)
    return item, item.corrected_by(freeze_with_words(fresh))


@each_kind
def test_a_corrected_key_keeps_the_words_that_were_shown_in_each_language(kind, db):
    item, now = corrected(kind)
    for language in ("", ES):
        own, other = item.in_language(language), now.in_language(language)
        assert other.stem == own.stem
        for name in item.shown_choices():
            assert [c.text for c in getattr(other, name)] == [c.text for c in getattr(own, name)]
    spanish = now.in_language(ES)
    assert spanish.language == ES
    assert spanish.mark(now.right_response()) == now.worth


def test_what_is_said_of_a_corrected_key_is_said_in_each_language(db):
    _, now = corrected("single_choice")
    assert {option.feedback for option in now.options} == {"Corrected."}
    assert {o.feedback for o in now.in_language(ES).options} == {f"{SIGN} Corrected."}


@each_kind
def test_without_words_for_the_corrected_key_it_is_read_in_its_own_language(kind, db):
    """Else a reader would be told of the key that was wrong."""
    _, now = corrected(kind, is_translated=False)
    assert now.in_language(ES) is now


def test_what_was_accepted_goes_on_counting_without_words_for_the_corrected_key(db):
    def add_another(question):
        row = question.rules[0].value
        row["text"] += "\nanother way"

    item, now = corrected("short_answer", add_another, is_translated=False)
    given = f"es {next(iter(item.whole_texts()))}"
    assert item.mark(given) == now.mark(given) == item.worth
    assert now.mark("another way") == now.worth


def test_a_correction_may_bring_what_is_accepted_in_a_language_more(db):
    question = make.question("short_answer")
    item = freeze_with_words(question).deal(Random(2))
    given = f"es {next(iter(item.whole_texts()))}"
    assert item.mark(given) == 0
    put_spanish(question)
    now = item.corrected_by(freeze_with_words(type(question).objects.get(pk=question.pk)))
    assert now.mark(given) == now.worth
    assert now.in_language(ES) is now


def test_a_flawed_question_earns_its_mark_in_every_language(db):
    item = replace(freeze_with_words(whole_question("single_choice")), everybody_earns=True)
    assert item.in_language(ES).mark(None) == item.worth
