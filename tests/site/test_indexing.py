"""What was made at once is indexed at once, and what is saved later as ever."""

from __future__ import annotations

import pytest
from django_tasks_db.models import DBTaskResult
from wagtail.models import ReferenceIndex

from courses.models import LessonPage
from lms import indexing
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def in_the_database(settings):
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}


def waiting(*paths):
    return DBTaskResult.objects.ready().filter(task_path__in=paths)


def test_many_that_wait_are_indexed_by_one_task(monkeypatch):
    monkeypatch.setattr(indexing, "MANY", 3)
    lesson = make.lesson(make.module(make.course()), title="Canary of the harbour")
    link = f'<p><a linktype="page" id="{lesson.pk}">There</a></p>'
    make.standing_page(body=[("prose", link)])
    assert waiting(*indexing.ONE_BY_ONE).count() >= 3
    assert indexing.index_many_at_once()
    assert not waiting(*indexing.ONE_BY_ONE).exists()
    assert waiting(indexing.index_all.module_path).count() == 1

    ReferenceIndex.objects.all().delete()  # some of it is written at once
    indexing.index_all.call()
    assert list(LessonPage.objects.search("canary harbour")) == [lesson]
    assert ReferenceIndex.get_references_to(lesson).count() == 1


def test_a_few_are_indexed_one_by_one():
    make.lesson(make.module(make.course()))
    before = waiting(*indexing.ONE_BY_ONE).count()
    assert 0 < before < indexing.MANY
    assert not indexing.index_many_at_once()
    assert waiting(*indexing.ONE_BY_ONE).count() == before
