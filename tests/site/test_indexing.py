"""What was made at once is indexed at once, and what is saved later as ever."""

from __future__ import annotations

import pytest
from django.db import connection, transaction
from django_tasks_db.models import DBTaskResult
from wagtail.models import ReferenceIndex
from wagtail.search.models import IndexEntry

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


class WritesPerTransaction:
    """How many statements fill a table, for each transaction in which any does."""

    def __init__(self, model):
        self.table, self.open, self.closed = model._meta.db_table, 0, []

    def __call__(self, execute, sql, params, many, context):
        result = execute(sql, params, many, context)
        if sql.lstrip().startswith("INSERT") and self.table in sql:
            self.open += 1
            if self.open == 1:
                transaction.on_commit(self.close)
        return result

    def close(self):
        self.closed.append(self.open)
        self.open = 0


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("index", [ReferenceIndex, IndexEntry])
def test_others_can_save_while_all_is_indexed(index):
    lesson = make.lesson(make.module(make.course()))
    link = f'<p><a linktype="page" id="{lesson.pk}">There</a></p>'
    for number in range(5):
        make.standing_page(f"Pier {number}", body=[("prose", link)])
    index.objects.all().delete()
    writes = WritesPerTransaction(index)
    with connection.execute_wrapper(writes):
        indexing.index_all.call()
    assert ReferenceIndex.get_references_to(lesson).count() == 5
    assert len(LessonPage.objects.search(lesson.title)) == 1
    assert len(writes.closed) >= 3
    assert max(writes.closed) == 1
