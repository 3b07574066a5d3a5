"""The questions of the shipped course in which a learner types: the words of its authors."""

import json

import pytest

from lms.shipped.pieces import FOUNDATIONS
from lms.shipped.questions import question_from

RECORDS = [
    record
    for path in sorted((FOUNDATIONS / "questions").glob("*.jsonl"))
    for record in map(json.loads, path.read_text().splitlines())
    if record["type"] in {"short", "blank"}
]

pytestmark = pytest.mark.django_db
each_record = pytest.mark.parametrize("record", RECORDS, ids=lambda record: record["id"])


def test_all_nine_of_the_curriculum_are_there():
    ids = {record["id"] for record in RECORDS}
    assert ids == {"F06", "F11", "L11", "L12", "V10", "V11", "B12", "B13", "P09"}


@each_record
def test_it_may_be_published_and_holds_the_words_as_they_were_written(record):
    question = question_from(record)
    question.validate_publishable()
    assert question.words == record["stem"]
    assert question.rationale == record["why"]
    frozen = json.dumps(question.freeze().to_json(), ensure_ascii=False)
    for words in (
        record["feedback"]["right"],
        record["feedback"]["wrong"],
        record.get("model", ""),
    ):
        assert words in frozen


@each_record
def test_every_answer_that_its_authors_accept_earns_the_mark_and_another_none(record):
    item = question_from(record).freeze()
    if record["type"] == "short":
        responses = record["accept"]
        other = "something else"
    else:
        longest = max(map(len, record["answers"]))
        responses = [
            {str(place): texts[n % len(texts)] for place, texts in enumerate(record["answers"])}
            for n in range(longest)
        ]
        other = {str(place): "something else" for place in range(len(record["answers"]))}
    for response in responses:
        assert item.earned_fraction(response) == 1, response
    assert item.earned_fraction(other) == 0
