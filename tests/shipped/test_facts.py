"""Every fact that the briefs ask for has a home in a lesson that exists."""

from pathlib import Path

import pytest
import yaml

from tests.shipped import content

FACTS = yaml.safe_load(Path(__file__).with_name("facts.yaml").read_text(encoding="utf-8"))
MISSING_ONCE = {
    *(5, 11, 15, 16, 20, 24, 26, 31, 33, 34, 44, 45, 46, 47, 48, 49, 51, 58, 65, 66, 82, 84),
    *(85, 86, 87, 88, 93, 94, 96, 103, 106),
}
"""The facts that a review found in no lesson, by their numbers in its table."""


@pytest.mark.parametrize("fact", FACTS, ids=[f"{row['part']} {row['fact']}" for row in FACTS])
def test_a_fact_is_told_in_the_part_that_is_its_home(fact):
    lesson, part = fact["part"].rsplit(".", 1)
    told = " ".join(
        text
        for block in content.blocks_of(lesson, int(part))
        for text in content.strings_in(block.get_prep_value())
    )
    assert fact["words"].lower() in told.lower()


def test_none_of_the_missing_facts_was_left_out():
    assert len(MISSING_ONCE) == 31
    assert {row["number"] for row in FACTS if "number" in row} >= MISSING_ONCE


def test_every_lesson_is_the_home_of_something():
    assert {row["part"].rsplit(".", 1)[0] for row in FACTS} == set(content.lessons())
