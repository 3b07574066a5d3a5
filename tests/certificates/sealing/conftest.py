"""Keys of a test's own, and a sealed certificate."""

from __future__ import annotations

import pytest

from certificates.sealing.keys import start
from tests.make import NOON


@pytest.fixture
def keys_folder(settings, tmp_path):
    settings.SEAL_KEYS = tmp_path / "keys"
    return settings.SEAL_KEYS


@pytest.fixture
def keys(db, keys_folder):
    """A root, an issuing authority and a seal."""
    return start("Peerwork Training", at=NOON)
