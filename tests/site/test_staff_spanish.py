"""The staff pages in Spanish: no sentence of Wagtail, of its libraries or of ours is left in English."""

from __future__ import annotations

import ast
import re
from html.parser import HTMLParser
from importlib.util import find_spec
from pathlib import Path

import pytest
from django.apps import apps
from django.test import Client
from django.utils import translation
from django.utils.translation import gettext, ngettext, pgettext
from wagtail.models import get_page_models
from wagtail.snippets.models import get_snippet_models

from people.roles import ASSESSORS, LEAD_TRAINERS, REGISTRARS, TRAINERS
from tests import make

LIBRARIES = (
    "wagtail",
    "wagtail.admin",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.contrib.settings",
    "wagtail.contrib.table_block",
    "wagtail.locales",
    "wagtail.snippets",
    "wagtail.users",
    "wagtailmedia",
)
NOT_SHOWN = re.compile(
    r"API|[Tt]oken|Yes, revoke|don't revoke|^(created|last used|Last used|revoked at)"
)
"""The keys for programs, which nobody here may make: they are not among what we install."""

ALIKE = {"No", "Error", "Error 404", "URL", "Total", "General", "Editor", "Local", "Color"}
ALIKE |= {"Manual", "Normal", "original", "Wagtail", "Slug", "slug", "Alias", "alias", "hash"}
ALIKE |= {"workflow_tasks", "%(field_label)s:"}
"""What is the same in both languages, or is no sentence."""

ENTRY = re.compile(
    r'^(?:msgctxt "(?P<context>.*)"\n)?'
    r'msgid (?P<one>(?:".*"\n?)+)(?:msgid_plural (?P<many>(?:".*"\n?)+))?',
    re.M,
)


def words_of(part):
    return "".join(
        ast.literal_eval(line) for line in re.findall(r'^(?:msgid\w*)? ?(".*")$', part, re.M)
    )


def sentences_of(library):
    """What a library says: the context, the sentence, and it of many things."""
    folder = Path(find_spec(library).submodule_search_locations[0])
    catalogue = folder / "locale" / "en" / "LC_MESSAGES" / "django.po"
    for entry in ENTRY.finditer(catalogue.read_text(encoding="utf-8")):
        one = words_of(entry["one"])
        if one:
            yield entry["context"], one, words_of(entry["many"]) if entry["many"] else ""


def in_spanish(context, one, many):
    if context:
        return pgettext(context, one)
    return ngettext(one, many, 1) if many else gettext(one)


@pytest.mark.parametrize("library", LIBRARIES)
def test_every_sentence_of_a_library_has_its_spanish(library):
    sentences = list(sentences_of(library))
    assert len(sentences) > 1, "the catalogue was not read"
    with translation.override("es"):
        left = [
            one
            for context, one, many in sentences
            if in_spanish(context, one, many) == one
            and re.search(r"[a-z]{3}", re.sub(r"%\(\w+\)[sd]|\{\w+\}|<[^>]*>", "", one))
            and one not in ALIKE
            and not NOT_SHOWN.search(one)
        ]
    assert left == [], "Add these to lms/wagtail_words.py, with their Spanish in the catalogue."


def models_of_staff():
    shown = {*get_page_models(), *get_snippet_models()}
    shown |= {apps.get_model(name) for name in ("certificates.Credential", "certificates.Issuer")}
    ours = {"people", "courses", "assessments", "practice", "certificates", "lms"}
    return sorted((each for each in shown if each._meta.app_label in ours), key=str)


def test_no_plural_is_made_as_english_makes_it():
    """Django adds an s to whatever has no plural of its own: "credencials", "leccións"."""
    with translation.override("es"):
        wrong = [
            str(model._meta.verbose_name_plural)
            for model in models_of_staff()
            if "verbose_name_plural" not in model._meta.original_attrs
            and not re.fullmatch(r"\w+[aeiouáéó]", str(model._meta.verbose_name))
        ]
    assert wrong == []


class Texts(HTMLParser):
    """Whatever a page shows or says: its texts, and the names of its buttons and fields."""

    SILENT = ("script", "style", "template", "svg")

    def __init__(self):
        super().__init__()
        self.found = set()
        self.within = []

    def handle_starttag(self, tag, attrs):
        # The names of towns, by which a time zone is chosen, are alike in both.
        if tag in self.SILENT or (tag == "select" and "time_zone" in str(attrs)):
            self.within.append(tag)
        if not self.within:
            named = dict(attrs)
            self.found |= {
                named[name].strip() for name in ("title", "placeholder") if named.get(name)
            }

    def handle_endtag(self, tag):
        if self.within and self.within[-1] == tag:
            self.within.pop()

    def handle_data(self, data):
        if not self.within and data.strip():
            self.found.add(" ".join(data.split()))


def texts_of(browser, address):
    response = browser.get(address)
    assert response.status_code == 200, address
    texts = Texts()
    texts.feed(response.content.decode())
    return texts.found


@pytest.fixture
def staff_browsers(db, settings):
    """The same person's browser in each language."""
    settings.STAFF_NEED_SECOND_FACTOR = False
    browsers = {}
    for language in ("en", "es"):
        person = make.user(f"{language}@peerwork.example", is_superuser=True, language=language)
        browsers[language] = Client()
        browsers[language].force_login(person)
    return browsers


ADDRESSES = [
    "/admin/",
    "/admin/questions/",
    "/admin/questions/add/",
    "/admin/snippets/assessments/singlechoice/add/",
    "/admin/snippets/assessments/quiz/",
    "/admin/snippets/assessments/quiz/add/",
    "/admin/snippets/practice/conversation/",
    "/admin/snippets/practice/conversation/add/",
    "/admin/conversations/take-in/",
    "/admin/learners/",
    "/admin/attempts/",
    "/admin/competencies/",
    "/admin/competencies/new/",
    "/admin/changes/",
    "/admin/re-marks/",
    "/admin/credentials/",
    "/admin/credentials/issue/",
    "/admin/letters/",
    "/admin/credential-requests/",
    "/admin/credential-reviews/",
    "/admin/awards/",
    "/admin/issuers/",
    "/admin/users/",
    "/admin/images/",
    "/admin/media/",
    "/admin/documents/",
    "/admin/reports/locked/",
    "/admin/reports/aging-pages/",
    "/admin/reports/site-history/",
    "/admin/account/",
]
A_SENTENCE = re.compile(r"[A-Za-z’']{2,} [a-z’']{2,}|^[A-Z][a-z]{3,}$")
NAMES = {"Peerwork", "Wagtail", "Root", "Ada Okafor", "English", "Courses"}
NAMES |= {"Welcome to your new Wagtail site!"}
NAMES |= {ASSESSORS, LEAD_TRAINERS, REGISTRARS, TRAINERS, "Administrator"}
"""What people called their pages and their roles."""

WRITTEN_BY_WAGTAIL = {"Actions", "Home", "None"}
"""What stands in its code as it is: a name of a landmark, the first of the way to a snippet's list,
and a count that is hidden."""


def test_no_page_of_the_staff_says_in_spanish_what_it_says_in_english(staff_browsers):
    course = make.course("Zz1")
    lesson = make.lesson(make.module(course, "Zz2"), "Zz3")
    below = [
        f"/admin/pages/{course.pk}/",
        f"/admin/pages/{lesson.pk}/edit/",
        f"/admin/pages/{lesson.pk}/history/",
        f"/admin/pages/{lesson.pk}/unpublish/",
        f"/admin/pages/{lesson.pk}/delete/",
        f"/admin/pages/{lesson.pk}/move/",
        f"/admin/pages/{course.pk}/copy/",
        f"/admin/editions/{course.pk}/",
    ]
    left = {}
    for address in [*ADDRESSES, *below]:
        english = texts_of(staff_browsers["en"], address)
        both = english & texts_of(staff_browsers["es"], address)
        for text in both - NAMES - WRITTEN_BY_WAGTAIL - ALIKE:
            if A_SENTENCE.search(text):
                left.setdefault(text, address)
    assert left == {}


def test_what_is_made_once_for_all_is_in_the_language_of_each_reader(staff_browsers):
    """The menu and the search of the staff pages are made by whoever comes first."""
    english = texts_of(staff_browsers["en"], "/admin/credentials/")
    spanish = texts_of(staff_browsers["es"], "/admin/credentials/")
    assert "Credentials" in english
    assert "Credenciales" in spanish
    first = staff_browsers["es"].get("/admin/").content.decode()
    for words in (
        "Question bank",
        "Papers marked again",
        "Requests of holders",
        "Letters not sent",
    ):
        assert words not in first
