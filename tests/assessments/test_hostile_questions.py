"""Whatever is written into a question or an answer, a page has the same markup around it."""

from __future__ import annotations

import html
import re
from html.parser import HTMLParser

import pytest
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from assessments.items import item_from_json
from assessments.kinds import KINDS
from assessments.marking import mark_item
from assessments.templatetags.questions import ask, explain, review
from tests import make

HOSTILE = {
    "script": "<script>alert(1)</script>",
    "picture": "<img src=x onerror=alert(1)>",
    "end of a tag": '"><svg/onload=alert(1)>',
    "double quotes": '" autofocus onfocus="alert(1)',
    "single quotes": "' autofocus onfocus='alert(1)",
    "no quotes": "x autofocus onfocus=alert(1)",
    "end of an element": "</label></fieldset></form><form action=//evil.example>",
    "end of a choice": "</option></select><input name=other>",
    "comment": "<!-- --><!--",
    "section": "]]><![CDATA[<b>",
    "figure of Jinja": "{{ 7*7 }}",
    "figure of Jinja within": "{{ item.__class__.__mro__ }}",
    "order of Jinja": "{% for x in range(9) %}nine{% endfor %}",
    "order of Django": "{% load static %}{% csrf_token %}",
    "remark of Jinja": "{# gone #} %} }} #}",
    "percent signs": "%(fits)s %s %d %(nothing)s 100% {place} {0}",
    "entities": "&lt;b&gt; &amp;amp; &#60;script&#62; &quot;",
    "address": "javascript:alert(1)",
    "odd characters": "\u202eevil\u2066 \u200b\ufeff \U0001f4a3",
    "paragraphs": "one <b>\n\ntwo <i>",
}
TEXTS = {"text", "feedback", "note", "rationale", "reaction", "feedback_right", "feedback_wrong"}
ENCLOSED = {"class", "id", "name", "for", "type", "lang", "role", "href", "src", "style", "action"}
LANGUAGES = ["en", "es"]


@pytest.fixture(params=KINDS)
def kind(request):
    return request.param


class Markup(HTMLParser):
    """The tags of a page in their order, with all that is not somebody's words, and the words."""

    def __init__(self, page):
        super().__init__(convert_charrefs=True)
        self.tags, self.words = [], []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag, attrs):
        kept = [(name, value if name in ENCLOSED else None) for name, value in attrs]
        self.tags.append((tag, kept))

    def handle_endtag(self, tag):
        self.tags.append((f"/{tag}", []))

    def handle_comment(self, data):
        self.tags.append(("comment", []))

    def handle_decl(self, decl):
        self.tags.append(("declaration", []))

    def unknown_decl(self, data):
        self.tags.append(("declaration", []))

    def handle_pi(self, data):
        self.tags.append(("instruction", []))

    def handle_data(self, data):
        self.words.append(data)

    @property
    def text(self):
        return "".join(self.words)


def with_words(item, words):
    """The item with the same words in every text that is not written as markup."""

    def changed(value):
        if isinstance(value, list):
            return [changed(each) for each in value]
        if not isinstance(value, dict):
            return value
        return {
            name: words if name in TEXTS and isinstance(each, str) else changed(each)
            for name, each in value.items()
        }

    return item_from_json(changed(item.to_json()))


def pages_of(item, *, language="es"):
    """Every page of a question: to be answered, marked with and without its key, and explained."""
    right = item.right_response()
    mark = mark_item(item, right)
    for given_ in (None, right):
        yield ask(item, given=given_, number=1, total=2, language=language)
        for show_key in (True, False):
            yield review(
                item, given=given_, mark=mark, number=1, show_key=show_key, language=language
            )
    if item.kind == "short_answer":
        yield explain(item, given=right)


def markup_of(item, words):
    return [Markup(page).tags for page in pages_of(with_words(item, words))]


@pytest.mark.parametrize("reader", LANGUAGES)
def test_the_markup_of_a_question_is_the_same_whatever_its_words_are(kind, reader):
    item = make.item(kind)
    with translation.override(reader):
        plain = {words: markup_of(item, words) for words in ("harmless", "one\n\ntwo")}
        for name, words in HOSTILE.items():
            pages = list(pages_of(with_words(item, words)))
            like = plain["one\n\ntwo" if "\n\n" in words else "harmless"]
            assert [Markup(page).tags for page in pages] == like, name
            assert not any("alert(1)>" in page or "<script" in page for page in pages), name


@pytest.mark.parametrize("reader", LANGUAGES)
def test_its_words_are_read_as_they_were_written(kind, reader):
    """Nothing is worked out of them, left out of them or written twice into entities."""
    for name, words in HOSTILE.items():
        item = with_words(make.item(kind), words)
        with translation.override(reader):
            marked = review(item, given=item.right_response(), show_key=True)
        shown = " ".join(Markup(marked).text.split())
        assert " ".join(words.split()) in shown, name
        assert "nine" not in shown.replace("{% for x in range(9) %}nine{% endfor %}", "")
        assert "49" not in shown


@settings(max_examples=40, deadline=None)
@given(
    kind=st.sampled_from(sorted(KINDS)),
    words=st.text(st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp")), min_size=1),
)
def test_any_words_at_all_leave_the_markup_alone(kind, words):
    item = make.item(kind)
    with translation.override("en"):
        assert markup_of(item, f"x{words}y") == markup_of(item, "xy")


@pytest.mark.parametrize("reader", LANGUAGES)
@pytest.mark.parametrize("words", HOSTILE.values(), ids=HOSTILE)
def test_an_answer_that_was_typed_stays_in_its_field_and_among_the_words(words, reader):
    item = make.item("short_answer")
    with translation.override(reader):
        asked = ask(item, given=words, number=1, total=1)
        plain = ask(item, given="harmless", number=1, total=1)
        assert Markup(asked).tags == Markup(plain).tags
        value = re.search(r'<input type="text"[^>]*?value="([^"]*)"', asked)[1]
        assert html.unescape(value) == words
        for show_key in (True, False):
            marked = Markup(review(item, given=words, show_key=show_key))
            assert marked.tags == Markup(review(item, given="harmless", show_key=show_key)).tags
            assert words in marked.text
        assert "<script" not in explain(item, given=words)


@pytest.mark.parametrize("reader", LANGUAGES)
@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "short_answer"])
def test_an_answer_that_was_never_offered_reaches_no_page_as_markup(kind, reader):
    """Somebody may send anything at all, under each name that the form has."""
    item = make.item(kind)
    names = re.findall(r'name="([^"]+)"', ask(item, given=None, number=1, total=1))
    assert names
    for hostile, words in HOSTILE.items():
        given_ = item.read({name: [words] for name in names})
        with translation.override(reader):
            pages = [
                ask(item, given=given_, number=1, total=1),
                review(item, given=given_, mark=mark_item(item, given_), show_key=True),
            ]
        for page in map(Markup, pages):
            attributes = {name for _tag, attrs in page.tags for name, _value in attrs}
            assert not {name for name in attributes if name.startswith(("on", "auto"))} - {
                *("autocomplete", "autocapitalize"),
            }, hostile
            assert not {tag for tag, _attrs in page.tags} & {
                *("script", "img", "svg", "form", "b", "i", "comment", "declaration"),
            }, hostile


@pytest.mark.parametrize("reader", LANGUAGES)
@pytest.mark.parametrize("words", HOSTILE.values(), ids=HOSTILE)
def test_the_lesson_to_read_again_is_words_in_a_link(words, reader):
    lesson = type("Lesson", (), {"url": "/lessons/a/", "title": words})()
    item = make.item("single_choice")
    with translation.override(reader):
        page = Markup(review(item, given=None, show_key=False, lesson=lesson))
        lesson.title = "harmless"
        assert page.tags == Markup(review(item, given=None, show_key=False, lesson=lesson)).tags
    assert " ".join(words.split()) in " ".join(page.text.split())
