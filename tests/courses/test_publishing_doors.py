"""What may be published is judged where it becomes public: every rule at every door."""

from __future__ import annotations

import ast
from datetime import timedelta
from pathlib import Path

import pytest
import wagtail
from django.apps import apps
from django.urls import reverse
from django.utils import timezone
from modelcluster.models import get_all_child_relations
from wagtail.admin.views.bulk_action.registry import bulk_action_registry
from wagtail.models import Page, Revision
from wagtail.snippets.models import get_snippet_models
from wagtail.test.utils.form_data import inline_formset, nested_form_data, rich_text, streamfield

from assessments.models import Draw, Question, QuizPage
from courses.exceptions import NotPublishable
from courses.models import CoursePage, CourseTrainer, LessonPage
from courses.publishable import PublishableMixin, problems_of
from courses.publishing import publish_each
from tests import make
from tests.courses import publishing
from tests.courses.publishing import BROKEN, DOORS, bulk_address, copy_form, is_live, said_by
from tests.courses.staff import lesson_form, sign_in

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
    sentences = door(editor, page)
    assert not is_live(page)
    assert page.title in sentences
    assert BROKEN[broken] in sentences
    assert not Revision.objects.exclude(approved_go_live_at=None).exists()


@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.__name__)
def test_every_door_opens_to_a_good_draft(editor, door):
    page = publishing.lesson()
    sentences = door(editor, page)
    assert "Not published" not in sentences
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


# Half done -----------------------------------------------------------------------------------

KNOWN_CHECKS = {
    "courses.models.steps.ReaderPage": "refuses nothing: it empties text without a word",
    "assessments.bank.Question": "a draft is asked only which bank it belongs to",
    "practice.models.words.ConversationWords": "the language, which is chosen before a word is",
}
"""Models whose `clean` runs also when a draft is kept. What is half done does not belong there: a
finder of PROBLEMS_HOOK is asked on publishing alone."""


def test_somebody_has_looked_at_every_check_that_a_draft_passes():
    judged = [model for model in apps.get_models() if issubclass(model, PublishableMixin)]
    rows = [each.related_model for model in judged for each in get_all_child_relations(model)]
    models = {
        f"{each.__module__}.{each.__name__}"
        for model in [*judged, *rows]
        for each in model.__mro__
        if "clean" in vars(each) and not each.__module__.startswith(("django.", "wagtail."))
    }
    assert models == KNOWN_CHECKS.keys()


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
    actions = {
        name
        for models in bulk_action_registry.actions.values()
        for actions in models.values()
        for name in actions
    }
    assert actions <= KNOWN_BULK_ACTIONS.keys()


def test_somebody_has_looked_at_every_place_where_wagtail_publishes():
    root = Path(wagtail.__file__).parent
    publishers = set()
    for file in root.rglob("*.py"):
        name = file.relative_to(root).as_posix()
        if "test" not in name and "migrations" not in name and _publishes(file):
            publishers.add(name)
    assert publishers <= KNOWN_PUBLISHERS, publishers - KNOWN_PUBLISHERS


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


NOT_YET = pytest.mark.parametrize(
    "broken",
    [publishing.quiz_nobody_can_begin, publishing.quiz_that_asks_nothing],
    ids=lambda broken: broken.__name__,
)
"""Quiz pages that are not to be published yet, for reasons that lie in their quiz."""


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


@NOT_YET
def test_a_new_quiz_page_that_nobody_could_begin_is_never_public_for_a_moment(editor, broken):
    page = broken()
    url = reverse("wagtailadmin_pages:add", args=["assessments", "quizpage", page.get_parent().pk])
    form = {**quiz_form(page, slug="another"), "action-publish": "yes"}
    sentences = said_by(editor.post(url, form))
    assert BROKEN[broken] in sentences
    assert "Typed just now" in sentences
    assert not Page.objects.filter(slug="another").exists()


@NOT_YET
def test_what_cannot_be_published_is_kept_as_a_draft_all_the_same(client, broken):
    page = broken()
    trainer = sign_in(client, "Trainers")
    response = trainer.post(edit(page), quiz_form(page, title="Kept"), follow=True)
    assert response.status_code == 200
    assert BROKEN[broken] not in said_by(response)
    page.refresh_from_db()
    assert page.get_latest_revision_as_object().title == "Kept"
    assert page.draft_title == "Kept"
    assert not page.live


@NOT_YET
def test_a_new_page_is_kept_as_a_draft_before_its_quiz_can_be_begun(editor, broken):
    page = broken()
    url = reverse("wagtailadmin_pages:add", args=["assessments", "quizpage", page.get_parent().pk])
    assert editor.post(url, quiz_form(page, slug="another", title="New")).status_code == 302
    draft = QuizPage.objects.get(slug="another")
    assert draft.title == "New"
    assert not draft.live


@NOT_YET
def test_a_draft_of_it_is_kept_while_one_types_and_shown_in_the_preview(editor, broken):
    page = broken()
    form = quiz_form(page, title="While typing")
    answer = editor.post(edit(page), form, headers={"accept": "application/json"})
    assert answer.json()["success"] is True
    page.refresh_from_db()
    assert page.get_latest_revision_as_object().title == "While typing"
    preview = reverse("wagtailadmin_pages:preview_on_edit", args=[page.pk])
    assert editor.post(preview, form).json()["is_valid"] is True
    assert "While typing" in said_by(editor.get(preview))


@NOT_YET
def test_an_hour_to_come_is_refused_beside_the_form_as_well(editor, broken):
    page = broken()
    hour = timezone.localtime() + timedelta(days=3)
    form = quiz_form(page, go_live_at=f"{hour:%Y-%m-%d %H:%M}")
    sentences = said_by(editor.post(edit(page), {**form, "action-publish": "yes"}))
    assert BROKEN[broken] in sentences
    assert "Typed just now" in sentences
    assert not Revision.objects.exclude(approved_go_live_at=None).exists()


@NOT_YET
def test_once_its_quiz_can_be_begun_it_is_published(editor, broken):
    page = broken()
    Question.objects.update(live=True)
    if not page.quiz.draws.exists():
        Draw.objects.create(quiz=page.quiz, question=make.true_false())
    response = editor.post(edit(page), {**quiz_form(page), "action-publish": "yes"}, follow=True)
    assert BROKEN[broken] not in said_by(response)
    assert is_live(page)


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
    sentences = said_by(editor.post(bulk_address("publish", good, silent, course), follow=True))
    assert is_live(good)
    assert not is_live(silent)
    assert not is_live(course)
    assert "1 page has been published" in sentences
    assert silent.title in sentences
    assert course.title in sentences
    assert "Say what the picture tells" in sentences


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
    sentences = said_by(editor.post(bulk_address("publish", alias, good), follow=True))
    assert "It is an alias" in sentences
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


def test_of_copies_those_go_live_that_may_and_the_others_stay_drafts_by_name(editor):
    module = make.module(make.course(), "Whole module")
    good = make.lesson(module, "Good lesson")
    quiz_page = make.quiz_page(module, make.quiz([make.true_false()]), title="Empty quiz")
    Question.objects.update(live=False)
    url = reverse("wagtailadmin_pages:copy", args=[module.pk])
    sentences = said_by(editor.post(url, copy_form(module), follow=True))
    copies = Page.objects.get(slug="the-copy").get_descendants(inclusive=True).order_by("path")
    assert [copy.live for copy in copies] == [True, True, False]
    assert "Empty quiz" in sentences
    assert "the bank cannot fill this quiz yet" in sentences
    assert is_live(good)
    assert is_live(quiz_page)


def test_a_copy_is_published_with_the_words_that_are_public(editor):
    """What is drafted of the page stays a draft, of the page and of its copy."""
    course = make.course("Public course", order="free")
    module = make.module(course, "Public module")
    changed = make.lesson(module, "Public lesson")
    same = make.lesson(module, "Lesson as it is")
    for page in (module, changed):
        page.title = "Drafted title"
        if page == changed:
            page.body = [("prose", "<p>Drafted words.</p>")]
        page.save_revision()
    form = copy_form(course, new_title="The copy")
    editor.post(reverse("wagtailadmin_pages:copy", args=[course.pk]), form)
    copies = list(Page.objects.get(slug="the-copy").get_descendants(inclusive=True).specific())
    assert [copy.title for copy in copies] == [
        "The copy",
        "Public module",
        "Public lesson",
        "Lesson as it is",
    ]
    assert all(copy.live for copy in copies)
    assert "Drafted words" not in str(copies[2].body)
    assert str(copies[2].body) == str(type(changed).objects.get(pk=changed.pk).body)
    assert [copy.has_unpublished_changes for copy in copies] == [False, True, True, False]
    drafts = [copy.get_latest_revision_as_object() for copy in copies]
    assert [draft.title for draft in drafts] == [
        "The copy",
        "Drafted title",
        "Drafted title",
        "Lesson as it is",
    ]
    assert "Drafted words" in str(drafts[2].body)
    assert [copy.live_revision.as_object().title for copy in copies] == [
        copy.title for copy in copies
    ]
    assert type(same).objects.get(pk=same.pk).title == "Lesson as it is"
    # The draft of the copy is published by itself, and changes nothing of the original.
    copies[2].get_latest_revision().publish()
    assert Page.objects.get(pk=copies[2].pk).title == "Drafted title"
    assert Page.objects.get(pk=changed.pk).title == "Public lesson"


def test_who_teaches_a_course_in_its_draft_alone_does_not_teach_its_copy(editor):
    """Rows that belong to a page are copied as they are public, too."""
    course = make.course("Public course")
    drafted = CoursePage.objects.get(pk=course.pk)
    drafted.trainers = [CourseTrainer(trainer=make.user())]
    drafted.save_revision()
    editor.post(reverse("wagtailadmin_pages:copy", args=[course.pk]), copy_form(course))
    copy = CoursePage.objects.get(slug="the-copy")
    assert copy.live
    assert not CourseTrainer.objects.exists()
    assert copy.get_latest_revision_as_object().trainers.count() == 1


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
