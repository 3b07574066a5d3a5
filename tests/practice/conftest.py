"""What the tests of practice share."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group
from django.test import Client

from tests import make


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path):
    """Recordings are kept in a folder of the test's own."""
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def trainer(settings):
    """The browser of somebody who is a trainer, signed in."""
    settings.STAFF_NEED_SECOND_FACTOR = False
    person = make.user()
    person.groups.add(Group.objects.get(name="Trainers"))
    browser = Client()
    browser.force_login(person)
    return browser
