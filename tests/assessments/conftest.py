"""What several tests of assessment lean on."""

from __future__ import annotations

import pytest

from tests import make
from tests.remarked import page_with_a_wrong_key


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
    return page_with_a_wrong_key()
