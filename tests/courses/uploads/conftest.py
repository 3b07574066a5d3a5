"""Where the tests of uploads put files."""

from __future__ import annotations

import warnings

import pytest


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path):
    """A folder for the files of each test, which go with it."""
    settings.MEDIA_ROOT = tmp_path
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)  # Wagtail leaves files open
        yield
