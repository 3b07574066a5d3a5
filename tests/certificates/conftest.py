"""What several tests of certificates watch."""

import logging

import pytest
from django_tasks import default_task_backend

from certificates.tasks import prepare_certificate


@pytest.fixture
def enqueued():
    """The credentials that jobs of a task are queued for."""
    default_task_backend.clear()
    yield lambda task=prepare_certificate: [
        job.args[0] for job in default_task_backend.results if job.task == task
    ]
    default_task_backend.clear()


@pytest.fixture
def complaints():
    """What the renderer complained of."""
    lines = []

    class Collector(logging.Handler):
        def emit(self, record):
            lines.append(record.getMessage())

    log, collector = logging.getLogger("weasyprint"), Collector(logging.WARNING)
    before = log.level
    log.addHandler(collector)
    log.setLevel(logging.WARNING)
    yield lines
    log.removeHandler(collector)
    log.setLevel(before)
