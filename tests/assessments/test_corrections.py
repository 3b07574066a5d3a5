"""A corrected key on a paper: in the words and the order that were shown. Pure."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from random import Random

import pytest

from assessments.exceptions import (
    CannotBeCorrected,
)
from assessments.items import StructureDiffers, item_from_json, pair_choices
from assessments.kinds import KINDS
from assessments.kinds.examples import change_key, example_of, rewrite

# Mapping: pure ------------------------------------------------------------------------------


def frozen(kind, **fields):
    question = example_of(kind, code=kind, **fields)
    question.lesson = None
    shared = {
        "id": "1",
        "question": 1,
        "revision": None,
        "code": kind,
        "stem": question.stem,
        "rationale": question.rationale,
    }
    question.shared_fields = lambda: shared
    return question, question.freeze


@pytest.mark.parametrize("kind", KINDS)
def test_a_corrected_key_marks_each_kind_in_the_words_and_order_that_were_shown(kind):
    question, freeze = frozen(kind)
    paper_item = freeze().deal(Random(3))
    change_key(question)
    version = freeze()
    corrected = paper_item.corrected_by(version)
    assert corrected.right_response() != paper_item.right_response()
    assert corrected.earned_fraction(corrected.right_response()) == 1
    assert corrected.earned_fraction(paper_item.right_response()) < 1
    names = paper_item.shown_choices()
    shown = [[(c.id, c.text, c.source) for c in getattr(paper_item, n)] for n in names]
    assert shown == [[(c.id, c.text, c.source) for c in getattr(corrected, n)] for n in names]
    assert (corrected.id, corrected.worth, corrected.stem) == (
        paper_item.id,
        paper_item.worth,
        paper_item.stem,
    )
    assert item_from_json(corrected.to_json()) == corrected


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("seed", range(5))
def test_a_response_earns_as_much_as_on_a_paper_of_the_corrected_question(kind, seed):
    question, freeze = frozen(kind)
    before = freeze()
    change_key(question)
    after = freeze()
    dealt = before.deal(Random(seed))
    again = dealt.corrected_by(before)
    assert again.right_response() == dealt.right_response()
    assert again.fraction(dealt.right_response()) == dealt.fraction(dealt.right_response())
    corrected = dealt.corrected_by(after)
    assert corrected.corrected_by(before).right_response() == dealt.right_response()


@pytest.mark.parametrize("kind", KINDS)
def test_another_structure_is_refused(kind):
    question, freeze = frozen(kind)
    dealt = freeze().deal(Random(1))
    rewrite(question)
    version = freeze()
    names = dealt.shown_choices()
    if all(len(getattr(dealt, n)) == len(getattr(version, n)) for n in names):
        # True or false has its two options for ever, and nothing of a short answer is shown.
        assert dealt.corrected_by(version).right_response() != dealt.right_response()
        return
    with pytest.raises(StructureDiffers) as differs:
        dealt.corrected_by(version)
    assert differs.value.now != differs.value.then
    assert str(CannotBeCorrected(differs.value))


def test_another_kind_is_refused():
    _, single = frozen("single_choice")
    _, several = frozen("multiple_response")
    with pytest.raises(StructureDiffers) as differs:
        single().corrected_by(several())
    assert differs.value.what == "kind"
    assert "another kind" in str(CannotBeCorrected(differs.value))


def options(*texts):
    _, freeze = frozen("single_choice")
    first = freeze().options[0]
    return [
        replace(first, id=f"x{n}", source=n, text=text, feedback=text)
        for n, text in enumerate(texts)
    ]


@pytest.mark.parametrize(
    ("then", "now", "pairs"),
    [
        (["a", "b", "c"], ["a", "b", "c"], ["a", "b", "c"]),
        (["a", "b", "c"], ["c", "a", "b"], ["a", "b", "c"]),
        (["a", "b", "c"], ["A ", "b", "new"], ["A ", "b", "new"]),
        (["a", "b", "c"], ["new", "c", "b"], ["new", "b", "c"]),
        (["a", "b", "c"], ["c", "new", "b"], ["new", "b", "c"]),
        (["a", "b", "c"], ["new", "newer", "c"], ["new", "newer", "c"]),
        (["a", "b"], ["yes", "no"], ["yes", "no"]),
        (["a", "b", "c", "d"], ["c", "new", "newer", "d"], None),
        (["a", "b", "c"], ["a", "b"], None),
    ],
)
def test_choices_are_paired_by_their_words_and_then_by_their_place(then, now, pairs):
    if pairs is None:
        with pytest.raises(StructureDiffers):
            pair_choices(options(*then), options(*now), "options")
        return
    paired = pair_choices(options(*then), options(*now), "options")
    assert [own.text for own, _ in paired] == then
    assert [version.text for _, version in paired] == pairs


def test_two_right_sides_that_were_swapped_are_a_new_key_though_they_stand_elsewhere():
    question, freeze = frozen("matching")
    dealt = freeze().deal(Random(2))
    right = dealt.right_response()
    pairs = [block.value for block in question.pairs]
    swapped = [pairs[1]["right"], pairs[0]["right"], pairs[2]["right"]]
    question.pairs = [
        ("pair", {"left": p["left"], "right": r, "feedback": ""})
        for p, r in zip(pairs, swapped, strict=True)
    ]
    corrected = dealt.corrected_by(freeze())
    assert corrected.fraction(right) == pytest.approx(Decimal(1) / 3)
