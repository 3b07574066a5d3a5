"""What may be published is judged where it becomes public: every rule at every door."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
import wagtail
from django.urls import reverse
from wagtail.admin.views.bulk_action.registry import bulk_action_registry
from wagtail.models import Page, Revision
from wagtail.snippets.models import get_snippet_models
from wagtail.test.utils.form_data import inline_formset, nested_form_data, rich_text, streamfield

from assessments.models import Question
from courses.exceptions import NotPublishable
from courses.models import CoursePage, LessonPage
from courses.publishable import PublishableMixin, problems_of
from courses.publishing import publish_each
from tests import make
from tests.courses import publishing
from tests.courses.publishing import BROKEN, DOORS, bulk_address, is_live, said_by
from tests.courses.staff import lesson_form

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("at_once_and_without_second_factor"),
    # Wagtail leaves the file of a new picture size open.
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


# Rules and doors ------------------------------------------------------------------------------


@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.__name__)
@pytest.mark.parametrize("broken", BROKEN, ids=lambda broken: broken.__name__)
def test_no_door_lets_through_what_breaks_a_rule(editor, broken, door):
    page = broken()
    said = door(editor, page)
    assert not is_live(page)
    assert page.title in said
    assert BROKEN[broken] in said
    assert not Revision.objects.exclude(approved_go_live_at=None).exists()


@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.__name__)
def test_every_door_opens_to_a_good_draft(editor, door):
    page = publishing.lesson()
    said = door(editor, page)
    assert "Not published" not in said
    if door is publishing.hour_is_given:
        assert page.scheduled_revision
    else:
        assert is_live(page)


def test_every_kind_of_page_and_question_is_judged():
    for model in [*_page_models(), *_snippets_with_drafts()]:
        assert issubclass(model, PublishableMixin), model


def _page_models():
    return [
        each
        for each in Page.__subclasses__()
        if "publishable" not in each.__module__
        for each in _concrete(each)
    ]


def _concrete(model):
    if not model._meta.abstract and model.__module__.startswith(("courses", "lms", "assessments")):
        yield model
    for child in model.__subclasses__():
        yield from _concrete(child)


def _snippets_with_drafts():
    return [model for model in get_snippet_models() if hasattr(model, "live_revision")]


# A new door ----------------------------------------------------------------------------------

KNOWN_BULK_ACTIONS = {
    "publish": "judged: PublishSeveral",
    "delete": "judged: leave_out_what_is_in_use and leave_out_pages_with_records",
    "unpublish": "makes nothing public",
    "move": "makes nothing public",
    "add_tags": "makes nothing public",
    "add_to_collection": "makes nothing public",
    "assign_role": "of people",
    "set_active_state": "of people",
}

KNOWN_PUBLISHERS = {
    "actions/create.py",
    "actions/edit.py",
    "actions/registry.py",
    "actions/revert_to_page_revision.py",
    "admin/api/actions/publish.py",
    "admin/views/generic/mixins.py",
    "admin/views/pages/bulk_actions/publish.py",
    "admin/views/pages/create.py",
    "admin/views/pages/edit.py",
    "management/commands/publish_scheduled.py",
    "models/draft_state.py",
    "models/pages.py",
    "models/revisions.py",
    "workflows.py",
}
"""Where Wagtail publishes. All of them end in the `save` that judges."""


def test_somebody_has_looked_at_every_bulk_action():
    bulk_action_registry.get_bulk_actions_for_model("wagtailcore", "page")
    found = {
        name
        for models in bulk_action_registry.actions.values()
        for actions in models.values()
        for name in actions
    }
    assert found <= KNOWN_BULK_ACTIONS.keys()


def test_somebody_has_looked_at_every_place_where_wagtail_publishes():
    root = Path(wagtail.__file__).parent
    found = set()
    for file in root.rglob("*.py"):
        name = file.relative_to(root).as_posix()
        if "test" not in name and "migrations" not in name and _publishes(file):
            found.add(name)
    assert found <= KNOWN_PUBLISHERS, found - KNOWN_PUBLISHERS


def _publishes(file):
    source = file.read_text()
    if "ublish" not in source:
        return False
    calls = [node.func for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    names = {getattr(call, "attr", getattr(call, "id", "")) for call in calls}
    return bool(names & {"publish", "PublishRevisionAction", "PublishPageRevisionAction"})


# The button ----------------------------------------------------------------------------------


def edit(page):
    return reverse("wagtailadmin_pages:edit", args=[page.pk])


def test_the_button_says_the_reason_beside_the_form_and_keeps_what_was_typed(editor):
    page = publishing.lesson()
    value = {"image": publishing.picture().pk, "alternative": "", "caption": "Typed just now"}
    body = streamfield([("image", value)])
    response = editor.post(edit(page), {**lesson_form(body=body), "action-publish": "yes"})
    assert "Say what the picture tells" in said_by(response)
    assert "Typed just now" in said_by(response)
    assert not is_live(page)


def quiz_form(page, **changes):
    return nested_form_data(
        {
            "title": page.title,
            "slug": page.slug,
            "quiz": page.quiz_id,
            "introduction": rich_text("<p>Typed just now</p>"),
            "minutes": "10",
            "comments": inline_formset([]),
            **changes,
        }
    )


def test_a_new_quiz_page_that_nobody_could_begin_is_never_public_for_a_moment(editor):
    page = publishing.quiz_nobody_can_begin()
    url = reverse("wagtailadmin_pages:add", args=["assessments", "quizpage", page.get_parent().pk])
    form = {**quiz_form(page, slug="another"), "action-publish": "yes"}
    said = said_by(editor.post(url, form))
    assert "the bank cannot fill this quiz yet" in said
    assert "Typed just now" in said
    assert not Page.objects.filter(slug="another").exists()


def test_what_cannot_be_published_is_kept_as_a_draft_all_the_same(editor):
    page = publishing.quiz_nobody_can_begin()
    response = editor.post(edit(page), quiz_form(page, title="Kept"), follow=True)
    assert response.status_code == 200
    page.refresh_from_db()
    assert page.draft_title == "Kept"


def test_going_back_to_an_earlier_version_passes_the_same_door(editor):
    page = publishing.quiz_nobody_can_begin()
    earlier = page.get_latest_revision()
    page.save_revision()
    url = reverse("wagtailadmin_pages:revisions_revert", args=[page.pk, earlier.pk])
    assert editor.get(url).status_code == 200
    form = {**quiz_form(page), "revision": earlier.pk, "action-publish": "yes"}
    assert "the bank cannot fill this quiz yet" in said_by(editor.post(edit(page), form))
    assert not is_live(page)


def test_a_form_that_has_not_arrived_whole_saves_nothing_and_is_no_error(editor):
    """Somebody presses Publish before the editor has built its fields in the browser."""
    page = publishing.lesson(title="As it was")
    page.get_latest_revision().publish()
    form = {
        name: value for name, value in lesson_form("Half").items() if not name.startswith("body")
    }
    response = editor.post(edit(page), {**form, "action-publish": "yes"}, follow=True)
    assert "had not loaded to its end" in said_by(response)
    page = LessonPage.objects.get(pk=page.pk)
    assert page.title == "As it was"
    assert page.body[0].block_type == "prose"
    autosave = editor.post(edit(page), form, headers={"accept": "application/json"})
    assert autosave.status_code == 400
    assert "had not loaded" in autosave.json()["error_message"]


def test_half_of_a_new_page_or_question_is_no_error_either(editor):
    module = make.module(make.course())
    url = reverse("wagtailadmin_pages:add", args=["courses", "lessonpage", module.pk])
    form = {"title": "Half", "slug": "half", "action-publish": "yes"}
    assert "had not loaded" in said_by(editor.post(url, form, follow=True))
    add = reverse("wagtailsnippets_assessments_singlechoice:add")
    assert "had not loaded" in said_by(editor.post(add, {"code": "H1"}, follow=True))
    question = make.single_choice()
    url = reverse("wagtailsnippets_assessments_singlechoice:edit", args=[question.pk])
    assert "had not loaded" in said_by(editor.post(url, {"code": "H1"}, follow=True))
    assert not Page.objects.filter(slug="half").exists()
    assert not Question.objects.filter(code="H1").exists()


@pytest.mark.parametrize("sent", ["", "null", '"a table as text"', "{"])
def test_a_table_whose_grid_was_not_there_yet_is_no_error(editor, sent):
    page = publishing.lesson()
    form = {
        **lesson_form(title="Typed"),
        "body-count": "1",
        "body-0-deleted": "",
        "body-0-order": "0",
        "body-0-type": "table",
        "body-0-id": "",
        "body-0-value": sent,
    }
    assert editor.post(edit(page), form, follow=True).status_code == 200
    page.refresh_from_db()
    assert page.draft_title == "Typed"


# Several at once -----------------------------------------------------------------------------


def test_of_several_the_good_ones_go_and_each_other_is_named(editor):
    good, silent = publishing.lesson(title="Good"), publishing.silent_picture()
    course = publishing.course_without_a_summary()
    said = said_by(editor.post(bulk_address("publish", good, silent, course), follow=True))
    assert is_live(good)
    assert not is_live(silent)
    assert not is_live(course)
    assert "1 page has been published" in said
    assert silent.title in said
    assert course.title in said
    assert "Say what the picture tells" in said


def test_an_unfinished_draft_without_a_version_stops_nobody(editor):
    course = make.course(live=False)
    CoursePage.objects.filter(pk=course.pk).update(summary="")
    good = publishing.lesson()
    response = editor.post(bulk_address("publish", course, good), follow=True)
    assert response.status_code == 200
    assert is_live(good)
    assert not is_live(course)


def test_an_alias_is_published_with_what_it_shows_and_does_not_stop_the_others(editor):
    source, good = publishing.lesson(title="Source"), publishing.lesson()
    alias = source.create_alias(update_slug="alias")
    said = said_by(editor.post(bulk_address("publish", alias, good), follow=True))
    assert "It is an alias" in said
    assert is_live(good)
    assert not is_live(alias)
    source.get_latest_revision().publish()
    assert is_live(alias)


def test_publishing_several_by_a_program_says_what_went():
    good, bad = publishing.lesson(), publishing.silent_picture()
    publication = publish_each([bad, good], by=None)
    assert [page.pk for page in publication.published] == [good.pk]
    assert [refusal.subject for refusal in publication.refused] == [bad]


# Copies and translations -----------------------------------------------------------------------


def copy_form(page, **changes):
    return {
        "new_title": "The copy",
        "new_slug": "the-copy",
        "new_parent_page": page.get_parent().pk,
        "copy_subpages": "on",
        "publish_copies": "on",
        **changes,
    }


def test_of_copies_those_go_live_that_may_and_the_others_stay_drafts_by_name(editor):
    module = make.module(make.course(), "Whole module")
    good = make.lesson(module, "Good lesson")
    quiz_page = make.quiz_page(module, make.quiz([make.true_false()]), title="Empty quiz")
    Question.objects.update(live=False)
    url = reverse("wagtailadmin_pages:copy", args=[module.pk])
    said = said_by(editor.post(url, copy_form(module), follow=True))
    copies = Page.objects.get(slug="the-copy").get_descendants(inclusive=True).order_by("path")
    assert [copy.live for copy in copies] == [True, True, False]
    assert "Empty quiz" in said
    assert "the bank cannot fill this quiz yet" in said
    assert is_live(good)
    assert is_live(quiz_page)


def test_a_copy_that_is_not_to_be_published_is_a_draft(editor):
    page = make.lesson(make.module(make.course()))
    form = copy_form(page)
    del form["publish_copies"]
    editor.post(reverse("wagtailadmin_pages:copy", args=[page.pk]), form)
    assert not Page.objects.get(slug="the-copy").live


def test_a_program_that_copies_passes_the_same_door():
    page = make.quiz_page(make.module(make.course()), make.quiz([make.true_false()]))
    Question.objects.update(live=False)
    with pytest.raises(NotPublishable):
        page.copy(update_attrs={"slug": "again"}, keep_live=True)
    assert not page.copy(update_attrs={"slug": "as-a-draft"}, keep_live=False).live


# What is judged ------------------------------------------------------------------------------


def test_what_is_public_already_is_saved_without_being_judged_again(editor):
    """A rule that came later takes nothing down and stops no other work."""
    page = make.quiz_page(make.module(make.course()), make.quiz([make.true_false()]))
    Question.objects.update(live=False)
    page.title = "Another title"
    page.save()
    assert editor.post(reverse("wagtailadmin_pages:lock", args=[page.pk])).status_code == 302
    assert is_live(page)


def test_a_problem_is_named_with_the_block_and_the_field():
    [problem] = problems_of(publishing.silent_picture())
    assert problem.startswith("Image 1, Alternative text: Say what")


def test_a_question_is_judged_like_a_page():
    question = make.single_choice(live=False)
    question.options = [("option", {"text": "Ask", "fraction": "0", "feedback": ""})] * 2
    revision = question.save_revision(clean=False)
    with pytest.raises(NotPublishable):
        revision.publish()
    assert not Question.objects.get(pk=question.pk).live
