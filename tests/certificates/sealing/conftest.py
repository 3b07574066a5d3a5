"""Keys of a test's own, and a sealed certificate."""

from __future__ import annotations

import pytest

from certificates.sealing.keys import start
from certificates.sealing.stores import forget_opened_stores, key_store
from tests.certificates.sealing.key_service import TOKEN, serving
from tests.certificates.sealing.token import LABEL, PIN, library, make_token
from tests.make import NOON


@pytest.fixture
def keys_folder(settings, tmp_path):
    settings.SEAL_KEYS = tmp_path / "keys"
    return settings.SEAL_KEYS


@pytest.fixture
def keys(db, keys_folder):
    """A root, an issuing authority and a seal."""
    return start("Peerwork Training", at=NOON)


@pytest.fixture(scope="session")
def one_token(tmp_path_factory):
    """A token that all tests of a process share, as its library is loaded once."""
    path = library()
    make_token(tmp_path_factory.mktemp("token"))
    return path


@pytest.fixture
def token(one_token, settings, keys_folder):
    """The site keeps its keys in a token, which holds none yet."""
    settings.SEAL_KEY_STORE = "token"
    settings.SEAL_TOKEN_LIBRARY = one_token
    settings.SEAL_TOKEN_LABEL = LABEL
    settings.SEAL_TOKEN_PIN = PIN
    forget_opened_stores()
    store = key_store().store
    yield store
    store._refused_pin = False
    store._with_session(lambda session: [each.destroy() for each in list(session.get_objects())])
    forget_opened_stores()


@pytest.fixture
def service_of_site():
    with serving() as served:
        yield served


@pytest.fixture
def in_service(service_of_site, settings, keys_folder, tmp_path):
    """The site keeps its keys in a key service."""
    file = tmp_path / "service-token"
    file.write_text(TOKEN)
    settings.SEAL_KEY_STORE = "service"
    settings.SEAL_SERVICE_URL = service_of_site.url
    settings.SEAL_SERVICE_TOKEN_FILE = str(file)
    forget_opened_stores()
    yield service_of_site.does
    forget_opened_stores()
