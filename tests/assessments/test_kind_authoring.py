"""Writing a question of each kind: what is refused, what is found, what a record becomes."""

from __future__ import annotations

from decimal import Decimal
from random import Random

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from assessments.bank import refuse_duplicates
from assessments.kinds import KINDS
from assessments.kinds.examples import change_key, example_of, rewrite
from assessments.kinds.gap_fill.model import GapFill
from assessments.kinds.matching.model import Matching
from assessments.kinds.multiple_response.model import MultipleResponse
from assessments.kinds.ordering.model import Ordering
from assessments.kinds.short_answer.model import ShortAnswer
from assessments.kinds.single_choice.model import SingleChoice
from assessments.kinds.situational_judgement.model import SituationalJudgement
from assessments.kinds.true_false.model import TrueFalse
from assessments.models import QUESTION_KINDS, Question
from people.folding import fold
from tests import make

pytestmark = pytest.mark.django_db


def single(*options):
    blocks = [("option", {"text": t, "fraction": f, "feedback": ""}) for t, f in options]
    return SingleChoice(code="X", stem="<p>?</p>", options=blocks)


def several(*options):
    blocks = [("option", {"text": t, "is_right": r, "feedback": ""}) for t, r in options]
    return MultipleResponse(code="X", stem="<p>?</p>", options=blocks)


def pairs(*both, extra=()):
    blocks = [("pair", {"left": left, "right": right, "feedback": ""}) for left, right in both]
    choices = [("choice", text) for text in extra]
    return Matching(code="X", stem="<p>?</p>", pairs=blocks, extra=choices)


def steps(*texts):
    blocks = [("step", {"text": text, "feedback": ""}) for text in texts]
    return Ordering(code="X", stem="<p>?</p>", steps=blocks)


def replies(*means, judge="best", texts=None):
    texts = texts or [f"Reply {place}" for place, _ in enumerate(means)]
    blocks = [
        ("reply", {"text": text, "reaction": "Hm.", "panel": Decimal(mean), "feedback": ""})
        for text, mean in zip(texts, means, strict=True)
    ]
    return SituationalJudgement(code="X", stem="<p>?</p>", judge=judge, replies=blocks)


# What may be published --------------------------------------------------------------------


@pytest.mark.parametrize(
    "question",
    [
        single(("Wait", "1"), ("Advise", "0")),
        single(("Wait", "1"), ("Ask", "1"), ("Advise", "0.5")),
        several(("Wait", True), ("Advise", False)),
        several(("Wait", True), ("Ask", True)),
        pairs(("Open", "How was it?"), ("Closed", "Are you well?")),
        pairs(("Open", "How was it?"), ("Open too", "How was it?"), ("Closed", "Well?")),
        pairs(("Open", "How?"), ("Closed", "Well?"), extra=["Neither"]),
        steps("Stop", "Breathe"),
        replies("4.5", "1"),
        replies("3", "3", judge="rate"),
        TrueFalse(code="X", stem="<p>?</p>"),
    ],
    ids=lambda question: type(question).__name__,
)
def test_a_question_that_can_be_answered_rightly_may_be_published(question):
    question.validate_publishable()
    item = question.freeze().deal(Random(1))
    assert item.mark(item.right_response()) == item.worth


@pytest.mark.parametrize(
    ("question", "field", "words"),
    [
        (single(("Wait", "0.5"), ("Advise", "0")), "options", "earn the whole mark"),
        (single(("Wait", "1"), ("  wait ", "0")), "options", "is here twice"),
        (several(("Wait", False), ("Advise", False)), "options", "as one to tick"),
        (several(("Wait", True), ("WAIT", False)), "options", "is here twice"),
        (pairs(("Open", "a"), ("open", "b")), "pairs", "is here twice"),
        (pairs(("Open", "a"), ("Closed", "b"), extra=["A "]), "extra", "is here twice"),
        (pairs(("Open", "a"), ("Closed", "b"), extra=["c", "C"]), "extra", "is here twice"),
        (steps("Stop", "Breathe", "stop"), "steps", "is here twice"),
        (replies("3", "3"), "replies", "serve better"),
        (replies("3", "3", judge="best_and_worst"), "replies", "serve better"),
        (replies("4", "2", texts=["Wait", "wait"]), "replies", "is here twice"),
    ],
)
def test_a_question_that_nobody_could_answer_rightly_says_where_and_why(question, field, words):
    with pytest.raises(ValidationError) as refused:
        question.validate_publishable()
    assert list(refused.value.message_dict) == [field]
    assert words in refused.value.message_dict[field][0]


@pytest.mark.parametrize("kind", QUESTION_KINDS, ids=lambda kind: kind.__name__)
def test_a_draft_of_any_kind_may_lack_everything(kind):
    question = kind(code="X")
    question.is_checked_as_draft = True
    question.clean()
    assert question.freeze().code == "X"
    assert question.searchable_text().strip() == ""


@given(st.lists(st.text(alphabet="aAbB ", max_size=4), max_size=6))
def test_choices_are_told_apart_whatever_their_capitals_and_spaces(texts):
    words = [fold(text) for text in texts if fold(text)]
    if len(words) == len(set(words)):
        refuse_duplicates("options", texts)
    else:
        with pytest.raises(ValidationError):
            refuse_duplicates("options", texts)


# What is found ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("question", "words"),
    [
        (single(("Wait", "1"), ("Advise", "0")), ["Wait", "Advise"]),
        (several(("Wait", True), ("Advise", False)), ["Wait", "Advise"]),
        (
            pairs(("Open", "How?"), ("Closed", "Well?"), extra=["Neither"]),
            ["Open", "How?", "Closed", "Well?", "Neither"],
        ),
        (steps("Stop", "Breathe"), ["Stop", "Breathe"]),
        (replies("4", "2", texts=["Stay.", "Go."]), ["Stay.", "Go."]),
        (example_of("short_answer", code="X"), ["Check it", "wait"]),
        (example_of("gap_fill", code="X"), ["feeling"]),
    ],
    ids=lambda value: type(value).__name__,
)
def test_a_search_finds_a_question_by_what_it_offers(question, words):
    text = question.searchable_text()
    for each in words:
        assert each in text


@pytest.mark.parametrize(
    ("stem", "words"),
    [
        ("<p>What now?</p>", "What now?"),
        ("<p>One.</p><p>Two.</p>", "One. Two."),
        ("<p>Sam &amp; Joel</p>", "Sam & Joel"),
        ("<p> Much   space\n</p>", "Much space"),
        ("<p>What <b>helps</b>?</p>", "What helps?"),
        ("", ""),
    ],
)
def test_a_question_is_named_by_its_words_alone(stem, words):
    question = TrueFalse(code="T1", stem=stem)
    assert question.words == words
    assert str(question) == f"T1: {words}"


def test_a_long_question_is_named_by_its_beginning():
    name = str(TrueFalse(code="T1", stem=f"<p>{'word ' * 60}</p>"))
    assert len(name) < 90
    assert name.endswith("…")


# From a record ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "record", "response", "fraction"),
    [
        (
            SingleChoice,
            {"type": "single", "options": [["Wait", 1, "Yes."], ["Advise", 0, "No."]]},
            "0",
            1,
        ),
        (
            SingleChoice,
            {"type": "scenario", "options": [["A", 2, ""], ["B", 1, ""], ["C", 0, ""]]},
            "1",
            Decimal("0.5"),
        ),
        (
            MultipleResponse,
            {"type": "multi", "options": [["A", 1, ""], ["B", 1, ""], ["C", 0, ""]]},
            ["0"],
            Decimal("0.5"),
        ),
        (
            TrueFalse,
            {"type": "truefalse", "answer": False, "feedback": {"true": "t", "false": "f"}},
            "1",
            1,
        ),
        (
            Matching,
            {"type": "match", "pairs": [["a", "1", "why"], ["b", "2", ""]], "extra": ["3"]},
            {"0": "0", "1": "2"},
            Decimal("0.5"),
        ),
        (
            Ordering,
            {"type": "order", "steps": [["Stop", ""], ["Breathe", ""]]},
            {"0": 1, "1": 2},
            1,
        ),
        (
            ShortAnswer,
            {
                "type": "short",
                "accept": ["check it", "2 * 2"],
                "model": "Check it.",
                "feedback": {"right": "Yes.", "wrong": "Not yet."},
            },
            "2 * 2",
            1,
        ),
        (
            GapFill,
            {
                "type": "blank",
                "stem": "{1} and {2}",
                "answers": [["feeling"], ["action", "deed"]],
                "feedback": {"right": "Yes.", "wrong": "Not yet."},
            },
            {"0": "feeling", "1": "word"},
            Decimal("0.5"),
        ),
        (
            SituationalJudgement,
            {"type": "judgement", "replies": [["a", "Hm.", 4.5, ""], ["b", "Oh.", 1, ""]]},
            {"best": "0"},
            1,
        ),
    ],
    ids=lambda value: getattr(value, "__name__", None),
)
def test_a_record_becomes_a_question_that_marks_as_it_says(kind, record, response, fraction):
    assert record["type"] in kind.record_types
    question = kind(
        code="R1", stem=f"<p>{record.get('stem', '?')}</p>", **kind.fields_from_record(record)
    )
    question.validate_publishable()
    item = question.freeze()
    assert item.fraction(response) == pytest.approx(fraction)


def test_every_type_of_record_belongs_to_one_kind():
    names = [name for kind in QUESTION_KINDS for name in kind.record_types]
    assert len(names) == len(set(names))


def test_a_pattern_in_a_record_is_taken_by_its_letter():
    """A star in a record is a star: nobody meant any text at all."""
    record = {"accept": ["5 * 5"], "model": "", "feedback": {"right": "", "wrong": ""}}
    item = ShortAnswer(code="R", **ShortAnswer.fields_from_record(record)).freeze()
    assert item.fraction("5 * 5") == 1
    assert item.fraction("5 and 5") == 0


# Filing and freezing ----------------------------------------------------------------------


def test_an_item_knows_its_question_its_lesson_and_what_it_tests():
    lesson = make.lesson(make.module(make.course()))
    question = make.true_false(lesson=lesson, red_line=True, retry_text="Look again.")
    question.competencies.add(make.competency("LI2"), make.competency("LI1"))
    question.save()
    question.save_revision().publish()
    question.refresh_from_db()
    item = question.freeze()
    assert (item.question, item.revision) == (question.pk, question.live_revision_id)
    assert item.lesson_key == str(lesson.translation_key)
    assert item.competencies == ["LI1", "LI2"]
    assert (item.red_line, item.retry_text) == (True, "Look again.")


def test_what_a_blueprint_asks_about_a_question_is_the_same_one_by_one_and_together():
    module = make.module(make.course())
    for question in make.one_of_each_kind():
        question.module = module
        question.competencies.add(make.competency())
        question.tags.add("Crisis", "listening")
        question.red_line = question.pk % 2 == 0
        question.save()
    entries = Question.objects.bank_entries()
    assert len(entries) == len(KINDS)
    for entry in entries:
        assert Question.objects.get(pk=entry.question).bank_entry() == entry


@pytest.mark.parametrize(
    ("live", "changed", "status"),
    [
        (False, False, "draft"),
        (False, True, "draft"),
        (True, False, "ready"),
        (True, True, "changed"),
    ],
)
def test_the_status_of_a_question_is_one_word(live, changed, status):
    assert TrueFalse(live=live, has_unpublished_changes=changed).status == status


@pytest.mark.parametrize("kind", KINDS)
def test_the_tools_of_an_example_do_what_they_say(kind):
    """Other tests stand on them: a changed key marks otherwise, a rewritten one reads otherwise."""
    question = example_of(kind, code="X")
    before = question.freeze()
    change_key(question)
    after = question.freeze()
    assert after.stem == before.stem
    assert after.right_response() != before.right_response() or after != before
    rewrite(question)
    assert question.freeze().to_json() != after.to_json()
    question.validate_publishable()
