"""Words that explain themselves where a lesson first uses them, and the page of all of them."""

from __future__ import annotations

import re
from functools import partial

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from courses.exceptions import NotPublishable
from courses.glossary import meanings_in, problems_of_a_word
from courses.lesson_body import lesson_text, preview_lesson_body
from courses.marking_words import Meaning, WordMarker
from courses.models import Edition, GlossaryWord, LessonPage
from lms.shipped.glossary import FILE
from lms.shipped.pieces import load
from tests import make
from tests.courses.reading import signed_in, text_of
from tests.make import DAY
from tests.shipped import content

PEER = Meaning(1, "peer", ("peer", "peers"), "An equal.")
SUPPORT = Meaning(2, "peer support", ("peer support",), "Two people share something.")
WORDS = (PEER, SUPPORT)


def marked(markup, words=WORDS, marker=None):
    marker = marker or WordMarker(words, lambda meaning, text: f"[{meaning.key}:{text}]")
    return marker.read(markup)


# Where a word is marked -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("markup", "result"),
    [
        ("<p>A peer came.</p>", "<p>A [1:peer] came.</p>"),
        ("<p>Peers came, and peers went.</p>", "<p>[1:Peers] came, and peers went.</p>"),
        ("<p>Peer support helps a peer.</p>", "<p>[2:Peer support] helps a [1:peer].</p>"),
        ("<p>Peerless, a compeer, peer-led.</p>", "<p>Peerless, a compeer, peer-led.</p>"),
        ("<h2>Peers</h2><p>A peer.</p>", "<h2>Peers</h2><p>A [1:peer].</p>"),
        ('<a href="/peer">A peer</a> peer', '<a href="/peer">A peer</a> [1:peer]'),
        ("<p>A <b>peer</b> is an equal. A peer.</p>", "<p>A <b>peer</b> is an equal. A peer.</p>"),
        ("<p>One<br>peer<br/>peer</p>", "<p>One<br>[1:peer]<br/>peer</p>"),
        ("<p>It ends.</b></p><p>peer", "<p>It ends.</b></p><p>[1:peer]"),
        ("", ""),
    ],
)
def test_the_first_use_is_marked_where_it_is_neither_heading_nor_link_nor_explained(markup, result):
    assert marked(markup) == result


def test_without_words_nothing_changes():
    assert marked("<p>A peer.</p>", words=()) == "<p>A peer.</p>"


@given(
    st.lists(st.sampled_from(["peer", "Peers", "peer support", "<b>peer</b>", "<p>", "</p>", "x"]))
)
def test_marking_takes_nothing_away_and_marks_no_word_twice(pieces):
    markup = " ".join(pieces)
    shown = marked(markup)
    assert re.sub(r"\[\d:([^\]]*)\]", r"\1", shown) == markup
    keys = re.findall(r"\[(\d):", shown)
    assert len(keys) == len(set(keys))


# In a lesson -----------------------------------------------------------------------------


@pytest.fixture
def lesson(db):
    course = make.full_course(modules=1, lessons=1, order="free")
    lesson = LessonPage.objects.descendant_of(course).get()
    check = {
        "question": "Is lived experience enough?",
        "options": [
            {"text": "Lived experience", "right": True, "feedback": "Lived experience."},
            {"text": "No", "right": False, "feedback": "No."},
        ],
    }
    lesson.body = [
        ("part", {"heading": "Lived experience"}),
        ("knowledge_check", check),
        ("prose", "<p>It starts from lived experience. Lived experience counts.</p>"),
        ("reflection", {"prompt": "Your lived experience?"}),
        ("part", {"heading": "Again"}),
        ("prose", "<p>Lived experience comes back.</p>"),
    ]
    lesson.save_revision().publish()
    return LessonPage.objects.get(pk=lesson.pk)


def parts_of(lesson):
    texts = lesson_text(lesson, Edition.current())
    return ["".join(piece for piece in text.pieces if isinstance(piece, str)) for text in texts]


def test_a_word_is_marked_once_in_each_part_and_never_in_a_question(lesson):
    word = make.glossary_word(meaning="What <you> know.")
    first, second = parts_of(lesson)
    assert first.count('class="word"') == second.count('class="word"') == 1
    url = f'href="{reverse("courses:glossary")}#w{word.pk}"'
    assert f'{url} data-meaning="w-1-{word.pk}">lived experience</a>. Lived' in first
    assert f'{url} data-meaning="w-2-{word.pk}">Lived experience</a> comes' in second
    assert f'id="w-1-{word.pk}" hidden' in first
    assert "What &lt;you&gt; know." in first
    check = first.partition('class="check')[2].partition("block--prose")[0]
    assert "Lived experience" in check
    assert "word" not in re.findall(r'class="([^"]+)"', check)


def test_a_draft_or_a_word_of_another_language_marks_nothing(lesson):
    make.glossary_word(live=False)
    make.glossary_word(language="es")
    assert 'class="word"' not in "".join(parts_of(lesson))


def test_a_word_that_is_published_or_taken_down_changes_the_lesson_at_once(lesson):
    assert 'class="word"' not in "".join(parts_of(lesson))
    word = make.glossary_word()
    assert 'class="word"' in "".join(parts_of(lesson))
    word.unpublish()
    assert 'class="word"' not in "".join(parts_of(lesson))


def test_an_editor_who_previews_a_draft_reads_it_unmarked(lesson):
    make.glossary_word()
    assert 'class="word"' not in preview_lesson_body(lesson)


def test_a_reader_of_a_lesson_pays_no_query_for_its_words(lesson):
    learner = make.enrolment(
        course=lesson.get_parent().get_parent().specific, at=timezone.now() - DAY
    )
    browser = signed_in(learner.learner)
    url = lesson.get_url()
    browser.get(url)
    before = count_of(partial(browser.get, url))
    make.glossary_word()
    browser.get(url)
    assert count_of(partial(browser.get, url)) == before


def count_of(act):
    with CaptureQueriesContext(connection) as queries:
        act()
    return len(queries)


# The page --------------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_glossary_shows_every_word_and_that_nobody_has_reviewed_it():
    make.home()
    word = make.glossary_word()
    make.glossary_word("bias", live=False)
    page = text_of(Client().get(reverse("courses:glossary")))
    assert f'id="w{word.pk}"' in page
    assert word.meaning in page
    assert "bias" not in page
    assert "Nobody has reviewed these meanings yet." in page


@pytest.mark.django_db
def test_a_review_is_named_and_the_others_say_that_they_have_none():
    make.home()
    make.glossary_word(reviewed_by="Maya, peer supporter")
    make.glossary_word("bias")
    page = text_of(Client().get(reverse("courses:glossary")))
    assert "Reviewed by Maya, peer supporter" in page
    assert page.count("Nobody has reviewed this meaning yet.") == 1
    assert "these meanings" not in page


@pytest.mark.django_db
def test_an_empty_glossary_says_so_kindly():
    make.home()
    assert "There are no words here yet." in text_of(Client().get(reverse("courses:glossary")))


def test_a_word_leads_to_its_lesson_only_where_readers_are_let_in(lesson):
    make.glossary_word(lesson=lesson)
    assert lesson.title in text_of(Client().get(reverse("courses:glossary")))
    lesson.get_parent().view_restrictions.create(restriction_type="login")
    assert lesson.title not in text_of(Client().get(reverse("courses:glossary")))
    lesson.unpublish()
    [meaning] = meanings_in("en", Edition.current())
    assert meaning.lesson_title == ""


@pytest.mark.django_db
def test_one_word_costs_as_many_queries_as_three():
    make.home()
    act = partial(Client().get, reverse("courses:glossary"))
    make.glossary_word()
    act()
    one = count_of(act)
    make.glossary_word("bias")
    make.glossary_word("empathy")
    act()
    assert count_of(act) == one


# What may be published ----------------------------------------------------------------------


@pytest.mark.django_db
def test_two_words_do_not_explain_the_same():
    make.glossary_word("validate", forms="validating\nvalidation")
    twin = GlossaryWord(word="Validation", meaning="It makes sense.", live=False)
    twin.save()
    [problem] = problems_of_a_word(twin)
    assert problem == "“Validation” is explained already, by the word “validate”."
    with pytest.raises(NotPublishable):
        twin.save_revision().publish()
    twin.language = "es"
    assert problems_of_a_word(twin) == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    "form", ["VALIDATING", "ｖalidating", "vali\u200bdating", "validat\u00ading"]
)
def test_two_words_that_read_alike_do_not_explain_the_same(form):
    make.glossary_word("validate", forms="validating\nvalidation")
    [problem] = problems_of_a_word(GlossaryWord(word=form, meaning="It makes sense."))
    assert "is explained already, by the word “validate”" in problem


@pytest.mark.django_db
def test_an_accent_makes_another_word():
    make.glossary_word("resume", forms="resumes")
    assert problems_of_a_word(GlossaryWord(word="résumé", meaning="What one has done.")) == []


@pytest.mark.django_db
def test_a_form_of_two_letters_would_be_marked_everywhere():
    word = GlossaryWord(word="peer", forms="p\n\n  peers  ", meaning="An equal.")
    assert word.every_form() == ("peer", "p", "peers")
    [problem] = problems_of_a_word(word)
    assert "“p” is too short" in problem


@pytest.mark.django_db
def test_a_meaning_is_short_and_never_left_out():
    for meaning in ("", "x" * 401):
        with pytest.raises(ValidationError):
            GlossaryWord(word="peer", meaning=meaning).full_clean()


# As it is shipped ---------------------------------------------------------------------------


def test_every_shipped_word_has_a_lesson_that_uses_it_and_no_two_are_the_same():
    rows = load(FILE)
    forms = [form.lower() for row in rows for form in (row["word"], *row.get("forms", []))]
    assert len(rows) > 35
    assert len(forms) == len(set(forms))
    for row in rows:
        text = " ".join(content.strings_in(content.lessons()[row["lesson"]])).lower()
        every = (row["word"], *row.get("forms", []))
        assert any(form.lower() in text for form in every), row["word"]
        assert len(row["meaning"]) < 260
        assert "reviewed_by" not in row


def test_a_draft_without_its_word_has_a_name_all_the_same():
    assert str(GlossaryWord()) == "A word that is not written yet"
