"""What is published with an hour to come is not public yet, and is counted apart."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Page

from courses.models import LessonPage
from courses.publishing import publish_each
from tests import make
from tests.courses import publishing
from tests.courses.publishing import bulk_address, copy_form, drafted, is_live, said_by

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("at_once_and_without_second_factor"),
    # Wagtail leaves the file of a new picture size open.
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]

IT_WAITS = "1 page will be published at the hour that is set for it."
THEY_WAIT = "2 pages will be published, each at the hour that is set for it."


def to_come(page, days=3):
    """A newer draft of a page, with an hour to come."""
    page.go_live_at = timezone.now() + timedelta(days=days) if days else None
    return drafted(page)


def test_what_waits_for_its_hour_is_not_said_to_be_published(editor):
    waiting = to_come(publishing.lesson(title="Waiting"))
    sentences = said_by(editor.post(bulk_address("publish", waiting), follow=True))
    assert IT_WAITS in sentences
    assert "been published" not in sentences
    assert not is_live(waiting)
    waiting.refresh_from_db()
    assert waiting.scheduled_revision


def test_of_several_those_that_went_and_those_that_wait_are_counted_apart(editor):
    good, silent = publishing.lesson(title="Good"), publishing.silent_picture()
    waiting = [to_come(publishing.lesson()) for _time in range(2)]
    sentences = said_by(editor.post(bulk_address("publish", good, silent, *waiting), follow=True))
    assert "1 page has been published" in sentences
    assert THEY_WAIT in sentences
    assert "Say what the picture tells" in sentences
    assert [is_live(page) for page in (good, silent, *waiting)] == [True, False, False, False]


def test_drafts_below_that_wait_are_counted_apart_as_well(editor):
    module = make.module(make.course())
    good, waiting = (drafted(make.lesson(module, live=False)) for _time in range(2))
    to_come(waiting)
    form = {"include_descendants": "on"}
    sentences = said_by(editor.post(bulk_address("publish", module), form, follow=True))
    assert "1 page and 1 child page have been published" in sentences
    assert IT_WAITS in sentences
    assert is_live(good)
    assert not is_live(waiting)


def test_a_public_page_whose_newest_version_waits_stays_as_it_is_until_then():
    page = make.lesson(make.module(make.course()), title="As it was")
    page.save_revision().publish()
    page = LessonPage.objects.get(pk=page.pk)
    page.title = "As it will be"
    to_come(page)
    publication = publish_each([page], by=None)
    assert publication.published == []
    assert publication.scheduled == [page]
    assert LessonPage.objects.get(pk=page.pk).title == "As it was"
    assert is_live(page)


def test_an_hour_that_was_taken_away_again_is_not_waited_for():
    page = to_come(publishing.lesson())
    assert publish_each([page], by=None).scheduled == [page]
    page = to_come(LessonPage.objects.get(pk=page.pk), days=0)
    publication = publish_each([page], by=None)
    assert publication.published == [page]
    assert publication.scheduled == []
    assert is_live(page)


def test_a_copy_is_published_as_its_page_is_and_its_newest_version_waits_for_nothing(editor):
    """Whether its hour is only set in a draft or was given already."""
    for publishes in (False, True):
        page = make.lesson(make.module(make.course()), title="As it was")
        page.save_revision().publish()
        page = LessonPage.objects.get(pk=page.pk)
        page.title = "As it will be"
        draft = to_come(page)
        if publishes:
            draft.get_latest_revision().publish()
        url = reverse("wagtailadmin_pages:copy", args=[page.pk])
        form = copy_form(page, new_title="As it was", new_slug=f"copy-{publishes}")
        sentences = said_by(editor.post(url, form, follow=True))
        copy = Page.objects.get(slug=f"copy-{publishes}")
        assert IT_WAITS not in sentences
        assert copy.live
        assert copy.title == "As it was"
        assert not copy.scheduled_revision
        assert copy.has_unpublished_changes
        assert copy.get_latest_revision_as_object().go_live_at
        assert is_live(page)
