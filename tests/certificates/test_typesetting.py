"""How a name is set: as large as fits, in lines of like length."""

from __future__ import annotations

from certificates import fonts
from tests.certificates.rendering import (
    set_in_classic,
)


def test_a_short_name_is_large_and_a_long_one_keeps_to_lines_of_like_length():
    assert float(set_in_classic("Ada Okafor").points) == 42
    long = set_in_classic("María de los Ángeles Fernández Villaverde Etxeberria")
    assert len(long.lines) == 2
    widths = [fonts.width_of(line) for line in long.lines]
    assert max(widths) < 1.5 * min(widths)


def test_a_name_that_runs_from_right_to_left_is_set_so():
    assert set_in_classic("محمد").direction == "rtl"
    assert set_in_classic("Ada").direction == "ltr"
    assert set_in_classic("1. דוד").direction == "rtl"
