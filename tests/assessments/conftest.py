"""What several tests of assessment lean on."""

from __future__ import annotations

import pytest

from tests import make


@pytest.fixture
def index_at_once(settings):
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}


@pytest.fixture
def editor(client, settings):
    settings.STAFF_NEED_SECOND_FACTOR = False
    person = make.user("editor@peerwork.example", is_superuser=True)
    client.force_login(person)
    return client


@pytest.fixture
def page(db):
    """A quiz of four single choice questions; the first has a wrong key."""
    course = make.course(order="free")
    questions = [make.single_choice(code=f"K{n}") for n in range(4)]
    return make.quiz_page(make.module(course), make.quiz(questions), title="Boundaries")
