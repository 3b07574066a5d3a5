"""A credential that is ten days old."""

from __future__ import annotations

import pytest
import time_machine
from django.core.cache import cache

from tests import make
from tests.certificates.views.verify_page import (
    NOW,
)


@pytest.fixture
def ten_days_on(db):
    with time_machine.travel(NOW, tick=False):
        cache.clear()
        yield


@pytest.fixture
def site(db):
    """The front page, so that the menus have something to say."""
    return make.home()


@pytest.fixture
def credential(site):
    return make.credential(make.award(valid_months=24, limits="It is not a licence."))
