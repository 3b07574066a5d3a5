"""What the shipped words may not say, and what they must agree on."""

import re

import pytest
from django.template.loader import render_to_string
from django.utils.translation import gettext, override

from lms.shipped.pieces import FOUNDATIONS, load
from lms.shipped.words import COMPETENCY_NAMES, PROVENANCE_WORDS
from tests.shipped import content

TEXTS = content.shipped_texts()
NEW = {
    name: text
    for name, text in TEXTS.items()
    if name in {f"lesson {code}" for code in content.NEW_LESSONS} or re.match(r"[AW]\d", name)
}

CLAIMS = re.compile(
    r"contact hours|hours of learning|competencies taught|17 hours|16 h 45|there are five modules"
    r"|four (module )?quizzes|four module|never wrong|most places have",
    re.I,
)
"""What was promised once, and was not so."""

PLACE_NUMBERS = re.compile(r"\b(?<!CFR )(lesson|module|part)s? \d", re.I)
"""The site shows titles, and no such numbers."""

SHAMING = re.compile(
    r"\b(addicts?|committed suicide|commit suicide|non-compliant|schizophrenic|junkie"
    r"|attention-seeking|clients?|disorders?|high-functioning)\b",
    re.I,
)
METHODS = re.compile(
    r"\b(hang(ed|ing)(?! on)|noose|guns?|firearms?|razors?|milligrams?|mg)\b", re.I
)
ONE_COUNTRY = re.compile(
    r"\b(rang|rung|flats?|flatmate|mum|fortnight|loo|jumper|lad|five-a-side|pounds?|lorry"
    r"|allotment|hostel|key worker|tablets?|whilst|gran)\b"
    r"|\b[Rr]ing(s|ing)? (her|him|them|together|everyone|the|our|me|you|your|my)\b",
    re.I,
)
ON_THE_STAFF = {"Beth", "Idris", "Ngozi", "Rosa", "Maya"}
"""The demonstration's people are in no lesson and no question."""


def found(pattern, texts):
    hits = {name: [hit.group(0) for hit in pattern.finditer(text)] for name, text in texts.items()}
    return {name: phrases for name, phrases in hits.items() if phrases}


def test_nothing_promises_what_is_not_done():
    assert found(CLAIMS, TEXTS) == {}


def test_no_lesson_is_named_by_a_number_that_the_site_does_not_show():
    assert found(PLACE_NUMBERS, TEXTS) == {}


def test_every_title_in_quotation_marks_is_one_that_there_is():
    titles = {lesson["title"] for lesson in content.lessons().values()}
    titles |= {module["title"] for module in content.course()["modules"]}
    titles |= {title.split(":")[0] for title in titles}
    named = re.compile(r"(?:[Ll]essons?,?|[Mm]odules?,?|\(see|Look again at|Read) “([^”]+)”")
    assert [
        (name, hit)
        for name, text in TEXTS.items()
        for hit in named.findall(text)
        if hit not in titles
    ] == []


@pytest.mark.parametrize("pattern", [SHAMING, METHODS], ids=["shaming", "methods"])
def test_nothing_shames_and_nothing_names_a_method(pattern):
    # Someone in F27 says “attention-seeking”, and the question is what to answer.
    assert found(pattern, TEXTS | {"F27": ""}) == {}


def test_no_word_is_known_in_one_country_only():
    lessons_and_questions = {
        name: text for name, text in TEXTS.items() if name not in {"site.yaml", "course.yaml"}
    }
    assert found(ONE_COUNTRY, lessons_and_questions) == {}


def test_nobody_in_the_course_has_the_name_of_the_demonstrations_staff():
    staff = re.compile(rf"\b({'|'.join(sorted(ON_THE_STAFF))})\b")
    assert found(staff, TEXTS) == {}


def test_the_site_counts_its_own_modules_and_quizzes():
    modules = content.course()["modules"]
    quizzes = [module for module in modules if "quiz" in module]
    assert (len(modules), len(quizzes)) == (6, 5)
    assert "There are six modules" in content.course()["introduction"]
    for text in (TEXTS["course.yaml"], TEXTS["site.yaml"], TEXTS["lesson 5.3"]):
        assert "five module quizzes and the final assessment" in text


def test_what_waits_for_a_reader_with_lived_experience_says_so():
    for bank in (content.course()["modules"][3]["quiz"], content.course()["final"]):
        assert "Nobody with lived experience has reviewed them yet." in bank["introduction"]


def test_no_review_is_claimed():
    course = content.course()
    assert "reviews" not in course["provenance"]
    assert all("reviews" not in module and module["version"] for module in course["modules"])
    assert "no named author has taken it over yet" in course["provenance"]["written_by"]


def test_the_words_that_pages_translate_are_in_the_catalogues_reach():
    names = [row["name"] for row in load(FOUNDATIONS / "competencies.yaml")]
    assert sorted(COMPETENCY_NAMES) == sorted(names)
    provenance = content.course()["provenance"]
    assert list(PROVENANCE_WORDS) == [provenance["written_by"], provenance["basis"]]


def test_the_code_can_be_signed_by_someone_who_has_nobody_to_ask():
    code = load(FOUNDATIONS / "code_of_ethics.yaml")
    assert "or, having nobody to ask" in code["preamble"]
    assert len(code["points"]) == 14


def test_a_learner_who_reads_spanish_is_told_the_names_of_skills_in_spanish():
    with override("es"):
        name = gettext("Be present")  # as named_strengths does
        strength = {"name": name, "strength": {"level": "strong"}, "percent": 90}
        html = render_to_string("assessments/_skills.html", {"strengths": [strength]})
    assert html.count("Estar presente") == 2
    assert "Be present" not in html


@pytest.mark.parametrize(
    "record",
    [
        "how long each was open",
        "never what you wrote",
        "when you were last here",
        "took up the offer of a talk",
        "the words and form you chose",
        "the sum it comes from, what the course covers and what of it was assessed",
    ],
)
def test_the_page_on_privacy_names_everything_that_is_kept_or_shown(record):
    [page] = [page for page in content.site()["pages"] if page["slug"] == "privacy"]
    assert record in " ".join(content.strings_in(page))
