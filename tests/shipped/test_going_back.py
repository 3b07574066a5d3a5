"""The shipped version of a page: it can be gone back to, and an untouched page has not changed."""

from importlib import import_module
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.db import connection
from django.urls import reverse
from wagtail.models import ModelLogEntry, Page, PageLogEntry

from assessments.models import QUESTION_KINDS, Question
from courses.models import LessonPage
from lms.models import HomePage, ShippedPiece
from lms.shipped.edited import edited_text, put_as_edited
from lms.shipped.pieces import key_of
from tests import make
from tests.editor_forms import untouched

pytestmark = pytest.mark.filterwarnings("ignore::bs4.MarkupResemblesLocatorWarning")


@pytest.fixture(autouse=True)
def on_the_loaded_site(shipped_site, db, settings):
    """Every test here reads what was loaded."""
    settings.STAFF_NEED_SECOND_FACTOR = False


@pytest.fixture
def editor(client):
    client.force_login(make.user(is_superuser=True))
    return client


def shipped_pages():
    keys = map(key_of, ShippedPiece.objects.values_list("key", flat=True))
    return Page.objects.filter(translation_key__in=list(keys)).order_by("path").specific()


def changes(row, editor):
    """The names of the fields that Wagtail's comparison of two versions would show."""
    first, latest = row.revisions.order_by("pk")
    panel = (
        row.get_edit_handler()
        if isinstance(row, Page)
        else type(row).snippet_viewset.get_edit_handler()
    )
    bound = panel.get_bound_panel(instance=row, request=None, form=None)
    comparisons = [
        compare(first.as_object(), latest.as_object()) for compare in bound.get_comparison()
    ]
    return [str(each.field_label()) for each in comparisons if each.has_changed()]


@pytest.mark.drill
def test_every_shipped_page_saved_untouched_shows_no_change(editor):
    pages = list(shipped_pages())
    assert len(pages) > 35
    for page in pages:
        edit = reverse("wagtailadmin_pages:edit", args=[page.pk])
        saved = editor.post(edit, untouched(editor.get(edit).context["form"]))
        assert saved.status_code == 302, (page, saved.context["form"].errors)
        assert changes(page, editor) == [], page


def test_what_an_editor_changes_is_shown(editor):
    lesson = LessonPage.objects.get(translation_key=key_of("lesson:4.5"))
    edit = reverse("wagtailadmin_pages:edit", args=[lesson.pk])
    fields = untouched(editor.get(edit).context["form"])
    editor.post(edit, {**fields, "summary": "Something else."})
    assert changes(lesson, editor) == ["Summary"]


@pytest.mark.parametrize("kind", QUESTION_KINDS)
def test_a_shipped_question_of_each_kind_saved_untouched_shows_no_change(editor, kind):
    question = kind.objects.order_by("code").first()
    if question is None:
        pytest.skip(f"None of kind {kind.kind_name} is shipped")
    edit = reverse(kind.snippet_viewset.get_url_name("edit"), args=[question.pk])
    saved = editor.post(edit, untouched(editor.get(edit).context["form"]))
    assert saved.status_code == 302, saved.context["form"].errors
    assert changes(question, editor) == []


def test_the_shipped_version_is_in_the_history_and_can_be_gone_back_to(editor):
    lesson = LessonPage.objects.get(translation_key=key_of("lesson:1.1"))
    [shipped] = lesson.revisions.all()
    edit = reverse("wagtailadmin_pages:edit", args=[lesson.pk])
    fields = untouched(editor.get(edit).context["form"])
    editor.post(edit, {**fields, "title": "Another title", "action-publish": "1"})

    revert = reverse("wagtailadmin_pages:revisions_revert", args=[lesson.pk, shipped.pk])
    history = editor.get(reverse("wagtailadmin_pages:history", args=[lesson.pk]))
    assert revert in history.content.decode()
    version = editor.get(revert)
    assert version.context["form"].initial["title"] == lesson.title
    banner = " ".join(version.content.decode().split())
    assert "by the site itself" in banner
    assert "None" not in banner[banner.index("You are viewing") : banner.index("the site itself")]
    back = {**untouched(version.context["form"]), "revision": shipped.pk, "action-publish": "1"}
    assert editor.post(edit, back).status_code == 302
    now = LessonPage.objects.get(pk=lesson.pk)
    assert (now.title, now.live, now.body) == (lesson.title, True, lesson.body)


def test_every_shipped_page_and_question_has_its_first_version_in_its_history():
    logged = set(
        PageLogEntry.objects.filter(action="wagtail.create", content_changed=True).values_list(
            "page", "revision"
        )
    )
    assert {(page.pk, page.live_revision_id) for page in shipped_pages()} <= logged
    questions = set(
        ModelLogEntry.objects.filter(action="wagtail.create", content_changed=True).values_list(
            "object_id", "revision"
        )
    )
    bank = Question.objects.non_polymorphic().values_list("pk", "live_revision")
    assert {(str(pk), revision) for pk, revision in bank} <= questions


# Words as the editor keeps them ------------------------------------------------------------


def test_rich_text_put_as_edited_stays_as_it_is_and_keeps_its_words():
    source = (
        "<h2>Stay</h2>\n<p>You do not\nneed <b>the</b> right words.</p>\n<ul>\n<li>One</li></ul>"
    )
    features = ["h2", "bold", "ul"]
    once = edited_text(source, features)
    assert edited_text(once, features) == once
    assert "need <b>the</b> right words." in once
    assert "\n" not in once


@pytest.mark.parametrize("nothing", ["", "<p></p>", "<p data-block-key='x'> </p>"])
def test_rich_text_without_a_word_is_empty(nothing):
    assert edited_text(nothing, ["bold"]) == ""
    home = HomePage.objects.get(translation_key=key_of("home"))
    home.introduction = nothing
    home.clean()
    assert home.introduction == ""


def test_what_was_put_as_edited_once_is_not_changed_again():
    lesson = LessonPage.objects.get(translation_key=key_of("lesson:2.1"))
    before = [lesson.body.get_prep_value(), lesson.sources.get_prep_value()]
    put_as_edited(lesson)
    assert [lesson.body.get_prep_value(), lesson.sources.get_prep_value()] == before


# A site that was built before its pages had a history --------------------------------------


def test_a_site_that_was_built_earlier_gets_its_first_versions_into_its_history():
    migration = import_module("lms.migrations.0004_first_versions")
    first = {"action": "wagtail.create", "revision__isnull": False}
    entries = PageLogEntry.objects.filter(**first)
    # Conversations and words came later, with their first versions.
    questions = ModelLogEntry.objects.filter(**first, content_type__app_label="assessments")
    count, question_count = entries.count(), questions.count()
    entries.delete()
    questions.delete()
    here = SimpleNamespace(connection=connection)
    migration.log_first_versions(apps, here)
    migration.log_first_versions(apps, here)
    assert (entries.count(), questions.count()) == (count, question_count)
    entry = entries.get(page=LessonPage.objects.get(translation_key=key_of("lesson:1.1")).pk)
    assert entry.timestamp == entry.revision.created_at
    assert entry.content_changed
    migration.forget_first_versions(apps, here)
    assert not entries.exists()
    assert not questions.exists()
