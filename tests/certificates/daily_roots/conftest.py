"""Keys, and certificates with their files, made on days of a test's own."""

from __future__ import annotations

import pytest

from certificates.models import Credential
from certificates.preparing import prepare
from certificates.sealing.keys import start
from tests import make
from tests.make import NOON


@pytest.fixture
def keys(db, settings, tmp_path):
    settings.SEAL_KEYS = tmp_path / "keys"
    return start("Peerwork Training", at=NOON)


@pytest.fixture
def issue(keys):
    """A certificate with its file, made at a moment."""
    award = make.award()

    def made(*, at=NOON, **person):
        credential = make.credential(award, make.user(**person))
        prepare(str(credential.pk), at=at)
        return Credential.objects.get(pk=credential.pk)

    return made


@pytest.fixture
def save(client, tmp_path):
    """A file as a person fetches it from the site, saved."""

    def saved(address, name):
        path = tmp_path / name
        response = client.get(address)
        assert response.status_code == 200, address
        path.write_bytes(response.content)
        return path

    return saved


def content_of(credential):
    with credential.pdf.open("rb") as file:
        return file.read()
