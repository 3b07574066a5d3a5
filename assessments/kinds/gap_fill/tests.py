"""What filled gaps earn, and which questions are refused."""

from decimal import Decimal
from random import Random

import pytest
from django.core.exceptions import ValidationError
from django.template.loader import render_to_string

from assessments.items import item_from_json
from assessments.kinds.examples import example_of
from assessments.kinds.gap_fill.item import Gap, GapChoice, GapFillItem, GapPart

STEM = "<p>Validate the {1}, not the {2}. Say “{3}”.</p>"


def item(stem=STEM, **fields):
    return GapFillItem(
        id="q",
        question=1,
        revision=None,
        code="G1",
        stem=stem,
        gaps=[
            Gap("a", "", ["c0"], "A", source=0),
            Gap("b", "", ["c1"], "A", source=1),
            Gap("c", "", ["and", "as well *"], source=2),
        ],
        offered=[
            GapChoice(f"c{place}", text, group, source=place)
            for place, (text, group) in enumerate(
                [("feeling", "A"), ("action", "A"), ("advice", "A"), ("other", "B")]
            )
        ],
        **fields,
    )


@pytest.mark.parametrize(
    ("response", "fraction"),
    [
        ({"a": "c0", "b": "c1", "c": "and"}, "1.00000"),
        ({"a": "c0", "b": "c1", "c": " AND! "}, "1.00000"),
        ({"a": "c0", "b": "c1", "c": "as well as"}, "1.00000"),
        ({"a": "c0", "b": "c1"}, "0.66667"),
        ({"a": "c1", "b": "c0", "c": "and"}, "0.33333"),
        ({"a": "c0", "b": "c0", "c": "but"}, "0.33333"),
        ({"c": "but"}, "0.00000"),
    ],
)
def test_each_right_gap_earns_its_share(response, fraction):
    assert item().mark(response) == Decimal(fraction)


def test_typed_gaps_are_read_as_short_answers_are():
    assert item(comparison={"case_sensitive": True}).mark({"c": "AND"}) == 0
    assert item(comparison={"ignore_punctuation": False}).mark({"c": "and!"}) == 0


@pytest.mark.parametrize(
    ("form", "response"),
    [
        ({"item-q-a": ["c0"], "item-q-c": [" and "]}, {"a": "c0", "c": "and"}),
        ({"item-q-a": ["c3"]}, None),  # of another group
        ({"item-q-a": ["feeling"], "item-q-b": [""]}, None),
        ({"item-q-c": ["x" * 9000]}, {"c": "x" * 500}),
        ({"item-q-z": ["and"]}, None),
    ],
)
def test_a_form_gives_only_what_a_gap_may_hold(form, response):
    assert item().read(form) == response


def test_it_is_complete_once_every_gap_is_filled():
    assert not item().is_complete({"a": "c0", "b": "c0"})
    assert item().is_complete({"a": "c0", "b": "c0", "c": "?"})


def test_each_paper_deals_new_ids_and_keeps_the_key():
    dealt = item().deal(Random(1))
    assert not {choice.id for choice in dealt.offered} & {choice.id for choice in item().offered}
    assert dealt.earned_fraction(dealt.right_response()) == 1
    assert item_from_json(dealt.to_json()) == dealt


def test_the_text_comes_apart_at_its_gaps_and_together_again():
    shown = item("<p>{2} or {1}; {9}</p><p>{3}.</p>")
    parts = shown.parts({"a": "c2", "c": "and"})
    assert [part.choice.id for part in parts] == ["b", "a", "c"]
    assert [part.words for part in parts] == ["", "advice", "and"]
    assert "".join(part.before + "_" for part in parts) + shown.after == (
        "<p>_ or _; {9}</p><p>_.</p>"
    )
    assert item("<p>No mark.</p>").parts(None)[0].before == "<p>No mark.</p>"
    assert len(item("<p>{2}</p>").parts(None)) == 3
    assert item().words == "<p>Validate the …, not the …. Say “…”.</p>"


@pytest.mark.django_db
def test_every_gap_has_a_label_and_all_gaps_typed_look_alike():
    shown = example_of("gap_fill", code="G1").freeze().deal(Random(1))
    page = render_to_string(shown.ask_template, {"item": shown, "given": None})
    assert page.count("<label") == page.count("<select") + page.count('<input class="gap"') == 3
    assert "as well as" not in page
    assert "{1}" not in page
    assert "datalist" not in page


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("fields", "where"),
    [
        ({"stem": "<p>Validate the {1} and {2}.</p>"}, "stem"),
        ({"stem": "<p>{1} {2} {3} {3}</p>"}, "stem"),
        ({"stem": '<p><a href="{1}">x</a> {2} {3}</p>'}, "stem"),
        ({"stem": "<p>{1}</p>", "gaps": [("typed", {"accepted": "\n", "feedback": ""})]}, "gaps"),
        (
            {"stem": "<p>{1}</p>", "gaps": [("typed", {"accepted": "and\n?!", "feedback": ""})]},
            "gaps",
        ),
        ({"extra": [("choice", {"text": "Feeling", "group": "A"})]}, "extra"),
        ({"extra": [("choice", {"text": "Feeling", "group": "B"})]}, "extra"),
    ],
)
def test_a_question_that_nobody_could_answer_rightly_is_refused(fields, where):
    with pytest.raises(ValidationError) as refused:
        example_of("gap_fill", code="G1", **fields).validate_publishable()
    assert list(refused.value.message_dict) == [where]


@pytest.mark.django_db
def test_the_example_may_be_published():
    example_of("gap_fill", code="G1").validate_publishable()


@pytest.mark.django_db
def test_a_record_gives_a_typed_gap_for_each_of_its_answers():
    kind = type(example_of("gap_fill", code="G1"))
    fields = kind.fields_from_record(
        {"answers": [["and"], ["but", "however"]], "feedback": {"right": "R", "wrong": "W"}}
    )
    question = kind(code="G2", stem="<p>“{1}” and not “{2}”</p>", **fields)
    question.validate_publishable()
    frozen = question.freeze()
    assert frozen.earned_fraction({"0": "And", "1": "HOWEVER"}) == 1
    assert (frozen.feedback_right, frozen.feedback_wrong) == ("R", "W")


@pytest.mark.django_db
def test_a_draft_that_holds_nothing_yet_can_be_searched_and_shown():
    empty = [
        ("typed", {"accepted": "", "feedback": ""}),
        ("choice", {"right": "", "group": "A", "feedback": ""}),
    ]
    draft = example_of("gap_fill", code="G1", gaps=empty, extra=[])
    assert draft.searchable_text() == ""
    assert draft.freeze().earned_fraction({"0": "x"}) == 0


@pytest.mark.parametrize(
    ("before", "lead", "opening"),
    [
        ("<p>They are called “", "<p>They are called ", "“"),
        ("<p>A note (&quot;", "<p>A note ", '("'),
        ("<p>Say ", "<p>Say ", ""),
        ("", "", ""),
    ],
)
def test_a_sign_that_opens_a_gap_stays_beside_it(before, lead, opening):
    part = GapPart(choice=None, given=None, before=before)
    assert (part.lead, part.opening) == (lead, opening)
