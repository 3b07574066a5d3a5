"""A page is one in every language and has copies: what names it is compared by key, and not by id.

A question, a row of a quiz, a conversation or an award names a page once, in one language. Its id
is that of no translation and of no copy, so whatever compared ids fell silent there.
"""

import ast
from pathlib import Path

import pytest
from django.apps import apps
from wagtail.models import Page

ROOT = Path(__file__).resolve().parents[2]
PARTS = ("people", "courses", "assessments", "practice", "certificates", "lms")

NAMING = {
    "assessments.Draw.module": "by key, in `Row.may_ask`: a copy has a filing of its own",
    "assessments.Question.module": "by key and origin, in `module_skills`; by key, in `Row.may_ask`",
    "assessments.Question.lesson": "by key and origin, in `lessons_named`",
    "certificates.Award.hours_course": "by key: one set of hours for every language",
    "certificates.Requirement.course": "by key: a copy is another course, and the copy page says so",
    "courses.Completion.page": "beside `page_key`, which is what is read",
    "courses.CourseEdition.course": "beside `course_key`, which is what is read",
    "courses.CourseTrainer.course": "by key, in `trainer_ids`",
    "courses.Enrolment.course": "beside `course_key`, and as the page that somebody enrolled on",
    "courses.GlossaryWord.lesson": "as a link alone; a word is of one language, and so is its lesson",
    "courses.PageTranslation.page": "one page in one language, which is what it is about",
    "courses.PageTranslation.source": "one page in one language, which is what it is about",
    "practice.Conversation.lesson": "by its editors alone: no learner is led by it",
}
"""How whatever names a page is brought together with the pages that a reader is on."""

BY_ID = {
    "certificates/requirements/quiz/kind.py": "quiz pages of every language and copy are read",
    "lms/course_hours.py": "the ids are those of the pages that were read by them just before",
}
"""Where a step's page id is compared, and why no other language or copy is missed."""


def naming_fields():
    """Every field of ours that names pages that readers are shown, but those of pages themselves."""
    for model in apps.get_models():
        if model._meta.app_label not in PARTS or issubclass(model, Page):
            continue
        for field in model._meta.get_fields():
            is_ours = field.is_relation and not field.auto_created and field.concrete
            if is_ours and field.related_model and issubclass(field.related_model, Page):
                is_inherited = field.model is not model
                if not is_inherited:
                    yield f"{model._meta.label}.{field.name}"


def test_each_field_that_names_a_page_says_how_its_other_languages_and_copies_are_found():
    assert set(naming_fields()) == set(NAMING)
    assert all(NAMING.values())


def comparisons_of_page_ids(source):
    """The lines on which something is looked up or compared by a `page_id`."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.DictComp):
            parts = [node.key]
        elif isinstance(node, ast.Compare):
            parts = [node.left, *node.comparators]
        elif isinstance(node, ast.Subscript):
            parts = [node.slice]
        else:
            continue
        if any(isinstance(part, ast.Attribute) and part.attr == "page_id" for part in parts):
            yield node.lineno


@pytest.mark.parametrize("part", PARTS)
def test_nothing_else_compares_the_page_id_of_a_step_or_a_module(part):
    found = {
        str(path.relative_to(ROOT))
        for path in (ROOT / part).rglob("*.py")
        if "migrations" not in path.parts and any(comparisons_of_page_ids(path.read_text()))
    }
    assert found == {path for path in BY_ID if path.startswith(f"{part}/")}


@pytest.mark.parametrize(
    "source",
    [
        "{module.page_id: module for module in modules}",
        "[step for step in steps if step.page_id in lessons]",
        "lessons[step.page_id]",
        "question.module_id == module.page_id",
    ],
)
def test_the_comparisons_that_fell_silent_would_be_found(source):
    assert list(comparisons_of_page_ids(source)) == [1]


@pytest.mark.parametrize("source", ["step.page_id", "f(step.page_id)", "{step.key: step.page_id}"])
def test_a_page_id_that_is_handed_on_is_no_comparison(source):
    assert not list(comparisons_of_page_ids(source))
