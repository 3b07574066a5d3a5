"""Advice and warnings: no line of either can be read alone as the other."""

import re
from pathlib import Path

import pytest
import yaml
from django.utils import translation

from courses.blocks.advice import word_before_do, word_before_dont
from courses.blocks.prose import DoDontBlock

ROOT = Path(__file__).resolve().parents[2]
SHIPPED = ROOT / "lms" / "shipped"
ITEM = re.compile(r"<li>(.*?)</li>", re.S)


def shipped_blocks():
    """Every do and don’t that comes with the site, wherever it is nested."""

    def found(node):
        if isinstance(node, dict):
            for kind, value in node.items():
                yield from ([value] if kind == "do_dont" else found(value))
        elif isinstance(node, list):
            for each in node:
                yield from found(each)

    for path in sorted(SHIPPED.rglob("*.yaml")):
        for value in found(yaml.safe_load(path.read_text(encoding="utf-8"))):
            yield pytest.param(value, id=f"{path.stem}: {value['title']}")


def columns(value):
    """What is read aloud of each line, in both columns, and the markup it is in."""
    block = DoDontBlock()
    html = block.render(block.to_python(value))
    return [
        [
            (" ".join(re.sub(r"<[^>]+>", "", item).split()), item)
            for item in ITEM.findall(html.split(f"do-dont__column--{name}")[1].split("</ul>")[0])
        ]
        for name in ("do", "dont")
    ]


def test_there_are_blocks_to_look_at():
    assert len(list(shipped_blocks())) >= 10


@pytest.mark.parametrize("value", list(shipped_blocks()))
def test_every_line_says_by_itself_whether_to_do_it(value):
    advice, warnings = columns(value)
    assert len(advice) == len(value["do"])
    assert len(warnings) == len(value["dont"])
    for words, markup in advice:
        assert words.startswith(("Do: ", "Say: ")), words
        assert "m5 12.5" in markup, "the check of lms/icons.py"
    for words, markup in warnings:
        assert words.lower().startswith(("don’t: ", "don’t say: ", "do not ", "never ")), words
        assert "m6.5 6.5" in markup, "the cross of lms/icons.py"


def test_a_line_that_warns_by_itself_is_not_turned_into_its_opposite():
    _advice, warnings = columns({"title": "With them", "do": ["Stay"], "dont": ["Do not promise."]})
    assert warnings[0][0] == "Do not promise."


@pytest.mark.parametrize(
    ("line", "word"),
    [
        ("Promise secrecy", "Don’t:"),
        ("“Calm down.”", "Don’t say:"),
        ("Do not promise", ""),
        ("Don’t promise", ""),
        ("Don't promise", ""),
        ("Never promise", ""),
        ("Nevertheless promising", "Don’t:"),
    ],
)
def test_a_warning_has_the_word_that_fits_it(line, word):
    assert word_before_dont(line) == word


def test_advice_in_quotation_marks_is_something_to_say():
    assert word_before_do("“I’m here.”") == "Say:"
    assert word_before_do("Stay") == "Do:"


def test_the_words_are_in_the_language_of_the_page_and_not_of_the_reader(rf):
    class Locale:
        language_code = "en"

    class Page:
        locale = Locale

    block = DoDontBlock()
    value = block.to_python({"title": "With them", "do": ["Stay"], "dont": ["Promise"]})
    with translation.override("es"):
        html = block.render(value, {"page": Page})
    assert "Don’t:" in html
    with translation.override("es"):
        assert word_before_dont("Prometer") == "No:"
        assert word_before_dont("No prometas") == ""


@pytest.mark.parametrize("folder", ["templates", "courses", "lms/shipped", "docs"])
def test_nothing_says_what_to_leave_any_more(folder):
    """It stood once above a whole list, and its lines read alone were advice."""
    for path in (ROOT / folder).rglob("*.*"):
        if path.suffix in {".html", ".py", ".yaml", ".md"} and "migrations" not in path.parts:
            assert "what to leave\n" not in f"{path.read_text(encoding='utf-8').lower()}\n"
            assert "“what to leave”" not in path.read_text(encoding="utf-8").lower()
            assert '"what to leave"' not in path.read_text(encoding="utf-8").lower()
