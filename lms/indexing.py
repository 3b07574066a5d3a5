"""Indexes at once what was made at once, for the search and for what refers to what.

Each page, question and file that is saved has the worker index it. Whoever makes a whole site saves
some four thousand times, most things more than once: the worker would be busy for minutes, in
which the search finds little.
"""

from __future__ import annotations

from django.apps import apps
from django.core.management import call_command
from django.db import transaction
from django_tasks import task
from django_tasks_db.models import DBTaskResult
from modelsearch.tasks import insert_or_update_object_task
from wagtail.models import ReferenceIndex
from wagtail.tasks import update_reference_index_task

ONE_BY_ONE = (insert_or_update_object_task.module_path, update_reference_index_task.module_path)
MANY = 500
"""From how many on it is quicker to index all there is."""
AT_A_TIME = 50
"""How many are written to the index of the search in one transaction. Nobody waits long for one."""


@task()
def index_all() -> None:
    """Index all there is, for the search and for what refers to what."""
    call_command("update_index", chunk_size=AT_A_TIME, verbosity=0)
    index_references()


def index_references() -> None:
    """Index what refers to what, for every thing that there is.

    Each is written by itself. Wagtail's own command writes all in one transaction, for which
    nobody else can save anything on SQLite.
    """
    for model in filter(ReferenceIndex.is_indexed, apps.get_models()):
        for thing in model._default_manager.order_by("pk").iterator():
            with transaction.atomic():
                ReferenceIndex.create_or_update_for_object(thing)


def index_many_at_once() -> bool:
    """Where many things wait to be indexed one by one, have all indexed at once in their place.

    What is saved from now on is indexed as ever. Returns whether there were so many.
    """
    waiting = DBTaskResult.objects.ready().filter(task_path__in=ONE_BY_ONE)
    if waiting.count() < MANY:
        return False
    with transaction.atomic():
        waiting.delete()
        index_all.enqueue()
    return True
