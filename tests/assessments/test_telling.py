"""What is told of skills where no single answer may be told."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assessments.telling import FEWEST_TOLD, tell_skills
from tests import make


def items(count, start=0):
    return [make.item("true_false", id=f"i{n}") for n in range(start, start + count)]


def tell(sizes, right=(), missed=()):
    """What is told of subjects with so many items, of which those numbered in `right` are right."""
    subject_of, paper = {}, []
    for subject, size in enumerate(sizes):
        own = items(size, len(paper))
        paper += own
        subject_of |= {item.id: subject for item in own}
    marks = {item.id: Decimal(n in right) for n, item in enumerate(paper)}
    return tell_skills(
        paper, marks, subject_of=subject_of, subjects=range(len(sizes)), missed=missed
    )


def told(*args, **kwargs):
    return [(skill.subjects, skill.is_in_place) for skill in tell(*args, **kwargs)]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("sizes", "groups"),
    [
        ([4, 4], [[0], [1]]),
        ([3, 4], [[0, 1]]),
        ([4, 3], [[0, 1]]),
        ([3, 4, 4, 13, 2, 4], [[0, 1], [2], [3], [4, 5]]),
        ([1], [[0]]),
        ([0, 4], [[1]]),
        ([], []),
    ],
)
def test_subjects_with_few_questions_are_told_together(sizes, groups):
    assert [skill.subjects for skill in tell(sizes)] == groups


@pytest.mark.django_db
def test_it_is_in_place_when_three_quarters_was_earned():
    assert told([4], right={0, 1, 2}) == [([0], True)]
    assert told([4], right={0, 1}) == [([0], False)]
    assert told([4, 4], right=range(4)) == [([0], True), ([1], False)]


@pytest.mark.django_db
def test_a_missed_red_line_is_never_in_place():
    assert told([4], right=range(4), missed={"i1"}) == [([0], False)]


@pytest.mark.django_db
@settings(deadline=None, max_examples=40)
@given(sizes=st.lists(st.integers(0, 6), max_size=6))
def test_no_word_is_said_of_fewer_questions_unless_the_paper_has_no_more(sizes):
    counts = [sum(sizes[s] for s in skill.subjects) for skill in tell(sizes)]
    assert sum(counts) == sum(sizes)
    if sum(sizes) >= FEWEST_TOLD:
        assert all(count >= FEWEST_TOLD for count in counts)
