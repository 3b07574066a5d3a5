"""One folding of text for the whole site."""

from unicodedata import normalize

import pytest
from hypothesis import given
from hypothesis import strategies as st

from people.folding import fold, fold_for_search, is_unseen, plain, plain_address, plain_code

ZERO_WIDTH = "\u200b"
SOFT_HYPHEN = "\u00ad"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Empathy", "empathy "),
        ("Ética", "ÉTICA"),
        ("Ética", normalize("NFD", "ética")),
        ("ZIELIŃSKI", "zieliński"),
        ("Straße", "STRASSE"),
        ("ＡＢＣ", "abc"),
        ("ﬁrst", "FIRST"),
        (f"em{ZERO_WIDTH}pathy", "empathy"),
        (f"em{SOFT_HYPHEN}pathy", "empathy"),
        ("two  \n words", "two words"),
        ("no\u00a0break", "no break"),
        ("ΣΟΦΟΣ", "σοφος"),
    ],
)
def test_these_read_alike(one, other):
    assert fold(one) == fold(other)


@pytest.mark.parametrize(("one", "other"), [("ética", "etica"), ("it’s", "its"), ("a", "b")])
def test_these_do_not(one, other):
    assert fold(one) != fold(other)


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("zielinski", "Zieliński"),
        ("lodz", "ŁÓDŹ"),
        ("soren", "Søren"),
        ("nguyen", "Nguyễn"),
        ("etica", "ÉTICA"),
        ("istanbul", "İstanbul"),
        ("strasse", "Straße"),
    ],
)
def test_a_search_needs_no_accents(typed, name):
    assert fold_for_search(typed) == fold_for_search(name)


def test_a_vowel_of_an_indian_script_is_no_accent():
    assert fold_for_search("कि") != fold_for_search("क")


@given(st.text())
def test_folding_twice_is_folding_once(text):
    for folding in (fold, fold_for_search, plain):
        assert folding(folding(text)) == folding(text)


@given(st.text())
def test_nothing_unseen_is_left(text):
    assert not any(map(is_unseen, plain(text)))


@given(st.text(), st.sampled_from(["NFC", "NFD", "NFKC", "NFKD"]))
def test_the_form_that_a_system_sends_is_no_matter(text, form):
    assert fold(normalize(form, text)) == fold(text)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("１２３４－５６７８", "1234-5678"),
        ("1234—5678", "1234-5678"),
        ("1234ー5678", "1234-5678"),
        (f"12{ZERO_WIDTH}34-5678", "1234-5678"),
        ("١٢٣٤-٥٦٧٨", "1234-5678"),
    ],
)
def test_a_code_is_read_from_any_keyboard(typed, code):
    assert plain_code(typed) == code


def test_an_address_is_read_without_what_nobody_sees():
    assert plain_address(f" Ada{ZERO_WIDTH}＠Example．org ") == "ada@example.org"
