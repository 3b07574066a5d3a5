"""For how many tries the final tells how each skill went, as its own pages promise it."""

import pytest

from assessments.history import TRIES_TOLD
from lms.shipped.pieces import FOUNDATIONS

LESSON = "lessons/5-3-your-code-your-assessment-your-certificate.yaml"
NUMBERS = {"en": {3: "three"}, "es": {3: "tres"}}
PROMISES = {"en": "For {} tries", "es": "Durante {} intentos"}
UNTRUE = ("Until you have passed, it tells", "Until you have passed, a try", "Hasta que apruebes")
PAGES = [
    ("en", "course.yaml"),
    ("en", LESSON),
    ("es", "es/course.yaml"),
    ("es", f"es/{LESSON}"),
]


@pytest.mark.parametrize(("language", "page"), PAGES)
def test_a_page_promises_as_many_tries_as_the_rule_gives(language, page):
    text = (FOUNDATIONS / page).read_text()
    assert PROMISES[language].format(NUMBERS[language][TRIES_TOLD]) in text
    assert not [words for words in UNTRUE if words in text]


def test_no_other_page_says_that_every_try_tells_it():
    pages = list(FOUNDATIONS.rglob("*.yaml"))
    assert len(pages) > len(PAGES)
    for page in pages:
        text = page.read_text()
        assert not [words for words in UNTRUE[:2] if words in text], page
