"""A site's own colour can always be read by, whatever was chosen."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.colours import DARK_PAPER, PAPER, contrast, dark_shades, light_shades, mix

hex_colours = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


def test_contrast_is_counted_as_wcag_counts_it():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


def test_a_colour_that_can_be_read_is_kept_as_it_was_chosen():
    assert light_shades("#2f6f62").accent == "#2f6f62"


def test_a_pale_yellow_becomes_dark_enough_to_carry_white_words():
    accent = light_shades("#ffee88").accent
    assert accent != "#ffee88"
    assert contrast(accent, "#ffffff") >= 4.5


@given(hex_colours)
def test_every_choice_can_be_read_in_light(chosen):
    shades = light_shades(chosen)
    assert contrast(shades.accent, shades.on_accent) >= 4.5
    assert contrast(shades.strong, shades.on_accent) >= 4.5
    assert contrast(shades.link, PAPER) >= 7
    assert contrast(shades.link, shades.soft) >= 7


@given(hex_colours)
def test_every_choice_can_be_read_in_dark(chosen):
    shades = dark_shades(chosen)
    assert contrast(shades.accent, shades.on_accent) >= 4.5
    assert contrast(shades.strong, shades.on_accent) >= 4.5
    assert contrast(shades.link, DARK_PAPER) >= 7
    assert contrast(shades.link, shades.soft) >= 7


@pytest.mark.parametrize(("part", "colour"), [(0, "#000000"), (1, "#ffffff"), (0.5, "#808080")])
def test_a_mixture_lies_between_its_two_colours(part, colour):
    assert mix("#000000", "#ffffff", part) == colour
