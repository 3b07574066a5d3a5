"""The templates of questions: Jinja's, with the words, figures and escaping of all others."""

import html
import re
from decimal import Decimal

import pytest
from django.template import Template as PageTemplate
from django.template import TemplateDoesNotExist, engines
from django.template.context import Context
from django.utils import formats, translation
from hypothesis import given
from hypothesis import strategies as st

from assessments.items import item_from_json
from assessments.kinds import KINDS
from assessments.marking import ItemMark, mark_item
from assessments.templatetags import marks
from assessments.templatetags.questions import ENGINE, ask, explain, review
from tests import make

HOSTILE = "<b onclick=x>\"'&amp;</b>"
WORDS = {"text", "feedback", "note", "rationale", "reaction", "pattern"}


@pytest.fixture(params=KINDS)
def kind(request):
    return request.param


def with_hostile_words(item):
    """The item with markup in every text that is not written as markup."""

    def changed(value):
        if isinstance(value, list):
            return [changed(each) for each in value]
        if not isinstance(value, dict):
            return value
        return {
            name: HOSTILE if name in WORDS and isinstance(each, str) else changed(each)
            for name, each in value.items()
        }

    return item_from_json(changed(item.to_json()))


@pytest.mark.parametrize("name", ["ask", "review"])
def test_the_templates_of_a_kind_are_those_of_their_own_engine_alone(kind, name):
    path = f"kinds/{kind}/{name}.html"
    assert engines[ENGINE].get_template(path)
    with pytest.raises(TemplateDoesNotExist):
        engines["django"].get_template(path)


def test_the_pages_around_them_are_djangos_alone():
    assert engines["django"].get_template("base.html")
    with pytest.raises(TemplateDoesNotExist):
        engines[ENGINE].get_template("base.html")


def test_no_text_of_a_question_becomes_markup(kind):
    item = with_hostile_words(make.item(kind))
    right = item.right_response()
    mark = mark_item(item, right)
    pages = [ask(item, given=given_, number=1, total=2) for given_ in (None, right)]
    pages += [
        review(item, given=given_, mark=mark, number=1, show_key=True) for given_ in (None, right)
    ]
    for page in pages:
        assert "<b onclick" not in page
    assert "&lt;b onclick" in pages[0]
    assert HOSTILE in html.unescape(pages[0])


def test_what_was_typed_never_leaves_its_field():
    item = make.item("short_answer")
    page = ask(item, given='"><script>', number=1, total=1)
    assert "<script>" not in page
    assert 'value="' + "&#34;&gt;&lt;script&gt;" in page
    assert "<script>" not in explain(item, given='"><script>')


def test_a_question_in_another_language_says_so_and_one_in_the_readers_does_not():
    item = make.item("single_choice")
    with translation.override("en"):
        assert 'lang="es"' in ask(item, given=None, language="es")
        assert "lang=" not in ask(item, given=None, language="en")
        assert "lang=" not in ask(item, given=None)
    with translation.override("es"):
        assert 'lang="es"' not in ask(item, given=None, language="es")


def test_the_words_around_a_question_are_the_readers_whoever_read_it_first():
    item = make.item("single_choice")
    seen = []
    for language in ("en", "es", "en", "es"):
        with translation.override(language):
            seen.append(re.search(r'question__how">([^<]+)<', ask(item, given=None))[1])
    assert seen[0] == seen[2] == "Choose one."
    assert seen[1] == seen[3] != seen[0]


def test_a_question_without_a_number_is_called_a_question(kind):
    item = make.item(kind)
    with translation.override("en"):
        assert re.search(r'question__number"[^>]*>\s*Question\s*<', ask(item, given=None))
        page = ask(item, given=None, number=3, total=7)
        assert 'Question 3 <span class="muted">of 7</span>' in page


def test_a_lesson_to_read_again_is_linked_to_its_part():
    lesson = type("Lesson", (), {"url": "/a/", "title": "<i>Boundaries</i>"})()
    item = make.item("single_choice", lesson_part=2)
    with translation.override("en"):
        page = review(item, given=None, show_key=False, lesson=lesson)
    assert 'href="/a/?part=2"' in page
    assert "<i>" not in page
    assert "&lt;i&gt;Boundaries&lt;/i&gt;" in page


@pytest.mark.parametrize(("fraction", "is_sent_back"), [(0, True), (0.5, True), (1, False)])
def test_whoever_was_right_is_not_sent_back_to_read(fraction, is_sent_back):
    lesson = type("Lesson", (), {"url": "/a/", "title": "Boundaries"})()
    item = make.item("single_choice")
    mark = ItemMark(Decimal(fraction), Decimal(fraction) * item.worth)
    with translation.override("en"):
        page = review(item, given=None, show_key=False, lesson=lesson, mark=mark)
    assert ('href="/a/"' in page) == is_sent_back


def test_what_an_editor_wrote_stays_markup_and_its_links_are_addresses():
    item = make.item("single_choice", stem='<p>Read <b>this</b>, <a href="/x/">there</a>.</p>')
    assert '<p>Read <b>this</b>, <a href="/x/">there</a>.</p>' in ask(item, given=None)


def test_a_page_draws_a_question_by_one_tag():
    item = make.item("true_false")
    page = PageTemplate("{% load questions %}{% ask item given=None number=1 total=2 %}")
    drawn = page.render(Context({"item": item}))
    assert drawn == ask(item, given=None, number=1, total=2)
    assert drawn.count("<fieldset") == 1


@pytest.mark.parametrize("language", ["en", "es"])
@given(hundredths=st.integers(0, 99_999))
def test_a_figure_is_written_as_django_writes_numbers(language, hundredths):
    value = Decimal(hundredths) / 100
    with translation.override(language):
        shown = marks.figure(value)
        plain = f"{value:.2f}".rstrip("0").rstrip(".")
        places = len(plain.partition(".")[2])
        assert shown == formats.number_format(Decimal(plain), decimal_pos=places)


def test_the_reason_is_set_in_paragraphs_with_its_markup_as_words():
    item = make.item("single_choice", rationale="One.\n\nTwo <b>bold</b>.")
    page = review(item, given=None, show_key=True)
    assert "<p>One.</p>" in page
    assert "<p>Two &lt;b&gt;bold&lt;/b&gt;.</p>" in page


def test_what_a_person_does_then_is_set_in_paragraphs():
    item = make.item("situational_judgement")
    page = review(item, given=None, show_key=True)
    assert "&lt;p&gt;" not in page
    assert '<div class="reaction">' not in page or re.search(r"<div[^>]*><p>", page)
