"""The interface in Spanish: all of it, with every name in its place."""

import gettext
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from django.template.loader import render_to_string
from django.utils import translation

from assessments.kinds.true_false.example import example as true_false_example
from lms.shipped.words import HELP_LINE_WORDS, SITE_WORDS, TITLES_AT_THE_FOOT
from tests import make

ROOT = Path(__file__).resolve().parents[2]
SHIPPED = ROOT / "lms" / "shipped" / "content" / "site.yaml"
IN_LMS = Path("lms") / "locale" / "es" / "LC_MESSAGES"
CATALOGUE = ROOT / IN_LMS
SOURCES = (
    "people",
    "courses",
    "assessments",
    "practice",
    "certificates",
    "lms",
    "deploy",
    "templates",
)
NOT_READ = shutil.ignore_patterns("__pycache__", "locale", "static")
PLACES = re.compile(r"%\(\w+\)[sd]|(?<!%)%s|\{\w+\}")
ENTRY = re.compile(r'^msgid ((?:".*"\n)+)(?:msgid_plural ((?:".*"\n)+))?', re.M)
IN_SPANISH_ALREADY = {"España", "Estados Unidos"}


def compiled_in(path):
    with path.open("rb") as compiled:
        return gettext.GNUTranslations(compiled)._catalog


def entries_of(path):
    """Every string of a catalogue with its plural, however its lines are broken."""
    return {
        tuple("".join(re.findall(r'^"(.*)"$', part, re.M)) for part in entry)
        for entry in ENTRY.findall(path.read_text(encoding="utf-8"))
    }


def run(*command, cwd):
    """Run a tool of gettext, or what needs it."""
    for tool in ("xgettext", "msgfmt"):
        if shutil.which(tool) is None:
            pytest.fail(f"This test needs {tool}. Install GNU gettext (apt-get install gettext).")
    done = subprocess.run(
        command,
        cwd=cwd,
        env={
            **os.environ,
            "BASE_URL": "http://127.0.0.1:1",
            "DJANGO_SETTINGS_MODULE": "lms.settings.test",
        },
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def translated():
    return {
        key[0] if isinstance(key, tuple) else key: text
        for key, text in compiled_in(CATALOGUE / "django.mo").items()
        if key
    }


def test_nothing_is_left_in_english():
    text = (CATALOGUE / "django.po").read_text(encoding="utf-8")
    assert "#, fuzzy" not in text
    assert re.findall(r'^msgstr(?:\[\d\])? ""\n(?!")', text, re.M) == []


def test_the_catalogue_holds_what_the_code_says_and_nothing_else(tmp_path):
    for name in SOURCES:
        shutil.copytree(ROOT / name, tmp_path / name, ignore=NOT_READ)
    shutil.copy(ROOT / "manage.py", tmp_path)
    (tmp_path / "lms" / "locale").mkdir()
    extract = ["makemessages", "-l", "es", "--no-obsolete", "--no-location", "--no-wrap"]
    run(sys.executable, "manage.py", *extract, cwd=tmp_path)
    in_code = entries_of(tmp_path / IN_LMS / "django.po")
    in_catalogue = entries_of(CATALOGUE / "django.po")
    assert len(in_code) > 1000
    assert in_code - in_catalogue == set(), "Translate these: they are not in the catalogue."
    assert in_catalogue - in_code == set(), (
        "Take these out of the catalogue: nothing says them any more."
    )
    assert "\n#~" not in (CATALOGUE / "django.po").read_text(encoding="utf-8")


def test_what_is_compiled_is_what_was_written(tmp_path):
    anew = tmp_path / "django.mo"
    run("msgfmt", "--check", "-o", str(anew), str(CATALOGUE / "django.po"), cwd=tmp_path)
    assert compiled_in(CATALOGUE / "django.mo") == compiled_in(anew)


def test_the_words_that_come_with_the_site_are_in_the_catalogue(translated):
    site = yaml.safe_load(SHIPPED.read_text(encoding="utf-8"))
    words = {site["help_intro"].strip(), site["emergency"].strip()}
    for line in site["help_lines"]:
        if line["country"] not in IN_SPANISH_ALREADY:
            words |= {line["country"], line["contact"], line["note"]}
    assert words - translated.keys() == set(), "Add these to lms/shipped/words.py, and translate."
    assert set(HELP_LINE_WORDS) - words == set(), "No help line says these any more."


def test_the_links_of_the_footer_are_in_the_catalogue(translated):
    site = yaml.safe_load(SHIPPED.read_text(encoding="utf-8"))
    words = {site["course_cost"], *(one["title"] for one in site["pages"])}
    assert words - translated.keys() == set(), "Add these to lms/shipped/words.py, and translate."
    assert {*TITLES_AT_THE_FOOT, *SITE_WORDS} - words == set()


def test_true_and_false_are_spanish_in_a_question_that_is_not(client, db):
    item = true_false_example().freeze()
    with translation.override("es"):
        html = render_to_string(
            item.ask_template,
            {"item": item, "given": None, "number": 1, "total": 1, "language": "en"},
        )
    assert "Verdadero" in html
    assert "Falso" in html
    assert "True" not in html
    assert not re.search(r'<label class="choice"[^>]*lang=', html)


def test_quotation_marks_are_of_one_kind(translated):
    others = re.compile(r"[«»„‟‹›]|(?<![\w=])\"\w")
    assert [text for text in translated.values() if others.search(text)] == []


def test_the_sign_of_per_cent_stands_as_each_language_sets_it(translated):
    """75 % with a space that does not break in Spanish, and 75% in English."""
    sign = re.compile(r"(?:\d|\)s|\})([ \u00a0\u202f]?)%(?!\()")
    wrong = [
        text
        for original, translation_of_it in translated.items()
        for text, space in ((original, ""), (translation_of_it, "\u00a0"))
        if any(match[1] != space for match in sign.finditer(text))
    ]
    assert wrong == []


def test_no_template_writes_the_sign_of_per_cent_by_itself():
    outside = re.compile(r"\}\}(?: |&nbsp;)?%(?![0-9A-F]{2})")
    in_words = re.compile(r"{% blocktrans.*?{% endblocktrans\w* %}", re.S)
    assert [
        str(path.relative_to(ROOT))
        for folder in ("templates", "assessments")
        for path in (ROOT / folder).rglob("*.html")
        if outside.search(in_words.sub("", path.read_text(encoding="utf-8")))
    ] == []


def test_no_sentence_says_a_word_twice(translated):
    twice = re.compile(r"\b(\w{2,}) \1\b", re.I)
    fine = {"that that", "had had"}
    doubled = [
        match[0]
        for pair in translated.items()
        for text in pair
        for match in twice.finditer(text)
        if match[0].lower() not in fine
    ]
    assert doubled == []


def test_every_place_for_a_name_or_a_number_is_kept(translated):
    plurals = {
        key[0] for key in compiled_in(CATALOGUE / "django.mo") if isinstance(key, tuple)
    }  # “one” need not be said in figures
    lost = [
        original
        for original, text in translated.items()
        if original not in plurals and set(PLACES.findall(text)) != set(PLACES.findall(original))
    ]
    assert lost == []


def test_a_page_is_spanish_for_whoever_reads_spanish(client, db):
    make.home()
    page = client.get("/verify/", headers={"Accept-Language": "es"}).content.decode()
    assert '<html lang="es"' in page
    assert "certificado" in page
