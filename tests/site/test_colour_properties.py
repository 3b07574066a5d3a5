"""What holds of any colour that a site may choose."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.colours import (
    DARK_PAPER,
    FOR_BUTTONS,
    FOR_TEXT,
    INK_ON_LIGHT,
    PAPER,
    contrast,
    dark_shades,
    darken_until,
    light_shades,
    lighten_until,
    mix,
)

colours = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")
HEX = re.compile("#[0-9a-f]{6}")


@given(colours)
def test_every_shade_is_a_colour_that_a_style_sheet_reads(chosen):
    for shades in (light_shades(chosen), dark_shades(chosen)):
        assert all(HEX.fullmatch(shade) for shade in vars(shades).values())


@given(colours, colours)
def test_contrast_is_the_same_both_ways_and_never_out_of_its_bounds(first, second):
    assert contrast(first, second) == contrast(second, first)
    assert 1 <= contrast(first, second) <= 21.0001
    assert contrast(first, first) == pytest.approx(1)


@given(colours)
def test_a_colour_is_darkened_as_far_as_reading_needs_and_no_further(chosen):
    darker = darken_until(chosen, FOR_BUTTONS, against=INK_ON_LIGHT)
    assert contrast(darker, INK_ON_LIGHT) >= FOR_BUTTONS
    assert (darker == chosen) == (contrast(chosen, INK_ON_LIGHT) >= FOR_BUTTONS)


@given(colours)
def test_a_colour_is_lightened_as_far_as_reading_needs_and_no_further(chosen):
    lighter = lighten_until(chosen, FOR_TEXT, against=DARK_PAPER)
    assert contrast(lighter, DARK_PAPER) >= FOR_TEXT
    assert (lighter == chosen) == (contrast(chosen, DARK_PAPER) >= FOR_TEXT)


@given(colours, colours, st.floats(0, 1))
def test_a_mixture_has_no_channel_outside_those_of_its_two(first, second, part):
    mixed = mix(first, second, part)
    for place in (1, 3, 5):
        low, high = sorted(int(colour[place : place + 2], 16) for colour in (first, second))
        assert low <= int(mixed[place : place + 2], 16) <= high


@given(colours, colours)
def test_the_ends_of_a_mixture_are_the_two_colours(first, second):
    assert mix(first, second, 0) == first
    assert mix(first, second, 1) == second


@given(colours)
def test_a_soft_ground_stays_close_to_the_paper(chosen):
    """Text is read on it: it must not become a colour of its own."""
    assert contrast(light_shades(chosen).soft, PAPER) < 1.6
    assert contrast(dark_shades(chosen).soft, DARK_PAPER) < 2
