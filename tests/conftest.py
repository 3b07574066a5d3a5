"""What every test may lean on."""

from __future__ import annotations

import pytest
from django.core.cache import caches


@pytest.fixture(autouse=True)
def nothing_remembered():
    """Each test starts with empty caches, as a process that has just started."""
    caches["memory"].clear()
    yield
