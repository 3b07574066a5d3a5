"""The workbook of a module: what is in it, for whom, and that it is a file for everyone."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.core.cache import caches
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from courses.enrolling import withdraw
from courses.models import GlossaryWord, LessonPage, ModulePage, Reflection
from lms.views import workbook as view
from lms.workbook import process
from lms.workbook.contents import LINES, MOST_LINES, hint_on_paper, lines_for
from lms.workbook.pdf import render_workbook
from lms.workbook.pdf_words import printable
from lms.workbook.process import WorkbookNotRendered, WorkbookRenderer, answer, render_apart
from people.models import User
from tests import make
from tests.certificates.rendering import opened, run_poppler
from tests.certificates.rendering import words_of as painted_words
from tests.courses.reading import signed_in, text_of
from tests.make import DAY
from tests.verapdf import faults_of

pytestmark = pytest.mark.django_db
OWN = "What I wrote myself about a quiet evening"


@pytest.fixture
def module():
    course = make.course(order="free")
    module = make.module(course)
    lesson = make.lesson(
        module,
        title="Being there",
        body=[
            ("key_point", {"text": "Be there first."}),
            ("prose", "<p>The window of tolerance is wide.</p>"),
            (
                "reflection",
                {"prompt": "When were you quiet?", "hint": "A small moment.", "words_asked": 120},
            ),
        ],
    )
    make.lesson(module, title="A lesson of prose", body=[("prose", "<p>Only words.</p>")])
    make.edition(course)
    word = GlossaryWord(
        word="window of tolerance", meaning="Where one can take things in.", lesson=lesson
    )
    word.save()
    word.save_revision().publish()
    return ModulePage.objects.get(pk=module.pk)


@pytest.fixture
def reader(module):
    course = module.get_parent().specific
    return make.enrolment(make.user(), course, at=timezone.now() - DAY).learner


@pytest.fixture
def written(module, reader):
    lesson = LessonPage.objects.child_of(module).get(title="Being there")
    block = next(block for block in lesson.body if block.block_type == "reflection")
    return Reflection.objects.create(
        learner=reader,
        lesson_key=lesson.translation_key,
        block_id=block.id,
        prompt="When were you quiet?",
        text=f"{OWN}.\n\nAnd a second line.",
        saved_at=timezone.now(),
    )


def address(module, size="a4"):
    return reverse("workbook", args=[module.translation_key, size])


def words_of(content):
    """All words of a file, each line under the one before, as one line."""
    return re.sub(r"\s+", " ", painted_words(content))


def html_for(module, reader, monkeypatch, **options):
    """The HTML of which the file is made."""
    seen = []
    monkeypatch.setattr(view, "render_apart", lambda html, size: seen.append(html) or b"%PDF")
    signed_in(reader).get(address(module), options)
    return seen[-1]


def test_it_has_what_to_carry_away_where_to_write_the_words_and_the_card(module, reader):
    answer = signed_in(reader).get(address(module))
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=")
    assert answer.headers["Cache-Control"] == "private, no-store"
    words = words_of(answer.content)
    for said in (
        module.title,
        "Being there",
        "Be there first.",
        "When were you quiet?",
        "A small moment.",
        "A lesson of prose",
        "window of tolerance",
        "Where one can take things in.",
        "When someone is in crisis",
        "Ask by name.",
        "call your local emergency number",
        "Nobody with lived experience has reviewed this module yet.",
        "Nobody has reviewed the meanings of some of these words yet.",
    ):
        assert said in words, said


def test_the_sheets_are_of_the_size_that_was_asked_for(module, reader):
    browser = signed_in(reader)
    for size, points in (("a4", "595.276 x 841.89"), ("letter", "612 x 792")):
        facts = run_poppler("pdfinfo", browser.get(address(module, size)).content, to=None)
        assert f"{points} pts" in facts
    assert browser.get(address(module, "a3")).status_code == 404


def test_own_words_are_in_it_when_asked_for_and_never_else(module, reader, written):
    browser = signed_in(reader)
    assert OWN in words_of(browser.get(address(module), {"own": "1"}).content)
    assert OWN not in words_of(browser.get(address(module)).content)
    for typed in ("0", "yes", ""):
        assert OWN not in words_of(browser.get(address(module), {"own": typed}).content)


def test_nobody_elses_words_are_in_it(module, reader, written):
    other = make.enrolment(
        make.user(), module.get_parent().specific, at=timezone.now() - DAY
    ).learner
    browser = signed_in(reader)
    browser.get(address(module), {"own": "1"})
    for options in ({}, {"own": "1"}):
        assert OWN not in words_of(signed_in(other).get(address(module), options).content)


def test_it_is_there_for_whoever_reads_the_module_alone(module, reader):
    assert Client().get(address(module)).headers["Location"].startswith("/accounts/login/")
    assert signed_in(make.user()).get(address(module)).status_code == 404
    withdraw(reader.enrolments.get(), at=timezone.now())
    assert signed_in(reader).get(address(module)).status_code == 404


def test_a_module_without_a_lesson_that_is_open_has_none():
    course = make.course(order="free")
    module = make.module(course)
    make.quiz_page(module)
    make.edition(course)
    reader = make.enrolment(make.user(), course, at=timezone.now() - DAY).learner
    assert signed_in(reader).get(address(module)).status_code == 404


def test_the_page_of_the_module_leads_to_it(module, reader):
    page = text_of(signed_in(reader).get(module.url))
    for size in ("a4", "letter"):
        assert f'href="{address(module, size)}"' in page
        assert f'href="{address(module, size)}?own=1"' in page
    assert address(module) not in text_of(signed_in(make.user()).get(module.url))


def test_what_is_the_same_for_all_is_made_once_and_own_words_every_time(
    module, reader, monkeypatch
):
    made = []
    monkeypatch.setattr(view, "render_apart", lambda html, size: made.append(size) or b"%PDF")
    browser = signed_in(reader)
    for _ in range(2):
        browser.get(address(module))
    assert made == ["a4"]
    browser.get(address(module, "letter"))
    assert made == ["a4", "letter"]
    for _ in range(2):
        browser.get(address(module), {"own": "1"})
    assert made == ["a4", "letter", "a4", "a4"]
    lesson = LessonPage.objects.child_of(module).first()
    lesson.title = "Another name"
    lesson.save_revision().publish()
    browser.get(address(module))
    assert len(made) == 5
    caches["content"].clear()


def test_how_many_lines_there_are_to_write_on(module, reader, written, monkeypatch):
    html = html_for(module, reader, monkeypatch)
    assert html.count('class="line"') == lines_for(120) + MOST_LINES
    assert lines_for(0) == LINES
    assert lines_for(120) == 14
    assert lines_for(5000) == MOST_LINES
    own = html_for(module, reader, monkeypatch, own="1")
    assert own.count('class="line"') == MOST_LINES
    assert "What you wrote yourself on the site is in this file." in own


def test_what_was_typed_is_text_and_nothing_else(module, reader, written, monkeypatch):
    Reflection.objects.update(text='<img src="https://example.org/x.png"><script>1</script> 🙂')
    html = html_for(module, reader, monkeypatch, own="1")
    assert "&lt;img src=" in html
    assert "<script" not in html
    assert "🙂" not in html
    content = render_workbook(html, "a4")
    assert b"example.org" not in content.split(b"stream")[0]
    assert "<script>1</script>" in words_of(content)


def test_signs_that_no_face_has_become_a_question_mark():
    assert printable("Sí, 山 🙂!") in {"Sí, 山 ?!", "Sí, ? ?!"}
    assert printable("Plain words – “quoted”…") == "Plain words – “quoted”…"


def test_in_spanish_it_is_in_spanish(module, reader):
    User.objects.filter(pk=reader.pk).update(language="es")
    browser = signed_in(reader)
    with translation.override("es"):
        content = browser.get(address(module), headers={"accept-language": "es"}).content
    assert b"/Lang (es)" in opened(content)
    assert "Cuaderno" in words_of(content)


# A file for everyone ----------------------------------------------------------------------


def test_no_rule_of_pdf_ua_is_broken_in_any_size_or_language(
    module, reader, written, tmp_path: Path
):
    browser = signed_in(reader)
    files = []
    for language in ("en", "es"):
        User.objects.filter(pk=reader.pk).update(language=language)
        for size in ("a4", "letter"):
            for own in ("0", "1"):
                file = tmp_path / f"{language}-{size}-{own}.pdf"
                headers = {"accept-language": language}
                file.write_bytes(
                    browser.get(address(module, size), {"own": own}, headers=headers).content
                )
                files.append(file)
    faults = faults_of(*files)
    assert len(faults) == len(files)
    assert {name: broken for name, broken in faults.items() if broken} == {}


def test_it_is_tagged_has_an_outline_and_opens_no_address(module, reader):
    content = signed_in(reader).get(address(module)).content
    assert "Tagged:          yes" in run_poppler("pdfinfo", content, to=None)
    inside = opened(content)
    assert b"/Outlines" in inside
    assert inside.count(b"/Type /StructElem") > 20
    assert b"/URI" not in inside
    assert b"<pdfuaid:part>1</pdfuaid:part>" in inside


# Apart, with its limits -----------------------------------------------------------------------


def stuck(html, size):
    while True:
        pass


def failing(html, size):
    raise ValueError(html)


@pytest.fixture
def renderer():
    renderer = WorkbookRenderer()
    yield renderer
    renderer.stop()


def test_it_is_rendered_in_a_process_of_its_own(renderer, settings, monkeypatch):
    html = "<html lang=en><title>T</title><body><h1>Here</h1></body></html>"
    content = renderer.render(html, "a4")
    assert "Here" in words_of(content)
    settings.CERTIFICATES_RENDERED_APART = True
    monkeypatch.setattr(process, "_renderer", renderer)
    assert render_apart(html, "a4")[:4] == b"%PDF"


def test_one_that_takes_too_long_is_ended_and_the_next_is_made(renderer, monkeypatch):
    monkeypatch.setattr(process, "SECONDS", 1)
    with pytest.raises(WorkbookNotRendered, match="more than 1 seconds"):
        renderer.render("", "a4", render=f"{__name__}.stuck")
    monkeypatch.setattr(process, "SECONDS", 30)
    html = "<html lang=en><title>T</title><body><h1>Again</h1></body></html>"
    assert "Again" in words_of(renderer.render(html, "a4"))


def test_an_error_says_its_kind_and_none_of_what_was_written():
    assert answer(("my own words", "a4", f"{__name__}.failing")) == ("failure", "ValueError")


def test_where_it_cannot_be_made_the_reader_is_told_to_come_back(module, reader, monkeypatch):
    def busy(html, size):
        raise WorkbookNotRendered("others were being served")

    monkeypatch.setattr(view, "render_apart", busy)
    answer = signed_in(reader).get(address(module))
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "5"
    assert "Busy for a moment" in text_of(answer)


# On paper ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("hint", "on_paper"),
    [
        ("Only you can see this. Number them.", "Number them."),
        ("Only you can see this. You can change it any time.", ""),
        ("Solo tú puedes ver esto. Ponles número.", "Ponles número."),
        ("A small moment.", "A small moment."),
        ("", ""),
    ],
)
def test_a_hint_says_nothing_on_paper_that_is_true_of_the_site_alone(hint, on_paper):
    assert hint_on_paper(hint) == on_paper


def test_the_first_sheet_names_the_lessons(module, reader, monkeypatch):
    seen = []
    monkeypatch.setattr(
        "lms.views.workbook.render_apart", lambda html, size: seen.append(html) or b"%PDF-1.7"
    )
    address = reverse("workbook", args=[module.translation_key, "letter"])
    signed_in(reader).get(f"{address}?own=1")
    [html] = seen
    first = html[: html.index('<section class="lesson"')]
    assert "In this workbook" in first
    assert first.index("Being there") < first.index("A lesson of prose")
    assert "The line that I looked up" in html
