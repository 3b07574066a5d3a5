"""Keys, a sealed certificate in the register, and the process that reads what is sent."""

from __future__ import annotations

from io import BytesIO

import pytest

from certificates.examining import verdicts
from certificates.models import Credential
from certificates.preparing import prepare
from certificates.sealing.keys import add_signing_keys, start
from tests import make
from tests.make import NOON


@pytest.fixture(scope="session", autouse=True)
def reader():
    """The process apart ends with the tests."""
    yield verdicts.reader
    verdicts.reader.stop()


@pytest.fixture
def keys(db, settings, tmp_path):
    settings.SEAL_KEYS = tmp_path / "keys"
    chain = start("Peerwork Training", at=NOON)
    add_signing_keys(at=NOON)
    return chain


def stored(credential):
    """The bytes of a certificate as they were issued."""
    prepare(str(credential.pk), at=NOON)
    with Credential.objects.get(pk=credential.pk).pdf.open("rb") as file:
        return file.read()


@pytest.fixture
def credential(keys):
    award = make.award(valid_months=24)
    return make.credential(award=award, holder=make.user(full_name="Ada Okafor"))


@pytest.fixture
def original(credential):
    return stored(credential)


@pytest.fixture
def check(client):
    """What the page says of some files."""

    def post(*contents, **headers):
        files = [BytesIO(content) for content in contents]
        for number, file in enumerate(files):
            file.name = f"file-{number}.pdf"
        return client.post("/verify/files/", {"file": files}, headers=headers)

    return post
