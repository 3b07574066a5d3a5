"""A number is easy to type, hard to guess, and never given twice."""

from contextlib import suppress
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certificates import issuing
from certificates.models import Credential
from certificates.numbers import ALPHABET, Mistyped, formatted, parse_code, random_code
from tests import make

codes = st.builds(random_code)


@given(codes)
def test_a_number_is_read_however_it_is_typed(code):
    number = formatted("PSW", code)
    spaced = " ".join(code[i : i + 4] for i in (0, 4, 8))
    for typed in [number, number.lower(), code, spaced, f"  {number}\n", number.replace("-", "–")]:
        assert parse_code(typed) == code


@given(codes, st.integers(0, 11), st.sampled_from(ALPHABET))
def test_one_wrong_symbol_is_always_noticed(code, place, symbol):
    if code[place] != symbol:
        with pytest.raises(Mistyped):
            parse_code(code[:place] + symbol + code[place + 1 :])


def test_nearly_every_swap_of_neighbours_is_noticed():
    swapped = noticed = 0
    for _ in range(500):
        code = random_code()
        for place, (left, right) in enumerate(pairwise(code)):
            if left != right:
                swapped += 1
                try:
                    parse_code(code[:place] + right + left + code[place + 2 :])
                except Mistyped:
                    noticed += 1
    assert noticed / swapped > 0.99


@given(st.text(max_size=300))
def test_any_text_is_a_number_or_is_mistyped(text):
    with suppress(Mistyped):
        assert len(parse_code(text)) == 12


def test_a_number_that_is_taken_is_drawn_again(db, monkeypatch):
    first = make.credential()
    drawn = iter([first.code, first.code, "fresh"])
    monkeypatch.setattr(
        issuing, "random_code", lambda: random_code() if (d := next(drawn)) == "fresh" else d
    )
    second = make.credential()
    assert second.code != first.code
    assert Credential.objects.count() == 2
    assert second.events.count() == 1


def test_two_hundred_numbers_are_two_hundred(db):
    award = make.award()
    registrar = make.user()
    people = [make.user() for _ in range(200)]
    numbers = {make.credential(award, person, by=registrar).number for person in people}
    assert len(numbers) == 200
