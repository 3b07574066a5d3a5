"""A registrar who is signed in to the staff pages."""

import pytest

from tests import make


@pytest.fixture(autouse=True)
def site(db, settings):
    settings.STAFF_NEED_SECOND_FACTOR = False
    make.home()


@pytest.fixture
def registrar(client):
    person = make.registrar(full_name="Rosa Adeyemi")
    client.force_login(person)
    return person
