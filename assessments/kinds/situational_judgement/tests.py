"""What a judgement earns by its distance from the panel's."""

from decimal import Decimal
from random import Random

import pytest
from django.core.exceptions import ValidationError
from django.template.loader import render_to_string

from assessments.items import item_from_json
from assessments.kinds.examples import example_of
from assessments.kinds.situational_judgement.item import Reply, SituationalJudgementItem


def item(judge, means=("5", "3", "1")):
    return SituationalJudgementItem(
        id="q",
        question=1,
        revision=None,
        code="J1",
        stem="<p>Sam goes quiet.</p>",
        judge=judge,
        replies=[
            Reply("abcdef"[place], f"Reply {place}", Decimal(mean), "Sam nods.", source=place)
            for place, mean in enumerate(means)
        ],
    )


@pytest.mark.parametrize(("chosen", "fraction"), [("a", "1"), ("b", "0.5"), ("c", "0")])
def test_choosing_the_best_earns_by_how_near_the_panel_puts_it(chosen, fraction):
    assert item("best").earned_fraction({"best": chosen}) == Decimal(fraction)


@pytest.mark.parametrize(
    ("best", "worst", "fraction"),
    [
        ("a", "c", "1"),
        ("a", "b", "0.75"),
        ("b", "c", "0.75"),
        ("a", None, "0.5"),
        (None, "c", "0.5"),
        ("b", "a", "0.25"),
        ("c", "a", "0"),
    ],
)
def test_choosing_best_and_worst_earns_by_both_distances(best, worst, fraction):
    response = {"best": best, "worst": worst}
    given = {role: reply for role, reply in response.items() if reply}
    assert item("best_and_worst").earned_fraction(given) == Decimal(fraction)


@pytest.mark.parametrize(
    ("ratings", "fraction"),
    [
        ({"a": 5, "b": 3, "c": 1}, "1.00000"),
        ({"a": 4, "b": 3, "c": 1}, "0.90000"),
        ({"a": 3, "b": 3, "c": 3}, "0.60000"),
        ({"a": 5, "b": 3}, "0.60000"),  # what is not rated is as far as can be
        ({"a": 1, "b": 1, "c": 5}, "0.00000"),
    ],
)
def test_rating_earns_by_the_distance_of_each_rating(ratings, fraction):
    assert item("rate").mark(ratings) == Decimal(fraction)


@pytest.mark.parametrize(
    ("mean", "earning"), [("4.4", {4}), ("4.5", {4, 5}), ("2.6", {3}), ("1", {1})]
)
def test_the_nearest_rating_that_can_be_given_earns_the_whole(mean, earning):
    rated = item("rate", means=(mean,))
    assert {r for r in range(1, 6) if rated.earned_fraction({"a": r}) == 1} == earning


@pytest.mark.parametrize(
    ("judge", "form", "response"),
    [
        ("best", {"item-q-best": ["b"]}, {"best": "b"}),
        ("best", {"item-q-best": ["z"], "item-q-worst": ["a"]}, None),
        (
            "best_and_worst",
            {"item-q-best": ["a"], "item-q-worst": ["c"]},
            {"best": "a", "worst": "c"},
        ),
        ("best_and_worst", {"item-q-best": ["a"], "item-q-worst": ["a"]}, {"best": "a"}),
        ("rate", {"item-q-a": ["5"], "item-q-b": ["6"], "item-q-c": ["٣"]}, {"a": 5}),
        ("rate", {"item-q-best": ["a"]}, None),
    ],
)
def test_a_form_gives_only_what_was_asked(judge, form, response):
    assert item(judge).read(form) == response


@pytest.mark.parametrize(
    ("judge", "response", "complete"),
    [
        ("best", {"best": "c"}, True),
        ("best_and_worst", {"best": "c"}, False),
        ("best_and_worst", {"best": "c", "worst": "a"}, True),
        ("rate", {"a": 1, "b": 1}, False),
        ("rate", {"a": 1, "b": 1, "c": 1}, True),
    ],
)
def test_it_is_complete_once_everything_asked_is_judged(judge, response, complete):
    assert item(judge).is_complete(response) is complete


@pytest.mark.parametrize("judge", ["best", "best_and_worst", "rate"])
def test_the_panels_judgement_earns_the_whole_mark_on_every_paper(judge):
    dealt = item(judge, means=("4.6", "3.4", "1.2")).deal(Random(2))
    assert dealt.earned_fraction(dealt.right_response()) == 1
    assert item_from_json(dealt.to_json()) == dealt


@pytest.mark.django_db
@pytest.mark.parametrize("judge", ["best", "best_and_worst", "rate"])
def test_how_the_person_takes_it_is_shown_only_afterwards_and_before_the_feedback(judge):
    shown = example_of("situational_judgement", code="J1", judge=judge).freeze().deal(Random(1))
    question_html = render_to_string(shown.ask_template, {"item": shown, "given": None})
    assert "begins to talk" not in question_html
    assert "4.6" not in question_html
    right = shown.right_response()
    context = {"item": shown, "given": right, "show_key": False, "mark": None}
    reviewed = render_to_string(shown.review_template, context)
    assert reviewed.index("begins to talk") < reviewed.index("It opens a door.")
    assert ("Waiting helps" in reviewed) is (judge == "rate")  # of what was not chosen, nothing


@pytest.mark.django_db
def test_a_question_whose_replies_all_serve_alike_is_refused():
    question = example_of("situational_judgement", code="J1", judge="best")
    question.validate_publishable()
    for block in question.replies:
        block.value["panel"] = Decimal(3)
    with pytest.raises(ValidationError, match="serve better"):
        question.validate_publishable()


@pytest.mark.django_db
def test_a_record_gives_replies_with_their_reaction():
    kind = type(example_of("situational_judgement", code="J1"))
    replies = [["Ask", "Sam talks.", 4.5, "Yes."], ["Advise", "Sam nods.", 1, "Not yet."]]
    fields = kind.fields_from_record({"judge": "rate", "replies": replies})
    frozen = kind(code="J2", stem="<p>?</p>", **fields).freeze()
    assert [reply.panel for reply in frozen.replies] == [Decimal("4.5"), Decimal(1)]
    assert frozen.replies[0].reaction == "Sam talks."
