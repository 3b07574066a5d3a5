"""Three registrars: who proposes, who approves, and one more."""

import pytest

from tests import make


@pytest.fixture
def rosa(db):
    make.home()
    return make.registrar(full_name="Rosa Adeyemi", language="en")


@pytest.fixture
def noor(rosa):
    return make.registrar(full_name="Noor Haddad", language="en")


@pytest.fixture
def third(rosa):
    return make.registrar(full_name="Tom Third")


@pytest.fixture
def credential(rosa):
    return make.credential(make.award(valid_months=24))
