"""What every kind of question promises, the ones there are and the ones to come."""

import json
from dataclasses import replace
from decimal import Decimal
from random import Random

import pytest
from django.template.loader import get_template
from hypothesis import given, settings
from hypothesis import strategies as st

from assessments.items import Item, exact, item_from_json, item_types
from assessments.kinds import FOLDER, KINDS
from assessments.kinds.examples import example_of, example_of_each_kind, rewrite
from assessments.models import QUESTION_KINDS
from assessments.papers import Paper
from tests import make
from tests.assessments.forms import forms_of, ids_in, leaves, responses_to

ITEMS = {kind: make.item(kind) for kind in KINDS}
FILES = {"__init__.py", "item.py", "model.py", "ask.html", "review.html", "example.py", "tests.py"}

each_kind = pytest.mark.parametrize("kind", KINDS)
some_item = st.sampled_from(list(ITEMS.values()))


# A folder, and its name in the list ---------------------------------------------------


def test_every_folder_is_a_kind_and_every_kind_a_folder():
    folders = {path.parent.name for path in FOLDER.glob("*/item.py")}
    assert folders == set(KINDS) == set(item_types)
    assert [type(question) for question in example_of_each_kind()] == list(QUESTION_KINDS)


@each_kind
def test_a_folder_holds_all_that_a_kind_needs(kind):
    folder = FOLDER / kind
    assert {path.name for path in folder.iterdir()} >= FILES
    assert (folder / "static" / "kind.js").exists() == ITEMS[kind].script
    get_template(ITEMS[kind].ask_template)
    get_template(ITEMS[kind].review_template)


@each_kind
def test_a_kind_says_what_it_is_called_and_when_to_choose_it(kind):
    model = type(example_of(kind))
    assert model.kind_name
    assert model.kind_purpose
    assert model.kind_icon
    assert model.record_types


# Marking ------------------------------------------------------------------------------


@each_kind
@pytest.mark.parametrize("worth", ["0.01", "1", "2.5", "9999.99"])
def test_a_right_response_is_complete_and_earns_exactly_the_whole_mark(kind, worth):
    item = replace(ITEMS[kind], worth=Decimal(worth))
    right = item.right_response()
    assert item.is_complete(right)
    assert item.mark(right) == Decimal(worth)


@each_kind
def test_nothing_given_earns_nothing_and_is_not_complete(kind):
    item = ITEMS[kind]
    assert item.mark(None) == 0
    assert not item.is_complete(None)
    assert item.read({}) is None
    assert item.to_form(None) == {}
    paper = Paper(items=[item], pass_percent=Decimal(75))
    assert paper.unanswered({}) == paper.unanswered({item.id: None}) == [item]
    assert paper.unanswered({item.id: item.right_response()}) == []


@settings(max_examples=500, deadline=None)
@given(st.data())
def test_whatever_a_form_sends_earns_between_nothing_and_the_whole(data):
    item = data.draw(some_item)
    item = replace(item, worth=data.draw(st.decimals("0.01", "9999.99", places=2)))
    response = data.draw(responses_to(item))
    assert 0 <= item.earned_fraction(response) <= 1
    assert 0 <= item.mark(response) <= item.worth
    assert item.mark(response) == exact(item.mark(response))
    assert item.mark(response) == item.mark(response)
    assert isinstance(item.is_complete(response), bool)


@settings(max_examples=500, deadline=None)
@given(st.data())
def test_what_is_read_is_json_and_a_form_of_it_reads_the_same(data):
    item = data.draw(some_item)
    response = item.read(data.draw(forms_of(item)))
    assert json.loads(json.dumps(response)) == response
    assert item.read(item.to_form(response)) == response


@each_kind
def test_the_form_of_a_right_response_reads_as_that_response(kind):
    item = ITEMS[kind]
    assert item.read(item.to_form(item.right_response())) == item.right_response()


@each_kind
def test_fields_of_another_item_are_ignored(kind):
    item, other = make.item(kind, 1), make.item(kind, 2)
    assert item.read(other.to_form(other.right_response())) is None


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_its_parts_show_the_same_choices_whatever_is_given(data):
    """A review shows what was asked, and the whole of it, to whoever gave anything at all."""
    item = data.draw(some_item)
    response = data.draw(responses_to(item))
    choices = sorted(part.choice.id for part in item.parts(None))
    assert sorted(part.choice.id for part in item.parts(response)) == choices
    assert not any(part.given for part in item.parts(None))


# Freezing and dealing -----------------------------------------------------------------


@each_kind
def test_an_item_comes_back_from_its_json_as_it_went_in(kind):
    item = replace(
        ITEMS[kind],
        question=7,
        revision=3,
        worth=Decimal("2.50"),
        note="Take care.",
        help=True,
        rationale="Because.",
        red_line=True,
        retry_text="Look again.",
        lesson_key="6a0f6d5e-3c1c-4d58-9c7a-0d6d9b0f1c11",
        competencies=["LI1", "LI2"],
    )
    assert item_from_json(json.loads(json.dumps(item.to_json()))) == item


@each_kind
def test_an_item_frozen_by_a_later_version_is_still_read(kind):
    frozen = ITEMS[kind].to_json()
    frozen["invented_later"] = True
    for value in list(frozen.values()):
        if isinstance(value, list):
            for choice in value:
                choice["also_later"] = "x"
    assert item_from_json(frozen) == ITEMS[kind]


@each_kind
def test_ids_are_drawn_anew_for_each_paper(kind):
    frozen = ids_in(example_of(kind, code="X").freeze().to_json())
    papers = [ids_in(make.item(kind, seed).to_json()) for seed in range(5)]
    assert {len(ids) for ids in papers} == {len(frozen)}
    ids = [id for ids in papers for id in ids]
    assert len({*ids, *frozen}) == len(ids) + len(set(frozen))


@settings(max_examples=100, deadline=None)
@given(kind=st.sampled_from(KINDS), seed=st.integers(0, 10_000))
def test_dealing_changes_ids_and_order_and_nothing_else(kind, seed):
    frozen = example_of(kind, code=kind).freeze()
    dealt = frozen.deal(Random(seed))
    ids = set(ids_in(dealt.to_json()))
    id_places = {place for place, value in places_and_values(dealt) if value in ids}
    assert words_of(dealt, id_places) == words_of(frozen, id_places)
    assert dealt.mark(dealt.right_response()) == dealt.worth == frozen.worth
    assert dealt == frozen.deal(Random(seed))


def places_and_values(item: Item):
    """Every value of an item, by the names of the fields it stands in."""
    return [
        (".".join(key for key in path if isinstance(key, str)), value)
        for path, value in leaves(item.to_json())
    ]


def words_of(item: Item, id_places):
    """Everything an item says, without the order and the ids."""
    return sorted((p, str(value)) for p, value in places_and_values(item) if p not in id_places)


@each_kind
def test_a_choice_knows_its_place_in_the_question(kind):
    """By `source` a paper is compared with a later version of its question, whatever the order."""
    frozen = example_of(kind, code=kind).freeze()
    for seed in range(5):
        dealt = make.item(kind, seed)
        for name in frozen.choices:
            sources = {choice.source: choice.text for choice in getattr(frozen, name)}
            assert list(sources) == list(range(len(sources)))
            assert {c.source: c.text for c in getattr(dealt, name)} == sources


@each_kind
def test_an_item_is_not_changed_by_editing_its_question(kind):
    question = example_of(kind, code="X")
    item = question.freeze().deal(Random(1))
    before = item.to_json()
    question.stem = "<p>Rewritten.</p>"
    rewrite(question)
    assert item.to_json() == before
    assert question.freeze().to_json() != before


@each_kind
def test_the_words_of_what_it_offers_can_be_searched_for(kind):
    question = example_of(kind, code="X")
    texts = {part.choice.text for part in question.freeze().parts(None)}
    if kind != "true_false":  # whose options are the same two words everywhere
        assert all(text in question.searchable_text() for text in texts)
