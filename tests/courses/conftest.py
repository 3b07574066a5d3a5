"""Somebody who may write every page."""

from __future__ import annotations

import pytest

from tests.courses.staff import sign_in


@pytest.fixture
def at_once_and_without_second_factor(settings):
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
    settings.STAFF_NEED_SECOND_FACTOR = False


@pytest.fixture
def editor(client):
    return sign_in(client)
