"""Nothing that stays in the window while one reads is printed over what stands below it."""

from __future__ import annotations

from pathlib import Path

import pytest
import tinycss2

ROOT = Path(__file__).resolve().parent.parent.parent
STAYS = {"sticky", "fixed", "-webkit-sticky"}


def style_sheets():
    """Every style sheet of ours that a browser is given."""
    folders = [*ROOT.glob("*/static"), *ROOT.glob("*/kinds/*/static")]
    return sorted(sheet for folder in folders for sheet in folder.rglob("*.css"))


def rules_in(source, on_paper=False):
    """Each rule of a sheet: whether it is for paper alone, its selectors, and what it declares."""
    for rule in tinycss2.parse_rule_list(source, skip_comments=True, skip_whitespace=True):
        if rule.type == "at-rule" and rule.content and rule.at_keyword in {"layer", "media"}:
            is_print = tinycss2.serialize(rule.prelude).strip() == "print"
            inner = rule.content
            yield from rules_in(inner, on_paper or (rule.at_keyword == "media" and is_print))
        elif rule.type == "qualified-rule":
            selectors = tinycss2.serialize(rule.prelude).split(",")
            yield on_paper, {each.strip() for each in selectors}, declared_in(rule)


def declared_in(rule):
    declarations = tinycss2.parse_declaration_list(rule.content, skip_comments=True)
    return {
        (each.name, tinycss2.serialize(each.value).strip())
        for each in declarations
        if each.type == "declaration"
    }


def left_on_paper(*sources):
    """The selectors of what stays in the window and is neither hidden nor let go on paper."""
    staying, let_go = set(), set()
    for source in sources:
        for on_paper, selectors, declared in rules_in(source):
            if {("display", "none"), ("position", "static")} & declared and on_paper:
                let_go |= selectors
            if {("position", value) for value in STAYS} & declared:
                staying |= selectors
    return staying - let_go


def test_what_stays_in_the_window_is_hidden_or_let_go_on_paper():
    sheets = [sheet.read_text() for sheet in style_sheets()]
    assert len(sheets) > 5
    assert left_on_paper(*sheets) == set()


STRIP = ".strip { position: sticky }"


@pytest.mark.parametrize(
    ("source", "left"),
    [
        (STRIP, {".strip"}),
        ("@layer pages { @media (min-width: 60rem) { .a, .b { position: fixed } } }", {".a", ".b"}),
        (f"{STRIP} @media print {{ .strip {{ display: none !important }} }}", set()),
        (f"{STRIP} @media print {{ .other, .strip {{ position: static }} }}", set()),
        (f"{STRIP} @media print {{ .strip .button {{ display: none }} }}", {".strip"}),
        (f"{STRIP} @media (max-height: 28rem) {{ .strip {{ position: static }} }}", {".strip"}),
        (".plain { position: relative }", set()),
    ],
)
def test_what_is_left_on_paper_is_found_however_it_is_written(source, left):
    assert left_on_paper(source) == left


def test_the_sheets_of_the_site_of_a_page_and_of_a_kind_of_question_are_read():
    names = {sheet.relative_to(ROOT).as_posix() for sheet in style_sheets()}
    assert {
        "lms/static/css/site.css",
        "lms/static/css/admin.css",
        "lms/static/css/pages/quiz.css",
        "assessments/kinds/gap_fill/static/kind.css",
    } <= names
