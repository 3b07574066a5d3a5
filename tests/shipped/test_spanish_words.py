"""The Spanish of what is shipped has the shape of the English, and no English is left in it."""

import re
from collections import Counter

import pytest

from courses.models import CompetencyGroupName, CompetencyWords, GlossaryWord, LessonPage
from lms.models import HomePage
from lms.shipped.pieces import CONTENT, FOUNDATIONS, load
from lms.shipped.translated import shipped_languages
from lms.shipped.words import CONVERSATION_SETS, STATEMENT_TITLES
from tests.shipped import content

FILES = sorted(
    path.relative_to(CONTENT)
    for path in CONTENT.rglob("*.yaml")
    if not {"es"} & set(path.relative_to(CONTENT).parts)
)
"""Every data file that is translated; questions and conversations are not yet."""

SAME = {
    "code", "module", "lesson", "competencies", "samhsa", "help", "mark", "order", "version",
    "draw", "pass_percent", "rules", "count", "red_lines", "must", "tag", "tags", "key",
    "conversations", "hard_lessons", "drawing", "words_asked", "right", "read", "url",
    "exit_url", "region", "number", "href", "licence", "country_codes", "language",
    "conversation_sets_key", "draws",
}  # fmt: skip
"""What is the same in every language: codes, numbers, rules and addresses."""

NAMES = re.compile(
    r"^(Peerwork|OARS|UK|Paz|1793, Pussin|CC BY.*|SAMHSA.*|[A-Z]\. .*|[\d –]+|.{0,2})$", re.S
)
"""Names and numbers that are read the same in both."""

ENGLISH = re.compile(
    r"\b(the|and|you|your|with|that|this|they|what|would|have|from|which|their|is|are|was|of)\b",
    re.I,
)
HREF = re.compile(r'href="([^"]+)"')
TAG = re.compile(r"<(/?\w+)")
PHONE = re.compile(r"\b\d[\d ]{1,}\d\b")


def spanish_of(path):
    parts = ("es", *path.parts) if len(path.parts) == 1 else (path.parts[0], "es", *path.parts[1:])
    return CONTENT.joinpath(*parts)


def pairs(english, spanish, place=""):
    """Each value of a file beside its translation, with where it stands; says what differs in shape."""
    assert type(english) is type(spanish), place
    if isinstance(english, dict):
        if place.endswith("competency_groups"):
            assert list(english.values()) == list(spanish.values()), place
            yield from zip([f"{place}.name"] * len(english), english, spanish, strict=True)
            return
        assert list(english) == list(spanish), place
        for key in english:
            yield from pairs(english[key], spanish[key], f"{place}.{key}")
    elif isinstance(english, list):
        assert len(english) == len(spanish), place
        for number, (one, other) in enumerate(zip(english, spanish, strict=True)):
            yield from pairs(one, other, f"{place}.{number}")
    else:
        yield place, english, spanish


def last_key(place):
    return next(part for part in reversed(place.split(".")) if not part.isdigit())


def both(path):
    return list(pairs(load(CONTENT / path), load(spanish_of(path))))


def is_the_same(place):
    keys = {part for part in place.split(".") if not part.isdigit()}
    return bool(keys & SAME) or (last_key(place) == "text" and ".references." in place)


def test_every_file_is_there_in_spanish_and_no_other():
    there = {spanish_of(path) for path in FILES}
    assert len(FILES) == len(content.lessons()) + 5
    files = {path for path in CONTENT.rglob("*.yaml") if "es" in path.relative_to(CONTENT).parts}
    # The words of the award stand in the code in English.
    assert files - there == {FOUNDATIONS / "es" / "award.yaml"}
    assert there - files == set()
    assert shipped_languages() == ["es"]


@pytest.mark.parametrize("path", FILES, ids=str)
def test_it_has_the_shape_the_codes_and_the_markup_of_the_english(path):
    for place, english, spanish in both(path):
        if is_the_same(place) and not isinstance(english, str):
            assert english == spanish, place
        if not isinstance(english, str):
            continue
        if last_key(place) in {"code", "module", "lesson", "drawing", "key", "mark", "order"}:
            assert english == spanish, place
        assert HREF.findall(english) == HREF.findall(spanish), place
        assert Counter(TAG.findall(english)) == Counter(TAG.findall(spanish)), place
        assert bool(english.strip()) == bool(spanish.strip()), place


@pytest.mark.parametrize("path", FILES, ids=str)
def test_nothing_is_left_in_english(path):
    left, said = {}, {}
    for place, english, spanish in both(path):
        if not isinstance(english, str) or is_the_same(place) or ".help_lines." in place:
            continue
        if english == spanish and not NAMES.match(english):
            left[place] = spanish
        text = re.sub(r"<[^>]+>", " ", spanish)
        words = ENGLISH.findall(text)
        if len(words) > 1 and not place.endswith("slug"):
            said[place] = words
    assert left == {}
    assert said == {}


def test_every_help_line_is_kept_with_its_number():
    english, spanish = load(CONTENT / "site.yaml"), load(spanish_of(FILES[-1]))
    assert FILES[-1].name == "site.yaml"
    assert len(english["help_lines"]) == len(spanish["help_lines"])
    for line, other in zip(english["help_lines"], spanish["help_lines"], strict=True):
        numbers = [PHONE.findall(str(value)) for value in line.values()]
        assert numbers == [PHONE.findall(str(value)) for value in other.values()]
        assert line.get("url") == other.get("url")


@pytest.mark.parametrize("path", FILES, ids=str)
def test_no_number_to_call_is_lost(path):
    for place, english, spanish in both(path):
        if isinstance(english, str):
            short = re.compile(r"\b(988|911|999|112|111|000|116 123|85258|1737|13 11 14)\b")
            assert sorted(short.findall(english)) == sorted(short.findall(spanish)), place


def test_slugs_are_addresses_and_each_is_another():
    slugs = [load(path)["slug"] for path in (FOUNDATIONS / "es" / "lessons").glob("*.yaml")]
    slugs += [page["slug"] for page in load(CONTENT / "es" / "site.yaml")["pages"]]
    assert len(slugs) == len(set(slugs))
    assert all(re.fullmatch(r"[a-z0-9-]+", slug) for slug in slugs)


def test_the_award_in_spanish_fits_on_its_certificate():
    words = load(FOUNDATIONS / "es" / "award.yaml")
    assert set(words) == {"name", "description", "limits"}
    assert all(0 < len(text) <= 400 for text in words.values())
    assert load(FOUNDATIONS / "es" / "course.yaml")["title"] in words["description"]


def test_the_titles_that_requirements_say_are_in_the_catalogues_reach():
    assert list(CONVERSATION_SETS) == [
        row["title"] for row in content.course()["conversation_sets"]
    ]
    assert list(STATEMENT_TITLES) == [load(FOUNDATIONS / "code_of_ethics.yaml")["title"]]


def longest(model, name):
    return model._meta.get_field(name).max_length


def test_every_text_fits_in_its_place():
    course, site = load(FOUNDATIONS / "es" / "course.yaml"), load(CONTENT / "es" / "site.yaml")
    lessons = [load(path) for path in (FOUNDATIONS / "es" / "lessons").glob("*.yaml")]
    pages = [course, *course["modules"], *lessons, *site["pages"]]
    assert all(len(" ".join(p["summary"].split())) <= longest(LessonPage, "summary") for p in pages)
    assert len(site["home"]["heading"]) <= longest(HomePage, "heading")
    words = load(FOUNDATIONS / "es" / "glossary.yaml")
    assert all(len(row["meaning"]) <= 400 for row in words)
    assert all(len(row["word"]) <= longest(GlossaryWord, "word") for row in words)
    rows = load(FOUNDATIONS / "es" / "competencies.yaml")
    assert all(len(row["name"]) <= longest(CompetencyWords, "name") for row in rows)
    groups = course["competency_groups"]
    assert all(len(name) <= longest(CompetencyGroupName, "name") for name in groups)
