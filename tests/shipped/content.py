"""The shipped course as its authors wrote it, for the tests of its words."""

import json
import re
from functools import cache
from html import unescape
from uuid import uuid4

from courses.models import LessonPage
from courses.parts import parts_of
from lms.shipped.pieces import CONTENT, FOUNDATIONS, blocks, load

NEW_LESSONS = ("4.5", "6.1", "6.2", "6.3", "6.4", "6.5", "6.6")
"""Those that came with the second curriculum brief, in their parts from the start."""

CHOICES = ("single", "scenario")
"""The kinds of question in which one option fits best."""


@cache
def course():
    return load(FOUNDATIONS / "course.yaml")


@cache
def site():
    return load(CONTENT / "site.yaml")


@cache
def competency_codes():
    return frozenset(row["code"] for row in load(FOUNDATIONS / "competencies.yaml"))


@cache
def lessons():
    """Each lesson's data by its code, in the course's order."""
    rows = [load(path) for path in sorted((FOUNDATIONS / "lessons").glob("*.yaml"))]
    return {row["code"]: row for row in rows}


@cache
def body_of(code):
    """A lesson's body as the site holds it."""
    return LessonPage._meta.get_field("body").to_python(blocks(lessons()[code]["body"]))


@cache
def parts(code):
    """A lesson's parts, with the words that each shows, as hours are counted by."""
    return parts_of(body_of(code), uuid4())


def blocks_of(code, number):
    """The blocks of one part, the first being 1."""
    part = parts(code)[number - 1]
    return list(body_of(code))[part.start : part.stop]


def part_names():
    """Every part there is, as questions name it: 4.5.1."""
    return {f"{code}.{number}" for code in lessons() for number in range(1, len(parts(code)) + 1)}


@cache
def bank(name):
    """The records of one file of questions, such as `fps-1` or `final`."""
    text = (FOUNDATIONS / "questions" / f"{name}.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines() if line.strip()]


def bank_names():
    return sorted(path.stem for path in (FOUNDATIONS / "questions").glob("*.jsonl"))


@cache
def quiz_questions():
    """Everything that a module quiz may ask."""
    return [row for name in bank_names() if name != "final" for row in bank(name)]


def all_questions():
    return [*quiz_questions(), *bank("final")]


def taps():
    """Every question to try in a lesson: where it stands, and what it is."""
    return [
        (code, block["knowledge_check"])
        for code, lesson in lessons().items()
        for block in lesson["body"]
        if "knowledge_check" in block
    ]


def best(question):
    """The place of the option that fits best."""
    options = question["options"]
    return max(range(len(options)), key=lambda place: options[place][1])


def strings_in(value):
    """Every text in some data, without its markup."""
    if isinstance(value, str):
        return [unescape(re.sub(r"<[^>]+>", "", value))]
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        return [text for part in value for text in strings_in(part)]
    return []


def words(text):
    return len(re.findall(r"[\w’'-]+", text))


def shipped_texts():
    """Every shipped text with the name of what it stands in."""
    named = {"site.yaml": site(), "course.yaml": course()}
    named |= {f"lesson {code}": lesson for code, lesson in lessons().items()}
    named |= {row["id"]: row for row in all_questions()}
    named["code of ethics"] = load(FOUNDATIONS / "code_of_ethics.yaml")
    named["competencies"] = load(FOUNDATIONS / "competencies.yaml")
    return {name: " ".join(strings_in(data)) for name, data in named.items()}
