"""What is said of hours: what they are called, how many, and what to know of them."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from certificates.covered import group_covered
from certificates.hours import Hours, about_hours, exact_hours
from courses import study_time as rule
from courses.study_time import halves
from tests.certificates.rendering import STUDY


def hours(minutes=510, study=STUDY, attested_by=""):
    return Hours.frozen(minutes, study, attested_by)


@pytest.mark.parametrize(
    ("minutes", "words"),
    [
        (30, "about half an hour"),
        (60, "about 1 hour"),
        (90, "about 1½ hours"),
        (240, "about 4 hours"),
        (510, "about 8½ hours"),
    ],
)
def test_estimated_hours_are_about_so_many(minutes, words):
    assert about_hours(minutes) == words
    assert hours(minutes).text == words


@pytest.mark.parametrize(
    ("minutes", "words"), [(60, "1 hour"), (2400, "40 hours"), (1005, "16 h 45 min")]
)
def test_hours_that_somebody_counted_are_told_to_the_minute(minutes, words):
    assert exact_hours(minutes) == words


@given(st.integers(0, 6000))
def test_half_hours_are_never_rounded_up(minutes):
    shown = halves(minutes)
    shown_hours = float(shown.rstrip("½") or 0) + (0.5 if "½" in shown else 0)
    assert shown_hours * 60 <= minutes < shown_hours * 60 + 30


def test_each_kind_is_called_what_it_is():
    assert hours().label == "Self-paced study, time estimated by the issuer"
    assert hours(study={}, attested_by="Rosa").label == "Hours attested by Rosa"
    assert hours(study={}).label == "Hours planned for the course"


def test_only_an_estimate_opens_to_a_sum_and_only_a_plan_has_the_note():
    assert "91 of 98 parts read" in hours().sum
    assert "conversation" not in hours().sum
    held = {**STUDY, "conversations": 3, "conversation_minutes": 18}
    assert "Of practice conversations, 3 different endings" in hours(study=held).sum
    assert hours().note == ""
    assert hours(study={}, attested_by="Rosa").sum == ""
    assert hours(study={}, attested_by="Rosa").note == ""
    assert hours(study={}).sum == ""
    assert "were not counted" in hours(study={}).note


def test_no_hours_are_nothing():
    assert not hours(0)
    assert hours(0, study={}).note == ""
    assert hours(0).to_json()["hours_basis"] is None


def test_in_spanish_too():
    with translation.override("es"):
        assert hours().label.startswith("Estudio a su ritmo")
        assert hours().text == "unas 8½ horas"


def test_competencies_from_before_there_were_groups_stand_by_themselves():
    [group] = group_covered([{"code": "LI1", "name": "Be present"}])
    assert (group.name, group.assessed) == ("Be present", ())


# Nowhere else -------------------------------------------------------------------------------

NEVER = re.compile(
    r"contact hours|hours of learning|completed the hours shown|horas de aprendizaje"
    r"|horas de contacto|horas lectivas|competencies taught|hours by domain|horas por",
    re.IGNORECASE,
)
ROOT = Path(settings.BASE_DIR)


def texts_of_the_tree():
    """Everything that a reader of the site, of its certificates or of its docs may be shown."""
    for folder, endings in {
        "templates": {".html", ".txt"},
        "certificates": {".html", ".py"},
        "courses": {".py"},
        "assessments": {".py", ".html"},
        "lms": {".py", ".yaml", ".jsonl", ".po", ".html", ".js"},
        "docs": {".md"},
    }.items():
        for path in (ROOT / folder).rglob("*"):
            if path.suffix in endings:
                yield path
    yield from ROOT.glob("*.md")


def test_no_place_says_that_hours_were_of_contact_or_of_learning():
    places = {}
    for path in texts_of_the_tree():
        text = path.read_text(encoding="utf-8")
        if path.suffix == ".po":
            text = re.sub(r'"\n"', "", text)
        if matches := NEVER.findall(text):
            places[str(path.relative_to(ROOT))] = matches
    assert not places


def test_the_tree_that_is_looked_through_is_all_there():
    names = {path.name for path in texts_of_the_tree()}
    assert {"verify_found.html", "certificate.html", "django.po", "site.yaml", "README.md"} <= names


# The page for a board -----------------------------------------------------------------------


@pytest.mark.django_db
def test_a_board_can_read_the_rule_its_sources_and_its_limits():
    response = Client().get("/organisations/hours/")
    sentence = " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())
    assert response.status_code == 200
    for words in (
        f"divided by {rule.WORDS_READ_A_MINUTE}, in minutes",
        f"at least {rule.LEAST_WORDS_WRITTEN} words",
        f"{rule.LONGEST_EXERCISE} minutes at most",
        f"{rule.LEAST_SECONDS_A_QUESTION} seconds a question",
        "round it down to the half hour",
        "A practice conversation counts once for each different ending",
        "a quarter of a minute for each choice",
        "NBCC",
        "Brysbaert 2019",
        "Karat",
        "Time is not learning",
        "No board has approved them",
        "issued before 27 November 2026 were planned",
    ):
        assert words in sentence, words


@pytest.mark.django_db
def test_a_visitor_gets_it_without_a_cookie():
    response = Client().get("/organisations/hours/")
    assert not response.cookies
    assert response.status_code == 200


NAMED_ON_THE_PAGE = {
    "reading_minutes": "A part of a lesson counts",
    "exercise_minutes": "An exercise counts",
    "question_minutes": "A question counts",
    "conversation_minutes": "A practice conversation counts",
}


@pytest.mark.django_db
def test_the_page_says_of_each_thing_that_is_counted_how_it_counts():
    """It ends with “Nothing else counts”, so nothing that the sum adds up may be missing."""
    counted = {each.name for each in fields(rule.StudyTime) if each.name.endswith("_minutes")}
    assert counted == set(NAMED_ON_THE_PAGE)
    page = " ".join(Client().get("/organisations/hours/").content.decode().split())
    rules = page.split("Nothing else counts")[0]
    assert [words for words in NAMED_ON_THE_PAGE.values() if words not in rules] == []
